/** What happens while a worker is missing: one fleet per situation, since the server's clock is forced on. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import { useFleet } from './support/fleet.js';
import { CLEAR } from './support/script.js';

const DOCUMENT = { requestId: 'DR-9', documentId: 'D-9', kind: 'proofOfLoss', digest: 'e'.repeat(64) };

describe('a message and the deadline in the same workflow task', () => {
  const fleet = useFleet({ uncached: true });

  test('the message wins and is marked', async () => {
    const claim = await fleet.claim({ fraud: 'silence', findings: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await fleet.unpoll('claim');
    await fleet.sleepUnattended(days(3) + minutes(1));
    await claim.tell('fraudDecision', CLEAR);
    await fleet.poll('claim');

    await claim.reaches('AwaitingAssessment');
    const journal = await claim.journal();
    expect(journal.filter(({ kind }) => kind === 'deadline')).toEqual([]);
    expect(journal.find(({ message }) => message)?.message).toMatchObject({ outcome: 'applied', afterDeadline: true });
  });
});

describe('a message and the deadline in the same workflow task', () => {
  const fleet = useFleet({ uncached: true });

  test('wins also where the step has a call to make before it leaves the state', async () => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await fleet.unpoll('claim');
    await fleet.sleepUnattended(days(60) + minutes(1));
    await claim.tell('documentReceived', DOCUMENT);
    await fleet.poll('claim');

    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(await claim.path()).not.toContain('EscalatedForManualReview');
  });
});

describe('a message and the deadline in the same workflow task', () => {
  const fleet = useFleet({ uncached: true });

  test('loses where it is not what the claim waits for', async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await fleet.unpoll('claim');
    await fleet.sleepUnattended(days(3) + minutes(1));
    await claim.tell('documentReceived', DOCUMENT);
    await fleet.poll('claim');
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'deadlineElapsed' });
    expect(await claim.outcomes('documentReceived')).toEqual(['held', 'applied']);
  });
});

describe('a message and the deadline in the same workflow task', () => {
  const fleet = useFleet({ uncached: true, unpolled: ['fraud'] });

  test('wins also where the call that asked for it is answered in that very task', async () => {
    const claim = await fleet.claim({ findings: 'silence' }).submit();
    await eventually(async () => (await claim.state()).state === 'FraudScreenPending');
    await fleet.unpoll('claim');
    await fleet.poll('fraud');
    await eventually(() => Promise.resolve(claim.calls('requestFraudScreen').length === 1));
    await fleet.sleepUnattended(days(3) + minutes(1));
    await fleet.poll('claim');

    await claim.reaches('AwaitingAssessment');
    expect((await claim.journal()).filter(({ kind }) => kind === 'deadline')).toEqual([]);
  });
});

describe('a task queue that nobody polls', () => {
  const fleet = useFleet({ unpolled: ['policy'] });

  test('does not hide the state, and leads where the deadline says', async () => {
    const claim = await fleet.claim().submit();
    await eventually(async () => (await claim.state()).state === 'PolicyValidationPending');
    expect(await claim.journal()).toEqual([]);
    await fleet.sleepUnattended(minutes(6));
    await claim.settled();
    expect(await claim.path()).toEqual(['Submitted', 'PolicyValidationPending']);

    await fleet.sleepUnattended(days(1));
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'deadlineElapsed' });
    await fleet.poll('policy');
    await claim.decide({ decision: 'continue', reasonCode: 'queueIsBack' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  });
});

describe('a task queue that nobody polls', () => {
  const fleet = useFleet({ unpolled: ['policy'] });

  test('delays the call and nothing else when it is polled again', async () => {
    const claim = await fleet.claim().submit();
    await eventually(async () => (await claim.state()).state === 'PolicyValidationPending');
    await fleet.sleepUnattended(minutes(6));
    await claim.settled();
    await fleet.poll('policy');
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('validatePolicy')).toHaveLength(1);
  });
});

describe('a flood of messages', () => {
  const fleet = useFleet({ uncached: true });

  test('is written in pieces that Temporal takes', async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await fleet.unpoll('claim');
    const name = 'x'.repeat(900);
    for (let i = 0; i < 150; i++) await claim.handle.signal(name, { data: { i } });
    await fleet.poll('claim');
    await eventually(async () => (await claim.state()).sequence >= 150);
    await claim.tell('fraudDecision', CLEAR);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    const { events } = await claim.handle.fetchHistory();
    const largest = Math.max(
      ...(events ?? []).map(
        ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.input?.payloads?.at(-1)?.data?.length ?? 0,
      ),
    );
    expect(largest).toBeLessThan(70 * 1024);
  });
});
