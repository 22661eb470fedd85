/** The stage on which a new lifecycle is rehearsed, with one that is known. */
import { expect, test } from 'vitest';
import { FRAUD_TASK_QUEUE, type FraudActivities } from '../../activities/fraud/contract.js';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { POLICY_TASK_QUEUE, type PolicyActivities } from '../../activities/policy/contract.js';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { covered } from '../lifecycles/support/script.js';
import { useLifecycle } from '../support/rehearsal.js';

const policy: PolicyActivities = { validatePolicy: async () => covered('building') };
const fraud: FraudActivities = { requestFraudScreen: async () => ({ screenId: 'FS-1' }) };
const notifications: Pick<NotificationsActivities, 'sendNotice'> = { sendNotice: async () => ({ noticeId: 'N-1' }) };
const claims = useLifecycle('claim', {
  [POLICY_TASK_QUEUE]: policy,
  [FRAUD_TASK_QUEUE]: fraud,
  [NOTIFICATIONS_TASK_QUEUE]: notifications,
});

const notice = (claimId: string) => ({
  claimId,
  policyNumber: 'POL-1',
  dateOfLoss: '2012-10-29',
  causeOfLoss: '1',
  property: { state: 'NY', postalCode: '11692' },
});

test('an entity waits where its services say nothing, until its deadline passes', async () => {
  const claim = await claims.submit(notice('CLM-1'));
  await claim.reaches('FraudScreenPending');
  await claims.sleep(days(3) + minutes(1));
  expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'deadlineElapsed' });
});

test('a message is answered, or refused with a code', async () => {
  const claim = await claims.submit(notice('CLM-2'));
  await claim.reaches('FraudScreenPending');
  expect(await claim.ask('manualDecision', { decision: 'deny', reasonCode: 'x' })).toBe('wrongState');
  expect(await claim.ask('manualDecision', { decision: 'never' })).toBe('MalformedMessage');
  await claim.tell('fraudDecision', { screenId: 'FS-1', verdict: 'refer', score: 900, rule: 'late' });
  await claim.reaches('EscalatedForManualReview');
  expect(await claim.ask('withdraw', { reasonCode: 'repaired' })).toMatchObject({
    outcome: 'applied',
    state: 'Closed',
  });
});

test('an unknown lifecycle is told by its name', () => {
  expect(() => useLifecycle('voyage', {})).toThrow('lifecycle voyage is not in events/catalogue.ts');
});
