/**
 * The model: random entities in a troubled world, and what is true of every one of them.
 *
 * Played on request: `THROUGHLINE_MODEL_RUNS` says how many entities there are over both lifecycles, `THROUGHLINE_MODEL_SEED` which
 * ones; with `THROUGHLINE_MODEL_BATCH` only that batch of the seed is played. The time-skipping server at times stops to skip for good
 * with many entities at once, which says nothing about them, so a run of all the tests does not hang on it.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isScrambled } from './evidence.js';
import { violations } from './invariants.js';
import { batchOf, claimPlan, parcelPlan, type Batch, type EntityPlan } from './plan.js';
import { play, type Played } from './play.js';
import { modelBundle, World } from './world.js';

const RUNS = Number(process.env['THROUGHLINE_MODEL_RUNS'] ?? 0);
const SEED = Number(process.env['THROUGHLINE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const ONLY = process.env['THROUGHLINE_MODEL_BATCH'];
/** Entities that share a world and its time. */
const AT_ONCE = Math.max(1, Math.min(Number(process.env["MB"] ?? 12), Math.ceil(RUNS / 2)));
const BATCHES = Math.ceil(RUNS / 2 / AT_ONCE);
const BATCH_MS = 240_000;

let world: World;
beforeAll(async () => {
  if (RUNS === 0) return;
  console.log(`model: ${RUNS} runs, THROUGHLINE_MODEL_SEED=${SEED}`);
  world = await World.begin(await modelBundle(), { cached: process.env["MC"] === "1" });
});
afterAll(async () => {
  if (RUNS > 0) await world.end();
});

const LIFECYCLES: readonly (readonly [name: string, plan: fc.Arbitrary<EntityPlan>])[] = [
  ['parcel', parcelPlan()],
  ['claim', claimPlan()],
];

describe.skipIf(RUNS === 0).each(LIFECYCLES)('every %s', (_, plan) => {
  const batches = fc.sample(batchOf(AT_ONCE, plan), { seed: SEED, numRuns: BATCHES });
  const chosen = [...batches.entries()].filter(([nth]) => ONLY === undefined || nth === Number(ONLY));

  test.each(chosen)('keeps all invariants in batch %i', { timeout: BATCH_MS }, async (nth, batch: Batch) => {
    const played = await play(world, batch);
    expect(reports(played), `THROUGHLINE_MODEL_SEED=${SEED} THROUGHLINE_MODEL_BATCH=${nth}`).toEqual([]);
    // The server scrambles some; of most something must be said.
    expect(played.filter(({ evidence }) => isScrambled(evidence)).length).toBeLessThan(played.length / 4);
  });
});

/** What is wrong, entity by entity, with the plan that led there. */
function reports(played: readonly Played[]) {
  return played.flatMap(({ plan, evidence }) => {
    const found = violations(evidence);
    return found.length === 0 ? [] : [{ id: evidence.id, found, plan: JSON.stringify(plan) }];
  });
}
