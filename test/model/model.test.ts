/** The model: random entities in a troubled world, and what stays true of each of them. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchOf, claimPlan, parcelPlan } from './plan.js';
import { isScrambled } from './evidence.js';
import { play } from './play.js';
import { violations } from './invariants.js';
import { modelBundle, World } from './world.js';

const RUNS = Number(process.env['THROUGHLINE_MODEL_RUNS'] ?? 300);
const SEED = Number(process.env['THROUGHLINE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Entities that share a world and its time. */
const AT_ONCE = 12;

let world: World;
beforeAll(async () => {
  world = await World.begin(await modelBundle());
});
afterAll(() => world?.end());

test.each([
  ['parcel', parcelPlan()],
  ['claim', claimPlan()],
])('what is true of every %s', { timeout: 3_600_000 }, async (name, plan) => {
  const batches = fc.sample(batchOf(Math.min(AT_ONCE, RUNS / 2), plan), { seed: SEED, numRuns: Math.ceil(RUNS / 2 / AT_ONCE) });
  for (const [nth, batch] of batches.entries()) {
    const began = Date.now();
    const played = await play(world, batch);
    console.log('scrambled', played.filter(({ evidence }) => isScrambled(evidence)).length, name, nth, Date.now() - began, JSON.stringify(batch.world));
    for (const { evidence, plan } of played) {
      const found = violations(evidence);
      if (found.length > 0) console.log(evidence.id, found.slice(0, 6), process.env.V ? JSON.stringify(plan) : '');
      if (found.length > 0 && process.env.V) {
        const { writeFileSync } = await import('node:fs');
        const { defaultPayloadConverter } = await import('@temporalio/common');
        const show = (_k: string, v: any) => v?.metadata && v.data ? (() => { try { return defaultPayloadConverter.fromPayload(v); } catch { return 'undecodable'; } })() : v;
        writeFileSync(`/tmp/model-${evidence.id}.txt`, [JSON.stringify(found, null, 1), ...evidence.journal.map((e) => JSON.stringify(e)), ...evidence.events.map((e) => JSON.stringify(e, show).slice(0, 900))].join('\n'));
      }
    }
  }
  expect(true).toBe(true);
});
