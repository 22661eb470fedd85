/** A claim's account under any sequence of advances, settlements, failures, returns and reissues: by the claim's own rules and table. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { paidOn, type ClaimFacts } from '../../../workflows/claim/facts.js';
import type { Coverage } from '../../../workflows/claim/messages.js';
import {
  pendingAdvance,
  refusedPayment,
  requestedPayments,
  takeAdvance,
  takeClearing,
  takeFailure,
  takeIssue,
  takeReserve,
  takeReturn,
} from '../../../workflows/claim/money.js';
import { takeSupplement } from '../../../workflows/claim/referrals.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import { fold, UNBORN, type EntityState, type PartState, type Patch } from '../../../workflows/lifecycle/entry.js';
import { asked, partFault, received } from '../../../workflows/lifecycle/patches.js';
import type { Effect } from '../../../workflows/lifecycle/spec.js';

type Claim = Parameters<typeof takeIssue>[0];
type Taken = Effect<string>;

const REVIEWER = { kind: 'staff', id: 'reviewer-3', authenticated: 'token' } as const;
const AT = '2012-10-29T23:10:00.000Z';
const LIMIT = 50_000_00;
const DEDUCTIBLE = 1_000_00;
const COVERAGES = ['building', 'contents'] as const;
const money = (minor: number) => ({ minor, currency: 'USD' });

/** The payments on a coverage, by name. */
const paymentsIn = ({ parts }: EntityState, coverage: Coverage) =>
  Object.entries(parts).filter(([name]) => name.startsWith(`payment:${coverage}-`));
const numberOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1));

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

/** A claim's account beside a bank that keeps its own: what the bank pays and takes back is counted without the claim's help. */
class Account {
  /** What the bank has paid out on each coverage and not taken back. */
  readonly bank = { building: 0, contents: 0 };
  /** What each settled coverage has to come to. */
  private readonly due = new Map<Coverage, number>();
  /** How often the claim was closed. */
  closings = 0;
  private state: EntityState = UNBORN;

  constructor() {
    const facts = {
      policy: {
        verdict: 'covered',
        inceptionDate: '2010-01-01',
        line: 'flood',
        coverages: COVERAGES.map((coverage) => ({ coverage, limit: money(LIMIT) })),
      },
    };
    const parts = Object.fromEntries(
      COVERAGES.map((name): [string, PartState] => [name, { state: 'Open', since: AT }]),
    );
    this.enter('AwaitingDocuments', { facts, parts });
  }

  reserve(coverage: Coverage, amount: number): void {
    this.take(takeReserve(this.claim, { coverage, amount: money(amount), reasonCode: 'r' }));
  }

  advance(coverage: Coverage, amount: number): void {
    if (this.state.state !== 'AwaitingDocuments') return;
    this.take(takeAdvance(this.claim, { coverage, amount: money(amount), reasonCode: 'r' }, { actor: REVIEWER }));
  }

  /** The bank answers the payment that is under way on a coverage. */
  answer(coverage: Coverage, pays: boolean): void {
    const [name, part] = paymentsIn(this.state, coverage).find(([, { state }]) => state === 'Requested') ?? [];
    if (name === undefined || !part?.amount) return;
    const about = { paymentId: name, coverage, ordinal: numberOf(name) };
    if (pays) this.bank[coverage] += part.amount.minor;
    this.take(
      pays
        ? takeIssue(this.claim, { ...about, amount: part.amount })
        : takeFailure(this.claim, { ...about, code: 'accountClosed' }),
    );
    this.goOn();
  }

  /** The payment service takes a payment on a coverage for more than it may pay, be it that the news of its issue came first. */
  refuse(coverage: Coverage): void {
    const intent = this.facts.payments?.[coverage];
    if (!intent || this.state.state !== 'PaymentPending') return;
    this.apply(refusedPayment(this.claim, coverage, intent, 'PaymentExceedsApproval'));
    this.goOn();
  }

  /** One of the checks on a coverage is cashed, or comes back. */
  afterwards(coverage: Coverage, which: number, comesBack: boolean): void {
    const issued = paymentsIn(this.state, coverage).filter(([, { state }]) => state === 'Issued');
    const [name, part] = issued[which % Math.max(issued.length, 1)] ?? [];
    if (name === undefined || !part?.amount) return;
    const about = { paymentId: name, coverage, ordinal: numberOf(name) };
    if (!comesBack) return this.take(takeClearing(this.claim, about));
    this.bank[coverage] -= part.amount.minor;
    this.take(takeReturn(this.claim, { ...about, how: 'returned', code: 'undeliverable' }));
    if (this.state.state === 'Closed') this.enter('EscalatedForManualReview');
  }

  /** What is open is settled, and the payments are requested. */
  settle(damage: number): void {
    if (this.state.state !== 'AwaitingDocuments' || pendingAdvance(this.claim)) return;
    const open = COVERAGES.filter((coverage) => this.state.parts[coverage]?.state === 'Open');
    this.apply({ parts: Object.fromEntries(open.map((coverage) => [coverage, { state: 'Assessed', since: AT }])) });
    const parts = open.map((coverage): [string, PartState] => {
      const payable = Math.min(Math.max(damage - DEDUCTIBLE, 0), LIMIT);
      const paid = paidOn(this.state.parts, coverage);
      const amount = Math.max(payable - paid, 0);
      this.due.set(coverage, Math.max(payable, paid));
      if (amount > 0) return [coverage, { state: 'Calculated', since: AT, amount: money(amount) }];
      return paid > 0
        ? [coverage, { state: 'Paid', since: AT, amount: money(paid) }]
        : [coverage, { state: 'NotPayable', since: AT, reason: '01' }];
    });
    this.apply({ parts: Object.fromEntries(parts) });
    this.enter('PaymentPending', requestedPayments(this.claim));
    this.goOn();
  }

  /** The bank is silent for too long: a person looks at it. */
  overdue(): void {
    if (this.state.state === 'PaymentPending') this.enter('EscalatedForManualReview');
  }

  /** The person lets the payments be made. */
  retry(): void {
    if (this.state.state !== 'EscalatedForManualReview') return;
    this.enter('PaymentPending', requestedPayments(this.claim));
    this.goOn();
  }

  supplement(coverage: Coverage): void {
    if (this.state.state !== 'Closed') return;
    const effect = takeSupplement(this.claim, { coverages: [coverage], reasonCode: 'r' });
    if (!('apply' in effect)) return;
    this.apply(effect.apply);
    this.enter('AwaitingDocuments');
  }

  private get isClosed(): boolean {
    return this.state.state === 'Closed';
  }

  /** A check was returned and another one issued on its coverage later. */
  get hasReissued(): boolean {
    return COVERAGES.some((coverage) => {
      const states = paymentsIn(this.state, coverage).map(([, { state }]) => state);
      return states.includes('Returned') && ['Issued', 'Cleared'].includes(states.at(-1) ?? '');
    });
  }

  /** What has to hold at every moment. */
  prove(): void {
    const { approved = {}, amounts } = this.facts;
    for (const coverage of COVERAGES) {
      const paid = paidOn(this.state.parts, coverage);
      const allowed = approved[coverage]?.minor ?? 0;
      must(paid === this.bank[coverage], `${paid} count as paid on ${coverage}, the bank says ${this.bank[coverage]}`);
      must(paid <= allowed, `${paid} are paid on ${coverage}, ${allowed} are approved`);
      if (this.state.state === 'PaymentPending' && this.state.parts[coverage]?.state === 'NotPayable') {
        must(allowed === paid, `${allowed} are approved on ${coverage}, where nothing is due and ${paid} are paid`);
      }
      must(allowed <= LIMIT, `${allowed} are approved on ${coverage}, above its limit`);
      if (this.isClosed && this.state.parts[coverage]?.state === 'Paid') {
        must(paid === this.due.get(coverage), `${paid} are paid on ${coverage}, ${this.due.get(coverage)} are due`);
      }
    }
    if (!amounts) return;
    must(amounts.paid === this.bank.building + this.bank.contents, `${amounts.paid} are told as paid`);
    must(amounts.open === amounts.approved - amounts.paid, `${amounts.open} are told as open`);
  }

  private get facts(): ClaimFacts {
    return this.state.facts as unknown as ClaimFacts;
  }

  /** The account as the claim's rules see it. */
  private get claim(): Claim {
    const { state, facts } = this;
    const view = {
      state,
      facts,
      now: () => AT,
      expect: (name: string, given?: { readonly what?: string }) =>
        asked(claimLifecycle, name, given ?? {}, Date.parse(AT), 1),
      received: (name: string) => received(state, name, Date.parse(AT)),
    };
    return view as unknown as Claim;
  }

  /** The step of PaymentPending, once every payment is answered. */
  private goOn(): void {
    const states = COVERAGES.map((coverage) => this.state.parts[coverage]?.state);
    if (this.state.state !== 'PaymentPending' || states.includes('PaymentRequested')) return;
    this.enter(states.includes('PaymentFailed') ? 'EscalatedForManualReview' : 'Closed');
  }

  private take(effect: Taken): void {
    if ('apply' in effect) this.apply(effect.apply);
  }

  private enter(to: string, patch: Patch = {}): void {
    this.apply(patch, to);
  }

  private apply(patch: Patch, to?: string): void {
    const fault = this.state.sequence === 0 ? undefined : partFault(claimLifecycle, this.state, patch);
    must(fault === undefined, fault ?? '');
    for (const [name, { state }] of Object.entries(patch.parts ?? {})) {
      if (!name.startsWith('payment:') || state !== 'Requested' || this.state.parts[name]) continue;
      const on = name.slice('payment:'.length, name.lastIndexOf('-')) as Coverage;
      must(numberOf(name) === paymentsIn(this.state, on).length + 1, `${name} is not the next number`);
    }
    if (to === 'Closed') this.closings++;
    this.state = fold(this.state, {
      sequence: this.state.sequence + 1,
      kind: to === undefined ? 'message' : 'transition',
      recordedAt: AT,
      causationId: 'test',
      actor: { kind: 'system', id: 'test', authenticated: 'none' },
      ...(to !== undefined && { to }),
      ...(to !== undefined && this.state.sequence > 0 && { from: this.state.state }),
      patch,
    });
  }
}

const coverage = fc.constantFrom(...COVERAGES);
/** Cents, at times above the limit. */
const cents = fc.integer({ min: 1, max: LIMIT + 10_000_00 });

/** Cents, up to 5,000 dollars. */
const few = fc.integer({ min: 1, max: 5_000_00 });
/** Three times in four. */
const mostly = fc.constantFrom(true, true, true, false);

type Name = 'reserve' | 'advance' | 'answer' | 'refuse' | 'afterwards' | 'settle' | 'overdue' | 'retry' | 'supplement';
type Step = { readonly [N in Name]: readonly [N, ...Parameters<Account[N]>] }[Name];

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('reserve' as const), coverage, cents),
  { weight: 3, arbitrary: fc.tuple(fc.constant('advance' as const), coverage, fc.oneof(cents, few)) },
  { weight: 8, arbitrary: fc.tuple(fc.constant('answer' as const), coverage, mostly) },
  fc.tuple(fc.constant('refuse' as const), coverage),
  { weight: 4, arbitrary: fc.tuple(fc.constant('afterwards' as const), coverage, fc.nat(9), fc.boolean()) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('settle' as const), cents) },
  fc.constant(['overdue'] as const),
  { weight: 4, arbitrary: fc.constant(['retry'] as const) },
  fc.tuple(fc.constant('supplement' as const), coverage),
);

function play(account: Account, [name, ...given]: Step): void {
  (account[name] as (...given: readonly unknown[]) => void).apply(account, given);
}

test('paid is never above approved, approved never above the limit, each number is used once, and what is due gets paid', () => {
  let closed = 0;
  let reissued = 0;
  fc.assert(
    fc.property(fc.array(steps, { minLength: 10, maxLength: 60, size: 'max' }), (sequence) => {
      const account = new Account();
      for (const on of COVERAGES) account.reserve(on, LIMIT);
      for (const step of sequence) {
        play(account, step);
        account.prove();
      }
      closed += account.closings > 0 ? 1 : 0;
      reissued += account.hasReissued ? 1 : 0;
    }),
    { numRuns: Number(process.env['THROUGHLINE_MONEY_RUNS'] ?? 1_000) },
  );
  // The sequences are worth something: enough of them come to an end, and have checks issued anew.
  expect(closed).toBeGreaterThan(100);
  expect(reissued).toBeGreaterThan(100);
});
