/** What the scripted services know and do about one claim. Unless a test says otherwise everything goes well. */
import type { Triage } from '../../../activities/assessment/contract.js';
import type { PolicyValidation } from '../../../activities/policy/contract.js';
import type { RequestPaymentInput } from '../../../activities/payments/contract.js';
import type { Money } from '../../../workflows/lifecycle/entry.js';
import type { Coverage, CoverageFinding, FraudDecision } from '../../../workflows/claim/messages.js';

/** Whole dollars as money. */
export const usd = (dollars: number): Money => ({ minor: dollars * 100, currency: 'USD' });

export type PaymentAnswer = 'acknowledge' | 'fail' | 'silence';

export interface Script {
  readonly policy: PolicyValidation;
  /** `silence`: the service accepts the request and never calls back. */
  readonly fraud: FraudDecision | 'silence';
  readonly findings: readonly CoverageFinding[] | 'silence';
  readonly documents: 'arrive' | 'silence';
  readonly triage: Triage;
  /** What each adjuster who is asked says, in order; the last one says it for all further ones. `nobody`: none is free. */
  readonly adjusters: readonly ('accept' | 'decline' | 'silence' | 'nobody')[];
  /** What may be paid without a person. */
  readonly authority: Money;
  /** What each person may approve on one claim; the triage then says it as well. */
  readonly people?: Readonly<Record<string, Money>>;
  /** The vendor whose repair is offered in place of the money. */
  readonly vendor?: string;
  /** Vendors by coverage, in the order in which they are offered. */
  readonly vendors?: Readonly<Partial<Record<Coverage, readonly string[]>>>;
  readonly payment: (input: RequestPaymentInput) => PaymentAnswer;
  /** Called before each attempt of a call; throws what the service fails with. */
  readonly trouble: (activity: string, attempt: number) => void;
}

/** A policy in force over the given coverages: 250,000 each with a deductible of 1,000. */
export const covered = (...coverages: readonly Coverage[]): PolicyValidation => ({
  verdict: 'covered',
  inceptionDate: '2010-01-01',
  coverages: coverages.map((coverage) => ({
    coverage,
    limit: usd(250_000),
    deductible: usd(1_000),
    documents: coverage === 'contents' ? ['proofOfLoss', 'contentsInventory'] : ['proofOfLoss'],
  })),
});

/** The same on a line of business whose claims go the whole way. */
export const managed = (...coverages: readonly Coverage[]): PolicyValidation => ({
  ...covered(...coverages),
  line: 'flood',
});

/** A field adjuster is needed; 20,000 are set aside for the building, 10,000 for its contents. */
export const FIELD: Triage = {
  lane: 'field',
  skill: 'flood',
  area: '116',
  priority: 3,
  reserves: [
    { coverage: 'building', amount: usd(20_000) },
    { coverage: 'contents', amount: usd(10_000) },
  ],
};

/** Findings of damage, in dollars. */
export const damage = (found: Partial<Record<Coverage, number>>): CoverageFinding[] =>
  Object.entries(found).map(([coverage, dollars]) => ({ coverage: coverage as Coverage, damage: usd(dollars) }));

export const CLEAR: FraudDecision = { screenId: 'FS-1', verdict: 'clear', score: 12, rule: 'none' };
export const REFERRED: FraudDecision = {
  screenId: 'FS-1',
  verdict: 'refer',
  score: 912,
  rule: 'loss-in-waiting-period',
};

/** One coverage, 39,000 of damage, 38,000 paid. */
export const ALL_WELL: Script = {
  policy: covered('building'),
  fraud: CLEAR,
  findings: damage({ building: 39_000 }),
  documents: 'arrive',
  triage: FIELD,
  adjusters: ['accept'],
  authority: usd(250_000),
  payment: () => 'acknowledge',
  trouble: () => undefined,
};
