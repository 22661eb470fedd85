/** One order that moves the clocks of many entities: counted before, repeatable, and accounted for one by one. */
import { bulkMessageId, shifted } from '../client/bulk.js';
import { MessageRefused } from '../client/errors.js';
import type { AnyEntityClient, JournalLine } from '../client/index.js';
import type { Actor } from '../workflows/lifecycle/entry.js';
import { sendMany, type Refused, type SendManyOptions } from './bulk.js';

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
  readonly refused: readonly Refused[];
}

/** How it is carried out. */
export interface BulkOptions extends SendManyOptions {
  readonly actor: Actor;
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
  { actor, ...options }: BulkOptions,
): Promise<BulkReport> {
  const messageId = bulkMessageId(order);
  const { sent, refused } = await sendMany(
    targets,
    (target) => move(entities, order, target, { actor, messageId }),
    options,
  );
  return { moved: sent, refused };
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

function newDue({ due }: BulkOrder, dueAt: string): string {
  return 'at' in due ? due.at : shifted(dueAt, due.byDays);
}
