import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold, UNBORN, type Entry, type EntityState, type Patch } from '../../../workflows/lifecycle/entry.js';
import { Journal } from '../../../workflows/lifecycle/journal.js';

const START = Date.parse('2012-10-29T23:10:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const actor = { kind: 'service', id: 'fraud', authenticated: 'hmac' } as const;

const note = (sequence: number, patch: Patch = {}): Entry => ({
  sequence,
  kind: 'note',
  recordedAt: at(0),
  causationId: 'M-1',
  actor,
  patch,
});
const transition = (sequence: number, ms: number, from: string | undefined, to: string): Entry => ({
  sequence,
  kind: 'transition',
  recordedAt: at(ms),
  causationId: 'M-1',
  actor,
  ...(from !== undefined && { from }),
  to,
});
const born = fold(UNBORN, transition(1, 0, undefined, 'A'));

describe('fold refuses', () => {
  test.each([0, 1, 3])('entry %i after entry 1', (sequence) => {
    expect(() => fold(born, note(sequence))).toThrow(new RangeError(`entry ${sequence} does not follow entry 1`));
  });

  test('a transition from a state that the entity is not in', () => {
    expect(() => fold(born, transition(2, 0, 'B', 'C'))).toThrow('entry 2 leaves B but the entity is in A');
    expect(() => fold(born, transition(2, 0, undefined, 'C'))).toThrow('entry 2 leaves (start) but the entity is in A');
  });
});

describe('fold', () => {
  test('keeps account of states: since, entered how often, for how long', () => {
    const path: [number, string | undefined, string][] = [
      [0, undefined, 'A'],
      [100, 'A', 'B'],
      [250, 'B', 'A'],
      [1_000, 'A', 'B'],
    ];
    const state = path.map(([ms, from, to], i) => transition(i + 1, ms, from, to)).reduce(fold, UNBORN);
    expect(state).toMatchObject({ state: 'B', since: at(1_000), startedAt: at(0), sequence: 4, enteredBy: 4 });
    expect(state.visits).toEqual({ A: { entered: 2, totalMs: 850 }, B: { entered: 2, totalMs: 150 } });
  });

  test('merges maps by name and removes what is null', () => {
    const clock = { basis: 'entered A', startedAt: at(0), dueAt: at(9), leadsTo: 'B' };
    const first = fold(
      born,
      note(2, { facts: { a: 1, b: 2 }, clocks: { state: clock, grace: clock }, attention: 'late' }),
    );
    const second = fold(first, note(3, { facts: { b: 3 }, clocks: { state: null }, attention: null }));
    expect(second).toMatchObject({ facts: { a: 1, b: 3 }, clocks: { grace: clock } });
    expect(Object.keys(second.clocks)).toEqual(['grace']);
    expect('attention' in second).toBe(false);
  });

  test('knows the review tasks that are open', () => {
    const task = { queue: 'q', reason: 'r', priority: 3, openedAt: '2012-10-30T00:00:00.000Z' };
    const open = fold(born, note(2, { reviews: { 'claim/1#2': task, 'claim/1#3': task } }));
    expect(Object.keys(open.reviews)).toEqual(['claim/1#2', 'claim/1#3']);
    const taken = fold(open, note(3, { reviews: { 'claim/1#2': { ...task, assignee: 'a' } } }));
    expect(taken.reviews['claim/1#2']).toEqual({ ...task, assignee: 'a' });
    expect(Object.keys(fold(taken, note(4, { reviews: { 'claim/1#2': { resolved: 'done' } } })).reviews)).toEqual([
      'claim/1#3',
    ]);
  });

  test('forgets with a transition what was deferred', () => {
    const deferral = { since: '2012-10-30T00:00:00.000Z', reason: 'r' };
    const waiting = fold(born, note(2, { deferrals: { 'hold:legal': deferral } }));
    expect(waiting.deferrals).toEqual({ 'hold:legal': deferral });
    expect(fold(waiting, note(3, { deferrals: { 'hold:legal': null } })).deferrals).toEqual({});
    expect(fold(waiting, transition(3, waiting.enteredBy, waiting.state, 'Z')).deferrals).toEqual({});
  });

  test('forgets the reason of the state before', () => {
    const withReason = fold(born, { ...transition(2, 1, 'A', 'B'), reason: { code: 'deadlineElapsed' } });
    expect(withReason.reason).toEqual({ code: 'deadlineElapsed' });
    expect(fold(withReason, transition(3, 2, 'B', 'A')).reason).toBeUndefined();
  });
});

const patches = fc.record(
  {
    facts: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer()),
    attention: fc.constantFrom(null, 'late', 'failed'),
    outcome: fc.constantFrom('paid', 'denied'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Patch>;

test('fold changes nothing that it was given, whatever the entries', () => {
  fc.assert(
    fc.property(fc.array(patches), (given) => {
      let state: EntityState = born;
      for (const [i, patch] of given.entries()) {
        const before = structuredClone(state);
        const after = fold(state, note(i + 2, patch));
        expect(state).toEqual(before);
        state = after;
      }
      expect(state.sequence).toBe(given.length + 1);
      expect(state.facts).toEqual(Object.assign({}, ...given.map(({ facts }) => facts ?? {})));
    }),
  );
});

describe('the journal in the workflow', () => {
  const entity = {
    lifecycle: 'claim',
    id: '1',
    stage: 1,
    firstRunId: 'r',
    correlationId: 'c',
    contentHash: 'h',
    kernelVersion: 1,
    lifecycleVersion: 1,
  };
  const draft = { kind: 'note', causationId: 'M-1', actor } as const;

  test('hands over all that is not confirmed, again and again, until a carrier succeeds', () => {
    const journal = new Journal(entity);
    journal.append(draft);
    const first = journal.load();
    expect([journal.waiting, journal.pending]).toEqual([false, true]);
    journal.append(draft);
    expect(journal.waiting).toBe(true);
    const second = journal.load();
    expect(second?.entries.map(({ sequence }) => sequence)).toEqual([1, 2]);

    journal.unload();
    expect(journal.waiting).toBe(true);
    if (first) journal.confirm(first);
    expect(journal.load()?.entries.map(({ sequence }) => sequence)).toEqual([2]);
    if (second) journal.confirm(second);
    expect([journal.load(), journal.pending, journal.waiting]).toEqual([undefined, false, false]);
  });

  test('hands over in pieces where asked, and at least one entry', () => {
    const journal = new Journal(entity);
    for (let i = 0; i < 5; i++) journal.append(draft);
    const one = journal.weight / 5;
    expect(journal.load(1)?.entries).toHaveLength(1);
    const piece = journal.load(one * 3 + 1);
    expect(piece?.entries.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(journal.waiting).toBe(true);
    if (piece) journal.confirm(piece);
    expect(journal.load()?.entries.map(({ sequence }) => sequence)).toEqual([4, 5]);
  });
});
