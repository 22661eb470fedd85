/** Holds: pieces that are kept for a line of an order, and how they end. */
import { randomUUID } from 'node:crypto';
import type { Agenda } from '../platform/agenda.js';
import type { Queries } from '../platform/database.js';
import type { Portion } from './routing.js';
import { lockStock, moveStock, type Movement } from './stock.js';

/** Items of the agenda: the end of a hold, `<order>/<hold>`. */
export const EXPIRE = 'expire';
/** A look whether a backorder can be held now, `<order>/<reservation>/<line>/<any>`. */
export const FILL = 'fill';
/** Backorders of a product that are looked at when pieces of it come free, oldest first. */
const MOST_FILLED = 100;

export type HoldState = 'held' | 'released' | 'expired' | 'committed';

/** A hold as its row is. */
export interface HoldRow {
  readonly hold_id: string;
  readonly reservation_id: string;
  readonly order_id: string;
  readonly line_id: string;
  readonly warehouse_id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly state: HoldState;
  readonly expires_at: Date;
}

/** What was named, and what it is now. */
interface HoldNow {
  readonly holdId: string;
  readonly state: HoldState | 'unknown';
  /** Of one that is held. */
  readonly expiresAt?: string;
}

/** Rows of new holds, held from now on. */
export function newHolds(
  { reservationId, orderId, until }: { readonly reservationId: string; readonly orderId: string; readonly until: Date },
  portions: readonly Portion[],
): HoldRow[] {
  return portions.map((portion) => ({
    hold_id: `HLD-${randomUUID()}`,
    reservation_id: reservationId,
    order_id: orderId,
    line_id: portion.lineId,
    warehouse_id: portion.warehouseId,
    sku: portion.sku,
    quantity: portion.quantity,
    state: 'held',
    expires_at: until,
  }));
}

/** Takes the pieces of new holds; the stock is locked. */
export const take = (transaction: Queries, holds: readonly HoldRow[]): Promise<void> =>
  moveStock(
    transaction,
    holds.map(({ sku, warehouse_id: warehouseId, quantity }) => ({ sku, warehouseId, held: quantity })),
  );

/** The holds of an order by their ids, for this transaction alone. */
function lockHolds(transaction: Queries, orderId: string, holdIds: readonly string[]): Promise<HoldRow[]> {
  return transaction.query<HoldRow>(
    'SELECT * FROM svc_inventory.hold WHERE order_id = $1 AND hold_id = ANY($2) ORDER BY hold_id FOR UPDATE',
    [orderId, holdIds],
  );
}

/** What is to become of holds that are held. */
export interface Change {
  readonly to: 'released' | 'expired' | 'committed';
  readonly orderId: string;
  readonly holdIds: readonly string[];
}

/**
 * Ends holds: gives their pieces back, or takes them off the stock. What has ended already stays as it is, save that goods which left
 * are taken off the stock also where their hold had expired, as long as there are such.
 * @returns each hold that was named as it is now
 */
export async function endHolds(
  transaction: Queries,
  agenda: Agenda,
  { to, orderId, holdIds }: Change,
): Promise<HoldNow[]> {
  const holds = await lockHolds(transaction, orderId, holdIds);
  const touched = holds.filter(({ state }) => state === 'held' || (to === 'committed' && state === 'expired'));
  const stock = await lockStock(
    transaction,
    touched.map(({ sku }) => sku),
  );
  const free = new Map(stock.map(({ sku, warehouseId, pieces }) => [`${sku}\n${warehouseId}`, pieces]));
  const ended: HoldRow[] = [];
  const movements: Movement[] = [];
  for (const hold of touched) {
    const { sku, warehouse_id: warehouseId, quantity } = hold;
    const at = `${sku}\n${warehouseId}`;
    const late = hold.state === 'expired';
    if (late && (free.get(at) ?? 0) < quantity) continue;
    if (late) free.set(at, (free.get(at) ?? 0) - quantity);
    ended.push(hold);
    movements.push({
      sku,
      warehouseId,
      held: late ? 0 : -quantity,
      onHand: to === 'committed' ? -quantity : 0,
    });
  }
  await moveStock(transaction, movements);
  const endedIds = ended.map(({ hold_id: id }) => id);
  await transaction.query('UPDATE svc_inventory.hold SET state = $2, changed_at = now() WHERE hold_id = ANY($1)', [
    endedIds,
    to,
  ]);
  for (const id of endedIds) await agenda.strike(transaction, EXPIRE, `${orderId}/${id}`);
  if (to !== 'committed')
    await lookAtBackorders(
      transaction,
      ended.map(({ sku }) => sku),
    );
  return holdIds.map((holdId) => {
    if (endedIds.includes(holdId)) return { holdId, state: to };
    return now(
      holdId,
      holds.find(({ hold_id: id }) => id === holdId),
    );
  });
}

/** Moves the end of holds that are held. @returns as {@link endHolds} does */
export async function extendHolds(
  transaction: Queries,
  agenda: Agenda,
  { orderId, holdIds, until }: { readonly orderId: string; readonly holdIds: readonly string[]; readonly until: Date },
): Promise<HoldNow[]> {
  const holds = await lockHolds(transaction, orderId, holdIds);
  const extended = holds.filter(({ state }) => state === 'held');
  await transaction.query('UPDATE svc_inventory.hold SET expires_at = $2, changed_at = now() WHERE hold_id = ANY($1)', [
    extended.map(({ hold_id: id }) => id),
    until,
  ]);
  for (const { hold_id: id } of extended) {
    await agenda.strike(transaction, EXPIRE, `${orderId}/${id}`);
    await agenda.enter(transaction, EXPIRE, `${orderId}/${id}`, until.getTime() - Date.now());
  }
  return holdIds.map((holdId) => {
    const hold = holds.find(({ hold_id: id }) => id === holdId);
    return now(holdId, hold?.state === 'held' ? { ...hold, expires_at: until } : hold);
  });
}

/**
 * Puts a look at the backorders of products on the agenda. When pieces have come free, under the lock of the stock: who asks at this
 * moment either finds them, or is found.
 */
export async function lookAtBackorders(transaction: Queries, skus: readonly string[]): Promise<void> {
  if (skus.length === 0) return;
  await transaction.query(
    `INSERT INTO svc_inventory.agenda (kind, id, due_at)
     SELECT '${FILL}', order_id || '/' || reservation_id || '/' || line_id || '/' || gen_random_uuid(), now()
     FROM svc_inventory.backorder WHERE state = 'waiting' AND sku = ANY($1) ORDER BY asked_at LIMIT ${MOST_FILLED}`,
    [skus],
  );
}

function now(holdId: string, hold: HoldRow | undefined): HoldNow {
  if (!hold) return { holdId, state: 'unknown' };
  return { holdId, state: hold.state, ...(hold.state === 'held' && { expiresAt: hold.expires_at.toISOString() }) };
}
