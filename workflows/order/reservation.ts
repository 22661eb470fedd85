/** Goods that are held in the warehouses, up to the release: what is there at once, what is on backorder, and what ends by itself. */
import { proxyActivities } from '@temporalio/workflow';
import {
  INVENTORY_TASK_QUEUE,
  type InventoryActivities,
  type StockReserved,
} from '../../activities/inventory/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { days } from '../lifecycle/definition.js';
import type { PartState, Patch } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import { heldFor, heldNow, lacking, uncovered, type Order, type OrderFacts, type Reservation } from './facts.js';
import type { OrderLine, OrderMessages } from './messages.js';
import type { OrderState } from './states.js';

type Next = Promise<Move<OrderState>>;
type Reservations = NonNullable<OrderFacts['reservations']>;

const inventory = proxyActivities<InventoryActivities>(serviceCalls(INVENTORY_TASK_QUEUE));

/** Goods are held for longer than the customer and the stock may take together before the release. */
const HELD_FOR_MS = days(45);

// ---- steps ------------------------------------------------------------------------------------------------------------------------

/** Holds what is there; what is lacking is the customer's choice. */
export async function reserve(order: Order): Next {
  await findLost(order); // yields
  await withdrawBackorders(order); // yields
  await letGoOfSurplus(order); // yields
  const open = lacking(order.facts);
  if (open.length > 0) await hold(order, open, 'leave'); // yields
  const patch = { parts: linesAsHeld(order, order.facts) };
  return lacking(order.facts).length > 0
    ? { to: 'AwaitingCustomer', reason: { code: 'outOfStock', visibility: 'customer' }, patch }
    : { to: 'AuthorizationPending', patch };
}

/** The customer waits: each line is on backorder by itself, so that what has come can stay where the rest is given up. */
export async function awaitStock(order: Order): Next {
  await findLost(order); // yields
  while (lacking(order.facts).length > 0) {
    const open = uncovered(order.facts);
    await Promise.all(open.map((line) => hold(order, [line], 'backorder'))); // yields
    await order.until(() => lacking(order.facts).length === 0 || uncovered(order.facts).length > 0); // yields
  }
  return { to: 'AuthorizationPending' };
}

type Lacking = OrderLine & { readonly lacking: number };

/** Holds what is lacking; the undo is on record before anybody knows whether the call took effect. */
async function hold(order: Order, open: readonly Lacking[], short: 'leave' | 'backorder'): Promise<void> {
  const attempt = Object.keys(order.facts.reservations ?? {}).length + 1;
  const key = order.key('reservation', attempt);
  const awaits = Object.fromEntries(open.map(({ lineId, lacking: pieces }) => [lineId, pieces]));
  const begun: Reservation = { key, ...(short === 'backorder' && { awaits }) };
  order.learn({
    ...order.compensation(undoOf(attempt), 'releaseStock', { key }),
    facts: { reservations: { ...order.facts.reservations, [attempt]: begun } },
  });
  const answer = await inventory.reserveStock({
    key,
    orderId: order.id,
    lines: open.map(({ lineId, sku, lacking: quantity }) => ({ lineId, sku, quantity })),
    destination: order.facts.content.destination,
    holdUntil: new Date(Date.now() + HELD_FOR_MS).toISOString(),
    short,
    callback: { reference: order.workflowId },
  }); // yields
  order.learn(answered(order, attempt, answer));
}

const undoOf = (attempt: number | string): string => `stock:${attempt}`;

/** What the inventory has answered; goods on backorder may have come before the answer. */
function answered(order: Order, attempt: number | string, { reservationId, lines }: StockReserved): Patch {
  const { reservations = {} } = order.facts;
  const { key, holds: early = [], awaits } = reservations[attempt] as Reservation;
  const known = new Set(early.map(({ holdId }) => holdId));
  const holds = [...early, ...lines.flatMap((line) => line.holds.filter(({ holdId }) => !known.has(holdId)))];
  const open = lines.filter(({ lineId, short }) => short > 0 && awaits?.[lineId] !== undefined);
  return withHolds(order, {
    ...reservations,
    [attempt]: {
      key,
      reservationId,
      holds,
      ...(awaits && { awaits: Object.fromEntries(open.map(({ lineId, short }) => [lineId, short])) }),
    },
  });
}

// ---- what became of earlier calls -------------------------------------------------------------------------------------------------

/** A reservation whose answer was lost is looked up before anything is held again; one that did not take effect never will. */
async function findLost(order: Order): Promise<void> {
  for (const [attempt, { key, reservationId, withdrawn }] of Object.entries(order.facts.reservations ?? {})) {
    if (reservationId !== undefined || withdrawn) continue;
    const found = await inventory.lookUpReservation({ key }); // yields
    if (found.outcome === 'done') order.learn(answered(order, attempt, found.answer));
    else await withdraw(order, attempt, key); // yields
  }
}

/** Nobody waits any more for what has not come: it must not be held when it does. */
export async function withdrawBackorders(order: Order): Promise<void> {
  for (const [attempt, { key, awaits = {} }] of Object.entries(order.facts.reservations ?? {})) {
    if (Object.keys(awaits).length > 0) await withdraw(order, attempt, key); // yields
  }
}

/** Gives a reservation back, whether or not it took effect; its number is not used again. */
async function withdraw(order: Order, attempt: string, key: string): Promise<void> {
  await inventory.releaseHolds({ key: order.key('release', attempt), orderId: order.id, reservationKey: key }); // yields
  const undo = undoOf(attempt);
  order.learn({
    ...withHolds(order, { ...order.facts.reservations, [attempt]: { key, withdrawn: true } }),
    ...(order.state.compensations?.[undo] && { compensations: { [undo]: null } }),
  });
}

/** How a reservation is undone. */
export const releaseStock = (order: Order, { key }: Readonly<Record<string, unknown>>) =>
  inventory.releaseHolds({
    key: order.key('release', String(key).split('/').at(-1)),
    orderId: order.id,
    reservationKey: String(key),
  });

/** After an amendment: goods that are no longer wanted, or were meant for another address, are anybody's again. */
async function letGoOfSurplus(order: Order): Promise<void> {
  const wanted = new Map(order.facts.content.lines.map((line) => [line.lineId, line]));
  const surplus = Object.values(order.facts.reservations ?? {}).flatMap(({ holds = [], elsewhere }) =>
    holds.filter(({ lineId, sku }) => {
      const line = wanted.get(lineId);
      return elsewhere || line?.sku !== sku || heldFor(order.facts, lineId) > line.quantity;
    }),
  );
  if (surplus.length === 0) return;
  const holdIds = surplus.map(({ holdId }) => holdId);
  await inventory.releaseHolds({
    key: order.key('surplus', `${order.facts.revision}.${holdIds.length}`),
    orderId: order.id,
    holdIds,
  }); // yields
  order.learn(withoutHolds(order, holdIds));
}

// ---- what messages do -------------------------------------------------------------------------------------------------------------

/** Goods on backorder have come: with nothing lacking any more the order goes on, also where the customer was asked again. */
export function takeStock(
  order: Order,
  { reservationId, lineId, holds }: OrderMessages['stockHeld'],
): Effect<OrderState> {
  const { reservations = {} } = order.facts;
  const [attempt, current] =
    Object.entries(reservations).find(([, each]) => each.reservationId === reservationId) ??
    Object.entries(reservations).find(([, each]) => each.reservationId === undefined && each.awaits?.[lineId]) ??
    [];
  if (attempt === undefined || current?.awaits?.[lineId] === undefined) return { reject: 'nothingLacking' };
  const { [lineId]: _come, ...awaits } = current.awaits;
  const came = { ...current, awaits, holds: [...(current.holds ?? []), ...holds.map((each) => ({ ...each, lineId }))] };
  const patch = withHolds(order, { ...reservations, [attempt]: came });
  const complete = lacking({ ...order.facts, ...patch.facts }).length === 0;
  return {
    apply: { ...patch, ...(complete && order.received('stock')) },
    ...(complete && order.state.state === 'AwaitingCustomer' && { move: { to: 'AuthorizationPending' } }),
  };
}

export function loseHold(order: Order, { holdId }: OrderMessages['holdExpired']): Effect<OrderState> {
  if (!heldNow(order.facts).some((each) => each.holdId === holdId)) return { reject: 'nothingLacking' };
  const again = order.state.state === 'AuthorizationPending';
  return {
    apply: withoutHolds(order, [holdId]),
    ...(again && { move: { to: 'ReservationPending', reason: { code: 'holdExpired' } } }),
  };
}

// ---- helpers ----------------------------------------------------------------------------------------------------------------------

/** What is held now, and what that makes of the lines. */
function withHolds(order: Order, reservations: Reservations): Patch {
  return { facts: { reservations }, parts: linesAsHeld(order, { ...order.facts, reservations }) };
}

function linesAsHeld(order: Order, facts: OrderFacts): Readonly<Record<string, PartState>> {
  const since = order.now();
  return Object.fromEntries(
    facts.content.lines.flatMap(({ lineId, quantity }) => {
      const state = heldFor(facts, lineId) >= quantity ? 'Reserved' : 'Backordered';
      const before = order.state.parts[lineId]?.state;
      // Shipped or dropped lines are not held any more.
      if (before === state || !['Placed', 'Reserved', 'Backordered'].includes(before ?? '')) return [];
      return [[lineId, { state, since }] as const];
    }),
  );
}

function withoutHolds(order: Order, gone: readonly string[]): Patch {
  const reservations = Object.fromEntries(
    Object.entries(order.facts.reservations ?? {}).map(([attempt, { holds, elsewhere: _moved, ...each }]) => [
      attempt,
      { ...each, ...(holds && { holds: holds.filter(({ holdId }) => !gone.includes(holdId)) }) },
    ]),
  );
  return withHolds(order, reservations);
}
