/** Planted faults, each of which the model's invariants must tell of; and the scenes without any, of which they must not. */
import type { WorkflowBundleOption } from '@temporalio/worker';
import { beforeAll, describe, expect, test } from 'vitest';
import { patching, type Change } from '../replay/replay.js';
import { FAULTS } from './faults.js';
import { inFreshWorlds, WORLD_MS, WORLDS } from './fresh-worlds.js';
import { violations, type Violation } from './invariants.js';
import { SCENES } from './scenes.js';
import { parcelBundle, type World } from './world.js';
import { repeatsLate } from './writers.js';

const timeout = WORLDS * WORLD_MS;
const SKIPPED = process.env['THROUGHLINE_MODEL_RUNS'] === '0';
/** That the scenes are quiet without a fault is shown again only where there is time for it: the campaign shows it of every run. */
const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
type Scene = keyof typeof SCENES;
/** A third of them in every run, others in the next: each is bundled and played for itself, which is what costs. */
const SEED = Number(process.env['THROUGHLINE_MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const CHOSEN = FULL ? FAULTS : FAULTS.filter((_, i) => i % 3 === SEED % 3);

let intact: WorkflowBundleOption;
beforeAll(async () => {
  if (SKIPPED) return;
  intact = await parcelBundle();
});

async function foundIn(scene: Scene, bundle = intact, prepare?: (world: World) => void): Promise<Violation[]> {
  const { batch, helpings } = SCENES[scene];
  const played = await inFreshWorlds(bundle, batch, { helpings, ...(prepare && { prepare }) });
  return played.flatMap(({ evidence }) => violations(evidence));
}

describe.skipIf(SKIPPED)('the kernel as it is', () => {
  test.runIf(FULL).each(Object.keys(SCENES) as Scene[])(
    'keeps all invariants in the scene %s',
    { timeout },
    async (scene) => {
      expect(await foundIn(scene)).toEqual([]);
    },
  );

  test('keeps them where every carrier comes twice', { timeout }, async () => {
    const found = await foundIn('written', intact, (world) => {
      world.writer = repeatsLate(world.pool);
    });
    expect(found).toEqual([]);
  });
});

describe.skipIf(SKIPPED)('it is noticed when', () => {
  test.each(CHOSEN.map((fault) => [fault.name, fault] as const))('%s', { timeout }, async (_, fault) => {
    const { change, writer, scene, violates } = fault;
    const found = await foundIn(scene, change && (await broken(change)), (world) => {
      if (writer) world.writer = writer(world.pool);
    });
    expect(found.map(({ invariant }) => invariant)).toEqual(expect.arrayContaining([expect.toBeOneOf([...violates])]));
  });
});

/** The workflows with one piece of the kernel's source replaced. */
const broken = (change: Change) => parcelBundle(patching(change));
