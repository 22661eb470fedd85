/**
 * Whatever a workflow does, and however its entries are cut into carriers, repeated, delayed and delivered side by side: the
 * journal holds each entry once, in order, and the row is their fold.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { JournalGap } from '../../records/errors.js';
import { storable } from '../../records/storable.js';
import { loadJournal, verifyEntity } from '../../records/verify.js';
import { fold, UNBORN, type Entry, type Patch } from '../../workflows/lifecycle/entry.js';
import { at, carrier, ref, SYSTEM, transition } from './fixtures.js';
import { collect, openWorkbench, type Workbench } from './workbench.js';

const RUNS = process.env['THROUGHLINE_TEST_SIZE'] === 'full' ? 500 : 60;

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** Code units of any kind, NUL and halves of surrogate pairs among them. */
const text = fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.replace(/^x/, '\ud800\0'));
const name = fc.constantFrom('a', 'b', 'ü"\\', '__proto__', '1', '10', '9');
const named = <T>(value: fc.Arbitrary<T>) => fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true });
/** As JSON carries it: what Temporal hands on knows no negative zero either. */
const fact = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value)) as typeof value);
const instant = fc.integer({ min: 0, max: 1_000_000 }).map(at);
const clock = fc.record(
  {
    basis: text,
    startedAt: instant,
    dueAt: instant,
    leadsTo: text,
    change: fc.constantFrom('started', 'paused', 'moved', 'breached', 'stopped'),
    pausedAt: instant,
    breachedAt: instant,
  },
  { requiredKeys: ['basis', 'startedAt', 'dueAt', 'leadsTo'] },
);
const reason = fc.record({ code: text });
const hold = fc.record({ placedAt: instant, by: fc.constant(SYSTEM), reason, reference: text });
const deferral = fc.record({ since: instant, reason: text, call: text });
const task = fc.record(
  {
    queue: text,
    reason: text,
    priority: fc.integer({ min: 1, max: 5 }),
    openedAt: instant,
    dueAt: instant,
    ofState: fc.constant(true as const),
    level: fc.nat(3),
    assignee: text,
    proposal: fc.record({ message: text, data: fact, digest: text, by: text }),
    contributors: fc.array(text, { maxLength: 2 }),
  },
  { requiredKeys: ['queue', 'reason', 'priority', 'openedAt'] },
);
const review = fc.oneof(task, fc.record({ resolved: text }));
const patch: fc.Arbitrary<Patch> = fc.record(
  {
    facts: named(fact),
    parts: named(fc.record({ state: text, since: instant })),
    clocks: named(fc.option(clock)),
    expectations: named(fc.option(fc.record({ what: text, from: text, askedAt: instant }))),
    holds: named(fc.option(hold)),
    deferrals: named(fc.option(deferral)),
    reviews: named(review),
    attention: fc.option(fc.constantFrom('x', 'y')),
    outcome: fc.option(text),
    profile: text,
  },
  { requiredKeys: [] },
);
const step = fc.record({
  kind: fc.constantFrom('transition', 'message', 'deadline'),
  to: fc.nat(2),
  patch,
  minutes: fc.nat(500),
});
const STATES = ['Announced', 'Travelling', 'Delivered'];

function entriesOf(steps: ReadonlyArray<typeof step extends fc.Arbitrary<infer T> ? T : never>): Entry[] {
  let state: string | undefined;
  let minute = 0;
  return steps.map(({ kind, to, patch, minutes }, position) => {
    const sequence = position + 1;
    minute += minutes;
    const common = { recordedAt: at(minute), patch };
    if (state === undefined || kind === 'transition') {
      const entry = transition(sequence, state, STATES[to] ?? 'Announced', common);
      state = entry.to;
      return entry;
    }
    return { sequence, kind: 'message', causationId: `m${sequence}`, actor: SYSTEM, ...common };
  });
}

/** A carrier holds entries from somewhere confirmed or pending on; cut points are fractions of the whole. */
const cuts = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(5)), { minLength: 1, maxLength: 12 });

let serial = 0;

it('the row is the fold of what was given', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), cuts, async (steps, pieces) => {
      const id = `property-${serial++}`;
      const entries = entriesOf(steps);
      const carriers = [
        ...pieces.map(([from, length]) => {
          const first = Math.min(Math.floor(from * entries.length), entries.length - 1);
          return entries.slice(first, first + 1 + length);
        }),
        ...entries.map((_, last) => entries.slice(Math.max(0, last - 2), last + 1)),
      ];
      await deliver(id, carriers);

      const kept = storable(entries);
      const expected = kept.reduce(fold, UNBORN);
      const record = await bench.reader.getEntity('parcel', id);
      expect(await verifyEntity(bench.db, 'parcel', id)).toEqual([]);
      expect((await collect(loadJournal(bench.db, 'parcel', id))).map(({ entry }) => entry)).toEqual(kept);
      expect(record).toMatchObject(JSON.parse(JSON.stringify(expected)) as object);
      expect(await bench.count('finding', id)).toBe(0);
    }),
    { numRuns: RUNS },
  );
});

/** All at once; those that came too early come again, as an activity's retry would bring them. */
async function deliver(id: string, carriers: ReadonlyArray<readonly Entry[]>): Promise<void> {
  let waiting = carriers;
  while (waiting.length > 0) {
    const results = await Promise.allSettled(
      waiting.map((entries) => bench.writer.write(carrier(ref(id), entries), { runId: 'run' })),
    );
    const early = waiting.filter((_, i) => results[i]?.status === 'rejected');
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(JournalGap);
    }
    expect(early.length).toBeLessThan(waiting.length);
    waiting = early;
  }
}
