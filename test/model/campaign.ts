/**
 * A campaign: so many random entities of one lifecycle, batch by batch, each batch in a world of its own. What is violated is made
 * smaller before it is told.
 *
 * `THROUGHLINE_MODEL_RUNS` says how many entities there are over both lifecycles, `THROUGHLINE_MODEL_SEED` which ones; with
 * `THROUGHLINE_MODEL_BATCH` only that batch of the seed is played.
 */
import type { WorkflowBundleOption } from '@temporalio/worker';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { isScrambled } from './evidence.js';
import { violations, type Violation } from './invariants.js';
import { batchOf, type Batch, type EntityPlan } from './plan.js';
import type { Played } from './play.js';
import { smallest } from './smallest.js';
import { inFreshWorlds, StoodStill, WORLDS, WORLD_MS } from './fresh-worlds.js';
import { modelBundle } from './world.js';

const RUNS = Number(process.env['THROUGHLINE_MODEL_RUNS'] ?? 100);
const SEED = Number(process.env['THROUGHLINE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const ONLY = process.env['THROUGHLINE_MODEL_BATCH'];

/** Entities that share a world and its time: in a calm one, and in one whose workers are stopped and started, which costs more. */
const AT_ONCE = { calm: 60, restless: 15 } as const;
/** How long a violation is looked into, in milliseconds of real time. */
const SHRINKING_MS = 60_000;

/** An entity and what was violated. */
export interface Found {
  readonly id: string;
  readonly plan: EntityPlan;
  readonly violations: readonly Violation[];
}

/** Declares the tests of a lifecycle's campaign. */
export function campaign(lifecycle: EntityPlan['lifecycle'], plan: fc.Arbitrary<EntityPlan>): void {
  const entities = Math.ceil(RUNS / 2);
  let bundle: WorkflowBundleOption;

  describe.skipIf(RUNS === 0)(`every ${lifecycle}`, () => {
    beforeAll(async () => {
      console.log(`model: ${entities} of ${RUNS} runs are of the ${lifecycle}, THROUGHLINE_MODEL_SEED=${SEED}`);
      bundle = await modelBundle();
    });

    const batches = [...batchesOf(entities, plan).entries()];
    const chosen = batches.filter(([nth]) => ONLY === undefined || nth === Number(ONLY));
    const timeout = WORLDS * WORLD_MS + SHRINKING_MS + WORLD_MS;
    test.for(chosen)('keeps all invariants in batch %i', { timeout }, async ([nth, batch], { skip }) => {
      const played = await inFreshWorlds(bundle, batch, { worlds: FULL ? WORLDS : 1 }).catch((err: unknown) => {
        // The server's clock at times stands still for good. In every run of the tests that costs one batch, and not the run.
        if (FULL || !(err instanceof StoodStill)) throw err;
        return skip(err.message);
      });
      const found = violatedIn(played);
      if (found.length > 0) {
        const name = `THROUGHLINE_MODEL_SEED=${SEED} THROUGHLINE_MODEL_RUNS=${RUNS} THROUGHLINE_MODEL_BATCH=${nth}`;
        const again = `play it again: ${name} npm test -- test/model/${lifecycle}`;
        expect.fail(`${await told(bundle, batch, found)}\n${again}`);
      }
      // The server scrambles some; of most something must be said.
      expect(played.filter(({ evidence }) => isScrambled(evidence)).length).toBeLessThan(played.length / 4 + 1);
    });
  });
}

/** The batches of the seed, restless ones and calm ones in turn. */
function batchesOf(entities: number, plan: fc.Arbitrary<EntityPlan>): Batch[] {
  const batches: Batch[] = [];
  const both = AT_ONCE.calm + AT_ONCE.restless;
  for (let left = entities; left > 0; left -= both) {
    const restless = Math.ceil((Math.min(left, both) * AT_ONCE.restless) / both);
    const calm = Math.min(left, both) - restless;
    for (const [size, restarts] of [
      [restless, true],
      [calm, false],
    ] as const) {
      if (size > 0)
        batches.push(...fc.sample(batchOf(size, plan, restarts), { seed: SEED + batches.length, numRuns: 1 }));
    }
  }
  return batches;
}

/** The entities that violate an invariant. */
function violatedIn(played: readonly Played[]): Found[] {
  return played.flatMap(({ plan, evidence }) => {
    const found = violations(evidence);
    return found.length === 0 ? [] : [{ id: evidence.id, plan, violations: found }];
  });
}

/** What was found, and the smallest plan that still shows it. */
async function told(bundle: WorkflowBundleOption, batch: Batch, found: readonly Found[]): Promise<string> {
  const lines = found.flatMap(({ id, violations: wrong }) =>
    wrong.map(({ invariant, what }) => `${id}: ${invariant}: ${what}`),
  );
  const small = await smallest(batch, found, SHRINKING_MS, async (smaller) =>
    violatedIn(await inFreshWorlds(bundle, smaller)),
  );
  return [...lines, 'the smallest batch that still shows it:', JSON.stringify(small)].join('\n');
}
