/** The lives of claims that go the whole way: in every state, with whatever others do to them, and over their stages. */
import { ApplicationFailure } from '@temporalio/common';
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import type { ClaimRun } from '../lifecycles/support/claim-run.js';
import type { Fleet } from '../lifecycles/support/fleet.js';
import { refusal } from '../lifecycles/support/claim-run.js';
import { ACCEPT, ADVANCE, deny, elapse, PHOTOS, PROOF, WHOLE_WAY } from '../lifecycles/support/resting.js';
import { CLEAR, damage, managed, REFERRED, usd, type Script } from '../lifecycles/support/script.js';
import type { Scenario } from './scenarios.js';

type Drive = Scenario['drive'];
type State = Parameters<ClaimRun['reaches']>[0];

const BECAUSE = { reasonCode: 'asked' } as const;
const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const ORDER = { hold: 'legal', reference: 'CASE-7', ...BECAUSE } as const;
const FINDINGS = { assignmentId: 'AS-1', findings: damage({ building: 39_000, contents: 11_000 }) };
const RETURNED = {
  paymentId: 'P-1',
  coverage: 'building',
  ordinal: 1,
  how: 'returned',
  code: 'unknownAddressee',
} as const;
const INVENTORY = { requestId: 'DR-1', documentId: 'D-3', kind: 'contentsInventory', digest: 'c'.repeat(64) };

const whole = (script: Partial<Script>, drive: Drive): Scenario => ({ script: { ...WHOLE_WAY, ...script }, drive });
const ends: Drive = async (claim) => (await claim.submit()).ends();
const rests = (state: State): Drive => {
  return async (claim) => (await claim.submit()).reaches(state);
};

/** At a state, something is done to the claim. */
const at =
  (state: State, act: (claim: ClaimRun, fleet: Fleet) => Promise<unknown>): Drive =>
  async (claim, fleet) => {
    await claim.submit();
    await claim.reaches(state);
    await act(claim, fleet);
  };

/** A call that is put off, so that the claim rests where it would be made. */
const paused = (activity: string): Partial<Script> => ({
  trouble: (called) => {
    if (called !== activity) return;
    const details = [
      { dependency: 'desk', status: 'paused', reason: 'maintenance', since: '2012-11-01T00:00:00.000Z' },
    ];
    throw ApplicationFailure.create({ type: 'DependencyPaused', message: 'paused', nonRetryable: true, details });
  },
});

/** Waits until a call is put off, in a state. */
const putOff = (claim: ClaimRun, state: State) =>
  eventually(
    () => claim.state(),
    ({ state: now, deferrals }) => now === state && deferrals['dependency:desk'] !== undefined,
  );

const refer = (to: 'investigation' | 'legal') => (claim: ClaimRun) => claim.ask('refer', { to, ...BECAUSE });
const conclude = (claim: ClaimRun, finding: 'continue' | 'deny' | 'settle') =>
  claim.ask('concludeReferral', { finding, reasonCode: '97' });
const settle = (building: number, contents: number) =>
  ({
    decision: 'settle',
    amounts: [
      { coverage: 'building', amount: usd(building) },
      { coverage: 'contents', amount: usd(contents) },
    ],
    reasonCode: '97',
  }) as const;

async function approved(claim: ClaimRun, decided: Parameters<ClaimRun['decide']>[0]): Promise<void> {
  await claim.reaches('EscalatedForManualReview');
  await claim.decide(decided);
  await claim.approve();
}

/** Every way of a claim whose policy names its line of business, in time that skips. */
export const WHOLE_WAYS: Readonly<Record<string, Scenario>> = {
  paid: whole({ policy: { ...managed('building', 'contents'), mortgagees: ['M-1'] } }, ends),
  'fast-track': whole({ triage: { lane: 'fastTrack', skill: 'desk', area: '116', priority: 4, reserves: [] } }, ends),
  'in-triage': whole(paused('triageClaim'), async (claim) => {
    await claim.submit();
    await putOff(claim, 'TriagePending');
  }),
  'triage-late': whole(
    paused('sendLetter'),
    at('TriagePending', async (claim, fleet) => {
      await claim.ask('attachCatastrophe', { catastrophe: 'Hurricane Sandy', reference: 'WYO-2012-41' });
      await elapse(claim, fleet, 'acknowledgment');
      await claim.reaches('EscalatedForManualReview');
      claim.script({ trouble: () => undefined });
      await claim.decide(CONTINUE);
      await claim.ends();
    }),
  ),
  'in-search': whole({ adjusters: ['nobody'] }, rests('AwaitingAdjuster')),
  'in-asking': whole({ adjusters: ['silence'] }, rests('AdjusterAssigned')),
  'adjusters-who-do-not': whole(
    { adjusters: ['silence', 'decline', 'decline', 'nobody'] },
    at('AdjusterAssigned', async (claim, fleet) => {
      await fleet.sleep(days(2) + minutes(1));
      await claim.reaches('EscalatedForManualReview');
      claim.script({ adjusters: ['accept'] });
      await claim.decide(CONTINUE);
      await claim.ends();
    }),
  ),
  'in-advance': whole(
    { findings: 'silence', payment: () => 'silence' },
    at('AwaitingAssessment', async (claim) => {
      await claim.ask('payAdvance', ADVANCE);
      await claim.reaches('AdvancePending');
      await claim.tell('documentReceived', PHOTOS);
    }),
  ),
  'advance-and-settlement': whole(
    { findings: 'silence' },
    at('AwaitingAssessment', async (claim) => {
      await claim.ask('setReserve', { coverage: 'contents', amount: usd(12_000), ...BECAUSE });
      await claim.ask('placeHold', ORDER);
      await claim.ask('payAdvance', ADVANCE);
      await claim.ask('releaseHold', ORDER);
      await claim.reaches('AwaitingAssessment');
      await claim.tell('paymentCleared', { paymentId: 'P-1', coverage: 'building', ordinal: 1 });
      await claim.tell('assessmentResult', FINDINGS);
      await claim.ends();
    }),
  ),
  'advance-unanswered': whole(
    { findings: 'silence', payment: ({ kind }) => (kind === 'advance' ? 'silence' : 'acknowledge') },
    at('AwaitingAssessment', async (claim, fleet) => {
      await claim.ask('payAdvance', ADVANCE);
      await claim.reaches('AdvancePending');
      await fleet.sleep(days(10) + minutes(1));
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(CONTINUE);
      await claim.reaches('AdvancePending');
      await claim.tell('paymentFailed', { paymentId: 'P-1', coverage: 'building', ordinal: 1, code: 'closed' });
      await claim.reaches('AwaitingAssessment');
    }),
  ),
  'in-delay-letter': whole(
    { documents: 'silence' },
    at('AwaitingDocuments', async (claim, fleet) => {
      await claim.tell('documentReceived', PROOF);
      await claim.settled();
      claim.script(paused('sendLetter'));
      await elapse(claim, fleet, 'determination');
      await putOff(claim, 'DelayLetterPending');
    }),
  ),
  delayed: whole(
    { documents: 'silence' },
    at('AwaitingDocuments', async (claim, fleet) => {
      await claim.tell('documentReceived', PROOF);
      await claim.settled();
      await elapse(claim, fleet, 'determination');
      await eventually(
        () => claim.path(),
        (path) => path.slice(-2).join() === 'DelayLetterPending,AwaitingDocuments',
      );
      await claim.tell('documentReceived', INVENTORY);
      await claim.ends();
    }),
  ),
  'delayed-again': whole(
    { documents: 'silence' },
    at('AwaitingDocuments', async (claim, fleet) => {
      await claim.tell('documentReceived', PROOF);
      await claim.settled();
      for (const [i, clock] of ['determination', 'explanation', 'explanation'].entries()) {
        await elapse(claim, fleet, clock);
        await eventually(
          () => claim.path(),
          (path) => path.filter((state) => state === 'DelayLetterPending').length === i + 1,
        );
        await claim.reaches('AwaitingDocuments');
      }
      await claim.tell('documentReceived', INVENTORY);
      await claim.ends();
    }),
  ),
  'withdrawn-in-delay': whole(
    { documents: 'silence' },
    at('AwaitingDocuments', async (claim, fleet) => {
      await claim.tell('documentReceived', PROOF);
      await claim.settled();
      claim.script(paused('sendLetter'));
      await elapse(claim, fleet, 'determination');
      await putOff(claim, 'DelayLetterPending');
      await claim.withdraw();
      await claim.ends();
    }),
  ),
  'papers-of-another-question': whole(
    { findings: [...damage({ building: 39_000 }), { coverage: 'contents' }], documents: 'silence' },
    at('AwaitingDocuments', async (claim) => {
      await refer('investigation')(claim);
      await claim.tell('assessmentResult', { assignmentId: 'AS-1', findings: damage({ contents: 11_000 }) });
      await conclude(claim, 'continue');
      await claim.reaches('AwaitingDocuments');
      await claim.tell('documentReceived', PROOF);
      await claim.tell('documentReceived', INVENTORY);
      await claim.ends();
    }),
  ),
  'proof-late': whole(
    { documents: 'silence' },
    at('AwaitingDocuments', async (claim, fleet) => {
      await elapse(claim, fleet, 'proofOfLoss');
      await claim.reaches('EscalatedForManualReview');
    }),
  ),
  'in-denial': whole(
    { fraud: REFERRED },
    at('EscalatedForManualReview', async (claim) => {
      claim.script(paused('sendLetter'));
      await claim.decide({ decision: 'deny', reasonCode: '04' });
      await putOff(claim, 'DenialPending');
    }),
  ),
  'denied-automatically': whole(
    {
      policy: { ...managed('building'), automaticDenial: true },
      findings: [{ coverage: 'building', nonPaymentReason: '04' }],
    },
    ends,
  ),
  'in-investigation': whole({ fraud: 'silence' }, at('FraudScreenPending', refer('investigation'))),
  'investigated-and-on': whole(
    { fraud: 'silence' },
    at('FraudScreenPending', async (claim) => {
      await refer('investigation')(claim);
      await claim.tell('fraudDecision', CLEAR);
      await conclude(claim, 'continue');
      await claim.ends();
    }),
  ),
  'investigated-and-denied': whole(
    { findings: 'silence' },
    at('AwaitingAssessment', async (claim) => {
      await refer('investigation')(claim);
      await conclude(claim, 'deny');
      await claim.ends();
    }),
  ),
  'in-legal-review': whole({ documents: 'silence' }, at('AwaitingDocuments', refer('legal'))),
  'legal-and-settled': whole(
    { documents: 'silence' },
    at('AwaitingDocuments', async (claim) => {
      await refer('legal')(claim);
      await conclude(claim, 'settle');
      await approved(claim, settle(20_000, 0));
      await claim.ends();
    }),
  ),
  'in-repair-decision': whole({ vendor: 'V-1' }, rests('AwaitingRepairDecision')),
  repaired: whole(
    { vendor: 'V-1' },
    at('AwaitingRepairDecision', async (claim) => {
      await claim.ask('answerRepairOffer', ACCEPT);
      for (const coverage of ['building', 'contents'] as const) {
        await claim.tell('repairCompleted', { coverage, vendorId: 'V-1', invoice: usd(9_000) });
      }
      await claim.ends();
    }),
  ),
  'repair-declined': whole(
    { vendor: 'V-1' },
    at('AwaitingRepairDecision', async (claim, fleet) => {
      await fleet.sleep(days(14) + minutes(1));
      await claim.ends();
    }),
  ),
  'repair-by-the-next': whole(
    { vendors: { building: ['V-1', 'V-2'] } },
    at('AwaitingRepairDecision', async (claim) => {
      await claim.ask('answerRepairOffer', ACCEPT);
      const vendor = { actor: { kind: 'service', id: 'V-1', authenticated: 'hmac' } } as const;
      await claim.ask('answerRepairOffer', { ...ACCEPT, accept: false }, vendor);
      await claim.ask('answerRepairOffer', ACCEPT);
      await claim.tell('repairCompleted', { coverage: 'building', vendorId: 'V-2', invoice: usd(9_000) });
      await claim.ends();
    }),
  ),
  'above-own-authority': whole(
    { authority: usd(1_000), people: { 'reviewer-3': usd(10_000), 'supervisor-1': usd(90_000) } },
    async (claim) => {
      await claim.submit();
      await approved(claim, CONTINUE);
      await claim.ends();
    },
  ),
  'payment-late': whole(
    { payment: ({ coverage }) => (coverage === 'building' ? 'silence' : 'acknowledge') },
    at('PaymentPending', async (claim, fleet) => {
      await elapse(claim, fleet, 'payment');
      await claim.reaches('EscalatedForManualReview');
      await claim.tell('paymentFailed', { paymentId: 'P-1', coverage: 'building', ordinal: 1, code: 'closed' });
      claim.script({ payment: () => 'acknowledge' });
      await claim.decide(CONTINUE);
      await claim.ends();
    }),
  ),
  merged: whole(
    { policy: { ...managed('building', 'contents'), similarClaims: ['CLM-elsewhere'] } },
    at('EscalatedForManualReview', async (claim) => {
      await claim.tell('documentReceived', PROOF);
      await claim.decide({ decision: 'merge', into: 'CLM-elsewhere', reasonCode: 'sameLoss' });
      await claim.ends();
    }),
  ),
  survivor: whole(
    { findings: 'silence' },
    at('AwaitingAssessment', async (claim) => {
      await claim.tell('claimMerged', { claimId: 'CLM-elsewhere', documents: ['proofOfLoss', 'contentsInventory'] });
      await claim.tell('assessmentResult', FINDINGS);
      await claim.ends();
    }),
  ),
  supplement: whole({}, async (claim, fleet) => {
    await ends(claim, fleet);
    await fleet.sleep(days(90));
    claim.script({ findings: damage({ building: 45_000 }) });
    await claim.reopen('requestSupplement', { coverages: ['building'], ...BECAUSE });
    await claim.ends();
  }),
  'supplement-of-nothing': whole({}, async (claim, fleet) => {
    await ends(claim, fleet);
    claim.script({ findings: damage({ building: 39_000 }) });
    await claim.reopen('requestSupplement', { coverages: ['building'], ...BECAUSE });
    await claim.ends();
  }),
  'returned-payment': whole({}, async (claim, fleet) => {
    await ends(claim, fleet);
    await fleet.sleep(days(30));
    await claim.reopen('paymentReturned', RETURNED);
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(CONTINUE);
    await claim.ends();
  }),
  'appeal-granted': whole({ fraud: REFERRED }, async (claim) => {
    await claim.submit();
    await deny(claim);
    await claim.ends();
    await claim.reopen('appeal', { reference: 'APPEAL-1', ...BECAUSE });
    await claim.reaches('AppealUnderReview');
    await claim.ask('appeal', { reference: 'APPEAL-2', ...BECAUSE });
    await claim.ask('decideAppeal', { decision: 'overturn', ...BECAUSE });
    await approved(claim, settle(9_000, 0));
    await claim.ends();
  }),
  'appeal-and-lawsuit': whole({ fraud: REFERRED }, async (claim) => {
    await claim.submit();
    await deny(claim);
    await claim.ends();
    await claim.reopen('appeal', { reference: 'APPEAL-1', ...BECAUSE });
    await claim.reaches('AppealUnderReview');
    await claim.ask('decideAppeal', { decision: 'uphold', ...BECAUSE });
    await claim.ends();
    await claim.reopen('openLitigation', { reference: 'DOCKET-1', ...BECAUSE });
    await claim.reaches('UnderLegalReview');
    await conclude(claim, 'continue');
    await claim.ends();
  }),
  'appeal-too-late': whole({ fraud: REFERRED }, async (claim, fleet) => {
    await claim.submit();
    await deny(claim);
    await claim.ends();
    await fleet.sleep(days(70));
    await claim.reopen('appeal', { reference: 'APPEAL-1', ...BECAUSE });
    await claim.ends();
  }),
};

/** A claim whose server suggests to continue as new after a few events, with a detour and a referral on its way. */
export const WHOLE_WAY_CONTINUED: Scenario = whole(
  {
    adjusters: ['nobody'],
    findings: 'silence',
    payment: ({ kind }) => (kind === 'advance' ? 'silence' : 'acknowledge'),
  },
  async (claim) => {
    // So that its handle follows the claim from run to run.
    await refusal(claim.submitWithUpdate('manualDecision', CONTINUE));
    await claim.reaches('AwaitingAdjuster');
    await claim.ask('payAdvance', ADVANCE);
    await claim.reaches('AdvancePending');
    const distant = new Date(Date.now() + hours(24 * 400)).toISOString();
    for (const reference of ['B-1', 'B-2', 'B-3', 'B-4']) {
      await claim.ask('moveClock', { clock: 'decision', dueAt: distant, reference, ...BECAUSE });
    }
    await claim.tell('paymentAcknowledged', {
      paymentId: 'P-1',
      coverage: 'building',
      ordinal: 1,
      amount: ADVANCE.amount,
    });
    await claim.reaches('AwaitingAdjuster');
    const about = { assignmentId: 'AS-1', adjusterId: 'adjuster-1' };
    await claim.tell('adjusterAssigned', { requestId: 'AR-1', ...about });
    await claim.tell('adjusterAccepted', about);
    await claim.reaches('AwaitingAssessment');
    await claim.ask('refer', { to: 'legal', ...BECAUSE });
    await conclude(claim, 'continue');
    await claim.tell('assessmentResult', FINDINGS);
    await claim.ends();
  },
);
