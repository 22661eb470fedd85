/** Backorders: pieces that were lacking, held as soon as they are there. */
import type { Agenda } from '../platform/agenda.js';
import { orderCallback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { EXPIRE, newHolds, take } from './holds.js';
import { route, sum } from './routing.js';
import { lockStock } from './stock.js';

interface Backorder {
  readonly reservationId: string;
  readonly orderId: string;
  readonly lineId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly reference: string;
  readonly holdMs: number;
}

/**
 * Holds what a backorder waits for, where all of it is there; else it waits on.
 * @param id of the agenda's item: `<order>/<reservation>/<line>/<any>`
 * @returns the callback that tells the order
 */
export async function fillBackorder(transaction: Queries, agenda: Agenda, id: string): Promise<readonly Callback[]> {
  const [, reservationId, lineId] = id.split('/');
  const [backorder] = await transaction.query<Backorder>(
    `SELECT b.reservation_id AS "reservationId", b.order_id AS "orderId", b.line_id AS "lineId", b.sku, b.quantity,
       r.reference, r.hold_ms::float8 AS "holdMs"
     FROM svc_inventory.backorder b JOIN svc_inventory.reservation r USING (reservation_id)
     WHERE b.reservation_id = $1 AND b.line_id = $2 AND b.state = 'waiting' FOR UPDATE OF b`,
    [reservationId, lineId],
  );
  if (!backorder) return [];
  const portions = route([backorder], await lockStock(transaction, [backorder.sku]));
  if (sum(portions) < backorder.quantity) return [];
  const until = new Date(Date.now() + backorder.holdMs);
  const holds = newHolds({ ...backorder, until }, portions);
  await take(transaction, holds);
  await transaction.query(
    'INSERT INTO svc_inventory.hold SELECT * FROM jsonb_populate_recordset(NULL::svc_inventory.hold, $1::jsonb)',
    [JSON.stringify(holds.map((hold) => ({ ...hold, changed_at: new Date() })))],
  );
  await transaction.query(
    `UPDATE svc_inventory.backorder SET state = 'held' WHERE reservation_id = $1 AND line_id = $2`,
    [reservationId, backorder.lineId],
  );
  for (const { hold_id: holdId } of holds) {
    await agenda.enter(transaction, EXPIRE, `${backorder.orderId}/${holdId}`, backorder.holdMs);
  }
  return [
    orderCallback('inventory.held', backorder.reference, {
      reservationId: backorder.reservationId,
      lineId: backorder.lineId,
      holds: holds.map((hold) => ({
        holdId: hold.hold_id,
        warehouseId: hold.warehouse_id,
        sku: hold.sku,
        quantity: hold.quantity,
        expiresAt: until.toISOString(),
      })),
    }),
  ];
}
