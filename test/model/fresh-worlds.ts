/** Plays a batch in a world of its own, and again where that stood still. */
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowBundleOption } from '@temporalio/worker';
import type { Batch } from './plan.js';
import { play, type Played } from './play.js';
import { World } from './world.js';

/** How long nothing may happen before a world counts as standing still, in milliseconds of real time; and how often one looks. */
const STANDSTILL_MS = 60_000;
const LOOK_MS = 1_000;
/** The longest that a batch may take, in milliseconds of real time: it takes half a minute where the server does its part. */
const PLAY_MS = process.env['THROUGHLINE_TEST_SIZE'] === 'full' ? 600_000 : 120_000;
/** How long whoever does something in a world may take to give up, in milliseconds of real time. */
const GIVING_UP_MS = 20_000;
/** How often a batch is played in another world because the one before stood still. */
export const WORLDS = 3;
/** The longest that one of them takes, its beginning and its end included, in milliseconds of real time. */
export const WORLD_MS = PLAY_MS + GIVING_UP_MS + 30_000;

/** Every world of a batch stood still: nothing is known of its entities. */
export class StoodStill extends Error {
  override readonly name = 'StoodStill';
}

interface Given {
  /** In how many worlds it is tried. Default: {@link WORLDS}. */
  readonly worlds?: number;
  /** How much time passes before each help; default: as {@link play}. */
  readonly helpings?: readonly number[];
  /** Makes the world special. */
  readonly prepare?: (world: World) => void;
}

/**
 * Plays a batch; where its world stands still, which is the server's fault, again in a fresh one.
 * @throws StoodStill where every world did
 */
export async function inFreshWorlds(
  bundle: WorkflowBundleOption,
  batch: Batch,
  { worlds = WORLDS, helpings, prepare }: Given = {},
): Promise<Played[]> {
  const lifecycles = [batch.entities[0]?.lifecycle ?? 'parcel'] as const;
  for (let nth = 1; nth <= worlds; nth++) {
    const world = await World.begin(bundle, { lifecycles });
    try {
      prepare?.(world);
      const played = play(world, batch, helpings);
      const result = await unlessStill(world, played);
      if (result) return result;
      world.abandon();
      // How it ends is of no interest.
      await Promise.race([played.catch(() => undefined), pause(GIVING_UP_MS)]);
      console.log(`model: the world stands still, ${Date.now() - world.begun} ms old; world ${nth} of ${worlds}`);
    } finally {
      await world.end();
    }
  }
  throw new StoodStill(`the world stood still ${worlds} times in the same batch of ${batch.entities.length}`);
}

/** What comes of it, or undefined once the world stands still. */
async function unlessStill<T>(world: World, result: Promise<T>): Promise<T | undefined> {
  let done = false;
  const ended = result.finally(() => (done = true));
  while (!done) {
    await Promise.race([ended, pause(LOOK_MS)]);
    const now = Date.now();
    if (!done && (now - world.lastSign > STANDSTILL_MS || now - world.begun > PLAY_MS)) {
      ended.catch(() => undefined);
      return undefined;
    }
  }
  return ended;
}
