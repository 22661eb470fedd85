/** What is undone, in which order, and when nothing is any more. */
import { describe, expect, it } from 'vitest';
import { defineLifecycle, type Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { fold, UNBORN, type EntityState, type Entry, type Patch } from '../../../workflows/lifecycle/entry.js';
import { dangling, forwardOnly, registered, toUndo, undoable } from '../../../workflows/lifecycle/saga.js';

const TRIP: Lifecycle = defineLifecycle({
  name: 'trip',
  version: 1,
  initial: 'Booking',
  states: {
    Booking: { means: 'm', to: ['Booked'], deadline: 1, onDeadline: 'Booked', owner: 'o' },
    Booked: { means: 'm', to: ['Over'], deadline: 1, onDeadline: 'Over', owner: 'o', pivot: true },
    Over: { means: 'm', to: [], terminal: true, owner: 'o' },
  },
  compensations: {
    cancelFlight: { means: 'm' },
    cancelRoom: { means: 'm', parallel: true },
    cancelCar: { means: 'm', parallel: true },
  },
  messages: {},
});
const AT = '2026-01-01T00:00:00.000Z';

function after(before: EntityState, patch: Patch, to?: string): EntityState {
  const entry: Entry = {
    sequence: before.sequence + 1,
    kind: to === undefined ? 'note' : 'transition',
    recordedAt: AT,
    causationId: 'test',
    actor: { kind: 'system', id: 'test', authenticated: 'none' },
    ...(to !== undefined && { to, ...(before.state !== '' && { from: before.state }) }),
    patch,
  };
  return fold(before, entry);
}

const booking = after(UNBORN, {}, 'Booking');
const register = (state: EntityState, name: string, undo: string): EntityState =>
  after(state, registered(TRIP, state, name, undo, { key: `key-of-${name}` }, Date.parse(AT)));
const names = (state: EntityState) => undoable(TRIP, state).map((group) => group.map(([name]) => name));

describe('what is registered', () => {
  it('is undone in reverse; neighbours that the table declares parallel at the same time', () => {
    let state = booking;
    for (const [name, undo] of [
      ['room', 'cancelRoom'],
      ['out', 'cancelFlight'],
      ['inn', 'cancelRoom'],
      ['car', 'cancelCar'],
      ['back', 'cancelFlight'],
    ] as const) {
      state = register(state, name, undo);
    }
    expect(names(state)).toEqual([['back'], ['car', 'inn'], ['out'], ['room']]);
  });

  it('keeps its order through a database, which sorts the names its own way', () => {
    const state = register(register(booking, 'z', 'cancelFlight'), 'a', 'cancelFlight');
    const compensations = Object.fromEntries(Object.entries(state.compensations ?? {}).toSorted());
    expect(toUndo({ compensations }).map(([name]) => name)).toEqual(['a', 'z']);
  });

  it('goes to the front when it is registered again', () => {
    const state = register(register(register(booking, 'a', 'cancelFlight'), 'b', 'cancelFlight'), 'a', 'cancelRoom');
    expect(names(state)).toEqual([['a'], ['b']]);
    expect(state.compensations?.['a']?.undo).toBe('cancelRoom');
  });

  it('is left until it is taken away, and a patch that takes it away leaves nothing', () => {
    const state = register(booking, 'a', 'cancelFlight');
    expect(dangling(state, {})).toEqual(['a']);
    expect(dangling(state, { compensations: { a: null } })).toEqual([]);
    expect(dangling(after(state, { compensations: { a: null } }), {})).toEqual([]);
  });
});

describe('the pivot', () => {
  it('forgets everything, and nothing where there is nothing', () => {
    const state = register(booking, 'a', 'cancelFlight');
    expect(dangling(state, forwardOnly(state))).toEqual([]);
    expect(forwardOnly(booking)).toEqual({});
  });

  it('lets nothing be registered after it', () => {
    const booked = after(booking, {}, 'Booked');
    expect(() => registered(TRIP, booked, 'a', 'cancelFlight', {}, 0)).toThrow(
      'cancelFlight is registered after Booked, from which the flow goes forward only',
    );
  });
});

it('an undo that the table does not know is a defect of the flow', () => {
  expect(() => registered(TRIP, booking, 'a', 'cancelTrain', {}, 0)).toThrow('its table has no such compensation');
});

it('an entity without compensations has none in its state, so that what was recorded before stays as it was', () => {
  expect('compensations' in booking).toBe(false);
});
