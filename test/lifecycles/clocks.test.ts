/** Clocks as people handle them, in every state: paused, resumed and moved, and what they do when they strike. */
import { describe, expect, test } from 'vitest';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import type { Clock } from '../../workflows/lifecycle/entry.js';
import { eventually } from '../support/eventually.js';
import { bundleOf } from './support/bundle.js';
import { refusal, type ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import {
  elapse,
  OPEN_STATES,
  PROOF,
  restingIn,
  stopOtherClocks,
  WHOLE_WAY,
  type OpenState,
} from './support/resting.js';

const fleet = useFleet({ bundle: () => bundleOf(new URL('./support/bent.workflows.ts', import.meta.url)) });

const BECAUSE = { reasonCode: 'bulletin', reference: 'WYO-2012-41' } as const;
const pause = (claim: ClaimRun, clock: string) => claim.ask('pauseClock', { clock, ...BECAUSE });
const resume = (claim: ClaimRun, clock: string) => claim.ask('resumeClock', { clock, ...BECAUSE });
const inAnHour = async () => new Date((await fleet.env.currentTimeMs()) + hours(1)).toISOString();
const move = async (claim: ClaimRun, clock: string, dueAt: string) =>
  claim.ask('moveClock', { clock, dueAt, ...BECAUSE });

async function clockOf(claim: ClaimRun, name: string): Promise<Clock> {
  const clock = (await claim.state()).clocks[name];
  if (!clock) throw new Error(`${claim.workflowId} has no clock ${name}`);
  return clock;
}

const ms = (instant: string | undefined): number => Date.parse(instant ?? '');

describe('the deadline', () => {
  test.each(OPEN_STATES)(
    'of %s stands still while a person pauses it, and strikes when it is moved to',
    async (state, { deadline, onDeadline }) => {
      const claim = await restingIn(fleet, state);
      await stopOtherClocks(claim);
      const before = await clockOf(claim, 'state');
      await pause(claim, 'state');
      const { pausedAt } = await clockOf(claim, 'state');
      await fleet.sleep((deadline as number) + minutes(1));
      expect((await claim.state()).state).toBe(state);

      await resume(claim, 'state');
      const resumed = await clockOf(claim, 'state');
      expect(resumed).toMatchObject({ change: 'resumed', basis: `entered ${state}`, originalDueAt: before.dueAt });
      expect(resumed.pausedAt).toBeUndefined();
      expect(ms(resumed.dueAt) - ms(before.dueAt)).toBe(ms(resumed.runningSince) - ms(pausedAt));

      const dueAt = await inAnHour();
      await move(claim, 'state', dueAt);
      expect(await clockOf(claim, 'state')).toMatchObject({ change: 'moved', dueAt, originalDueAt: before.dueAt });
      const { sequence } = await claim.settled();
      await fleet.sleep(minutes(61));
      await claim.reaches(onDeadline === 'PolicyValidationPending' ? 'Closed' : (onDeadline as OpenState));
      const [breach, transition] = (await claim.journal()).slice(sequence);
      expect(breach).toMatchObject({ kind: 'deadline', breach: { name: 'state', dueAt, originalDueAt: before.dueAt } });
      expect(transition).toMatchObject({ from: state, to: onDeadline, causationId: 'clock:state' });
    },
  );
});

describe('the clock of the decision', () => {
  const { decision } = claimLifecycle.clocks ?? {};

  test.each(decision?.spans ?? [])('leads from %s where the table says, once', async (state) => {
    const claim = await restingIn(fleet, state as OpenState);
    const dueAt = await inAnHour();
    await move(claim, 'decision', dueAt);
    await fleet.sleep(minutes(61));
    await claim.reaches(decision?.onBreach as OpenState);
    const journal = await claim.journal();
    const breach = journal.findIndex(({ kind, breach }) => kind === 'deadline' && breach?.name === 'decision');
    expect(journal[breach]).toMatchObject({ breach: { dueAt }, causationId: 'clock:decision' });
    expect(journal[breach + 1]).toMatchObject({
      kind: 'transition',
      from: state,
      to: decision?.onBreach,
      reason: { code: 'decisionElapsed' },
      causationId: 'clock:decision',
    });
    expect(await clockOf(claim, 'decision')).toMatchObject({ change: 'breached' });
    await fleet.sleep(days(1));
    const after = await claim.settled();
    expect((await claim.journal()).filter(({ breach }) => breach?.name === 'decision')).toHaveLength(1);
    expect(after.state).toBe(decision?.onBreach);
  });

  test('counts calendar days, of a calendar that is named with its version, and says what was consumed', async () => {
    const claim = await restingIn(fleet, 'AwaitingAssessment');
    const started = await clockOf(claim, 'decision');
    expect(started).toMatchObject({ basis: 'fact notice', change: 'started', calendar: 'us-federal@1' });
    // The end of a day in the calendar's own time, 90 days on or a few more over a weekend and a holiday.
    expect(started.dueAt).toMatch(/T05:00:00\.000Z$/);
    expect(ms(started.dueAt) - ms(started.startedAt)).toBeGreaterThan(days(90));
    expect(ms(started.dueAt) - ms(started.startedAt)).toBeLessThan(days(95));

    await fleet.sleep(days(2));
    await pause(claim, 'decision');
    const paused = await clockOf(claim, 'decision');
    expect(paused).toMatchObject({ change: 'paused', pausedBy: 'person', dueAt: started.dueAt });
    expect(paused.consumedMs).toBe(ms(paused.pausedAt) - ms(started.startedAt));
    await fleet.sleep(days(3));
    await resume(claim, 'decision');
    const resumed = await clockOf(claim, 'decision');
    expect(resumed).toMatchObject({ change: 'resumed', originalDueAt: started.dueAt, consumedMs: paused.consumedMs });
    expect(ms(resumed.dueAt) - ms(started.dueAt)).toBe(ms(resumed.runningSince) - ms(paused.pausedAt));
  });

  test('stands still while the claimant has the claim', async () => {
    const claim = await restingIn(fleet, 'AwaitingDocuments');
    const paused = await clockOf(claim, 'decision');
    expect(paused).toMatchObject({ change: 'paused', pausedBy: 'state' });
    await fleet.sleep(days(30));
    await claim.tell('documentReceived', {
      requestId: 'DR-1',
      documentId: 'D-1',
      kind: 'proofOfLoss',
      digest: 'd'.repeat(64),
    });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    const changes = (await claim.journal()).flatMap(({ patch }) => patch?.clocks?.['decision'] ?? []);
    expect(changes.map(({ change }) => change)).toEqual(['started', 'paused', 'resumed', 'stopped']);
    expect(ms(changes[2]?.dueAt) - ms(paused.dueAt)).toBeGreaterThanOrEqual(days(30));
  });
});

describe("a regulator's clock", () => {
  const { decision: _own, ...regulated } = claimLifecycle.clocks ?? {};
  const cells = Object.entries(regulated).flatMap(([name, { spans, onBreach }]) =>
    spans.map((state) => ({ name, state: state as OpenState, onBreach })),
  );

  /** A claim at rest in a state in which the clock runs. */
  async function runningIn(name: string, state: OpenState): Promise<ClaimRun> {
    const way = { ...WHOLE_WAY, documents: state === 'AwaitingDocuments' ? 'silence' : 'arrive' } as const;
    if (name === 'acknowledgment' && state === 'EscalatedForManualReview') {
      const claim = await restingIn(fleet, 'TriagePending', way);
      await fleet.sleep((claimLifecycle.states.TriagePending.deadline as number) + minutes(1));
      await claim.reaches(state);
      return claim;
    }
    const claim = await restingIn(fleet, state, way);
    const proven = (await claim.state()).facts['proofOfLossAt'] !== undefined;
    if ((name === 'determination' || name === 'explanation') && !proven) await claim.tell('documentReceived', PROOF);
    await claim.settled();
    if (name === 'explanation') await delayExplained(claim, state);
    return claim;
  }

  /** The first letter about a delay has left, so that the time to the next one runs. */
  async function delayExplained(claim: ClaimRun, state: OpenState): Promise<void> {
    await elapse(claim, fleet, 'determination');
    await eventually(
      () => claim.path(),
      (path) => path.at(-1) === state && path.at(-2) === 'DelayLetterPending',
    );
    await claim.settled();
  }

  test.each(cells)(
    '$name in $state stands still, goes on, is moved, and strikes',
    async ({ name, state, onBreach }) => {
      const claim = await runningIn(name, state);
      const started = await clockOf(claim, name);
      expect(started).toMatchObject({ change: 'started', calendar: 'us-federal@1', leadsTo: onBreach });
      await pause(claim, name);
      await fleet.sleep(hours(2));
      await resume(claim, name);
      const resumed = await clockOf(claim, name);
      expect(ms(resumed.dueAt) - ms(started.dueAt)).toBeGreaterThanOrEqual(hours(2));

      const before = await claim.state();
      await move(claim, name, await inAnHour());
      const { sequence } = await claim.settled();
      await fleet.sleep(minutes(61));
      const detour = claimLifecycle.states[onBreach].detour === true;
      await eventually(
        () => claim.path(),
        (path) => (detour ? path.at(-1) === state && path.at(-2) === onBreach : path.at(-1) === onBreach),
      );
      const [breach, transition] = (await claim.journal()).slice(sequence);
      expect(breach).toMatchObject({ kind: 'deadline', breach: { name, originalDueAt: started.dueAt } });
      expect(transition).toMatchObject({ from: state, to: onBreach, reason: { code: `${name}Elapsed` } });
      // The time to the next letter begins with this one.
      const struck = name === 'explanation' ? { change: 'started' } : { change: 'breached' };
      expect(await clockOf(claim, name)).toMatchObject(struck);
      if (!detour) return;
      // Nothing else is any different once the letter is out.
      const after = await claim.settled();
      expect([after.clocks['state'], after.reviews]).toEqual([before.clocks['state'], before.reviews]);
      expect(claim.calls('sendLetter').at(-1)?.input).toMatchObject({ letter: 'delay', values: { waitsIn: state } });
    },
  );
});

describe('a clock that a person handles wrongly', () => {
  test('stays as it is, and the person is told why', async () => {
    const claim = await restingIn(fleet, 'AwaitingAssessment');
    const before = (await claim.state()).clocks;
    expect(await refusal(pause(claim, 'nonsense'))).toBe('unknownClock');
    expect(await refusal(resume(claim, 'state'))).toBe('notPaused');
    expect(await refusal(move(claim, 'state', '2012-10-29T00:00:00.000Z'))).toBe('notInFuture');
    expect((await claim.state()).clocks).toEqual(before);
    await pause(claim, 'state');
    expect(await refusal(pause(claim, 'state'))).toBe('alreadyPaused');
  });

  test('as a person who does not say who it is: refused', async () => {
    const claim = await restingIn(fleet, 'AwaitingAssessment');
    expect(await refusal(claim.ask('pauseClock', { clock: 'state', ...BECAUSE }, null))).toBe('actorMissing');
  });
});
