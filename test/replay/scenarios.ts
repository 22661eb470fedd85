/** The lives of claims that are recorded: together they are in every state and do whatever the kernel can do for a claim. */
import { ApplicationFailure } from '@temporalio/common';
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import { refusal, type ClaimRun } from '../lifecycles/support/claim-run.js';
import type { Fleet } from '../lifecycles/support/fleet.js';
import { SUPERVISOR } from '../lifecycles/support/messages.js';
import { CLEAR, covered, damage, REFERRED, usd, type Script } from '../lifecycles/support/script.js';

/** How the services treat the claim, and what happens to it. */
export interface Scenario {
  readonly script?: Partial<Script>;
  readonly drive: (claim: ClaimRun, fleet: Fleet) => Promise<unknown>;
}

const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const DENY = { decision: 'deny', reasonCode: 'notCredible' } as const;
const BECAUSE = { reasonCode: 'bulletin' } as const;
const ORDER = { hold: 'legal', reference: 'CASE-7', ...BECAUSE } as const;
const AS_SUPERVISOR = { actor: SUPERVISOR };
const DOCUMENT = { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) };
const FINDINGS = { assignmentId: 'AS-1', findings: damage({ building: 39_000 }) };
const PAID = { paymentId: 'P-1', coverage: 'building', ordinal: 1, amount: usd(38_000) } as const;
const DISTANT = '2100-01-01T00:00:00.000Z';
const ABOVE_AUTHORITY = { authority: usd(10_000) };

const both = covered('building', 'contents');

const ends: Scenario['drive'] = async (claim) => (await claim.submit()).ends();
const rests =
  (state: Parameters<ClaimRun['reaches']>[0]): Scenario['drive'] =>
  async (claim) =>
    (await claim.submit()).reaches(state);

/** A person decides, once the claim is escalated. */
const decided =
  (decision: Parameters<ClaimRun['decide']>[0]): Scenario['drive'] =>
  async (claim) => {
    await claim.submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(decision);
    await claim.ends();
  };

async function openTask(claim: ClaimRun) {
  const [[taskId, task] = []] = Object.entries((await claim.state()).reviews);
  if (taskId === undefined || !task) throw new Error(`${claim.workflowId} has no open task`);
  return { taskId, proposal: task.proposal?.digest ?? '' };
}

/** Services that are refused a call, by its type, until {@link Gate.open}. */
function gate(activity: string, dependency: string) {
  const details = [{ dependency, status: 'paused', reason: 'maintenance', since: '2012-11-01T00:00:00.000Z' }];
  const trouble = (called: string) => {
    if (called !== activity) return;
    throw ApplicationFailure.create({ type: 'DependencyPaused', message: 'paused', nonRetryable: true, details });
  };
  const deferred = (claim: ClaimRun) =>
    eventually(
      () => claim.state(),
      ({ deferrals }) => deferrals[`dependency:${dependency}`] !== undefined,
    );
  return { script: { trouble }, deferred, open: (claim: ClaimRun) => claim.script({ trouble: () => undefined }) };
}

const assessmentGate = gate('requestAssessment', 'assessment');
const paymentsGate = gate('requestPayment', 'payments');

/** The payment system refuses a payment of more than 37,500 for good. */
const limitedPayments: Partial<Script> = {
  payment: ({ amount }) => {
    if (amount.minor > usd(37_500).minor) {
      throw ApplicationFailure.nonRetryable('more than was approved', 'PaymentExceedsApproval');
    }
    return 'acknowledge';
  },
};

/** A payment that is refused for good: what became of it differs from release to release. */
export const REFUSED_PAYMENT: Readonly<Record<string, Scenario>> = {
  'payment-refused': {
    script: limitedPayments,
    drive: async (claim) => {
      await claim.submit();
      await claim.reaches('EscalatedForManualReview');
      claim.script({ payment: () => 'acknowledge' });
      await claim.decide(CONTINUE);
      await claim.ends();
    },
  },
  'payment-refused-in-review': { script: limitedPayments, drive: rests('EscalatedForManualReview') },
};

/** What a reviewer can do once a refused payment counts as one that failed. */
export const SETTLED_AFTER_REFUSAL: Readonly<Record<string, Scenario>> = {
  ...REFUSED_PAYMENT,
  'payment-refused-then-settled': {
    script: limitedPayments,
    drive: decided({
      decision: 'settle',
      amounts: [{ coverage: 'building', amount: usd(37_000) }],
      reasonCode: 'agreed',
    }),
  },
};

/** Every way that a claim may take, in time that skips. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  paid: { drive: ends },
  'paid-both': { script: { policy: both, findings: damage({ building: 39_000, contents: 11_000 }) }, drive: ends },
  'partly-paid': {
    script: {
      policy: both,
      findings: [...damage({ building: 39_000 }), { coverage: 'contents', nonPaymentReason: '05' }],
    },
    drive: ends,
  },
  'within-deductible': { script: { findings: damage({ building: 900 }) }, drive: ends },
  'opened-in-error': { script: { findings: [{ coverage: 'building', nonPaymentReason: '98' }] }, drive: ends },
  'denied-by-finding': { script: { findings: [{ coverage: 'building', nonPaymentReason: '04' }] }, drive: ends },
  'denied-in-review': { script: { fraud: REFERRED }, drive: decided(DENY) },
  'settled-by-reviewer': {
    script: { findings: [{ coverage: 'building' }] },
    drive: decided({
      decision: 'settle',
      amounts: [{ coverage: 'building', amount: usd(7_000) }],
      reasonCode: 'agreed',
    }),
  },
  withdrawn: {
    script: { documents: 'silence' },
    drive: async (claim) => {
      await claim.submit();
      await claim.reaches('AwaitingDocuments');
      await claim.withdraw();
      await claim.ends();
    },
  },
  'payment-failed-once': {
    script: { payment: ({ ordinal }) => (ordinal === 1 ? 'fail' : 'acknowledge') },
    drive: decided(CONTINUE),
  },
  messages: {
    script: { fraud: 'silence', findings: 'silence', documents: 'silence' },
    drive: async (claim) => {
      await claim.submitWithSignal('fraudDecision', CLEAR);
      await claim.reaches('AwaitingAssessment');
      // Late, with and without an envelope, twice, under a used id, for another claim, unknown, malformed.
      await claim.tell('fraudDecision', CLEAR, { messageId: 'late' });
      await claim.tell('fraudDecision', CLEAR, { messageId: 'late' });
      await claim.tell('fraudDecision', REFERRED, { messageId: 'late' });
      await claim.tell('fraudDecision', CLEAR, { entityId: 'CLM-other' });
      await claim.tell('fraudDecision', CLEAR, null);
      await claim.handle.signal('moonLanding');
      await claim.handle.signal('assessmentResult', { data: {} });
      await refusal(claim.ask('manualDecision', CONTINUE, { messageId: 'early' }));
      await refusal(claim.ask('manualDecision', CONTINUE, { messageId: 'early' }));
      await refusal(claim.ask('moveClock', { clock: 'state', dueAt: DISTANT, reference: 'B-1', ...BECAUSE }, null));
      await claim.tell('documentReceived', DOCUMENT);
      await claim.tell('assessmentResult', FINDINGS);
      await claim.ends();
    },
  },
  deadline: {
    script: { payment: ({ ordinal }) => (ordinal === 1 ? 'silence' : 'acknowledge') },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('PaymentPending');
      await eventually(async () => (await claim.handle.describe()).raw.pendingActivities?.length === 0);
      await fleet.sleep(days(10) + minutes(1));
      await claim.reaches('EscalatedForManualReview');
      await claim.tell('paymentAcknowledged', PAID);
      await claim.decide(CONTINUE);
      await claim.ends();
    },
  },
  simulated: {
    script: { findings: 'silence' },
    drive: async (claim, fleet) => {
      await claim.submit({ ...claim.submission, profile: 'fast' });
      await claim.reaches('AwaitingAssessment');
      await fleet.sleep(minutes(1));
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(DENY);
      await claim.ends();
    },
  },
  cancelled: {
    script: { findings: 'silence' },
    drive: async (claim) => {
      await claim.submit();
      await claim.reaches('AwaitingAssessment');
      await claim.handle.cancel();
      await claim.ends().catch(() => undefined);
    },
  },
  'records-down': {
    script: { fraud: 'silence' },
    drive: async (claim, fleet) => {
      fleet.recordsAvailable = false;
      await claim.submit();
      await eventually(async () =>
        (await claim.handle.describe()).raw.pendingActivities?.some(
          ({ activityType }) => activityType?.name === 'record',
        ),
      );
      fleet.recordsAvailable = true;
      await fleet.sleep(minutes(2));
      await claim.reaches('FraudScreenPending');
    },
  },
  'service-failed': {
    script: {
      trouble: (activity) => {
        if (activity === 'requestAssessment') throw new Error('the service is down');
      },
    },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('AwaitingAssessment');
      await fleet.sleep(minutes(30));
      await claim.reaches('EscalatedForManualReview');
      claim.script({ trouble: () => undefined });
      await claim.decide(CONTINUE);
      await claim.ends();
    },
  },
  'dependency-paused': {
    script: assessmentGate.script,
    drive: async (claim) => {
      await claim.submit();
      await assessmentGate.deferred(claim);
      assessmentGate.open(claim);
      // The fleet's own signal; it names the dependency.
      await claim.handle.signal('dependencyResumed', { data: { dependency: 'assessment' } });
      await claim.ends();
    },
  },
  'dependency-back-by-itself': {
    script: assessmentGate.script,
    drive: async (claim, fleet) => {
      await claim.submit();
      await assessmentGate.deferred(claim);
      await fleet.sleep(minutes(6));
      assessmentGate.open(claim);
      await fleet.sleep(hours(1));
      await claim.ends();
    },
  },
  'paused-and-held': {
    script: paymentsGate.script,
    drive: async (claim) => {
      await claim.submit();
      await paymentsGate.deferred(claim);
      await claim.ask('placeHold', ORDER);
      paymentsGate.open(claim);
      await claim.handle.signal('dependencyResumed', { data: { dependency: 'payments' } });
      await eventually(
        () => claim.state(),
        ({ deferrals }) => deferrals['hold:legal'] !== undefined,
      );
      await claim.ask('releaseHold', ORDER);
      await claim.ends();
    },
  },
  held: {
    script: { documents: 'silence' },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('AwaitingDocuments');
      await claim.ask('placeHold', ORDER);
      await claim.tell('documentReceived', DOCUMENT);
      await claim.reaches('SettlementCalculated');
      await fleet.sleep(minutes(20));
      await claim.ask('releaseHold', ORDER);
      await claim.ends();
    },
  },
  reminded: {
    script: { documents: 'silence' },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('AwaitingDocuments');
      await fleet.sleep(days(31));
      await claim.settled();
      await claim.tell('documentReceived', DOCUMENT);
      await claim.ends();
    },
  },
  clocks: {
    script: { findings: 'silence' },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('AwaitingAssessment');
      for (const clock of ['decision', 'state']) {
        await claim.ask('pauseClock', { clock, reference: 'B-1', ...BECAUSE });
        await fleet.sleep(days(1));
        await claim.ask('resumeClock', { clock, reference: 'B-1', ...BECAUSE });
      }
      const inAnHour = new Date((await fleet.env.currentTimeMs()) + hours(1)).toISOString();
      await claim.ask('moveClock', { clock: 'decision', dueAt: inAnHour, reference: 'B-2', ...BECAUSE });
      await fleet.sleep(hours(2));
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(DENY);
      await claim.ends();
    },
  },
  desk: {
    script: { fraud: REFERRED, findings: 'silence' },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('EscalatedForManualReview');
      const { taskId } = await openTask(claim);
      await claim.ask('assignReview', { taskId, assignee: SUPERVISOR.id }, AS_SUPERVISOR);
      await refusal(claim.decide(CONTINUE));
      await claim.ask('releaseReview', { taskId });
      const until = new Date((await fleet.env.currentTimeMs()) + days(2)).toISOString();
      await claim.ask('parkReview', { taskId, until, ...BECAUSE });
      await claim.ask('noteReview', { taskId, note: 'N-1' });
      await fleet.sleep(days(11));
      await claim.settled();
      const { sequence } = await claim.decide(CONTINUE);
      await claim.reaches('AwaitingAssessment');
      await claim.ask('correctDecision', { sequence, ...BECAUSE });
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(DENY);
      await claim.ends();
    },
  },
  'second-person': {
    script: ABOVE_AUTHORITY,
    drive: async (claim) => {
      await claim.submit();
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(CONTINUE);
      const declined = await openTask(claim);
      await claim.ask('declineReview', { ...declined, ...BECAUSE }, AS_SUPERVISOR);
      await claim.decide(CONTINUE);
      await refusal(claim.ask('approveReview', await openTask(claim)));
      await claim.approve();
      await claim.ends();
    },
  },
  'late-evidence': {
    script: { fraud: 'silence' },
    drive: async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('FraudScreenPending');
      await claim.tell('documentReceived', DOCUMENT);
      await claim.withdraw();
      await claim.reaches('Closed');
      const { taskId } = await openTask(claim);
      await fleet.sleep(days(15));
      await claim.ask('resolveReview', { taskId, decision: 'filed', ...BECAUSE }, AS_SUPERVISOR);
      await claim.ends();
    },
  },
  'in-fraud-screen-pending': { script: { fraud: 'silence' }, drive: rests('FraudScreenPending') },
  'in-awaiting-assessment': { script: { findings: 'silence' }, drive: rests('AwaitingAssessment') },
  'in-awaiting-documents': { script: { documents: 'silence' }, drive: rests('AwaitingDocuments') },
  'in-payment-pending': { script: { payment: () => 'silence' }, drive: rests('PaymentPending') },
  'in-review': { script: { fraud: REFERRED }, drive: rests('EscalatedForManualReview') },
};

/** A claim whose server suggests to continue as new after a few events, with all that a run hands to the next. */
export const CONTINUED: Scenario = {
  script: { fraud: 'silence', findings: 'silence', documents: 'silence', ...ABOVE_AUTHORITY },
  drive: async (claim) => {
    // So that its handle follows the claim from run to run.
    await refusal(claim.submitWithUpdate('manualDecision', CONTINUE));
    await claim.reaches('FraudScreenPending');
    await claim.tell('documentReceived', DOCUMENT);
    await claim.ask('placeHold', ORDER);
    await claim.tell('fraudDecision', CLEAR);
    await claim.reaches('AwaitingAssessment');
    await claim.ask('moveClock', { clock: 'decision', dueAt: DISTANT, reference: 'B-1', ...BECAUSE });
    await claim.tell('assessmentResult', FINDINGS);
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(CONTINUE);
    await claim.approve();
    await eventually(
      () => claim.state(),
      ({ deferrals }) => deferrals['hold:legal'] !== undefined,
    );
    await claim.ask('releaseHold', ORDER);
    await claim.ends();
  },
};
