/** Named clocks as pure functions: what starts, pauses, resumes, moves and ends them. */
import { describe, expect, test } from 'vitest';
import { US_FEDERAL } from '../../../workflows/lifecycle/calendar.js';
import {
  breached,
  clockChanges,
  consumed,
  lengthOf,
  moved,
  paused,
  resumed,
  type ClockRules,
} from '../../../workflows/lifecycle/clockwork.js';
import { days, hours, type ClockDefinition, type Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { UNBORN, type Clock, type EntityState } from '../../../workflows/lifecycle/entry.js';

const NOW = Date.parse('2012-11-01T12:00:00.000Z');
const HOUR = hours(1);

const proof: ClockDefinition = {
  means: 'Proof of loss.',
  starts: { fact: 'notice.dateOfLoss' },
  within: days(60),
  spans: ['Open', 'Asking'],
  pausedIn: ['Parked'],
  stops: { fact: 'proof' },
  onBreach: 'Late',
};

function rules(clocks: Record<string, ClockDefinition>, scale = 1): ClockRules {
  const states = { Done: { terminal: true }, Aside: { detour: true } };
  const lifecycle = { name: 'test', states, clocks } as unknown as Lifecycle;
  return { lifecycle, calendars: [US_FEDERAL], scale };
}

const inState = (state: string, more: Partial<EntityState> = {}): EntityState => ({ ...UNBORN, state, ...more });
const LOSS = { notice: { dateOfLoss: '2012-10-29' } };

/** What becomes of the clock named `proof`. */
function next(
  before: EntityState,
  after: { state: string; facts?: Record<string, unknown>; entering?: boolean },
  definition = proof,
  scale = 1,
): Clock | undefined {
  return clockChanges(
    rules({ proof: definition }, scale),
    before,
    { facts: before.facts, entering: after.state !== before.state, ...after },
    NOW,
  )?.['proof'];
}

describe('a clock that counts from a fact', () => {
  test('starts when the fact becomes known in a state that it spans', () => {
    expect(next(inState('Open'), { state: 'Open', facts: LOSS })).toEqual({
      basis: 'fact notice.dateOfLoss',
      startedAt: '2012-10-29T00:00:00.000Z',
      dueAt: '2012-12-28T00:00:00.000Z',
      leadsTo: 'Late',
      change: 'started',
    });
    expect(next(inState('Elsewhere'), { state: 'Elsewhere', facts: LOSS })).toBeUndefined();
  });

  test('starts when its span is entered and the fact was known before; the due is the same whenever that is', () => {
    const before = inState('Elsewhere', { facts: LOSS });
    expect(next(before, { state: 'Open' })?.dueAt).toBe('2012-12-28T00:00:00.000Z');
    expect(next(before, { state: 'Parked' })).toMatchObject({ change: 'paused', pausedBy: 'state' });
    expect(next(inState('Open', { facts: LOSS }), { state: 'Open', entering: false })).toBeUndefined();
  });

  test('counts from now where the fact is no instant', () => {
    const facts = { notice: { dateOfLoss: { unknown: true } } };
    expect(next(inState('Open'), { state: 'Open', facts })?.startedAt).toBe('2012-11-01T12:00:00.000Z');
    const instant = { notice: { dateOfLoss: '2012-10-29T18:30:00Z' } };
    expect(next(inState('Open'), { state: 'Open', facts: instant })?.startedAt).toBe('2012-10-29T18:30:00.000Z');
  });

  test('does not start once what stops it is known', () => {
    expect(next(inState('Open'), { state: 'Open', facts: { ...LOSS, proof: 'P-1' } })).toBeUndefined();
  });
});

describe('a clock that counts from a state', () => {
  const asking: ClockDefinition = { ...proof, starts: { entering: ['Asking'] }, within: hours(5) };

  test('starts on entering it, runs on in the others, and starts anew after it has ended', () => {
    const started = next(inState('Open'), { state: 'Asking' }, asking);
    expect(started).toMatchObject({ basis: 'entered Asking', dueAt: '2012-11-01T17:00:00.000Z' });
    expect(next(inState('Elsewhere'), { state: 'Open' }, asking)).toBeUndefined();
    const running = inState('Asking', { clocks: { proof: started as Clock } });
    expect(next(running, { state: 'Open' }, asking)).toBeUndefined();
    expect(next(running, { state: 'Asking', entering: true }, asking)).toBeUndefined();
  });

  test('scales with the profile', () => {
    expect(next(inState('Open'), { state: 'Asking' }, asking, 1 / 5)?.dueAt).toBe('2012-11-01T13:00:00.000Z');
  });
});

describe('a clock that counts days by a calendar', () => {
  const working = { days: 15, count: 'working', calendar: 'us-federal' } as const;

  test('strikes at the end of its last day and says by which calendar', () => {
    expect(next(inState('Open'), { state: 'Open', facts: LOSS }, { ...proof, within: working })).toMatchObject({
      startedAt: '2012-10-29T05:00:00.000Z',
      dueAt: '2012-11-21T05:00:00.000Z',
      calendar: 'us-federal@1',
    });
  });

  test('rolls a due on a weekend or holiday where it says so', () => {
    const within = { days: 12, count: 'calendar', calendar: 'us-federal', roll: true } as const;
    // The twelfth day is Saturday the 10th; Monday is a holiday.
    expect(next(inState('Open'), { state: 'Open', facts: LOSS }, { ...proof, within })?.dueAt).toBe(
      '2012-11-14T05:00:00.000Z',
    );
  });

  test('has no weekends in a simulation', () => {
    const clock = next(inState('Open'), { state: 'Open', facts: LOSS }, { ...proof, within: working }, 1 / 1440);
    expect(Date.parse(clock?.dueAt ?? '') - Date.parse(clock?.startedAt ?? '')).toBe(15 * 60_000);
    expect(clock?.calendar).toBeUndefined();
  });

  test('goes on after a pause with the working days that it had left', () => {
    const clock = {
      basis: 'b',
      startedAt: '2012-10-29T05:00:00.000Z',
      dueAt: '2012-11-21T05:00:00.000Z',
      leadsTo: 'Late',
    };
    // Paused on Thursday the 1st with twelve working days left; resumed on Monday the 5th.
    const still = paused(clock, 'person', Date.parse('2012-11-01T15:00:00Z'));
    const again = resumed(rules({ proof }), working, still, Date.parse('2012-11-05T15:00:00Z'));
    expect(again).toMatchObject({ change: 'resumed', dueAt: '2012-11-24T05:00:00.000Z', originalDueAt: clock.dueAt });
  });

  test('by a calendar that nobody supplies is a defect that says so', () => {
    const within = { days: 1, count: 'working', calendar: 'lunar' } as const;
    expect(() => next(inState('Open'), { state: 'Open', facts: LOSS }, { ...proof, within })).toThrow(
      'lifecycle test counts days by the calendar lunar, which nobody supplies',
    );
  });
});

describe('a running clock', () => {
  const clock: Clock = {
    basis: 'entered Open',
    startedAt: '2012-11-01T02:00:00.000Z',
    dueAt: '2012-11-02T02:00:00.000Z',
    leadsTo: 'Late',
    change: 'started',
  };
  const running = (more: Partial<Clock> = {}, state = 'Open') =>
    inState(state, { clocks: { proof: { ...clock, ...more } } });

  test('ends where its states end, where it is fulfilled and with the entity', () => {
    const ended = { change: 'stopped', consumedMs: 10 * HOUR };
    expect(next(running(), { state: 'Elsewhere' })).toMatchObject(ended);
    expect(next(running(), { state: 'Open', facts: { proof: 'P-1' } })).toMatchObject(ended);
    expect(next(running(), { state: 'Done' })).toMatchObject(ended);
  });

  test('stands still in the states that pause it, and goes on with what it had left', () => {
    const still = next(running(), { state: 'Parked' });
    expect(still).toMatchObject({ change: 'paused', pausedBy: 'state', consumedMs: 10 * HOUR, dueAt: clock.dueAt });
    const later = NOW + 3 * HOUR;
    const again = clockChanges(
      rules({ proof }),
      inState('Parked', { clocks: { proof: still as Clock } }),
      { state: 'Open', facts: {}, entering: true },
      later,
    )?.['proof'];
    expect(again).toEqual({
      ...clock,
      change: 'resumed',
      dueAt: '2012-11-02T05:00:00.000Z',
      originalDueAt: clock.dueAt,
      consumedMs: 10 * HOUR,
      runningSince: new Date(later).toISOString(),
    });
    expect(consumed(again as Clock, later + HOUR)).toBe(11 * HOUR);
  });

  test('that a person paused does not go on by a change of state', () => {
    const still = paused(clock, 'person', NOW);
    expect(next(inState('Parked', { clocks: { proof: still } }), { state: 'Open' })).toBeUndefined();
  });

  test('keeps its first due however often it is moved', () => {
    const once = moved(clock, '2012-11-05T00:00:00.000Z', NOW);
    const twice = moved(once, '2012-11-09T00:00:00.000Z', NOW + HOUR);
    expect(twice).toMatchObject({ change: 'moved', dueAt: '2012-11-09T00:00:00.000Z', originalDueAt: clock.dueAt });
    expect(consumed(twice, NOW + 2 * HOUR)).toBe(12 * HOUR);
  });

  test('that has struck stays on record, does not start again, and strikes again only when it is moved', () => {
    const struck = breached(clock, NOW);
    expect(struck).toMatchObject({ change: 'breached', consumedMs: 10 * HOUR });
    expect(next(running(struck, 'Late'), { state: 'Open' })).toBeUndefined();
    expect(next(running(struck), { state: 'Elsewhere' })).toBeUndefined();
    expect(moved(struck, '2012-12-01T00:00:00.000Z', NOW).breachedAt).toBeUndefined();
    expect(next(running(struck), { state: 'Done' })).toMatchObject({ change: 'stopped' });
  });
});

describe('a clock whose length is a fact', () => {
  const agreed: ClockDefinition = { ...proof, within: { fact: 'terms.proof' } };
  const facts = (length: unknown) => ({ ...LOSS, terms: { proof: length } });

  test('is as long as the fact says, by a calendar too', () => {
    expect(next(inState('Open'), { state: 'Open', facts: facts(days(3)) }, agreed)?.dueAt).toBe(
      '2012-11-01T00:00:00.000Z',
    );
    const working = { days: 15, count: 'working', calendar: 'us-federal' };
    expect(next(inState('Open'), { state: 'Open', facts: facts(working) }, agreed)).toMatchObject({
      dueAt: '2012-11-21T05:00:00.000Z',
      calendar: 'us-federal@1',
    });
  });

  test('does not start while nobody has said how long it is', () => {
    expect(next(inState('Open'), { state: 'Open', facts: LOSS }, agreed)).toBeUndefined();
    expect(lengthOf(agreed, LOSS)).toBeUndefined();
  });

  test('starts once its length is known and a state of it is entered', () => {
    const before = inState('Elsewhere', { facts: facts(days(3)) });
    expect(next(before, { state: 'Open' }, agreed)?.change).toBe('started');
  });

  test('that was taken back counts as unknown', () => {
    expect(lengthOf(agreed, facts(null))).toBeUndefined();
  });
});

describe('a clock as long as a fact says', () => {
  const definition: ClockDefinition = {
    means: 'What the plan promises.',
    starts: { fact: 'receivedAt' },
    within: { fact: 'promise.ms' },
    spans: ['Open'],
    pausedIn: ['Parked'],
    onBreach: 'Late',
  };
  const knows = (ms: number) => ({ receivedAt: '2012-11-01T10:00:00.000Z', promise: { ms } });
  const begun: Clock = {
    basis: 'fact receivedAt',
    startedAt: '2012-11-01T10:00:00.000Z',
    dueAt: '2012-11-01T18:00:00.000Z',
    leadsTo: 'Late',
    change: 'started',
  };
  const running = (clock: Clock, state = 'Open') =>
    inState(state, { facts: knows(8 * HOUR), clocks: { proof: clock } });

  test('counts from where it began when that changes, also into the past', () => {
    expect(next(running(begun), { state: 'Open', facts: knows(4 * HOUR) }, definition)).toMatchObject({
      change: 'moved',
      startedAt: begun.startedAt,
      dueAt: '2012-11-01T14:00:00.000Z',
      originalDueAt: begun.dueAt,
      consumedMs: 2 * HOUR,
    });
    const early = next(running(begun), { state: 'Open', facts: knows(HOUR) }, definition);
    expect(early?.dueAt).toBe('2012-11-01T11:00:00.000Z');
    expect(
      next(running(begun), { state: 'Open', facts: { ...knows(8 * HOUR), other: 1 } }, definition),
    ).toBeUndefined();
  });

  test('keeps what pauses have added, goes on standing still, and stands still in the same moment', () => {
    const shifted = { ...begun, dueAt: '2012-11-01T19:00:00.000Z', originalDueAt: begun.dueAt };
    expect(next(running(shifted), { state: 'Open', facts: knows(4 * HOUR) }, definition)?.dueAt).toBe(
      '2012-11-01T15:00:00.000Z',
    );
    const still = paused(begun, 'state', NOW - HOUR);
    expect(next(running(still, 'Parked'), { state: 'Parked', facts: knows(4 * HOUR) }, definition)).toMatchObject({
      dueAt: '2012-11-01T14:00:00.000Z',
      pausedAt: '2012-11-01T11:00:00.000Z',
      consumedMs: HOUR,
    });
    expect(next(running(begun), { state: 'Parked', facts: knows(4 * HOUR) }, definition)).toMatchObject({
      change: 'paused',
      dueAt: '2012-11-01T14:00:00.000Z',
    });
    expect(next(running(still, 'Parked'), { state: 'Open', facts: knows(4 * HOUR) }, definition)).toMatchObject({
      change: 'resumed',
      dueAt: '2012-11-01T15:00:00.000Z',
    });
  });

  test('stays struck once it has struck', () => {
    const struck = breached(begun, NOW);
    expect(next(running(struck), { state: 'Open', facts: knows(24 * HOUR) }, definition)).toBeUndefined();
  });
});

describe('on a detour', () => {
  const clock = next(inState('Open'), { state: 'Open', facts: LOSS }) as Clock;
  const running = inState('Open', { facts: LOSS, clocks: { proof: clock } });

  test('a clock runs on, neither ended nor paused nor started', () => {
    expect(next(running, { state: 'Aside' })).toBeUndefined();
    expect(next(inState('Elsewhere'), { state: 'Aside', facts: LOSS })).toBeUndefined();
  });

  test('a clock ends that is fulfilled', () => {
    expect(next(running, { state: 'Aside', facts: { ...LOSS, proof: 'P-1' } })?.change).toBe('stopped');
  });

  test('nothing ends or begins on the way back either', () => {
    const aside = inState('Aside', { facts: LOSS, clocks: { proof: clock } });
    expect(next(aside, { state: 'Open' })).toBeUndefined();
    expect(next(aside, { state: 'Elsewhere' })?.change).toBe('stopped');
  });
});
