/** What is said of a moment that has passed is what was said then: recorded lives are written again, bit by bit. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Explanation } from '../../client/views.js';
import { explain } from '../../gateway/explain.js';
import { readRecorded } from '../../gateway/explainer.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import type { EntityRef, Entry } from '../../workflows/lifecycle/entry.js';
import { LIFECYCLES } from '../../workflows/lifecycles.js';
import { rideAlongOf } from '../../cli/journal/carriers.js';
import { journalInHistory } from '../support/history.js';
import { recordedHistories } from '../replay/replay.js';
import { openWorkbench, type Workbench } from '../records/workbench.js';

const DAY_MS = 86_400_000;
/** Moments of each life. */
const LOOKS = 5;

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  for (const table of LIFECYCLES) await bench.writer.registerDefinition(table);
});
afterAll(() => bench.close());

/** A life as it was recorded, under a key of its own. */
interface Life {
  readonly entity: EntityRef;
  readonly table: Lifecycle;
  readonly entries: readonly Entry[];
}

/** The lives under the tables of today, from their first entry on. */
function lives(): Life[] {
  return [...recordedHistories()].flatMap(([name, history]): Life[] => {
    const [first] = (history.events ?? []).flatMap((event) => rideAlongOf(event) ?? []);
    const { entity } = first ?? {};
    const table = LIFECYCLES.find(
      (each) => each.name === entity?.lifecycle && each.version === entity.lifecycleVersion,
    );
    if (!entity || !table || first?.entries[0]?.sequence !== 1) return [];
    const id = name.replaceAll(/[^A-Za-z0-9]+/g, '-');
    return [{ entity: { ...entity, id, firstRunId: id }, table, entries: journalInHistory(history) }];
  });
}

async function told({ entity, table }: Life, now: Date, at?: Date): Promise<Explanation> {
  const recorded = await readRecorded(bench.reader, table, entity.id, at);
  if (!recorded) throw new Error(`${entity.lifecycle} ${entity.id} is not on record`);
  const past = { error: 'not kept for moments that have passed' };
  return explain({ ...recorded, run: past, backlog: past, now, past: true }, 'restricted');
}

test('at random moments of each recorded life', async () => {
  const seed = Number(process.env['THROUGHLINE_SEED'] ?? Date.now() % 2 ** 31);
  const dice = fc.sample(fc.noBias(fc.integer({ min: 0, max: 999_999 })), { seed, numRuns: 2_000 });
  const chance = (): number => (dice.pop() ?? 0) / 1_000_000;
  const moments: { readonly life: Life; readonly at: Date; readonly then: Explanation }[] = [];
  for (const life of lives()) {
    const looks = new Set(Array.from({ length: LOOKS }, () => Math.floor(chance() * life.entries.length)));
    let written = 0;
    for (const look of [...looks].sort((a, b) => a - b)) {
      const [last, next] = life.entries.slice(look, look + 2);
      const from = Date.parse(last?.recordedAt ?? '');
      const until = next ? Date.parse(next.recordedAt) : from + DAY_MS;
      // Two entries of one millisecond: there is no moment in between.
      if (until === from) continue;
      await write(life, written, look + 1);
      written = look + 1;
      const at = new Date(from + Math.floor(chance() * (until - from)));
      moments.push({ life, at, then: await told(life, at) });
    }
    await write(life, written, life.entries.length);
  }
  expect(new Set(moments.map(({ life }) => life.table.name))).toEqual(new Set(LIFECYCLES.map(({ name }) => name)));
  expect(moments.length).toBeGreaterThan(100);
  for (const { life, at, then } of moments) {
    expect(await told(life, at, at), `${life.entity.id} at ${at.toISOString()}, seed ${seed}`).toEqual(then);
  }
});

async function write({ entity, entries }: Life, from: number, to: number): Promise<void> {
  await bench.writer.write({ entity, entries: entries.slice(from, to) }, { runId: entity.firstRunId });
}
