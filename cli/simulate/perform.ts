/** Entities of a scene under load: submitted at a rate, and looked after until nothing moves any more. */
import { EntityClosed, EntityStopped, MessageRefused, NoAnswer, UnknownTask } from '../../client/errors.js';
import type { ReviewView, ThroughlineClient } from '../../client/index.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';
import { inBatches } from '../intake/lanes.js';
import type { Patience } from '../intake/patience.js';
import { putSeeds } from '../intake/seed.js';
import { Characters } from './characters.js';
import { PACE, play, type Played } from './load.js';
import type { Speed } from './options.js';
import type { Reconciler } from './reconciler.js';
import type { Cast, Scene } from './scene.js';
import type { Seeds } from './stories.js';
import type { Tally } from './tally.js';

/** Entities whose seeds travel together: a service takes 500 rows of a kind. */
const SEED_BATCH = 200;

const STAFF: Actor = { kind: 'staff', id: 'simulated-staff', authenticated: 'none' };
/** Approves what the first may not decide alone. */
const SECOND: Actor = { ...STAFF, id: 'simulated-second' };

/** How it is played. */
export interface Performance {
  readonly scene: Scene;
  readonly cast: Cast;
  readonly rate: number;
  readonly speed: Speed;
  readonly people: boolean;
  readonly mostMs: number;
}

/** Whom it is played with. */
export interface Fleet {
  readonly client: ThroughlineClient;
  /** URL of the services without a slash at its end. */
  readonly services: string;
  readonly reconciler: Reconciler;
  readonly patience: Patience;
  readonly stop: AbortSignal;
  counted(tally: Tally): void;
}

/** Plays it. */
export async function perform(performance: Performance, fleet: Fleet): Promise<Played> {
  const { scene, cast, rate, speed, people, mostMs } = performance;
  const { client, services, reconciler, patience, stop } = fleet;
  const { plans } = cast;
  const { name } = scene.lifecycle;
  const entities = client.entities(name);
  await patience.call(() => putSeeds(services, { ...cast.house }));
  for await (const batch of inBatches(each(plans.values()), SEED_BATCH)) {
    await patience.call(() => putSeeds(services, together(batch.map(({ seeds }) => seeds))));
  }
  const characters = new Characters(
    plans,
    {
      seed: (seeds) => putSeeds(services, { ...seeds }),
      tell: (id, messageId, told) => {
        const actor = cast.speaker(told, id);
        return isDone(entities.message(id, told.name, told.data, { messageId, ...(actor && { actor }) }));
      },
    },
    (entity, nth) => cast.usual(entity, nth),
  );
  return play(
    { lifecycle: scene.lifecycle, ids: [...plans.keys()], rate, mostMs, pace: PACE },
    {
      patience,
      stop,
      submit: (id) => entities.submit(plans.get(id)?.notice, { profile: speed }),
      lookup: (ids) => entities.lookup(ids),
      react: (entity) => characters.react(entity),
      decide: people ? decider(performance, fleet) : undefined,
      tasks: async () => {
        const open = [];
        for await (const task of client.reviews.list({ lifecycle: name })) if (plans.has(task.id)) open.push(task);
        return open;
      },
      reconcile: () => reconciler.heal(),
      counted: (tally) => fleet.counted(tally),
    },
  );
}

/** Decides tasks as the people of the house would. */
function decider({ scene, cast }: Performance, { client }: Fleet) {
  const asked = new Map<string, number>();
  return async (task: ReviewView) => {
    const [entity] = await client.entities(scene.lifecycle.name).lookup([task.id]);
    if (!entity) return;
    const before = asked.get(task.id) ?? 0;
    const messageId = `simulate/${task.taskId}/${before}`;
    const decision = cast.decide(task, entity, before);
    const decided = async () => {
      const { code } = await client.reviews.resolve(task.taskId, decision, { actor: STAFF, messageId });
      if (code === 'awaitingSecondPerson')
        await client.reviews.approve(task.taskId, { actor: SECOND, messageId: `${messageId}/second` });
    };
    if (await isDone(decided())) asked.set(task.id, before + 1);
  };
}

/**
 * Whether a message needs not be sent again. What an entity does not take any more, since it has gone on meanwhile, is no failure; nor
 * is it one that a fleet which has much to do has not answered yet.
 */
async function isDone(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (err) {
    if (err instanceof NoAnswer) return false;
    if ([MessageRefused, EntityClosed, EntityStopped, UnknownTask].some((kind) => err instanceof kind)) return true;
    throw err;
  }
}

/** Several entities' seeds as one. */
function together(all: readonly Seeds[]): Record<string, object[]> {
  const rows: Record<string, object[]> = {};
  for (const seeds of all) {
    for (const [kind, some] of Object.entries(seeds)) (rows[kind] ??= []).push(...some);
  }
  return rows;
}

async function* each<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
