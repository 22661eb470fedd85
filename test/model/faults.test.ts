/** Faults planted in the kernel, each of which the model's invariants must tell of; and the scenes without any, which they must not. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Patch } from '../replay/replay.js';
import { FAULTS } from './faults.js';
import { violations } from './invariants.js';
import { play } from './play.js';
import { SCENES } from './scenes.js';
import { modelBundle, World } from './world.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const PLAYED = process.env['THROUGHLINE_MODEL_RUNS'] !== undefined;

let world: World;
beforeAll(async () => {
  if (!PLAYED) return;
  world = await World.begin(await modelBundle());
});
afterAll(async () => {
  if (PLAYED) await world.end();
});

async function foundIn(scene: keyof typeof SCENES) {
  const { batch, helpings } = SCENES[scene];
  const played = await play(world, batch, helpings);
  return played.flatMap(({ evidence }) => violations(evidence));
}

describe.runIf(PLAYED)('the kernel as it is', () => {
  test.each(Object.keys(SCENES) as (keyof typeof SCENES)[])('keeps all invariants in the scene %s', async (scene) => {
    expect(await foundIn(scene)).toEqual([]);
  });
});

describe.runIf(PLAYED)('it is noticed when', () => {
  test.each(FAULTS.map((fault) => [fault.name, fault] as const))('%s', async (_, fault) => {
    await world.leaveUnattended();
    await world.attend(await broken(fault));
    const found = await foundIn(fault.scene);
    expect(found.map(({ invariant }) => invariant)).toEqual(
      expect.arrayContaining([expect.toBeOneOf([...fault.violates])]),
    );
  });
});

/** The workflows with one piece of the kernel's source replaced. */
function broken(patch: Patch) {
  return modelBundle((config) => ({
    ...config,
    module: {
      ...config.module,
      rules: [
        ...(config.module?.rules ?? []),
        {
          enforce: 'pre',
          resource: here(`../../workflows/${patch.file}`),
          use: { loader: here('../replay/patch-loader.cjs'), options: patch },
        },
      ],
    },
  }));
}
