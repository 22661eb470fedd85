/** A claim in the hands of others, special investigation, lawyers, appeals, and what it takes up again after its end. */
import type { Entity } from '../lifecycle/entity.js';
import type { PartState, Patch, Reason } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import { coveragesIn, isManaged, type ClaimFacts } from './facts.js';
import type {
  AppealDenial,
  ConcludeReferral,
  DecideAppeal,
  OpenLitigation,
  ReferClaim,
  RequestSupplement,
} from './messages.js';
import { isPaying } from './money.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;
type Taken = Effect<ClaimState>;

interface Because {
  readonly reasonCode: string;
  readonly note?: string;
}

const reasonOf = ({ reasonCode, note }: Because, reference?: string): Reason => ({
  code: reasonCode,
  ...(note !== undefined && { note }),
  ...(reference !== undefined && { reference }),
});

/** Of two claims for one loss the other goes on: what is still to be said belongs to it. */
const elsewhere = (survivor: string): Taken => ({ reject: `mergedInto.${survivor}` });

/** Hands the claim over; what investigation is about is nobody else's business. */
export function takeReferral(claim: Claim, { to, ...because }: ReferClaim): Taken {
  if (isPaying(claim)) return { reject: 'paymentUnderWay' };
  const target = to === 'investigation' ? 'UnderInvestigation' : 'UnderLegalReview';
  const reason: Reason = { ...reasonOf(because), ...(to === 'investigation' && { visibility: 'restricted' as const }) };
  const apply = { facts: { referral: { from: claim.state.state, to } } };
  return { apply, reason, move: { to: target, reason } };
}

/** What the others have found. */
export function takeFinding(claim: Claim, { finding, ...because }: ConcludeReferral): Taken {
  const reason = reasonOf(because);
  const from = (claim.facts.referral?.from ?? 'EscalatedForManualReview') as ClaimState;
  if (finding === 'deny') return denied(claim, reason);
  if (finding === 'settle') return reviewed(claim, reason, 'settlementProposed');
  // A claim that came back for a lawsuit alone is over again.
  return { apply: {}, reason, move: { to: from === 'Reopened' ? 'Closed' : from, reason } };
}

/** The claim ends as denied: with a letter, where its insurer's regulator asks for one. */
export function denied(claim: Claim, reason: Reason): Taken {
  if (isManaged(claim.facts)) {
    return {
      apply: {},
      move: { to: 'DenialPending', reason, patch: { facts: { denial: { reason: reason.code } } } },
    };
  }
  const outcome = coveragesIn(claim.state.parts, 'Paid').length > 0 ? 'partlyPaid' : 'denied';
  return { apply: {}, move: { to: 'Closed', reason, patch: { outcome } } };
}

/** What was decided is open again: the time to decide begins anew, and nothing has been explained of it yet. */
const decidedAnew = (since: string) => ({ decidedAt: null, decideFrom: since, explainedAt: null });

/** A reviewer settles: what was refused is open again. */
function reviewed(claim: Claim, reason: Reason, code: string): Taken {
  const since = claim.now();
  const parts = Object.fromEntries(
    coveragesIn(claim.state.parts, 'NotPayable').map((coverage): [string, PartState] => [
      coverage,
      { state: 'InReview', since, reason: reason.code },
    ]),
  );
  const patch: Patch = { parts, ...(claim.facts.decidedAt && { facts: decidedAnew(since) }) };
  return { apply: patch, reason, move: { to: 'EscalatedForManualReview', reason: { ...reason, code } } };
}

/** The insured appeals; while one appeal is looked at, further ones join it. */
export function takeAppeal(claim: Claim, { reference, ...because }: AppealDenial): Taken {
  const { denial, appeals = [], mergedInto } = claim.facts;
  if (mergedInto !== undefined) return elsewhere(mergedInto);
  if (denial?.appealUntil === undefined) return { reject: 'notDenied' };
  if (claim.state.state === 'Closed' && claim.now() >= denial.appealUntil) return { reject: 'appealTooLate' };
  if (appeals.includes(reference)) return { reject: 'alreadyReceived' };
  return {
    apply: { facts: { appeals: [...appeals, reference], reopening: { by: 'appeal', reference } } },
    reason: reasonOf(because, reference),
  };
}

/** The denial stands, or a reviewer settles the claim. */
export function decideAppeal(claim: Claim, { decision, ...because }: DecideAppeal): Taken {
  const reason = reasonOf(because);
  if (decision === 'overturn') return reviewed(claim, reason, 'appealGranted');
  return { apply: {}, reason, move: { to: 'Closed', reason: { ...reason, code: 'appealDenied' } } };
}

/** Reasons for escalation that are about one settlement. */
const OF_ONE_SETTLEMENT = ['aboveAuthority', 'coverageUnresolved', 'denialProposed'];

/** More damage: the coverages are assessed again, and what was paid is deducted. */
export function takeSupplement(claim: Claim, { coverages, ...because }: RequestSupplement): Taken {
  const { parts } = claim.state;
  if (claim.facts.mergedInto !== undefined) return elsewhere(claim.facts.mergedInto);
  if (!isManaged(claim.facts)) return { reject: 'shortWay' };
  if (new Set(coverages).size !== coverages.length) return { reject: 'coverageTwice' };
  if (coverages.some((coverage) => parts[coverage]?.state !== 'Paid')) return { reject: 'coverageNotPaid' };
  const since = claim.now();
  const { findings, accepted } = claim.facts;
  return {
    apply: {
      facts: {
        findings: findings?.filter(({ coverage }) => !coverages.includes(coverage)),
        settlement: null,
        documents: null,
        repair: null,
        // What was accepted of the earlier settlement does not hold for this one.
        accepted: accepted?.filter((reason) => !OF_ONE_SETTLEMENT.includes(reason)),
        ...decidedAnew(since),
        reopening: { by: 'supplement' },
      },
      parts: Object.fromEntries(coverages.map((coverage): [string, PartState] => [coverage, { state: 'Open', since }])),
      ...claim.expect('assessmentResult'),
    },
    reason: reasonOf(because),
  };
}

/** The claim is in court: its lawyers have it. */
export function takeLitigation(claim: Claim, { reference, ...because }: OpenLitigation): Taken {
  if (claim.facts.mergedInto !== undefined) return elsewhere(claim.facts.mergedInto);
  const reason = reasonOf(because, reference);
  const facts = { reopening: { by: 'litigation', reference }, referral: { from: 'Reopened', to: 'legal' } };
  if (claim.state.state === 'Closed') return { apply: { facts }, reason };
  return { apply: { facts }, reason, move: { to: 'UnderLegalReview', reason } };
}

/** Where a claim that was closed goes on. */
export function resume(claim: Claim): Move<ClaimState> {
  switch (claim.facts.reopening?.by) {
    case 'supplement':
      return { to: 'AwaitingAssessment' };
    case 'appeal':
      return { to: 'AppealUnderReview' };
    case 'litigation':
      return { to: 'UnderLegalReview' };
    default:
      return claim.facts.accepted?.includes('paymentReturned')
        ? { to: 'PaymentPending' }
        : { to: 'EscalatedForManualReview', reason: { code: 'paymentReturned' } };
  }
}
