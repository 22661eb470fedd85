/** Orders and the goods that are held for them. */
import type { Hold } from '../../activities/inventory/contract.js';
import type { OrderFacts } from '../../workflows/order/facts.js';
import { latest, type Discrepancy, type Missed, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { HoldRow } from './lists.js';

type Order = Recorded<OrderFacts>;
/** What the order says of a hold: the hold as it knows it, or that it has ended. */
type Here = Partial<Hold> & { readonly since: string; readonly state?: string };

/** The states in which an order takes goods that come later. */
const WAITING = ['AwaitingStock', 'AwaitingCustomer'];
/** What is held is being given back, or a person looks at what could not be. */
const UNDOING = ['Cancelling', 'ExceptionReview'];

export function compareOrderHolds(
  order: Order | undefined,
  { holds }: { readonly holds: readonly HoldRow[] },
): Discrepancy[] {
  const held = holds.filter(({ state }) => state === 'held');
  if (!order) return held.map((row) => disagree('hold-unknown', row));
  const { state, since } = order;
  if (order.closed) return held.map((row) => disagree('hold-left', row, { state, since }));
  const known = new Map(knownHolds(order).map((hold) => [hold.holdId, hold]));
  if (order.facts.shipments) {
    // From the release on, shipments say what becomes of the goods; what is still held when the order ends is found then.
    const shipped = new Set(Object.values(order.facts.shipments).flatMap(({ holdIds }) => holdIds));
    return held
      .filter(({ holdId }) => !shipped.has(holdId) && !known.has(holdId))
      .map((row) => disagree('hold-unasked', row));
  }
  return [
    ...holds.flatMap((row) => compareKnown(order, known.get(row.holdId), row)),
    ...compareUnknown(
      order,
      held.filter(({ holdId }) => !known.has(holdId)),
    ),
    ...vanished(order, known, holds),
  ];
}

function compareKnown(order: Order, known: Hold | undefined, row: HoldRow): Discrepancy[] {
  if (!known) return [];
  const here = { ...known, since: sinceOf(order, row.lineId) };
  switch (row.state) {
    case 'held':
      return row.quantity === known.quantity ? [] : [disagree('hold-quantity-differs', row, here)];
    case 'expired':
      return [disagree('hold-expiry-untold', row, here, expiry(row))];
    default:
      return UNDOING.includes(order.state) ? [] : [disagree('hold-state-differs', row, here)];
  }
}

/** Held, and the order does not know: goods on backorder that have come, whose news was lost, or nobody's. */
function compareUnknown(order: Order, rows: readonly HoldRow[]): Discrepancy[] {
  const reservations = Object.values(order.facts.reservations ?? {});
  // A call without an answer is looked up, or undone, by its key.
  if (reservations.some(({ reservationId, withdrawn }) => reservationId === undefined && !withdrawn)) return [];
  const awaited = (row: HoldRow) =>
    WAITING.includes(order.state) &&
    reservations.some(
      ({ reservationId, awaits }) => reservationId === row.reservationId && awaits?.[row.lineId] !== undefined,
    );
  const come = new Map<string, HoldRow[]>();
  for (const row of rows.filter(awaited)) {
    const backorder = `${row.reservationId}/${row.lineId}`;
    come.set(backorder, [...(come.get(backorder) ?? []), row]);
  }
  return [
    ...rows.filter((row) => !awaited(row)).map((row) => disagree('hold-unasked', row)),
    ...[...come.values()].flatMap(arrived),
  ];
}

/** All that has come of a backorder, told at once as its callback would have. */
function arrived(rows: readonly HoldRow[]): Discrepancy[] {
  const [first] = rows;
  if (!first) return [];
  const occurredAt = latest(first.changedAt, ...rows.map(({ changedAt }) => changedAt));
  const holds = rows.map(({ holdId, warehouseId, sku, quantity, expiresAt }) => ({
    holdId,
    warehouseId,
    sku,
    quantity,
    expiresAt,
  }));
  const data = { reservationId: first.reservationId, lineId: first.lineId, holds };
  const found = disagree('hold-untold', first, undefined, { name: 'stockHeld', data, occurredAt });
  return [{ ...found, since: occurredAt, evidence: { here: null, there: rows } }];
}

function vanished(order: Order, known: ReadonlyMap<string, Hold>, rows: readonly HoldRow[]): Discrepancy[] {
  const there = new Set(rows.map(({ holdId }) => holdId));
  return [...known.values()]
    .filter(({ holdId }) => !there.has(holdId))
    .map((hold) => ({
      kind: 'hold-vanished',
      key: hold.holdId,
      since: sinceOf(order, hold.lineId),
      evidence: { here: hold, there: null },
    }));
}

const knownHolds = ({ facts }: Order): readonly Hold[] =>
  Object.values(facts.reservations ?? {}).flatMap(({ holds = [] }) => holds);

const sinceOf = ({ parts, since }: Order, lineId: string): string => parts[lineId]?.since ?? since;

function expiry({ holdId, lineId, warehouseId, sku, quantity, changedAt: occurredAt }: HoldRow): Missed {
  return { name: 'holdExpired', data: { holdId, lineId, warehouseId, sku, quantity }, occurredAt };
}

function disagree(kind: Kind, row: HoldRow, here?: Here, missed?: Missed): Discrepancy {
  return {
    kind,
    key: row.holdId,
    since: latest(row.changedAt, here?.since),
    evidence: { here: here ?? null, there: row },
    ...(missed && { missed }),
  };
}
