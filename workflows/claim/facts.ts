/** What a claim knows, and what follows from it: pure functions that the flow in `workflow.ts` reads like sentences. */
import type { Triage } from '../../activities/assessment/contract.js';
import type { DocumentsRequested } from '../../activities/documents/contract.js';
import type { LetterDispatched, LetterKind } from '../../activities/notifications/contract.js';
import type { RequestPaymentInput } from '../../activities/payments/contract.js';
import type { PolicyValidation } from '../../activities/policy/contract.js';
import type { Settlement } from '../../activities/settlement/contract.js';
import type { EntityState, Instant, Money, PartState } from '../lifecycle/entry.js';
import type { ClaimNotice, ClaimOutcome, Coverage, CoverageFinding, FraudDecision } from './messages.js';
import type { Terms } from './regulations.js';

/** A payment on one coverage; `ordinal` counts business repetitions (a failed payment is followed by the next ordinal). */
export interface PaymentIntent extends Pick<RequestPaymentInput, 'kind' | 'payees' | 'replaces'> {
  readonly ordinal: number;
  readonly amount: Money;
}

/** What a claim comes to, in minor units of one currency. */
export interface Amounts {
  readonly currency: string;
  /** Set aside; nothing once the claim is closed. */
  readonly reserved: number;
  /** Approved for payment in all. */
  readonly approved: number;
  /** Issued and not come back. */
  readonly paid: number;
  /** Approved and not yet paid. */
  readonly open: number;
}

/** The search for somebody who inspects the loss. */
export interface AdjusterSearch {
  /** How often somebody was looked for, from 1. */
  readonly attempt: number;
  /** How often that was before a person last took it in hand. Default: never. */
  readonly attemptsBefore?: number;
  /** Who was asked and did not take it. */
  readonly excluded: readonly string[];
  readonly assignmentId?: string;
  readonly adjusterId?: string;
  readonly accepted?: true;
}

/** The claim's facts, as its journal builds them. */
export interface ClaimFacts {
  readonly notice: ClaimNotice;
  readonly catastrophe?: string;
  readonly policy?: PolicyValidation;
  readonly fraud?: FraudDecision;
  readonly findings?: readonly CoverageFinding[];
  /** Null: what they were asked for has changed. */
  readonly documents?: DocumentsRequested | null;
  /** How often the question which documents are needed has changed, from 2; absent: it was asked once, or not yet. */
  readonly documentsQuestion?: number;
  /** Kinds that have arrived. */
  readonly documentsReceived?: readonly string[];
  /** Null: what was settled is being assessed again. */
  readonly settlement?: Settlement | null;
  readonly payments?: Readonly<Partial<Record<Coverage, PaymentIntent>>>;
  /** Reasons for escalation that a person has accepted with `continue`. */
  readonly accepted?: readonly string[];
  /** Where an escalated claim was and why it was escalated. */
  readonly escalation?: { readonly from: string; readonly reason: string; readonly category?: EscalationCategory };
  /** The rules that it lives under; absent where the policy names no line of business. */
  readonly terms?: Terms;
  readonly triage?: Triage;
  readonly adjuster?: AdjusterSearch;
  readonly reserves?: Readonly<Partial<Record<Coverage, Money>>>;
  readonly approved?: Readonly<Partial<Record<Coverage, Money>>>;
  readonly amounts?: Amounts;
  /** Proofs of dispatch, of each kind the latest. */
  readonly letters?: Readonly<Partial<Record<LetterKind, LetterDispatched>>>;
  /** Proofs of dispatch of all letters that explained a delay, in order. */
  readonly delays?: readonly LetterDispatched[];
  /** When a delay was last explained; null: what was decided is open again. */
  readonly explainedAt?: Instant | null;
  readonly proofOfLossAt?: Instant;
  /** When the time to decide began: with the proof of loss, and anew where a decision is opened again. */
  readonly decideFrom?: Instant;
  /** When it was accepted or denied; null: open again. */
  readonly decidedAt?: Instant | null;
  /** When the time to pay began; null: nothing is to be paid. */
  readonly payableFrom?: Instant | null;
  /** Where the claim was when it was handed to others. */
  readonly referral?: { readonly from: string; readonly to: 'investigation' | 'legal' };
  readonly denial?: { readonly reason: string; readonly appealUntil?: Instant };
  readonly appeals?: readonly string[];
  /** The offer of one vendor. Null: what was settled is being assessed again. */
  readonly repair?: {
    readonly vendorId: string;
    readonly coverages: readonly Coverage[];
    /** Vendors whose offers came to nothing before. */
    readonly declined?: readonly string[];
    readonly answered?: 'accepted' | 'declined';
    readonly completed?: readonly Coverage[];
  } | null;
  readonly reopening?: {
    readonly by: 'supplement' | 'appeal' | 'litigation' | 'returnedPayment';
    readonly reference?: string;
  };
  /** The claim that survives, of two for the same loss. */
  readonly mergedInto?: string;
  /** It knows. */
  readonly survivorTold?: true;
  /** The claims that were merged into this one. */
  readonly merged?: readonly string[];
}

/** What an escalation is about, as operations count them. */
export type EscalationCategory = 'fraud' | 'authority' | 'coverage' | 'deadline' | 'dependency' | 'duplicate' | 'other';

const CATEGORIES: Readonly<Record<string, EscalationCategory>> = {
  fraudReferred: 'fraud',
  aboveAuthority: 'authority',
  denialProposed: 'authority',
  appealGranted: 'authority',
  settlementProposed: 'authority',
  noCoverage: 'coverage',
  startsAfterLoss: 'coverage',
  coverageUnresolved: 'coverage',
  deadlineElapsed: 'deadline',
  noAdjuster: 'dependency',
  serviceFailed: 'dependency',
  paymentFailed: 'dependency',
  paymentReturned: 'dependency',
  possibleDuplicate: 'duplicate',
};

/** The category of a reason code; those of named clocks end in `Elapsed`, those of a service's refusal begin with a capital. */
export function categoryOf(reason: string): EscalationCategory {
  if (Object.hasOwn(CATEGORIES, reason)) return CATEGORIES[reason] ?? 'other';
  if (reason.endsWith('Elapsed')) return 'deadline';
  return /^[A-Z]/.test(reason) ? 'dependency' : 'other';
}

/** Whether the claim goes the whole way, with triage, letters and clocks: its policy says which line of business it is. */
export const isManaged = ({ policy }: ClaimFacts): boolean => policy?.line !== undefined;

type Parts = EntityState['parts'];

/** The coverages that are in one of the given part states. */
export function coveragesIn(parts: Parts, ...states: readonly string[]): Coverage[] {
  return (Object.entries(parts) as [Coverage, PartState][])
    .filter(([name, part]) => isCoverage(name) && states.includes(part.state))
    .map(([coverage]) => coverage);
}

/** Payments are parts too: `payment:building-1`. */
export const isCoverage = (part: string): boolean => !part.includes(':');

/** NFIP non-payment reasons by what they make of a claim on which nothing is paid. */
const OPENED_IN_ERROR = ['98', '99'];
const WITHOUT_PAYMENT = ['01', '08'];

/**
 * How a claim ends, by its coverages: paid when every coverage is, partly paid when some are; otherwise the weightiest of the
 * refusals: a denial before a closing without payment before an opening in error.
 */
export function outcomeOf(parts: Parts): ClaimOutcome {
  const all = Object.entries(parts).flatMap(([name, part]) => (isCoverage(name) ? [part] : []));
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
export function settlementLines(facts: ClaimFacts, parts: Parts, coverages: readonly Coverage[]) {
  return coverages.map((coverage) => {
    const damage = facts.findings?.find((finding) => finding.coverage === coverage)?.damage;
    const insured = facts.policy?.coverages.find((candidate) => candidate.coverage === coverage);
    if (!damage || !insured?.deductible)
      throw new Error(`coverage ${coverage} is Assessed without damage and deductible`);
    const paid = paidOn(parts, coverage);
    const already = paid > 0 && { paid: { minor: paid, currency: damage.currency } };
    return { coverage, damage, deductible: insured.deductible, limit: insured.limit, ...already };
  });
}

/** What was issued on a coverage and has not come back, in minor units. */
export function paidOn(parts: Parts, coverage: Coverage): number {
  return paymentsOn(parts, coverage)
    .filter(([, { state }]) => state === 'Issued' || state === 'Cleared')
    .reduce((sum, [, { amount }]) => sum + (amount?.minor ?? 0), 0);
}

/** The payments on a coverage, by number. */
export function paymentsOn(parts: Parts, coverage: Coverage): (readonly [ordinal: number, part: PartState])[] {
  const prefix = `payment:${coverage}-`;
  return Object.entries(parts)
    .flatMap(([name, part]) => (name.startsWith(prefix) ? [[Number(name.slice(prefix.length)), part] as const] : []))
    .sort(([a], [b]) => a - b);
}

/** The payment that is due on a coverage: the same one again while it is under way, the next one after a failure. */
export function nextPayment(facts: ClaimFacts, coverage: Coverage, part: PartState): PaymentIntent {
  const last = facts.payments?.[coverage];
  if (last && part.state === 'PaymentRequested') return last;
  const amount = part.amount ?? last?.amount;
  if (!amount) throw new Error(`coverage ${coverage} is to be paid without an amount`);
  return { ordinal: (last?.ordinal ?? 0) + 1, amount };
}
