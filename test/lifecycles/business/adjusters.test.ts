/** Finding somebody who inspects the loss. */
import { expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import type { ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { managed, type Script } from '../support/script.js';
import { facts, LET_IT_GO_ON } from './words.js';

const fleet = useFleet();

const claimWith = (...adjusters: Script['adjusters']) => fleet.claim({ policy: managed('building'), adjusters });
/** Who had been asked in vain, each time somebody was looked for. */
const without = (claim: ClaimRun) => claim.calls('assignAdjuster').map(({ input }) => input['excluded']);

test('an adjuster who never answers is replaced, twice; then a person looks for one', async () => {
  const claim = await claimWith('silence').submit();
  for (const asked of ['adjuster-1', 'adjuster-2', 'adjuster-3']) {
    await claim.reaches('AdjusterAssigned');
    expect((await facts(claim)).adjuster?.adjusterId).toBe(asked);
    await fleet.sleep(days(2) + minutes(1));
  }
  const stuck = await claim.reaches('EscalatedForManualReview');
  expect(stuck.reason?.code).toBe('noAdjuster');
  expect(Object.values(stuck.reviews)).toMatchObject([{ queue: 'claims-review', reason: 'noAdjuster' }]);
  expect(without(claim)).toEqual([[], ['adjuster-1'], ['adjuster-1', 'adjuster-2']]);

  // The person has hired help; nobody who was asked in vain is asked again.
  claim.script({ adjusters: ['accept'] });
  await claim.decide(LET_IT_GO_ON);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  expect(without(claim).at(-1)).toEqual(['adjuster-1', 'adjuster-2', 'adjuster-3']);
});

test('a person who has looked is asked again when again nobody answers as often as before', async () => {
  const claim = await claimWith('decline').submit();
  expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('noAdjuster');
  expect(without(claim)).toHaveLength(3);
  await claim.decide(LET_IT_GO_ON);

  expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('noAdjuster');
  expect(without(claim)).toHaveLength(6);
  // Nobody who declined before the review is asked again, and no call repeats an earlier one.
  expect(without(claim).at(-1)).toEqual(['adjuster-1', 'adjuster-2', 'adjuster-3', 'adjuster-4', 'adjuster-5']);
  expect(new Set(claim.calls('assignAdjuster').map(({ input }) => input.key)).size).toBe(6);

  claim.script({ adjusters: ['accept'] });
  await claim.decide(LET_IT_GO_ON);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
});

test('who declines is replaced at once, and the claim is inspected by who has taken it', async () => {
  const claim = await claimWith('decline', 'accept').submit();
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  expect(without(claim)).toEqual([[], ['adjuster-1']]);
  expect(claim.calls('requestAssessment')[0]?.input['adjusterId']).toBe('adjuster-2');
  const [refusal] = (await claim.journal()).filter(
    ({ from, to }) => from === 'AdjusterAssigned' && to === 'AwaitingAdjuster',
  );
  expect(refusal?.reason?.code).toBe('declined.onLeave');
});

test('an answer of who is no longer asked changes nothing', async () => {
  const claim = await claimWith('silence').submit();
  await claim.reaches('AdjusterAssigned');
  await fleet.sleep(days(2) + minutes(1));
  await claim.reaches('AdjusterAssigned');
  await claim.tell('adjusterAccepted', { assignmentId: 'AS-1', adjusterId: 'adjuster-1' });
  await claim.settled();
  expect(await claim.outcomes('adjusterAccepted')).toEqual(['rejected noLongerAsked']);
  expect((await claim.state()).state).toBe('AdjusterAssigned');
});

test('where nobody has capacity the claim says for days what it waits for, and then a person looks at it', async () => {
  const claim = await claimWith('nobody').submit();
  await claim.reaches('AwaitingAdjuster');
  await fleet.sleep(days(10));
  const waiting = await claim.settled();
  expect(waiting.state).toBe('AwaitingAdjuster');
  expect(waiting.expectations['adjuster']).toMatchObject({ what: 'an adjuster', from: 'assessment service' });
  expect(waiting.expectations['adjuster']?.receivedAt).toBeUndefined();
  expect(waiting.attention).toBeUndefined();

  await fleet.sleep(days(20) + minutes(1));
  expect((await claim.reaches('EscalatedForManualReview')).reason?.code).toBe('deadlineElapsed');
});

test('capacity that comes free after days is taken', async () => {
  const claim = await claimWith('nobody').submit();
  await claim.reaches('AwaitingAdjuster');
  await fleet.sleep(days(12));
  const about = { assignmentId: 'AS-77', adjusterId: 'adjuster-77' };
  await claim.tell('adjusterAssigned', { requestId: 'AR-1', ...about });
  await claim.tell('adjusterAccepted', about);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  expect(claim.calls('requestAssessment')[0]?.input['adjusterId']).toBe('adjuster-77');
});
