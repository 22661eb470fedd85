import { describe, expect, test } from 'vitest';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import {
  days,
  defineLifecycle,
  InvalidLifecycle,
  partKind,
  type ClockDefinition,
  type Lifecycle,
  type MessageRule,
  type StateDefinition,
} from '../../../workflows/lifecycle/definition.js';
import { faultsOf } from '../../../workflows/lifecycle/faults.js';

const waiting: StateDefinition = {
  means: 'It waits.',
  to: ['Done'],
  deadline: days(1),
  onDeadline: 'Done',
  owner: 'somebody',
};
const done: StateDefinition = { means: 'It has ended.', to: [], terminal: true, owner: 'nobody' };
const rule: MessageRule = { kind: 'signal', means: 'It came.', in: ['Waiting'], late: 'record' };

const sound: Lifecycle = {
  name: 'parcel',
  version: 1,
  initial: 'Waiting',
  states: { Waiting: waiting, Done: done },
  parts: { item: { Open: ['Closed'], Closed: [] } },
  messages: { arrived: rule },
};

const withStates = (states: Lifecycle['states'], initial = 'Waiting'): Lifecycle => ({ ...sound, states, initial });
const withWaiting = (changes: Partial<StateDefinition>, more: Lifecycle['states'] = {}): Lifecycle =>
  withStates({ Waiting: { ...waiting, ...changes }, Done: done, ...more });
const withDone = (changes: Partial<StateDefinition>): Lifecycle =>
  withStates({ Waiting: waiting, Done: { ...done, ...changes } });
const withMessage = (changes: Partial<MessageRule>): Lifecycle => ({
  ...sound,
  messages: { arrived: { ...rule, ...changes } },
});
/** With a detour between its two states. */
const withDetour = (changes: Partial<StateDefinition> = {}): Lifecycle =>
  withWaiting(
    { to: ['Done', 'Aside'] },
    { Aside: { ...waiting, detour: true, to: ['Waiting', 'Done'], onDeadline: 'Waiting', ...changes } },
  );
const patrol: ClockDefinition = {
  means: 'Somebody looks.',
  starts: { fact: 'began' },
  within: { fact: 'agreed.length' },
  spans: ['Waiting'],
  onBreach: 'Done',
};
const without = (field: keyof StateDefinition): StateDefinition => {
  const { [field]: _, ...rest } = waiting;
  return rest as StateDefinition;
};

test('a sound table has no faults and is returned as it is', () => {
  expect(faultsOf(sound)).toEqual([]);
  expect(defineLifecycle(sound)).toBe(sound);
  expect(faultsOf(claimLifecycle)).toEqual([]);
  expect(faultsOf({ ...withDetour(), clocks: { patrol } })).toEqual([]);
});

test('a table with faults is refused with all of them', () => {
  const bad = withWaiting({ to: ['Done', 'Moon'], onDeadline: 'Mars' });
  expect(() => defineLifecycle(bad)).toThrow(InvalidLifecycle);
  expect(() => defineLifecycle(bad)).toThrow(
    'lifecycle parcel cannot work: state Waiting leads to Moon, which is not a state; ' +
      'state Waiting has onDeadline Mars, which is not among its transitions',
  );
});

describe('refused is', () => {
  test.each<[string, Lifecycle, string]>([
    ['a bad name', { ...sound, name: 'Parcel 1' }, 'name "Parcel 1" must be letters and digits'],
    ['a bad version', { ...sound, version: 0 }, 'version is 0; it must be an integer from 1'],
    ['an unknown initial state', { ...sound, initial: 'Moon' }, 'initial state Moon is not a state'],
    ['a terminal initial state', { ...sound, initial: 'Done' }, 'initial state Done is terminal'],
    ['a deprecated initial state', withWaiting({ deprecated: true }), 'initial state Waiting is deprecated'],
    ['an unknown target', withWaiting({ to: ['Done', 'Moon'] }), 'state Waiting leads to Moon, which is not a state'],
    ['a transition named twice', withWaiting({ to: ['Done', 'Done'] }), 'state Waiting names a transition twice'],
    [
      'a way to a deprecated state',
      withWaiting({ to: ['Done', 'Old'] }, { Old: { ...waiting, deprecated: true } }),
      'state Waiting leads to Old, which is deprecated',
    ],
    [
      'a state that cannot be reached',
      withWaiting({}, { Lost: waiting }),
      'state Lost cannot be reached from Waiting; mark it deprecated or lead to it',
    ],
    [
      'an exit from a terminal state',
      withDone({ to: ['Waiting'] }),
      'terminal state Done has an exit to Waiting; declare it with reopens instead',
    ],
    ['a deadline of a terminal state', withDone({ deadline: days(1) }), 'terminal state Done has deadline'],
    ['a deadline target of a terminal state', withDone({ onDeadline: 'Done' }), 'terminal state Done has onDeadline'],
    ['a failure target of a terminal state', withDone({ onFailure: 'Done' }), 'terminal state Done has onFailure'],
    [
      'a review in a terminal state',
      withDone({ review: { queue: 'q', priority: 3 } }),
      'terminal state Done has review; nothing follows a terminal state',
    ],
    [
      'reopening by an unknown message',
      withDone({ reopens: { by: ['moonLanding'], within: days(30), to: 'Waiting' } }),
      'state Done reopens by moonLanding, which is not a message',
    ],
    [
      'reopening by no message',
      withDone({ reopens: { by: [], within: days(30), to: 'Waiting' } }),
      'state Done reopens by no message',
    ],
    [
      'reopening for no time',
      withDone({ reopens: { by: ['arrived'], within: 0, to: 'Waiting' } }),
      'state Done reopens within 0 ms',
    ],
    [
      'reopening of an open state',
      withWaiting({ reopens: { by: ['arrived'], within: days(1), to: 'Waiting' } }),
      'state Waiting reopens but is not terminal',
    ],
    [
      'a state that leads nowhere',
      withWaiting({ to: [] }),
      'state Waiting leads nowhere; mark it terminal or give it an exit',
    ],
    [
      'a state without a deadline',
      withStates({ Waiting: without('deadline'), Done: done }),
      'state Waiting has no deadline; give it one, or { unbounded: reason }',
    ],
    ['a deadline of no time', withWaiting({ deadline: 0 }), 'state Waiting has a deadline of 0 ms'],
    ['an endless deadline', withWaiting({ deadline: Infinity }), 'state Waiting has a deadline of Infinity ms'],
    ['a deadline that is no number', withWaiting({ deadline: NaN }), 'state Waiting has a deadline of NaN ms'],
    [
      'a deadline that leads nowhere',
      withStates({ Waiting: without('onDeadline'), Done: done }),
      'state Waiting has a deadline but no onDeadline',
    ],
    [
      'a deadline that leads off the table',
      withWaiting({ onDeadline: 'Waiting' }),
      'state Waiting has onDeadline Waiting, which is not among its transitions',
    ],
    [
      'a failure that leads off the table',
      withWaiting({ onFailure: 'Moon' }),
      'state Waiting has onFailure Moon, which is not among its transitions',
    ],
    [
      'a wait without a bound and a reason',
      withStates({ Waiting: { ...without('onDeadline'), deadline: { unbounded: ' ' } }, Done: done }),
      'state Waiting is unbounded without a reason',
    ],
    [
      'a wait without a bound but with a deadline target',
      withWaiting({ deadline: { unbounded: 'seasonal' } }),
      'state Waiting is unbounded but has onDeadline',
    ],
    [
      'a table without an end',
      withStates({ Waiting: { ...waiting, to: ['Waiting'], onDeadline: 'Waiting' } }),
      'no state is terminal',
    ],
    [
      'a dead end',
      withWaiting({ to: ['Done', 'Trap'] }, { Trap: { ...waiting, to: ['Trap'], onDeadline: 'Trap' } }),
      'state Trap has no way to a terminal state',
    ],
    [
      'a detour from which there is no way back',
      withDetour({ to: ['Done'], onDeadline: 'Done' }),
      'state Waiting makes the detour Aside, from which it is not among the transitions; let it lead back',
    ],
    [
      'a detour without an end',
      withStates({
        Waiting: { ...waiting, to: ['Done', 'Aside'] },
        Aside: {
          means: 'Aside.',
          detour: true,
          to: ['Waiting'],
          owner: 'somebody',
          deadline: { unbounded: 'seasonal' },
        },
        Done: done,
      }),
      'detour Aside needs a deadline in time, and no review',
    ],
    [
      'a detour with a review of its own',
      withDetour({ review: { queue: 'q', priority: 3 } }),
      'detour Aside needs a deadline in time, and no review',
    ],
    ['a detour after the end', withDone({ detour: true }), 'terminal state Done has detour'],
    [
      'a clock that names a detour',
      { ...withDetour(), clocks: { patrol: { ...patrol, spans: ['Waiting', 'Aside'] } } },
      'clock patrol names the detour Aside, in which every clock runs on by itself',
    ],
    [
      'a clock that stands still on a detour',
      { ...withDetour(), clocks: { patrol: { ...patrol, pausedIn: ['Aside'] } } },
      'clock patrol names the detour Aside, in which every clock runs on by itself',
    ],
    [
      'a clock whose length is no fact',
      { ...sound, clocks: { patrol: { ...patrol, within: { fact: '' } } } },
      'clock patrol has no length',
    ],
    ['a part without states', { ...sound, parts: { item: {} } }, 'part item has no states'],
    [
      'an unknown target of a part',
      { ...sound, parts: { item: { Open: ['Moon'] } } },
      'part item: state Open leads to Moon, which is not a state of the part',
    ],
    [
      'a state of a part that cannot be reached',
      { ...sound, parts: { item: { Open: [], Lost: [] } } },
      'part item: state Lost cannot be reached from Open',
    ],
    ['a message that is applied nowhere', withMessage({ in: [] }), 'message arrived is applied in no state'],
    [
      'a message in an unknown state',
      withMessage({ in: ['Moon'] }),
      'message arrived names Moon, which is not a state',
    ],
    [
      'a message that moves what has ended',
      withMessage({ in: ['Waiting', 'Done'] }),
      'message arrived is awaited in terminal state Done; what reopens it is declared with reopens',
    ],
    [
      'a message both early and applied',
      withMessage({ early: ['Waiting'] }),
      'message arrived is both early and applied in Waiting',
    ],
    [
      'a message that is held for ever',
      {
        ...sound,
        states: {
          Waiting: { ...waiting, to: ['Later', 'Done'] },
          Later: waiting,
          Done: done,
        },
        messages: { arrived: { ...rule, early: ['Later'] } },
      },
      'message arrived is held in Later, from which no state that applies it can be reached',
    ],
  ])('%s', (_, lifecycle, fault) => {
    expect(faultsOf(lifecycle)).toContainEqual(expect.stringContaining(fault));
  });
});

test('a deprecated state may keep its table, so that old journals stay readable', () => {
  expect(
    faultsOf(withWaiting({}, { Old: { means: 'Once.', to: ['Done'], owner: 'nobody', deprecated: true } })),
  ).toEqual([]);
});

test('a part belongs to the kind before its colon, or to the first kind', () => {
  expect(partKind(claimLifecycle, 'building')).toBe('coverage');
  expect(partKind(claimLifecycle, 'coverage:building')).toBe('coverage');
  expect(partKind(claimLifecycle, 'shipment:1')).toBeUndefined();
  const two = { ...sound, parts: { line: { Open: [] }, shipment: { Open: [] } } };
  expect([partKind(two, 'shipment:1'), partKind(two, '1')]).toEqual(['shipment', 'line']);
});
