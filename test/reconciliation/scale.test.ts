/** Five hundred discrepancies of all kinds among twenty thousand entities: all found, none invented, in memory that does not grow. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { PAIRS } from '../../workflows/reconciliation/pairs.js';
import { SOUND, type Plant } from './blueprints.js';
import { Ground } from './ground.js';
import { PLANTS } from './plants.js';

/** Less of the same in ordinary runs. */
const [ENTITIES, PLANTED] = process.env['THROUGHLINE_TEST_SIZE'] === 'full' ? [20_000, 500] : [6_000, 150];
/** What the heap may grow by from the first to the last quarter of a run, in bytes: a page of each list is some megabytes. */
const GROWTH = 16 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let ground: Ground;
let connection: Connection;
beforeAll(async () => {
  ground = await Ground.prepare();
  connection = await Connection.connect({ address: inject('temporalAddress') });
});
afterAll(async () => {
  await connection.close();
  await ground.clear();
});

/** Scattered by a fixed step, so that kinds lie anywhere between sound ones. */
function field(): { readonly plants: Plant[]; readonly wrong: string[] } {
  const kinds = Object.entries(PLANTS);
  const every = ENTITIES / PLANTED;
  const wrong: string[] = [];
  const plants = Array.from({ length: ENTITIES }, (_, i) => {
    const id = `E-${String((i * 7_919) % ENTITIES).padStart(6, '0')}`;
    if (i % every !== 0) return (SOUND[i % SOUND.length] as (id: string) => Plant)(id);
    const [kind, plant] = kinds[(i / every) % kinds.length] as (typeof kinds)[number];
    wrong.push(`${kind} ${id}`);
    return plant(id);
  });
  return { plants, wrong };
}

it(`finds ${PLANTED} among ${ENTITIES}`, { timeout: 300_000 }, async () => {
  const { plants, wrong } = field();
  await ground.plant(plants);
  const client = new Client({ connection });
  for (const pair of PAIRS) {
    // Nothing of theirs is planted here.
    if (pair === 'records-temporal' || pair === 'tickets-followUps') continue;
    const heap: number[] = [];
    await ground.run(pair, {
      client,
      beat: () => {
        collectGarbage();
        heap.push(process.memoryUsage().heapUsed);
      },
    });
    const quarter = Math.floor(heap.length / 4);
    expect(quarter, `${pair} beats`).toBeGreaterThan(0);
    const growth = Math.max(...heap.slice(-quarter)) - Math.max(...heap.slice(0, quarter));
    expect(growth, `heap of ${pair}`).toBeLessThan(GROWTH);
  }
  const found = (await ground.findings()).map(({ kind, id }) => `${kind} ${id}`);
  expect(found).toEqual(wrong.sort());
});
