/** Orders under load: made by dice, placed at a rate, and looked after until nothing moves any more. */
import {
  EntityClosed,
  EntityStopped,
  MessageRefused,
  NoAnswer,
  UnknownTask,
  type ReviewView,
  type ThroughlineClient,
} from '../../../client/index.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import { PROFILES } from '../../../workflows/lifecycle/definition.js';
import { orderLifecycle } from '../../../workflows/order/states.js';
import { inBatches } from '../../intake/lanes.js';
import type { Patience } from '../../intake/patience.js';
import { putSeeds } from '../../intake/seed.js';
import { Dice } from '../dice.js';
import { PACE, play, type Played } from '../load.js';
import type { Reconciler } from '../reconciler.js';
import type { Tally } from '../tally.js';
import type { Catalogue } from './catalogue.js';
import { Customers } from './customers.js';
import { decisionOf } from './people.js';
import { planOf, type Plan, type Seeds } from './stories.js';

const DAY_MS = 86_400_000;
/** Orders whose seeds travel together: a service takes 500 rows of a kind. */
const SEED_BATCH = 200;

const STAFF: Actor = { kind: 'staff', id: 'simulated-staff', authenticated: 'none' };

/** What is played. */
export interface OrderRun {
  readonly plans: ReadonlyMap<string, Plan>;
  readonly shop: Catalogue;
  readonly rate: number;
  readonly speed: 'brisk' | 'fast';
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

/** Plans of orders by their ids: those of the same number and seed are alike in every run. */
export function plansOf(
  { run, count, seed, speed }: { run: string; count: number; seed: number; speed: OrderRun['speed'] },
  shop: Catalogue,
): Map<string, Plan> {
  const dayMs = DAY_MS * PROFILES[speed];
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const id = `SIM-${run}-${String(i + 1).padStart(5, '0')}`;
      return [id, planOf({ id, dice: new Dice(seed, `order/${i + 1}`), shop, dayMs })] as const;
    }),
  );
}

/** Plays them. */
export async function simulateOrders(settings: OrderRun, fleet: Fleet): Promise<Played> {
  const { plans, shop, rate, speed, people, mostMs } = settings;
  const { client, services, reconciler, patience, stop } = fleet;
  await patience.call(() => putSeeds(services, shop.seeds));
  for await (const batch of inBatches(each(plans.values()), SEED_BATCH)) {
    await patience.call(() => putSeeds(services, together(batch.map(({ seeds }) => seeds))));
  }
  const customers = new Customers(plans, {
    seed: (seeds) => putSeeds(services, seeds),
    tell: (id, messageId, { name, data }) => {
      // Not everything is said by the customer: that goods have come back is not.
      const actor: Actor = { kind: 'customer', id: plans.get(id)?.notice.customerId ?? id, authenticated: 'none' };
      const options = { messageId, ...(name !== 'returnReceived' && { actor }) };
      return isDone(client.orders.message(id, name, data, options));
    },
  });
  return play(
    { lifecycle: orderLifecycle, ids: [...plans.keys()], rate, mostMs, pace: PACE },
    {
      patience,
      stop,
      submit: (id) => {
        const plan = plans.get(id);
        if (!plan) throw new RangeError(`id is ${id}: no order of this run`);
        return client.orders.submit(plan.notice, { profile: speed });
      },
      lookup: (ids) => client.orders.lookup(ids),
      react: (order) => customers.react(order),
      decide: people ? decider(settings, fleet) : undefined,
      tasks: async () => {
        const open = [];
        for await (const task of client.reviews.list({ lifecycle: 'order' })) if (plans.has(task.id)) open.push(task);
        return open;
      },
      reconcile: () => reconciler.heal(),
      counted: (tally) => fleet.counted(tally),
    },
  );
}

/** Decides tasks as the people of the shop would. */
function decider({ plans }: OrderRun, { client }: Fleet) {
  const asked = new Map<string, number>();
  return async (task: ReviewView) => {
    const plan = plans.get(task.id);
    const [order] = await client.orders.lookup([task.id]);
    if (!plan || !order) return;
    const before = asked.get(task.id) ?? 0;
    const messageId = `simulate/${task.taskId}/${before}`;
    const decision = decisionOf(task, order, plan, before);
    const done = await isDone(client.reviews.resolve(task.taskId, decision, { actor: STAFF, messageId }));
    if (done) asked.set(task.id, before + 1);
  };
}

/**
 * Whether a message needs not be sent again. What an order does not take any more, since it has gone on meanwhile, is no failure; nor
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

/** Several orders' seeds as one. */
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
