/** What strikes first, and what waits for the way back from a detour. */
import { describe, expect, test } from 'vitest';
import { clockIsDue, earliestAlarm, recheckAt } from '../../../workflows/lifecycle/alarms.js';
import { minutes } from '../../../workflows/lifecycle/definition.js';
import { UNBORN, type Clock, type EntityState, type ReviewTask } from '../../../workflows/lifecycle/entry.js';

const at = (hour: number): string => `2012-11-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const clock = (hour: number, more: Partial<Clock> = {}): Clock => ({
  basis: 'entered Open',
  startedAt: at(0),
  dueAt: at(hour),
  leadsTo: 'Late',
  ...more,
});
const task: ReviewTask = { queue: 'q', priority: 3, reason: 'r', openedAt: at(0), escalatesAt: at(6), ofState: true };
const state = (more: Partial<EntityState>): EntityState => ({ ...UNBORN, state: 'Open', ...more });

describe('the earliest alarm', () => {
  test('is whatever strikes first: a clock, a level of a task, a reminder', () => {
    const expectations = { weight: { what: 'w', from: 'f', askedAt: at(0), dueAt: at(9), remindAt: at(4) } };
    const all = { clocks: { state: clock(8), proof: clock(5) }, reviews: { t: task }, expectations };
    expect(earliestAlarm(state(all))).toEqual({ kind: 'reminder', name: 'weight', at: at(4) });
    expect(earliestAlarm(state({ ...all, expectations: {} }))).toEqual({ kind: 'clock', name: 'proof', at: at(5) });
    expect(earliestAlarm(state({ reviews: { t: task } }))).toEqual({ kind: 'escalation', taskId: 't', at: at(6) });
  });

  test('is none where every clock stands still or has struck', () => {
    const still = clock(5, { pausedAt: at(1), pausedBy: 'person' });
    const struck = clock(5, { breachedAt: at(5) });
    expect(earliestAlarm(state({ clocks: { state: still, proof: struck } }))).toBeUndefined();
  });
});

describe('on a detour', () => {
  const aside = (own: Partial<Clock> = {}): EntityState =>
    state({
      clocks: { state: clock(7, { suspends: { state: 'Open', clock: clock(3) }, ...own }), proof: clock(2) },
      reviews: { t: task },
    });

  test('only its own deadline strikes: what it suspends does so on the way back', () => {
    expect(earliestAlarm(aside())).toEqual({ kind: 'clock', name: 'state', at: at(7) });
    expect(clockIsDue(aside(), Date.parse(at(5)))).toBe(false);
    expect(clockIsDue(aside(), Date.parse(at(7)))).toBe(true);
  });

  test('nothing strikes while a person pauses that', () => {
    expect(earliestAlarm(aside({ pausedAt: at(1), pausedBy: 'person' }))).toBeUndefined();
  });
});

describe('what was deferred', () => {
  const since = at(0);
  const deferred = (guard: string) => state({ deferrals: { [guard]: { since, reason: 'r' } } });

  test('is looked at again after pauses that grow; a hold is not', () => {
    expect(recheckAt(deferred('hold:legal'), 'CLM-1', Date.parse(since))).toBeUndefined();
    const first = recheckAt(deferred('duty'), 'CLM-1', Date.parse(since)) ?? 0;
    expect(first - Date.parse(since)).toBeGreaterThanOrEqual(minutes(5));
    const second = recheckAt(deferred('duty'), 'CLM-1', first) ?? 0;
    expect(second - first).toBeGreaterThan(first - Date.parse(since));
  });
});
