/** What a reviewer decides on an escalated claim, and how much one person may approve. */
import type { Entity } from '../lifecycle/entity.js';
import type { Actor, PartState } from '../lifecycle/entry.js';
import type { Effect, Sender } from '../lifecycle/spec.js';
import { coveragesIn, isManaged, paidOn, type ClaimFacts } from './facts.js';
import type { Coverage, ManualDecision } from './messages.js';
import { authorityIn, cumulative, isAboveOwn, isPaidUpon, isPaying } from './money.js';
import { denied } from './referrals.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;

/** Goes on where it was, settles, denies, or merges the claim into another. */
export function takeDecision(claim: Claim, decided: ManualDecision, by: Sender): Effect<ClaimState> {
  const { escalation, accepted: before = [] } = claim.facts;
  if (by.approves && isAboveOwnAuthority(claim, decided, by.actor)) return { reject: 'aboveAuthority' };
  const reason = { code: decided.reasonCode, ...(decided.note !== undefined && { note: decided.note }) };
  if (decided.decision === 'continue') {
    if (escalation?.reason === 'noCoverage') return { reject: 'nothingInsured' };
    if (escalation?.reason === 'coverageUnresolved' && coveragesIn(claim.state.parts, 'InReview').length > 0) {
      return { reject: 'amountNeeded' };
    }
    return {
      apply: { facts: { accepted: [...new Set([...before, escalation?.reason ?? 'unknown'])] } },
      move: { to: (escalation?.from ?? 'PolicyValidationPending') as ClaimState, reason },
    };
  }
  if (isPaying(claim)) return { reject: 'paymentUnderWay' };
  if (decided.decision === 'deny') return denied(claim, reason);
  if (decided.decision === 'merge') return mergeInto(claim, decided.into, reason);
  return settleAt(claim, decided, reason);
}

/** Two claims for one loss: this one ends, the other goes on with the evidence of both. */
function mergeInto(
  claim: Claim,
  survivor: string,
  reason: { readonly code: string; readonly note?: string },
): Effect<ClaimState> {
  if (claim.facts.policy?.similarClaims?.includes(survivor) !== true) return { reject: 'notSimilar' };
  if (isPaidUpon(claim)) return { reject: 'paymentRequested' };
  const patch = { facts: { mergedInto: survivor }, outcome: 'merged' };
  return { apply: {}, move: { to: 'Closed', reason: { ...reason, code: 'merged' }, patch } };
}

/** A person sets the amounts: every coverage that is still open gets one, within its limit; zero refuses the coverage. */
function settleAt(
  claim: Claim,
  decided: Extract<ManualDecision, { decision: 'settle' }>,
  reason: { readonly code: string; readonly note?: string },
): Effect<ClaimState> {
  const { policy } = claim.facts;
  if (!policy) return { reject: 'policyUnknown' };
  const open = coveragesIn(claim.state.parts, 'Open', 'Assessed', 'InReview', 'Calculated', 'PaymentFailed');
  const named = decided.amounts.map(({ coverage }) => coverage);
  if (named.some((coverage) => !open.includes(coverage))) return { reject: 'coverageNotOpen' };
  if (new Set(named).size !== named.length) return { reject: 'coverageTwice' };
  if (open.some((coverage) => !named.includes(coverage) && claim.state.parts[coverage]?.state !== 'Calculated')) {
    return { reject: 'amountMissing' };
  }
  for (const { coverage, amount } of decided.amounts) {
    const limit = policy.coverages.find((insured) => insured.coverage === coverage)?.limit;
    const paid = paidOn(claim.state.parts, coverage);
    if (!limit || amount.currency !== limit.currency || paid + amount.minor > limit.minor)
      return { reject: 'aboveLimit' };
  }
  const since = claim.now();
  const parts = Object.fromEntries(
    decided.amounts.map(({ coverage, amount }): [string, PartState] => [
      coverage,
      amount.minor > 0
        ? { state: 'Calculated', since, amount, reason: 'setByReviewer' }
        : { state: 'NotPayable', since, amount, reason: decided.reasonCode },
    ]),
  );
  const payable = open.some((coverage) => (parts[coverage]?.state ?? 'Calculated') === 'Calculated');
  return { apply: { parts }, move: { to: payable ? 'PaymentPending' : 'Closed', reason } };
}

/** More than may be paid without a second person: accepted as calculated, or set by a person. */
export function isAboveAuthority(claim: Claim, decided: ManualDecision, by: Actor): boolean {
  const { settlement, escalation } = claim.facts;
  if (settlement?.authority.people) return isAboveOwnAuthority(claim, decided, by);
  if (decided.decision === 'continue') return escalation?.reason === 'aboveAuthority';
  if (decided.decision !== 'settle') return false;
  // An amount that rests on no calculation is one person's word against nothing.
  if (!settlement) return isManaged(claim.facts);
  return cumulative(claim, amountsOf(decided)) > settlement.authority.limit.minor;
}

/** More than this person may approve. Where nobody has a limit of their own, any second person may. */
function isAboveOwnAuthority(claim: Claim, decided: ManualDecision, by: Actor): boolean {
  if (!authorityIn(claim.facts)?.people) return false;
  const pays =
    decided.decision === 'settle' ||
    (decided.decision === 'continue' && claim.facts.escalation?.reason === 'aboveAuthority');
  return pays && isAboveOwn(claim, amountsOf(decided), by);
}

function amountsOf(decided: ManualDecision): Map<Coverage, number> {
  const amounts = decided.decision === 'settle' ? decided.amounts : [];
  return new Map(amounts.map(({ coverage, amount }) => [coverage, amount.minor]));
}
