/** What the table promises of each state, driven from the table itself: a new state without a way to it fails here. */
import { describe, expect, test } from 'vitest';
import { claimLifecycle, type ClaimState } from '../../workflows/claim/states.js';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { bundleOf } from './support/bundle.js';
import { refusal } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { OPEN_STATES, restingIn, stopOtherClocks } from './support/resting.js';

const fleet = useFleet({ bundle: () => bundleOf(new URL('./support/bent.workflows.ts', import.meta.url)) });

describe('the deadline', () => {
  test.each(OPEN_STATES)('of %s fires and leads where the table says', async (state, { deadline, onDeadline }) => {
    expect(deadline, `${state} has a deadline`).toBeTypeOf('number');
    const claim = await restingIn(fleet, state);
    await stopOtherClocks(claim);
    const { sequence, clocks } = await claim.state();
    const clock = clocks['state'];
    expect(Date.parse(clock?.dueAt ?? '') - Date.parse(clock?.startedAt ?? '')).toBe(deadline);

    await fleet.sleep((deadline as number) + minutes(1));
    await claim.reaches((onDeadline === 'PolicyValidationPending' ? 'Closed' : onDeadline) as ClaimState);

    const since = (await claim.journal()).slice(sequence);
    const breach = since.find(({ causationId }) => causationId === 'clock:state');
    const transition = since[since.indexOf(breach as Entry) + 1];
    expect(breach).toMatchObject({
      kind: 'deadline',
      causationId: 'clock:state',
      breach: { name: 'state', ...clock, leadsTo: onDeadline },
    });
    expect(transition).toMatchObject({
      kind: 'transition',
      from: state,
      to: onDeadline,
      reason: { code: 'deadlineElapsed' },
    });
    expect(Date.parse(breach?.recordedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(clock?.dueAt ?? ''));
  });

  test('of a simulated claim comes sooner, as its profile says', async () => {
    const claim = fleet.claim({ findings: 'silence' });
    await claim.submit({ ...claim.submission, profile: 'fast' });
    await claim.reaches('AwaitingAssessment');
    await fleet.sleep(minutes(1));
    await claim.reaches('EscalatedForManualReview');
    const breach = (await claim.journal()).find(({ kind }) => kind === 'deadline')?.breach;
    expect(Date.parse(breach?.dueAt ?? '') - Date.parse(breach?.startedAt ?? '')).toBe(30_000);
  });

  test('of a review opens a fresh task and shows that the first one was missed', async () => {
    const claim = await restingIn(fleet, 'EscalatedForManualReview');
    const [first] = Object.keys((await claim.state()).reviews);
    await fleet.sleep(days(14) + minutes(1));
    const { reviews, visits, facts } = await claim.reaches('EscalatedForManualReview');
    expect(Object.keys(reviews)).toHaveLength(1);
    expect(Object.keys(reviews)).not.toEqual([first]);
    expect(visits['EscalatedForManualReview']?.entered).toBe(2);
    expect(facts['escalation']).toEqual({ from: 'FraudScreenPending', reason: 'fraudReferred' });
  });
});

describe('a withdrawal', () => {
  const { withdraw } = claimLifecycle.messages;
  const allowed = new Set<string>(withdraw?.in);
  const taken = new Set<string>([...allowed, ...(withdraw?.early ?? [])]);

  test.each(OPEN_STATES.filter(([state]) => allowed.has(state)))('is possible in %s', async (state) => {
    const claim = await restingIn(fleet, state);
    expect(await claim.withdraw()).toMatchObject({ outcome: 'applied', state: 'Closed' });
    // Of an appeal, the denial is left.
    expect(await claim.ends()).toMatchObject({ outcome: state === 'AppealUnderReview' ? 'denied' : 'withdrawn' });
    expect((await claim.path()).slice(-2)).toEqual([state, 'Closed']);
    expect(claim.calls('requestPayment')).toEqual([]);
  });

  test.each(OPEN_STATES.filter(([state]) => !taken.has(state)))('is refused in %s', async (state) => {
    const claim = await restingIn(fleet, state);
    expect(await refusal(claim.withdraw())).toBe('wrongState');
    await claim.settled();
    expect(await claim.outcomes('withdraw')).toEqual(['rejected wrongState']);
  });

  test('is refused in review once a payment has been requested', async () => {
    const claim = await restingIn(fleet, 'PaymentPending');
    await fleet.sleep(days(10) + minutes(1));
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.withdraw())).toBe('paymentRequested');
  });
});
