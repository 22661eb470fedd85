/** One order that moves the clocks of many entities: counted before, repeatable, and accounted for one by one. */
import {
  MessageRefused,
  NoAnswer,
  ThroughlineError,
  Unreachable,
  type AnyEntityClient,
  type JournalLine,
} from '../client/index.js';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { inLanes } from './intake/lanes.js';
import { GaveUp, Patience } from './intake/patience.js';

const DAY_MS = 86_400_000;
/** How long an outage of the servers may last, in milliseconds. */
const PATIENCE_MS = 150_000;
/** Entities of one request of the gateway. */
const PAGE = 500;

/** What is ordered; the same order is the same bulk, whoever repeats it. */
export interface BulkOrder {
  readonly lifecycle: string;
  /** Which open entities. */
  readonly filter: { readonly state?: string; readonly catastrophe?: string };
  readonly clock: string;
  /** The new due, or how far from each clock's own it is. */
  readonly due: { readonly at: string } | { readonly byDays: number };
  readonly because: { readonly reasonCode: string; readonly note?: string };
  readonly reference: string;
}

/** A clock that the order moves. */
export interface Target {
  readonly id: string;
  readonly dueAt: string;
}

/** What became of it. */
export interface BulkReport {
  /** Have the new due, by this run or an earlier one of the same order. */
  readonly moved: number;
  readonly refused: readonly { readonly id: string; readonly why: string }[];
}

/** How it is carried out. */
export interface BulkOptions {
  readonly actor: Actor;
  /** Messages under way at once. */
  readonly concurrency: number;
  /** @param done entities accounted for */
  readonly progress: (done: number) => void;
  /** A line for the person who waits, such as that a server is away. */
  readonly notice: (line: string) => void;
}

/** What the order would move now, and how many entities fit that have no such clock. */
export async function preview(
  entities: AnyEntityClient,
  order: BulkOrder,
): Promise<{ readonly targets: readonly Target[]; readonly without: number }> {
  const targets = new Map<string, Target>();
  const without = new Set<string>();
  // An entity that changes its state meanwhile may come twice.
  for await (const { id, clocks } of entities.list({ ...order.filter, closed: false }, PAGE)) {
    const clock = clocks[order.clock];
    if (clock) targets.set(id, { id, dueAt: newDue(order, clock.dueAt) });
    else without.add(id);
  }
  return { targets: [...targets.values()], without: without.size };
}

/**
 * Moves the targets' clocks. Each message bears an id made from the order, so that an entity obeys the same order once, also where
 * a run was interrupted and is repeated. An outage is waited for.
 */
export async function moveMany(
  entities: AnyEntityClient,
  order: BulkOrder,
  targets: readonly Target[],
  { actor, concurrency, progress, notice }: BulkOptions,
): Promise<BulkReport> {
  const messageId = `bulk:${digest(order)}`;
  const patience = new Patience(PATIENCE_MS, notice);
  const refused: { id: string; why: string }[] = [];
  let done = 0;
  await inLanes(each(targets), concurrency, async (target) => {
    const why = await refusalOf(() =>
      patience.call(() => final(() => move(entities, order, target, { actor, messageId }))),
    );
    if (why !== undefined) refused.push({ id: target.id, why });
    progress(++done);
  });
  return { moved: done - refused.length, refused };
}

async function move(
  entities: AnyEntityClient,
  order: BulkOrder,
  { id, dueAt }: Target,
  options: { readonly actor: Actor; readonly messageId: string },
): Promise<void> {
  const { clock, because, reference } = order;
  try {
    await entities.message(id, 'moveClock', { ...because, clock, dueAt, reference }, options);
  } catch (err) {
    if (!(err instanceof MessageRefused) || err.code !== 'messageIdReused') throw err;
    // Only this order has this id. The clock has changed since, be it by this very order: what its first message did counts.
    const first = await firstMessage(entities, id, options.messageId);
    if (first?.message?.outcome === 'applied') return;
    const before = first?.reason?.code ?? 'rejected';
    throw new MessageRefused(
      before,
      `this order was refused here before (${before}); give it anew under another reference`,
    );
  }
}

async function firstMessage(
  entities: AnyEntityClient,
  id: string,
  messageId: string,
): Promise<JournalLine | undefined> {
  for await (const line of entities.journal(id)) {
    if (line.message?.name === 'moveClock' && line.message.messageId === messageId) return line;
  }
  return undefined;
}

/** An answer that no repeat would change, as a value; what is worth another try is thrown. */
async function final(send: () => Promise<void>): Promise<ThroughlineError | undefined> {
  try {
    await send();
    return undefined;
  } catch (err) {
    if (err instanceof ThroughlineError && !(err instanceof Unreachable) && !(err instanceof NoAnswer)) return err;
    throw err;
  }
}

async function refusalOf(send: () => Promise<ThroughlineError | undefined>): Promise<string | undefined> {
  try {
    return (await send())?.message;
  } catch (err) {
    if (err instanceof GaveUp) return err.message;
    throw err;
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items;
}

function newDue({ due }: BulkOrder, dueAt: string): string {
  return 'at' in due ? due.at : new Date(Date.parse(dueAt) + due.byDays * DAY_MS).toISOString();
}
