/**
 * Records the histories that `replay.test.ts` replays, one for each state and outcome. Run it once for a new kernel version, by
 * `npm run histories:record`; the histories of earlier versions stay as they are.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import type { ClaimRun } from '../lifecycles/support/claim-run.js';
import { useFleet, type Fleet } from '../lifecycles/support/fleet.js';
import { CLEAR, covered, damage, REFERRED, usd, type Script } from '../lifecycles/support/script.js';
import { HISTORIES } from './replay.js';

const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const DENY = { decision: 'deny', reasonCode: 'notCredible' } as const;
const both = covered('building', 'contents');

type Drive = (claim: ClaimRun, fleet: Fleet) => Promise<unknown>;
const ends: Drive = async (claim) => (await claim.submit()).ends();
const rests =
  (state: Parameters<ClaimRun['reaches']>[0]): Drive =>
  async (claim) =>
    (await claim.submit()).reaches(state);
const decided =
  (decision: Parameters<ClaimRun['decide']>[0]): Drive =>
  async (claim) => {
    await claim.submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(decision);
    await claim.ends();
  };

const SCENARIOS: Readonly<Record<string, readonly [Partial<Script>, Drive]>> = {
  paid: [{}, ends],
  'paid-both': [{ policy: both, findings: damage({ building: 39_000, contents: 11_000 }) }, ends],
  'partly-paid': [
    { policy: both, findings: [...damage({ building: 39_000 }), { coverage: 'contents', nonPaymentReason: '05' }] },
    ends,
  ],
  'within-deductible': [{ findings: damage({ building: 900 }) }, ends],
  'opened-in-error': [{ findings: [{ coverage: 'building', nonPaymentReason: '98' }] }, ends],
  'denied-by-finding': [{ findings: [{ coverage: 'building', nonPaymentReason: '04' }] }, ends],
  'denied-in-review': [{ fraud: REFERRED }, decided(DENY)],
  'above-authority': [{ authority: usd(10_000) }, decided(CONTINUE)],
  'settled-by-reviewer': [
    { findings: [{ coverage: 'building' }] },
    decided({ decision: 'settle', amounts: [{ coverage: 'building', amount: usd(7_000) }], reasonCode: 'agreed' }),
  ],
  withdrawn: [
    { documents: 'silence' },
    async (claim) => {
      await claim.submit();
      await claim.reaches('AwaitingDocuments');
      await claim.withdraw();
      await claim.ends();
    },
  ],
  'early-messages': [
    { fraud: 'silence', findings: 'silence' },
    async (claim) => {
      await claim.submitWithSignal('fraudDecision', CLEAR);
      await claim.reaches('AwaitingAssessment');
      await claim.tell('fraudDecision', CLEAR, null);
      await claim.handle.signal('moonLanding');
      await claim.tell('assessmentResult', { assignmentId: 'AS-1', findings: damage({ building: 39_000 }) });
      await claim.ends();
    },
  ],
  'payment-failed-once': [{ payment: ({ ordinal }) => (ordinal === 1 ? 'fail' : 'acknowledge') }, decided(CONTINUE)],
  deadline: [
    { payment: ({ ordinal }) => (ordinal === 1 ? 'silence' : 'acknowledge') },
    async (claim, fleet) => {
      await claim.submit();
      await claim.reaches('PaymentPending');
      await eventually(async () => (await claim.handle.describe()).raw.pendingActivities?.length === 0);
      await fleet.sleep(days(10) + minutes(1));
      await claim.reaches('EscalatedForManualReview');
      await claim.tell('paymentAcknowledged', {
        paymentId: 'P-1',
        coverage: 'building',
        ordinal: 1,
        amount: usd(38_000),
      });
      await claim.decide(CONTINUE);
      await claim.ends();
    },
  ],
  cancelled: [
    { findings: 'silence' },
    async (claim) => {
      await claim.submit();
      await claim.reaches('AwaitingAssessment');
      await claim.handle.cancel();
      await claim.ends().catch(() => undefined);
    },
  ],
  'in-fraud-screen-pending': [{ fraud: 'silence' }, rests('FraudScreenPending')],
  'in-awaiting-assessment': [{ findings: 'silence' }, rests('AwaitingAssessment')],
  'in-awaiting-documents': [{ documents: 'silence' }, rests('AwaitingDocuments')],
  'in-payment-pending': [{ payment: () => 'silence' }, rests('PaymentPending')],
  'in-review': [{ fraud: REFERRED }, rests('EscalatedForManualReview')],
};

describe.runIf(process.env['THROUGHLINE_RECORD_HISTORIES'] === '1')('recording', () => {
  const fleet = useFleet();

  test.each(Object.entries(SCENARIOS))('%s', async (name, [script, drive]) => {
    const claim = fleet.claim(script);
    await drive(claim, fleet);
    const history = await eventually(
      () => claim.handle.fetchHistory(),
      // Ends with a completed task or with the end of the run, so that the replay covers all of it.
      ({ events }) => {
        const last = events?.at(-1);
        return !last?.workflowTaskScheduledEventAttributes && !last?.workflowTaskStartedEventAttributes;
      },
    );
    mkdirSync(HISTORIES, { recursive: true });
    writeFileSync(`${HISTORIES}${name}.json`, `${JSON.stringify(history)}\n`);
  });
});
