/** Lists that are worth a name. Data: a view is added by a line. */
import { Injectable } from '@nestjs/common';
import type { SavedView } from '../client/console-views.js';
import type { ListFilter, ReviewFilter } from '../client/views.js';
import { filterOf, filterQuery } from './entity-query.js';
import { Lifecycles } from './lifecycles.js';
import { Records } from './records.js';
import { reviewFilterOf, reviewFilterQuery } from './review-query.js';
import { Shared } from './shared.js';

/** Everybody who looks within this time sees the same counts, in milliseconds. */
const FRESH_MS = 2_000;

type Declared = { readonly view: string; readonly title: string; readonly means: string } & (
  { readonly of: 'entities'; readonly filter: ListFilter } | { readonly of: 'reviews'; readonly filter: ReviewFilter }
);

/** What every lifecycle has, first. */
const EVERYWHERE: readonly Declared[] = [
  {
    view: 'late',
    title: 'Late: a deadline has passed',
    means:
      'Open, and a deadline has passed: the next one, or the one that brought it to a person, who has not decided since.',
    of: 'entities',
    filter: { closed: false, late: true },
  },
  {
    view: 'overdue',
    title: 'Past their deadline',
    means: 'Open, and the earliest deadline has passed: a worker should have moved them on. See what blocks them.',
    of: 'entities',
    filter: { closed: false, overdue: true },
  },
  {
    view: 'attention',
    title: 'Somebody should look',
    means: 'Marked by the lifecycle itself, by verification or by reconciliation.',
    of: 'entities',
    filter: { closed: false, attention: true },
  },
  {
    view: 'due-soon',
    title: 'Deadline within a day',
    means: 'What is done about these today is done in time.',
    of: 'entities',
    filter: { closed: false, dueBefore: 'P1D' },
  },
  {
    view: 'reviews-today',
    title: 'Reviews due today',
    means: 'Tasks for a person that are overdue, or due before midnight (UTC).',
    of: 'reviews',
    filter: { dueBefore: 'today' },
  },
  {
    view: 'reviews-unassigned',
    title: 'Reviews that nobody has',
    means: 'Tasks that wait in their queue.',
    of: 'reviews',
    filter: { unassigned: true },
  },
];

const OWN: Readonly<Record<string, readonly Declared[]>> = {
  claim: [
    entities(
      'fraud-late',
      'Awaiting the fraud decision longer than its deadline',
      'Ask the fraud service, or look at its queue.',
      {
        state: 'FraudScreenPending',
        overdue: true,
      },
    ),
    entities(
      'paid-unacknowledged',
      'Paid, not acknowledged',
      'Requested more than three days ago; the payment service has not said that it paid.',
      {
        state: 'PaymentPending',
        longerThan: 'P3D',
      },
    ),
    entities(
      'documents-late',
      'Waiting for documents for more than thirty days',
      'The claimant was reminded; a call may help.',
      {
        state: 'AwaitingDocuments',
        longerThan: 'P30D',
      },
    ),
    entities(
      'adjuster-missing',
      'No adjuster for more than two days',
      'Nobody with the skill and the area has capacity.',
      {
        state: 'AwaitingAdjuster',
        longerThan: 'P2D',
      },
    ),
    entities('escalated', 'A claims reviewer has to decide', 'Escalated, the longest first.', {
      state: 'EscalatedForManualReview',
    }),
    entities(
      'payments-paused',
      'Held back by payments',
      'Their payment waits until the payment service works again, or is resumed.',
      {
        deferredBy: 'dependency:payments',
      },
    ),
  ],
  order: [
    entities('risk-late', 'Risk review past its deadline', 'The customer waits, and so does the stock.', {
      state: 'RiskReview',
      overdue: true,
    }),
    entities('stock-missing', 'Waiting for stock for more than three days', 'Tell the customer, or cancel.', {
      state: 'AwaitingStock',
      longerThan: 'P3D',
    }),
    entities('delivery-late', 'In delivery past its deadline', 'Ask the carrier.', {
      state: 'InDelivery',
      overdue: true,
    }),
    entities('refund-late', 'Refund not acknowledged', 'Asked for more than three days ago.', {
      state: 'RefundPending',
      longerThan: 'P3D',
    }),
    entities('chargebacks', 'Open chargebacks', 'The bank sets the date by which they are answered.', {
      state: 'ChargebackOpen',
    }),
  ],
  ticket: [
    entities('expert-missing', 'No expert for more than four hours', 'Nobody with the skill has capacity.', {
      state: 'AwaitingExpert',
      longerThan: 'PT4H',
    }),
    entities('customer-silent', 'The customer has not answered for three days', 'Remind, or close.', {
      state: 'AwaitingCustomer',
      longerThan: 'P3D',
    }),
    entities('supervisor', 'A supervisor has to decide', 'The longest first.', { state: 'SupervisorReview' }),
  ],
  onboarding: [
    entities('fraud-late', 'Fraud review past its deadline', 'Ask the fraud service, or look at its queue.', {
      state: 'PendingFraudReview',
      overdue: true,
    }),
    entities('compliance', 'Compliance has to decide', 'The longest first.', { state: 'ComplianceReview' }),
    entities('customer-silent', 'The applicant has not answered for three days', 'Remind, or reject.', {
      state: 'AwaitingCustomerAction',
      longerThan: 'P3D',
    }),
    entities(
      'provisioning-stuck',
      'Approved and not provisioned for a day',
      'A step of the provisioning fails or waits.',
      {
        state: 'ProvisioningInProgress,ProvisioningReview',
        longerThan: 'P1D',
      },
    ),
  ],
};

/** The views with their counts, the same for everybody. */
@Injectable()
export class SavedViews {
  private readonly counted = new Map<string, Shared<readonly SavedView[]>>();

  constructor(
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** @param lifecycles those that the asker may see */
  async of(lifecycles: readonly string[]): Promise<readonly SavedView[]> {
    const all = await Promise.all(lifecycles.map((lifecycle) => this.shared(lifecycle).get()));
    return all.flat();
  }

  private shared(lifecycle: string): Shared<readonly SavedView[]> {
    const known = this.counted.get(lifecycle) ?? new Shared(FRESH_MS, () => this.count(lifecycle));
    this.counted.set(lifecycle, known);
    return known;
  }

  private count(lifecycle: string): Promise<readonly SavedView[]> {
    const declared = [...(OWN[lifecycle] ?? []), ...EVERYWHERE];
    return Promise.all(declared.map((view) => this.countOne(lifecycle, view)));
  }

  private async countOne(lifecycle: string, declared: Declared): Promise<SavedView> {
    const filter = { lifecycle, ...declared.filter };
    // The declaration is what the address bar would hold: the same schema reads both.
    const text = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
    const named = { ...declared, lifecycle, view: `${lifecycle}-${declared.view}`, filter };
    if (declared.of === 'reviews') {
      const { tasks, amounts } = await this.records.read((reader) =>
        reader.reviewTotals(reviewFilterOf(reviewFilterQuery.parse(text), [lifecycle])),
      );
      return { ...named, count: tasks, amounts };
    }
    const { entities: count, amounts } = await this.records.read((reader) =>
      reader.entityTotals(filterOf(filterQuery.parse(text), [lifecycle], this.lifecycles)),
    );
    return { ...named, count, amounts };
  }
}

function entities(view: string, title: string, means: string, filter: ListFilter): Declared {
  return { view, title, means, of: 'entities', filter };
}
