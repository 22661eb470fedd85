/**
 * The claim: from first notice of loss to its outcome.
 *
 *   Submitted → PolicyValidationPending → TriagePending → FraudScreenPending → AwaitingAdjuster → AdjusterAssigned
 *   → AwaitingAssessment → AwaitingDocuments → SettlementCalculated → PaymentPending → Closed
 *
 * Where the policy names no line of business, the claim goes the short way: no triage, no letters, no clocks of a regulator.
 *
 * Whatever needs a person goes to EscalatedForManualReview and comes back to where it was: `continue` accepts the reason and the
 * step is run again, which then finds its question answered. Steps therefore look first at what is already known. What a policy
 * covers, how a loss is screened, what it is worth and what may be paid without a person is decided by the services.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  getExternalWorkflowHandle,
  patched,
  proxyActivities,
} from '@temporalio/workflow';
import { ASSESSMENT_TASK_QUEUE, type AssessmentActivities } from '../../activities/assessment/contract.js';
import { DOCUMENTS_TASK_QUEUE, type DocumentsActivities } from '../../activities/documents/contract.js';
import { FRAUD_TASK_QUEUE, type FraudActivities } from '../../activities/fraud/contract.js';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { PAYMENTS_TASK_QUEUE, type PaymentsActivities } from '../../activities/payments/contract.js';
import { POLICY_TASK_QUEUE, type PolicyActivities } from '../../activities/policy/contract.js';
import { SETTLEMENT_TASK_QUEUE, type SettlementActivities } from '../../activities/settlement/contract.js';
import type { Entity } from '../lifecycle/entity.js';
import type { Money, PartState, Patch } from '../lifecycle/entry.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Effect, LifecycleSpec, Move } from '../lifecycle/spec.js';
import {
  assessed,
  categoryOf,
  coveragesIn,
  isCoverage,
  isManaged,
  nextPayment,
  outcomeOf,
  paidOn,
  settlementLines,
  type ClaimFacts,
  type PaymentIntent,
} from './facts.js';
import {
  awaitAdjuster,
  findAdjuster,
  nextAdjuster,
  takeAcceptance,
  takeAssignment,
  takeRefusal,
  triage,
} from './handling.js';
import { isAboveAuthority, takeDecision } from './decisions.js';
import { documentsReceived, expectDocuments, requiredDocuments, takeDocument, takeMerged } from './documents.js';
import { deny, explainDelay } from './letters.js';
import {
  claimWorkflowId,
  type ClaimMessages,
  type ClaimNotice,
  type ClaimResult,
  type Coverage,
  type ManualDecision,
} from './messages.js';
import {
  approvedAsPaid,
  isPaidUpon,
  isPaying,
  paymentPart,
  pendingAdvance,
  refusedPayment,
  requestedPayments,
  takeAdvance,
  takeClearing,
  takeFailure,
  takeIssue,
  takeReserve,
  takeReturn,
  withAmounts,
} from './money.js';
import {
  decideAppeal,
  resume,
  takeAppeal,
  takeFinding,
  takeLitigation,
  takeReferral,
  takeSupplement,
} from './referrals.js';
import { termsFor } from './regulations.js';
import { claimRemedies } from './remedies.js';
import { repairOffer, takeRepair, takeRepairAnswer } from './repairs.js';
import { claimShapes } from './shapes.js';
import { claimLifecycle, type ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;
type Next = Promise<Move<ClaimState>>;

const policies = proxyActivities<PolicyActivities>(serviceCalls(POLICY_TASK_QUEUE));
const fraud = proxyActivities<FraudActivities>(serviceCalls(FRAUD_TASK_QUEUE));
const assessments = proxyActivities<AssessmentActivities>(serviceCalls(ASSESSMENT_TASK_QUEUE));
const documents = proxyActivities<DocumentsActivities>(serviceCalls(DOCUMENTS_TASK_QUEUE));
const settlements = proxyActivities<SettlementActivities>(serviceCalls(SETTLEMENT_TASK_QUEUE));
const payments = proxyActivities<PaymentsActivities>(serviceCalls(PAYMENTS_TASK_QUEUE));
// A courtesy note gives up soon: the claim is closed in the journal before it is sent, whatever becomes of it.
const notifications = proxyActivities<NotificationsActivities>({
  ...serviceCalls(NOTIFICATIONS_TASK_QUEUE),
  retry: { maximumAttempts: 3 },
});

/** So does what frees others: the desk's own checks find what was not freed. */
const courtesies = proxyActivities<AssessmentActivities>({
  ...serviceCalls(ASSESSMENT_TASK_QUEUE),
  retry: { maximumAttempts: 3 },
});

export const claimSpec: LifecycleSpec<ClaimState, ClaimFacts, ClaimMessages, ClaimNotice, ClaimResult> = {
  lifecycle: claimLifecycle,
  shapes: claimShapes,
  remedies: claimRemedies,
  key: (notice) => notice.claimId,
  born: (notice) => ({
    facts: { notice, ...(notice.catastrophe !== undefined && { catastrophe: notice.catastrophe }) },
  }),

  steps: {
    Submitted: async () => ({ to: 'PolicyValidationPending' }),
    PolicyValidationPending: validatePolicy,
    TriagePending: triage,
    FraudScreenPending: screenForFraud,
    AwaitingAdjuster: afterAdvance(findAdjuster),
    AdjusterAssigned: afterAdvance(awaitAdjuster),
    AwaitingAssessment: afterAdvance(awaitAssessment),
    AwaitingDocuments: afterAdvance(awaitDocuments),
    SettlementCalculated: checkAuthority,
    AwaitingRepairDecision: awaitDecision,
    RepairInProgress: awaitRepair,
    PaymentPending: pay,
    AdvancePending: payAdvance,
    DelayLetterPending: explainDelay,
    DenialPending: deny,
    UnderInvestigation: awaitDecision,
    UnderLegalReview: awaitDecision,
    EscalatedForManualReview: awaitDecision,
    Reopened: async (claim) => resume(claim),
    AppealUnderReview: awaitDecision,
    Closed: takeLeave,
  },

  effects: {
    fraudDecision: (claim, decision) =>
      claim.facts.fraud
        ? { reject: 'alreadyDecided' }
        : { apply: { facts: { fraud: decision }, ...claim.received('fraudDecision') } },
    assessmentResult: takeFindings,
    documentReceived: takeDocument,
    paymentAcknowledged: takeIssue,
    paymentFailed: takeFailure,
    paymentCleared: takeClearing,
    paymentReturned: takeReturn,
    withdraw: takeWithdrawal,
    manualDecision: takeDecision,
    adjusterAssigned: takeAssignment,
    adjusterAccepted: takeAcceptance,
    adjusterDeclined: takeRefusal,
    repairCompleted: takeRepair,
    claimMerged: takeMerged,
    setReserve: takeReserve,
    payAdvance: takeAdvance,
    refer: takeReferral,
    concludeReferral: takeFinding,
    attachCatastrophe: (claim, { catastrophe }) =>
      (claim.facts.catastrophe ?? catastrophe) === catastrophe
        ? { apply: { facts: { catastrophe } } }
        : { reject: 'otherCatastrophe' },
    answerRepairOffer: takeRepairAnswer,
    requestSupplement: takeSupplement,
    appeal: takeAppeal,
    decideAppeal,
    openLitigation: takeLitigation,
  },

  entering: {
    EscalatedForManualReview: rememberWhere,
    FraudScreenPending: (claim) => (claim.facts.fraud ? {} : claim.expect('fraudDecision')),
    AwaitingAdjuster: nextAdjuster,
    AdjusterAssigned: (claim) => claim.expect('acceptance'),
    AwaitingAssessment: (claim) => (isInspected(claim) ? {} : claim.expect('assessmentResult')),
    AwaitingDocuments: (claim) => expectDocuments(claim, requiredDocuments(claim)),
    AwaitingRepairDecision: (claim) => ({
      ...claim.expect('repairAnswer'),
      facts: { decidedAt: claim.facts.decidedAt ?? claim.now() },
    }),
    RepairInProgress: (claim) => claim.expect('repair'),
    PaymentPending: requestedPayments,
    DenialPending: (claim) => ({ facts: { decidedAt: claim.now() } }),
    Closed: (claim, _from, reason) => closing(claim, reason?.code),
  },

  needsSecondPerson: (claim, message, decision, by) =>
    message === 'manualDecision' && isAboveAuthority(claim, decision as ManualDecision, by),
  // What was accepted is open again; a part that was paid or refused stays so.
  corrected: (claim) => ({
    facts: { accepted: (claim.facts.accepted ?? []).filter((reason) => reason !== claim.facts.escalation?.reason) },
  }),
  remind: remindClaimant,

  result: (claim) => ({
    claimId: claim.id,
    outcome: (claim.state.outcome ?? 'denied') as ClaimResult['outcome'],
    closedAt: claim.state.since,
    coverages: (Object.entries(claim.state.parts) as [Coverage, PartState][])
      .filter(([name]) => isCoverage(name))
      .map(([coverage, part]) => ({
        coverage,
        state: part.state,
        ...(part.reason !== undefined && { reason: part.reason }),
        ...(part.state === 'Paid' && part.amount && { paid: paidInAll(claim, coverage, part.amount) }),
      })),
  }),
};

// ---- the way of a claim, step by step -----------------------------------------------------------------------------------------

async function validatePolicy(claim: Claim): Next {
  const { notice } = claim.facts;
  const policy =
    claim.facts.policy ??
    (await policies.validatePolicy({
      key: claim.key('policy-validation'),
      claimId: notice.claimId,
      policyNumber: notice.policyNumber,
      dateOfLoss: notice.dateOfLoss,
    })); // yields
  const since = claim.now();
  const parts = Object.fromEntries(policy.coverages.map(({ coverage }) => [coverage, { state: 'Open', since }]));
  const terms = policy.line && termsFor(policy.line, notice.property.state, notice.dateOfLoss, claim.state.startedAt);
  const patch: Patch = claim.facts.policy ? {} : { facts: { policy, ...(terms && { terms }) }, parts };
  if (policy.verdict !== 'covered' && !accepted(claim, policy.verdict)) {
    return { to: 'EscalatedForManualReview', reason: { code: policy.verdict }, patch };
  }
  if ((policy.similarClaims?.length ?? 0) > 0 && !accepted(claim, 'possibleDuplicate')) {
    return { to: 'EscalatedForManualReview', reason: { code: 'possibleDuplicate' }, patch };
  }
  return { to: terms ? 'TriagePending' : 'FraudScreenPending', patch };
}

async function screenForFraud(claim: Claim): Next {
  const { notice, policy } = claim.facts;
  if (!claim.facts.fraud) {
    await fraud.requestFraudScreen({
      key: claim.key('fraud-screen'),
      claimId: notice.claimId,
      policyNumber: notice.policyNumber,
      dateOfLoss: notice.dateOfLoss,
      inceptionDate: policy?.inceptionDate ?? notice.dateOfLoss,
      callback: { reference: claim.workflowId },
    }); // yields
    await claim.until(() => claim.facts.fraud !== undefined); // yields
  }
  if (claim.facts.fraud?.verdict === 'refer' && !accepted(claim, 'fraudReferred')) {
    return { to: 'EscalatedForManualReview', reason: { code: 'fraudReferred', visibility: 'restricted' } };
  }
  return { to: claim.facts.triage?.lane === 'field' ? 'AwaitingAdjuster' : 'AwaitingAssessment' };
}

async function awaitAssessment(claim: Claim): Next {
  if (!isInspected(claim)) {
    const { adjusterId } = claim.facts.adjuster ?? {};
    await assessments.requestAssessment({
      key: claim.key('assessment'),
      claimId: claim.id,
      coverages: coveragesIn(claim.state.parts, 'Open'),
      ...(adjusterId !== undefined && { adjusterId }),
      callback: { reference: claim.workflowId },
    }); // yields
    await claim.until(() => isInspected(claim)); // yields
  }
  if (coveragesIn(claim.state.parts, 'Assessed').length > 0) return { to: 'AwaitingDocuments' };
  return unresolved(claim) ?? nothingToPay(claim);
}

async function awaitDocuments(claim: Claim): Next {
  const coverages = coveragesIn(claim.state.parts, 'Assessed');
  const { documentsQuestion: question } = claim.facts;
  const requested =
    claim.facts.documents ??
    (await documents.requestDocuments({
      key: claim.key('documents', question && `${claim.ref.stage}.${question}`),
      claimId: claim.id,
      coverages,
      callback: { reference: claim.workflowId },
    })); // yields
  const missing = () => requested.kinds.filter((kind) => !documentsReceived(claim).includes(kind));
  // What the policy's conditions name is expected since the state was entered; the service may ask for more.
  const more = expectDocuments(claim, missing());
  if (more.expectations) claim.learn({ facts: { documents: requested }, ...more });
  await claim.until(() => missing().length === 0); // yields

  const settlement = await settlements.calculateSettlement({
    // An advance may interrupt the calculation, which then has to be made anew.
    key: claim.key('settlement', isManaged(claim.facts) ? `${claim.ref.stage}.${claim.state.enteredBy}` : undefined),
    claimId: claim.id,
    lines: settlementLines(claim.facts, claim.state.parts, coverages),
  }); // yields
  const since = claim.now();
  const parts = Object.fromEntries(
    settlement.lines.map(({ coverage, amount, nonPaymentReason }): [string, PartState] => {
      const paid = paidOn(claim.state.parts, coverage);
      if (amount.minor === 0 && paid > 0)
        return [coverage, { state: 'Paid', since, amount: { ...amount, minor: paid } }];
      return nonPaymentReason !== undefined
        ? [coverage, { state: 'NotPayable', since, reason: nonPaymentReason, amount }]
        : [coverage, { state: 'Calculated', since, amount }];
    }),
  );
  return {
    to: 'SettlementCalculated',
    patch: { facts: { settlement, documents: requested }, parts },
  };
}

async function checkAuthority(claim: Claim): Next {
  const escalation = unresolved(claim);
  if (escalation) return escalation;
  if (coveragesIn(claim.state.parts, 'Calculated').length === 0) return nothingToPay(claim);
  const within = claim.facts.settlement?.authority.within === true || accepted(claim, 'aboveAuthority');
  const offer = within && !claim.facts.repair ? repairOffer(claim) : undefined;
  if (offer) return { to: 'AwaitingRepairDecision', patch: { facts: { repair: offer } } };
  return within
    ? { to: 'PaymentPending', guard: { guard: 'authority', verdict: 'proceed' } }
    : {
        to: 'EscalatedForManualReview',
        reason: { code: 'aboveAuthority' },
        guard: { guard: 'authority', verdict: 'defer', reason: 'aboveAuthority' },
      };
}

async function pay(claim: Claim): Next {
  const due = coveragesIn(claim.state.parts, 'PaymentRequested');
  await Promise.all(due.map((coverage) => requestPayment(claim, coverage, duePayment(claim, coverage)))); // yields
  await claim.until(() => coveragesIn(claim.state.parts, 'PaymentRequested').length === 0); // yields
  return coveragesIn(claim.state.parts, 'PaymentFailed').length > 0
    ? { to: 'EscalatedForManualReview', reason: { code: 'paymentFailed' } }
    : { to: 'Closed' };
}

/**
 * Before a step goes on, an advance that was promised is paid: a hold or a review may have come between. Its money has to be known
 * before anything is settled.
 */
function afterAdvance(step: (claim: Claim) => Next): (claim: Claim) => Next {
  return async (claim) => (pendingAdvance(claim) ? { to: 'AdvancePending' } : step(claim));
}

/** Pays what cannot wait, and goes back to where the claim was. */
async function payAdvance(claim: Claim): Next {
  const pending = pendingAdvance(claim);
  if (pending) {
    const [coverage, intent] = pending;
    await requestPayment(claim, coverage, intent); // yields
    await claim.until(() => claim.state.parts[paymentPart(coverage, intent.ordinal)]?.state !== 'Requested'); // yields
  }
  return { to: claim.detouredFrom ?? 'EscalatedForManualReview' };
}

async function awaitRepair(claim: Claim): Next {
  await claim.until(() => claim.facts.repair?.completed?.length === claim.facts.repair?.coverages.length); // yields
  return { to: 'PaymentPending' };
}

const duePayment = (claim: Claim, coverage: Coverage): PaymentIntent =>
  nextPayment(claim.facts, coverage, claim.state.parts[coverage] as PartState);

async function requestPayment(claim: Claim, coverage: Coverage, intent: PaymentIntent): Promise<void> {
  const { ordinal, amount, ...more } = intent;
  try {
    await payments.requestPayment({
      key: claim.key(`payment-${coverage}`, ordinal),
      claimId: claim.id,
      coverage,
      ordinal,
      amount,
      approved: claim.facts.approved?.[coverage] ?? amount,
      ...more,
      callback: { reference: claim.workflowId },
    }); // yields
  } catch (err) {
    if (!isPaymentRefused(err) || !patched('payment-refused')) throw err;
    // Nothing was paid and nothing will be under this key: a person may settle anew, or deny.
    claim.learn(refusedPayment(claim, coverage, intent, PAYMENT_REFUSED));
  }
}

async function awaitDecision(claim: Claim): Next {
  await claim.until(() => false); // yields: only a decision, a withdrawal or the deadline leads out
  return { to: 'Closed' };
}

async function takeLeave(claim: Claim): Promise<void> {
  const { mergedInto, survivorTold } = claim.facts;
  if (mergedInto !== undefined && !survivorTold) await tellSurvivor(claim, mergedInto); // yields
  if (claim.facts.adjuster && !isInspected(claim)) {
    const key = claim.key('adjuster-release', `${claim.ref.stage}.${claim.facts.adjuster.attempt}`);
    await courtesies.releaseAdjuster({ key, claimId: claim.id }).catch(() => undefined); // yields; others only wait longer
  }
  await sendClosingNotice(claim); // yields
}

/** The claim that survives learns of this one and of the evidence that has arrived here. */
async function tellSurvivor(claim: Claim, survivor: string): Promise<void> {
  // What is told to others is on record first.
  await claim.recorder.flush(); // yields
  const envelope = {
    entityId: survivor,
    messageId: `merged-${claim.id}-${claim.state.visits['Closed']?.entered ?? 1}`,
    occurredAt: claim.now(),
    source: `/${claim.workflowId}`,
    actor: { kind: 'system', id: 'throughline', authenticated: 'temporal' },
    schemaVersion: 1,
  };
  const data = { claimId: claim.id, documents: documentsReceived(claim) };
  await getExternalWorkflowHandle(claimWorkflowId(survivor))
    .signal('claimMerged', { envelope, data })
    .then(
      () => claim.learn({ facts: { survivorTold: true } }),
      () => claim.learn({ attention: 'survivorNotTold' }),
    ); // yields
}

async function sendClosingNotice(claim: Claim): Promise<void> {
  const { claimant } = claim.facts.notice;
  await notifications
    .sendNotice({
      // Not of the stage: a reopening that is refused closes nothing.
      key: claim.key('notice-closed', claim.state.visits['Closed']?.entered ?? 1),
      claimId: claim.id,
      template: 'claimClosed',
      values: { outcome: claim.state.outcome ?? '' },
      ...(claimant !== undefined && { recipient: claimant }),
    })
    .catch(() => undefined); // yields; a courtesy note that fails changes nothing
}

// ---- what messages do ---------------------------------------------------------------------------------------------------------

function takeFindings(claim: Claim, result: ClaimMessages['assessmentResult']): Effect<ClaimState> {
  const { policy } = claim.facts;
  if (!policy) return { reject: 'policyUnknown' };
  // What is found after the calculation is for the reviewer, who sets the amount.
  if (claim.facts.settlement) return { reject: 'alreadyCalculated' };
  const open = coveragesIn(claim.state.parts, 'Open', 'InReview', 'Assessed');
  const told = result.findings.map(({ coverage }) => coverage);
  if (new Set(told).size !== told.length) return { reject: 'coverageTwice' };
  if (told.some((coverage) => claim.state.parts[coverage] === undefined)) return { reject: 'notInsured' };
  if (told.some((coverage) => !open.includes(coverage))) return { reject: 'alreadySettled' };
  const stillOpen = coveragesIn(claim.state.parts, 'Open').filter((coverage) => !told.includes(coverage));
  if (stillOpen.length > 0) return { reject: 'coverageMissing' };
  const others = (claim.facts.findings ?? []).filter(({ coverage }) => !told.includes(coverage));
  const parts = Object.fromEntries(
    result.findings.map((finding) => [finding.coverage, assessed(finding, policy, claim.now())]),
  );
  const facts = { findings: [...others, ...result.findings], ...askedAnew(claim, parts) };
  return { apply: { facts, parts, ...claim.received('assessmentResult') } };
}

/** Once documents may have been asked for, findings that change which coverages are to be settled make another question of it. */
function askedAnew(claim: Claim, found: Patch['parts']): Partial<ClaimFacts> {
  const before = coveragesIn(claim.state.parts, 'Assessed');
  const after = coveragesIn({ ...claim.state.parts, ...found }, 'Assessed');
  if (before.length === 0 || before.join() === after.join() || !patched('documents-question')) return {};
  return { documents: null, documentsQuestion: (claim.facts.documentsQuestion ?? 1) + 1 };
}

function takeWithdrawal(claim: Claim, withdrawal: ClaimMessages['withdraw']): Effect<ClaimState> {
  const { parts, state } = claim.state;
  const note = withdrawal.note !== undefined && { note: withdrawal.note };
  // Of an appeal that is taken back the denial is left, and what was paid beside it.
  if (state === 'AppealUnderReview') {
    return { apply: {}, move: { to: 'Closed', reason: { code: 'appealWithdrawn', ...note } } };
  }
  if (isPaying(claim) || isPaidUpon(claim) || coveragesIn(parts, 'PaymentFailed').length > 0) {
    return { reject: 'paymentRequested' };
  }
  if (claim.facts.repair?.completed) return { reject: 'repairInvoiced' };
  return { apply: {}, move: { to: 'Closed', reason: { code: 'withdrawn', ...note } } };
}

// ---- helpers ------------------------------------------------------------------------------------------------------------------

/** Coverages that nobody could calculate go to a person, once everything that could be calculated is. */
function unresolved(claim: Claim): Move<ClaimState> | undefined {
  return coveragesIn(claim.state.parts, 'InReview').length > 0
    ? { to: 'EscalatedForManualReview', reason: { code: 'coverageUnresolved' } }
    : undefined;
}

/** Every coverage that is open has been looked at. */
function isInspected(claim: Claim): boolean {
  return (
    claim.facts.findings !== undefined &&
    (!isManaged(claim.facts) || coveragesIn(claim.state.parts, 'Open').length === 0)
  );
}

/** No coverage leaves anything to pay: a denial needs a person, unless the insurer has said otherwise. */
function nothingToPay(claim: Claim): Move<ClaimState> {
  if (!isManaged(claim.facts) || outcomeOf(claim.state.parts) !== 'denied') return { to: 'Closed' };
  if (claim.facts.policy?.automaticDenial || accepted(claim, 'denialProposed')) {
    const [refused] = coveragesIn(claim.state.parts, 'NotPayable');
    const reason = (refused && claim.state.parts[refused]?.reason) ?? '97';
    return { to: 'DenialPending', reason: { code: reason }, patch: { facts: { denial: { reason } } } };
  }
  return { to: 'EscalatedForManualReview', reason: { code: 'denialProposed' } };
}

/** Remembers where to resume; a review that is escalated again still resumes at the first place. */
function rememberWhere(claim: Claim, from: ClaimState, reason: { readonly code: string } | undefined): Patch {
  const { escalation, referral } = claim.facts;
  const handedBack = from === 'UnderInvestigation' || from === 'UnderLegalReview';
  const before = claim.detouredFrom ?? from;
  if (
    before === 'EscalatedForManualReview' ||
    (handedBack && escalation && referral?.from === 'EscalatedForManualReview')
  ) {
    return {};
  }
  // Whoever was asked is not asked again after a review.
  const place = before === 'AdjusterAssigned' ? 'AwaitingAdjuster' : before;
  const why = reason?.code ?? 'unknown';
  const category = isManaged(claim.facts) && { category: categoryOf(why) };
  return { facts: { escalation: { from: place, reason: why, ...category } } };
}

function paidInAll(claim: Claim, coverage: Coverage, amount: Money): Money {
  return isManaged(claim.facts) ? { ...amount, minor: paidOn(claim.state.parts, coverage) } : amount;
}

/** The one refusal that says for certain that no money moves. */
const PAYMENT_REFUSED = 'PaymentExceedsApproval';

function isPaymentRefused(err: unknown): boolean {
  if (!(err instanceof ActivityFailure) || !(err.cause instanceof ApplicationFailure)) return false;
  return err.cause.type === PAYMENT_REFUSED;
}

function accepted(claim: Claim, reason: string): boolean {
  return claim.facts.accepted?.includes(reason) === true;
}

async function remindClaimant(claim: Claim, expectation: string, ordinal: number): Promise<void> {
  const { claimant } = claim.facts.notice;
  await notifications.sendNotice({
    key: claim.key(`reminder-${expectation.replace(':', '-')}`, `${claim.ref.stage}.${ordinal}`),
    claimId: claim.id,
    template: 'documentsReminder',
    values: { missing: claim.state.expectations[expectation]?.what ?? expectation },
    ...(claimant !== undefined && { recipient: claimant }),
  }); // yields
}

/** On the way into Closed: what was still open ends, and the outcome is named. */
function closing(claim: Claim, reason: string | undefined): Patch {
  const since = claim.now();
  const left = coveragesIn(claim.state.parts, 'Open', 'Assessed', 'InReview', 'Calculated', 'PaymentFailed');
  const withdrawn = reason === 'withdrawn';
  const ended: PartState = withdrawn
    ? { state: 'Withdrawn', since }
    : { state: 'NotPayable', since, reason: reason ?? '97' };
  const parts = Object.fromEntries(left.map((coverage) => [coverage, ended]));
  const outcome = withdrawn ? 'withdrawn' : outcomeOf({ ...claim.state.parts, ...parts });
  const facts = { reserves: {}, payableFrom: null, ...approvedAsPaid(claim) };
  return withAmounts(claim, { parts, outcome, ...(isManaged(claim.facts) && { facts }) });
}
