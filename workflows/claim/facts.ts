/** What a claim knows, and what follows from it: pure functions that the flow in `workflow.ts` reads like sentences. */
import type { DocumentsRequested } from '../../activities/documents/contract.js';
import type { PolicyValidation } from '../../activities/policy/contract.js';
import type { Settlement } from '../../activities/settlement/contract.js';
import type { EntityState, Money, PartState } from '../lifecycle/entry.js';
import type { ClaimNotice, ClaimOutcome, Coverage, CoverageFinding, FraudDecision } from './messages.js';

/** A payment on one coverage; `ordinal` counts business repetitions (a failed payment is followed by the next ordinal). */
export interface PaymentIntent {
  readonly ordinal: number;
  readonly amount: Money;
}

/** The claim's facts, as its journal builds them. */
export interface ClaimFacts {
  readonly notice: ClaimNotice;
  readonly catastrophe?: string;
  readonly policy?: PolicyValidation;
  readonly fraud?: FraudDecision;
  readonly findings?: readonly CoverageFinding[];
  readonly documents?: DocumentsRequested;
  /** Kinds that have arrived. */
  readonly documentsReceived?: readonly string[];
  readonly settlement?: Settlement;
  readonly payments?: Readonly<Partial<Record<Coverage, PaymentIntent>>>;
  /** Reasons for escalation that a person has accepted with `continue`. */
  readonly accepted?: readonly string[];
  /** Where an escalated claim was and why it was escalated. */
  readonly escalation?: { readonly from: string; readonly reason: string };
}

type Parts = EntityState['parts'];

/** The coverages that are in one of the given part states. */
export function coveragesIn(parts: Parts, ...states: readonly string[]): Coverage[] {
  return (Object.entries(parts) as [Coverage, PartState][])
    .filter(([, part]) => states.includes(part.state))
    .map(([coverage]) => coverage);
}

/** NFIP non-payment reasons by what they make of a claim on which nothing is paid. */
const OPENED_IN_ERROR = ['98', '99'];
const WITHOUT_PAYMENT = ['01', '08'];

/**
 * How a claim ends, by its coverages: paid when every coverage is, partly paid when some are; otherwise the weightiest of the
 * refusals: a denial before a closing without payment before an opening in error.
 */
export function outcomeOf(parts: Parts): ClaimOutcome {
  const all = Object.values(parts);
  const paid = all.filter((part) => part.state === 'Paid').length;
  if (paid > 0) return paid === all.length ? 'paid' : 'partlyPaid';
  if (all.some((part) => part.state === 'Withdrawn')) return 'withdrawn';
  const reasons = all.map((part) => part.reason ?? '');
  if (reasons.some((reason) => !OPENED_IN_ERROR.includes(reason) && !WITHOUT_PAYMENT.includes(reason))) return 'denied';
  return reasons.some((reason) => WITHOUT_PAYMENT.includes(reason)) ? 'closedWithoutPayment' : 'openedInError';
}

/** What the adjuster's finding makes of a coverage. */
export function assessed(finding: CoverageFinding, policy: PolicyValidation, since: string): PartState {
  if (finding.nonPaymentReason !== undefined) return { state: 'NotPayable', since, reason: finding.nonPaymentReason };
  if (finding.damage === undefined || finding.damage.minor === 0) {
    return { state: 'InReview', since, reason: 'noDamageReported' };
  }
  const insured = policy.coverages.find(({ coverage }) => coverage === finding.coverage);
  if (insured?.deductible === undefined) {
    return { state: 'InReview', since, reason: 'deductibleUnknown', amount: finding.damage };
  }
  return { state: 'Assessed', since, amount: finding.damage };
}

/** The lines that can be calculated: damage, deductible and limit are all known. */
export function settlementLines(facts: ClaimFacts, coverages: readonly Coverage[]) {
  return coverages.map((coverage) => {
    const damage = facts.findings?.find((finding) => finding.coverage === coverage)?.damage;
    const insured = facts.policy?.coverages.find((candidate) => candidate.coverage === coverage);
    if (!damage || !insured?.deductible)
      throw new Error(`coverage ${coverage} is Assessed without damage and deductible`);
    return { coverage, damage, deductible: insured.deductible, limit: insured.limit };
  });
}

/** The payment that is due on a coverage: the same one again while it is under way, the next one after a failure. */
export function nextPayment(facts: ClaimFacts, coverage: Coverage, part: PartState): PaymentIntent {
  const last = facts.payments?.[coverage];
  if (last && part.state === 'PaymentRequested') return last;
  const amount = part.amount ?? last?.amount;
  if (!amount) throw new Error(`coverage ${coverage} is to be paid without an amount`);
  return { ordinal: (last?.ordinal ?? 0) + 1, amount };
}
