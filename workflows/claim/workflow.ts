/**
 * The claim: from first notice of loss to its outcome.
 *
 *   Submitted → PolicyValidationPending → FraudScreenPending → AwaitingAssessment → AwaitingDocuments → SettlementCalculated
 *   → PaymentPending → Closed
 *
 * Whatever needs a person goes to EscalatedForManualReview and comes back to where it was: `continue` accepts the reason and the
 * step is run again, which then finds its question answered. Steps therefore look first at what is already known. What a policy
 * covers, how a loss is screened, what it is worth and what may be paid without a person is decided by the services.
 */
import { ActivityFailure, ApplicationFailure, patched, proxyActivities } from '@temporalio/workflow';
import { ASSESSMENT_TASK_QUEUE, type AssessmentActivities } from '../../activities/assessment/contract.js';
import { DOCUMENTS_TASK_QUEUE, type DocumentsActivities } from '../../activities/documents/contract.js';
import { FRAUD_TASK_QUEUE, type FraudActivities } from '../../activities/fraud/contract.js';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { PAYMENTS_TASK_QUEUE, type PaymentsActivities } from '../../activities/payments/contract.js';
import { POLICY_TASK_QUEUE, type PolicyActivities } from '../../activities/policy/contract.js';
import { SETTLEMENT_TASK_QUEUE, type SettlementActivities } from '../../activities/settlement/contract.js';
import type { Entity } from '../lifecycle/entity.js';
import type { Expectation, PartState, Patch } from '../lifecycle/entry.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Effect, LifecycleSpec, Move } from '../lifecycle/spec.js';
import { assessed, coveragesIn, nextPayment, outcomeOf, settlementLines, type ClaimFacts } from './facts.js';
import type { ClaimMessages, ClaimNotice, ClaimResult, Coverage, ManualDecision, PaymentFailed } from './messages.js';
import { claimRemedies } from './remedies.js';
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
    FraudScreenPending: screenForFraud,
    AwaitingAssessment: awaitAssessment,
    AwaitingDocuments: awaitDocuments,
    SettlementCalculated: checkAuthority,
    PaymentPending: pay,
    EscalatedForManualReview: awaitDecision,
    Closed: sendClosingNotice,
  },

  effects: {
    fraudDecision: (claim, decision) =>
      claim.facts.fraud
        ? { reject: 'alreadyDecided' }
        : { apply: { facts: { fraud: decision }, ...claim.received('fraudDecision') } },
    assessmentResult: takeFindings,
    documentReceived: takeDocument,
    paymentAcknowledged: (claim, paid) =>
      settlePayment(claim, paid, { state: 'Paid', since: claim.now(), amount: paid.amount }),
    paymentFailed: takePaymentFailure,
    withdraw: takeWithdrawal,
    manualDecision: takeDecision,
  },

  entering: {
    // Remembers where to resume; a review that is escalated again still resumes at the first place.
    EscalatedForManualReview: (_claim, from, reason) =>
      from === 'EscalatedForManualReview' ? {} : { facts: { escalation: { from, reason: reason?.code ?? 'unknown' } } },
    FraudScreenPending: (claim) => (claim.facts.fraud ? {} : claim.expect('fraudDecision')),
    AwaitingAssessment: (claim) => (claim.facts.findings ? {} : claim.expect('assessmentResult')),
    AwaitingDocuments: (claim) => expectDocuments(claim, requiredDocuments(claim)),
    PaymentPending: requestedPayments,
    Closed: (claim, _from, reason) => closing(claim, reason?.code),
  },

  needsSecondPerson: (claim, _message, decision) => isAboveAuthority(claim, decision as ManualDecision),
  // What was accepted is open again; a part that was paid or refused stays so.
  corrected: (claim) => ({
    facts: { accepted: (claim.facts.accepted ?? []).filter((reason) => reason !== claim.facts.escalation?.reason) },
  }),
  remind: remindClaimant,

  result: (claim) => ({
    claimId: claim.id,
    outcome: (claim.state.outcome ?? 'denied') as ClaimResult['outcome'],
    closedAt: claim.state.since,
    coverages: (Object.entries(claim.state.parts) as [Coverage, PartState][]).map(([coverage, part]) => ({
      coverage,
      state: part.state,
      ...(part.reason !== undefined && { reason: part.reason }),
      ...(part.state === 'Paid' && part.amount && { paid: part.amount }),
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
  const patch: Patch = claim.facts.policy ? {} : { facts: { policy }, parts };
  if (policy.verdict !== 'covered' && !accepted(claim, policy.verdict)) {
    return { to: 'EscalatedForManualReview', reason: { code: policy.verdict }, patch };
  }
  return { to: 'FraudScreenPending', patch };
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
  return { to: 'AwaitingAssessment' };
}

async function awaitAssessment(claim: Claim): Next {
  if (!claim.facts.findings) {
    await assessments.requestAssessment({
      key: claim.key('assessment'),
      claimId: claim.id,
      coverages: coveragesIn(claim.state.parts, 'Open'),
      callback: { reference: claim.workflowId },
    }); // yields
    await claim.until(() => claim.facts.findings !== undefined); // yields
  }
  if (coveragesIn(claim.state.parts, 'Assessed').length > 0) return { to: 'AwaitingDocuments' };
  return unresolved(claim) ?? { to: 'Closed' };
}

async function awaitDocuments(claim: Claim): Next {
  const coverages = coveragesIn(claim.state.parts, 'Assessed');
  const requested =
    claim.facts.documents ??
    (await documents.requestDocuments({
      key: claim.key('documents'),
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
    key: claim.key('settlement'),
    claimId: claim.id,
    lines: settlementLines(claim.facts, coverages),
  }); // yields
  const since = claim.now();
  const parts = Object.fromEntries(
    settlement.lines.map(({ coverage, amount, nonPaymentReason }): [string, PartState] => [
      coverage,
      nonPaymentReason !== undefined
        ? { state: 'NotPayable', since, reason: nonPaymentReason, amount }
        : { state: 'Calculated', since, amount },
    ]),
  );
  return {
    to: 'SettlementCalculated',
    patch: { facts: { settlement, documents: requested }, parts },
  };
}

async function checkAuthority(claim: Claim): Next {
  const escalation = unresolved(claim);
  if (escalation) return escalation;
  if (coveragesIn(claim.state.parts, 'Calculated').length === 0) return { to: 'Closed' };
  const within = claim.facts.settlement?.authority.within === true || accepted(claim, 'aboveAuthority');
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
  await Promise.all(due.map((coverage) => requestPayment(claim, coverage))); // yields
  await claim.until(() => coveragesIn(claim.state.parts, 'PaymentRequested').length === 0); // yields
  return coveragesIn(claim.state.parts, 'PaymentFailed').length > 0
    ? { to: 'EscalatedForManualReview', reason: { code: 'paymentFailed' } }
    : { to: 'Closed' };
}

async function requestPayment(claim: Claim, coverage: Coverage): Promise<void> {
  const part = claim.state.parts[coverage] as PartState;
  const intent = nextPayment(claim.facts, coverage, part);
  try {
    await payments.requestPayment({
      key: claim.key(`payment-${coverage}`, intent.ordinal),
      claimId: claim.id,
      coverage,
      ordinal: intent.ordinal,
      amount: intent.amount,
      approved: intent.amount,
      callback: { reference: claim.workflowId },
    }); // yields
  } catch (err) {
    if (!isPaymentRefused(err) || !patched('payment-refused')) throw err;
    // Nothing was paid and nothing will be under this key: a person may settle anew, or deny.
    claim.learn({
      parts: { [coverage]: { ...part, state: 'PaymentFailed', since: claim.now(), reason: PAYMENT_REFUSED } },
      ...claim.received(`payment:${coverage}`),
    });
  }
}

async function awaitDecision(claim: Claim): Next {
  await claim.until(() => false); // yields: only a decision, a withdrawal or the deadline leads out
  return { to: 'Closed' };
}

async function sendClosingNotice(claim: Claim): Promise<void> {
  const { claimant } = claim.facts.notice;
  await notifications
    .sendNotice({
      key: claim.key('notice-closed'),
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
  return {
    apply: { facts: { findings: [...others, ...result.findings] }, parts, ...claim.received('assessmentResult') },
  };
}

function takeDocument(claim: Claim, document: ClaimMessages['documentReceived']): Effect<ClaimState> {
  const kinds = documentsReceived(claim);
  if (kinds.includes(document.kind)) return { reject: 'alreadyReceived' };
  return {
    apply: {
      facts: { documentsReceived: [...kinds, document.kind] },
      ...claim.received(`document:${document.kind}`),
    },
  };
}

/** Kinds that have arrived, whether or not the answer to the request was there first. */
function documentsReceived(claim: Claim): readonly string[] {
  return claim.facts.documentsReceived ?? [];
}

function settlePayment(
  claim: Claim,
  about: Pick<PaymentFailed, 'coverage' | 'ordinal'>,
  part: PartState,
): Effect<ClaimState> {
  const intent = claim.facts.payments?.[about.coverage];
  if (!intent || intent.ordinal !== about.ordinal) return { reject: 'unknownPayment' };
  if (claim.state.parts[about.coverage]?.state !== 'PaymentRequested') return { reject: 'alreadyAnswered' };
  return { apply: { parts: { [about.coverage]: part }, ...claim.received(`payment:${about.coverage}`) } };
}

function takePaymentFailure(claim: Claim, failed: PaymentFailed): Effect<ClaimState> {
  const amount = claim.state.parts[failed.coverage]?.amount;
  return settlePayment(claim, failed, {
    state: 'PaymentFailed',
    since: claim.now(),
    reason: failed.code,
    ...(amount && { amount }),
  });
}

function takeWithdrawal(claim: Claim, withdrawal: ClaimMessages['withdraw']): Effect<ClaimState> {
  if (coveragesIn(claim.state.parts, 'PaymentRequested', 'PaymentFailed', 'Paid').length > 0) {
    return { reject: 'paymentRequested' };
  }
  return {
    apply: {},
    move: {
      to: 'Closed',
      reason: { code: 'withdrawn', ...(withdrawal.note !== undefined && { note: withdrawal.note }) },
    },
  };
}

function takeDecision(claim: Claim, decided: ManualDecision): Effect<ClaimState> {
  const { escalation, accepted: before = [] } = claim.facts;
  const reason = { code: decided.reasonCode, ...(decided.note !== undefined && { note: decided.note }) };
  const paying = coveragesIn(claim.state.parts, 'PaymentRequested');
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
  if (paying.length > 0) return { reject: 'paymentUnderWay' };
  if (decided.decision === 'deny') {
    const outcome = coveragesIn(claim.state.parts, 'Paid').length > 0 ? 'partlyPaid' : 'denied';
    return { apply: {}, move: { to: 'Closed', reason, patch: { outcome } } };
  }
  return settleAt(claim, decided, reason);
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
    if (!limit || amount.currency !== limit.currency || amount.minor > limit.minor) return { reject: 'aboveLimit' };
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

// ---- helpers ------------------------------------------------------------------------------------------------------------------

/** Coverages that nobody could calculate go to a person, once everything that could be calculated is. */
function unresolved(claim: Claim): Move<ClaimState> | undefined {
  return coveragesIn(claim.state.parts, 'InReview').length > 0
    ? { to: 'EscalatedForManualReview', reason: { code: 'coverageUnresolved' } }
    : undefined;
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

/** Each document that is not yet waited for: the claimant is asked for it, and reminded of it, by itself. */
function expectDocuments(claim: Claim, kinds: readonly string[]): Patch {
  const fresh = kinds.filter(
    (kind) => !documentsReceived(claim).includes(kind) && !claim.state.expectations[`document:${kind}`],
  );
  const expectations = fresh.flatMap((kind) =>
    Object.entries(claim.expect(`document:${kind}`, { what: inWords(kind) }).expectations ?? {}),
  );
  return expectations.length > 0 ? { expectations: Object.fromEntries(expectations) } : {};
}

/** The documents that the conditions of the policy ask for on the coverages that are to be settled. */
function requiredDocuments(claim: Claim): string[] {
  const insured = claim.facts.policy?.coverages ?? [];
  const assessed = coveragesIn(claim.state.parts, 'Assessed');
  return [
    ...new Set(insured.flatMap(({ coverage, documents: kinds = [] }) => (assessed.includes(coverage) ? kinds : []))),
  ];
}

/** `proofOfLoss` → `the proof of loss`. */
const inWords = (kind: string): string => `the ${kind.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)}`;

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

/** More than may be paid without a second person: accepted as calculated, or set by a person. */
function isAboveAuthority(claim: Claim, decided: ManualDecision): boolean {
  const { settlement, escalation } = claim.facts;
  if (decided.decision === 'continue') return escalation?.reason === 'aboveAuthority';
  if (decided.decision === 'deny' || !settlement) return false;
  const set = new Map(decided.amounts.map(({ coverage, amount }) => [coverage, amount.minor]));
  const calculated = coveragesIn(claim.state.parts, 'Calculated').filter((coverage) => !set.has(coverage));
  const total = [...set.values(), ...calculated.map((coverage) => claim.state.parts[coverage]?.amount?.minor ?? 0)];
  return total.reduce((sum, minor) => sum + minor, 0) > settlement.authority.limit.minor;
}

/** On the way into PaymentPending: which payments will be requested, so that they are on record before the money moves. */
function requestedPayments(claim: Claim): Patch {
  const since = claim.now();
  const intents: Partial<Record<Coverage, { ordinal: number; amount: { minor: number; currency: string } }>> = {
    ...claim.facts.payments,
  };
  const parts: Record<string, PartState> = {};
  const expectations: Record<string, Expectation> = {};
  for (const coverage of coveragesIn(claim.state.parts, 'Calculated', 'PaymentFailed', 'PaymentRequested')) {
    const intent = nextPayment(claim.facts, coverage, claim.state.parts[coverage] as PartState);
    intents[coverage] = intent;
    parts[coverage] = { state: 'PaymentRequested', since, amount: intent.amount };
    const name = `payment:${coverage}`;
    const what = `the acknowledgment of the ${coverage} payment`;
    Object.assign(
      expectations,
      claim.expect(name, { what, reference: `payment-${coverage}/${intent.ordinal}` }).expectations,
    );
  }
  return { facts: { payments: intents }, parts, expectations };
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
  return { parts, outcome };
}
