/** Edges of the table and of its parts that no other test has a reason to walk. `npm run edges` counts them all. */
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import { bundleOf } from './support/bundle.js';
import { useFleet } from './support/fleet.js';
import { OPEN_STATES, onItsWayTo, restingIn, type OpenState } from './support/resting.js';
import { usd } from './support/script.js';

const fleet = useFleet({ bundle: () => bundleOf(new URL('./support/bent.workflows.ts', import.meta.url)) });

const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const settle = (dollars: number) =>
  ({ decision: 'settle', amounts: [{ coverage: 'building', amount: usd(dollars) }], reasonCode: 'agreed' }) as const;

describe('a service that keeps failing', () => {
  const failing = OPEN_STATES.flatMap(([state, { onFailure }]) => (onFailure ? [[state, onFailure] as const] : []));

  test.each(failing)('in %s leads to %s', async (state, onFailure) => {
    const claim = await onItsWayTo(fleet, state, 'fail', {
      trouble: (activity) => {
        if (activity === 'sendNotice') throw new Error('the service is down');
      },
    });
    await claim.reaches(state);
    await fleet.sleep(minutes(30));
    await claim.reaches(onFailure);
    expect((await claim.journal()).findLast(({ kind }) => kind === 'transition')).toMatchObject({
      from: state,
      to: onFailure,
      causationId: 'activity:sendNotice',
      reason: { code: 'serviceFailed' },
    });
  });
});

describe('a dependency that is paused', () => {
  test('keeps its call waiting, the claim says so, and the fleet lets it go on', async () => {
    const since = '2012-11-02T10:00:00.000Z';
    let paused = true;
    const claim = await fleet
      .claim({
        trouble: (activity) => {
          if (activity !== 'requestPayment' || !paused) return;
          const gate = { dependency: 'payments', status: 'paused', reason: 'bankHoliday', since };
          throw ApplicationFailure.nonRetryable('payments is paused', 'DependencyPaused', gate);
        },
      })
      .submit();
    await claim.reaches('PaymentPending');
    const deferral = async () => (await claim.state()).deferrals['dependency:payments'];
    expect(await eventually(deferral)).toMatchObject({ reason: 'bankHoliday', call: 'requestPayment' });
    paused = false;
    await claim.handle.signal('dependencyResumed', {
      envelope: { actor: { kind: 'system', id: 'gatekeeper', authenticated: 'temporal' } },
      data: { dependency: 'payments' },
    });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    const verdicts = (await claim.journal()).flatMap(({ guard }) =>
      guard?.guard === 'dependency:payments' ? [guard.verdict] : [],
    );
    expect(verdicts).toEqual(['defer', 'proceed']);
    expect(await claim.outcomes('dependencyResumed')).toEqual(['applied']);
  });
});

describe('a missed deadline', () => {
  const returning = OPEN_STATES.filter(
    ([state, { onDeadline }]) => onDeadline === 'EscalatedForManualReview' && state !== 'EscalatedForManualReview',
  );

  test.each(returning)(
    'of %s is accepted by a person, and the claim waits there once more',
    async (state, { deadline }) => {
      const claim = await restingIn(fleet, state);
      const place = (await claim.state()).clocks['state']?.suspends?.state ?? state;
      await fleet.sleep((deadline as number) + minutes(1));
      await claim.reaches('EscalatedForManualReview');
      expect(await claim.decide(CONTINUE)).toMatchObject({ outcome: 'applied', state: place });
      // An advance that nobody has answered for is asked for again; a letter is not.
      const { visits } = await claim.reaches(state === 'AdvancePending' ? state : (place as OpenState));
      expect(visits[place]?.entered).toBe(2);
    },
  );
});

describe('a coverage', () => {
  const partOf = async (claim: { state(): Promise<{ parts: Readonly<Record<string, { state: string }>> }> }) =>
    (await claim.state()).parts['building']?.state;

  test('that nobody has assessed yet is settled by a person', async () => {
    const claim = await restingIn(fleet, 'EscalatedForManualReview');
    expect(await partOf(claim)).toBe('Open');
    await claim.decide(settle(7_000));
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(7_000) }] });
  });

  test('that was assessed is in doubt again when a second look finds no amount', async () => {
    const claim = await restingIn(fleet, 'AwaitingDocuments');
    await fleet.sleep(days(60) + minutes(1));
    await claim.reaches('EscalatedForManualReview');
    await claim.tell('assessmentResult', { assignmentId: 'AS-2', findings: [{ coverage: 'building' }] });
    await claim.settled();
    expect(await partOf(claim)).toBe('InReview');
  });

  test('in doubt is withdrawn with its claim', async () => {
    const claim = await fleet.claim({ findings: [{ coverage: 'building' }] }).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await partOf(claim)).toBe('InReview');
    await claim.withdraw();
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn', coverages: [{ state: 'Withdrawn' }] });
  });

  test('whose payment failed is paid at an amount that a person sets', async () => {
    let call = 0;
    const claim = await fleet.claim({ payment: () => (call++ === 0 ? 'fail' : 'acknowledge') }).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await partOf(claim)).toBe('PaymentFailed');
    await claim.decide(settle(30_000));
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(30_000) }] });
  });
});
