/** Shipments as a transaction sees and changes them. */
import type { Agenda } from '../platform/agenda.js';
import { orderCallback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { canFollow, type CarrierUpdate, type Leg, type ShipmentState } from './journey.js';

/** Items of the agenda: the next update, `<order>/<shipment>/<leg>`. */
export const LEG = 'leg';

/** As much of a shipment as its journey needs. */
export interface Shipment {
  readonly shipmentId: string;
  readonly orderId: string;
  readonly reference: string;
  readonly state: ShipmentState;
  readonly updates: number;
}

/** A shipment, for this transaction alone; undefined: the order has none of this id. */
export async function lockShipment(
  transaction: Queries,
  orderId: string,
  shipmentId: string,
): Promise<Shipment | undefined> {
  const [shipment] = await transaction.query<Shipment>(
    `SELECT shipment_id AS "shipmentId", order_id AS "orderId", reference, state, updates
     FROM svc_shipping.shipment WHERE order_id = $1 AND shipment_id = $2 FOR UPDATE`,
    [orderId, shipmentId],
  );
  return shipment;
}

/** Stops a shipment that has not left. */
export async function stop(transaction: Queries, { shipmentId }: Shipment): Promise<void> {
  await transaction.query(
    `UPDATE svc_shipping.shipment SET state = 'stopped', changed_at = now() WHERE shipment_id = $1`,
    [shipmentId],
  );
}

/**
 * Notes an update of the carrier.
 * @returns the callback that tells the order; undefined where it cannot follow what the shipment is
 */
export async function advance(
  transaction: Queries,
  shipment: Shipment,
  update: CarrierUpdate,
  code: string | undefined,
): Promise<Callback | undefined> {
  if (!canFollow(shipment.state, update)) return undefined;
  const [noted] = await transaction.query<{ number: number; at: Date }>(
    `UPDATE svc_shipping.shipment SET state = $2, updates = updates + 1, changed_at = now() WHERE shipment_id = $1
     RETURNING updates AS number, changed_at AS at`,
    [shipment.shipmentId, update],
  );
  if (!noted) return undefined;
  return orderCallback(`shipping.${update}`, shipment.reference, {
    shipmentId: shipment.shipmentId,
    number: noted.number,
    at: noted.at.toISOString(),
    ...(code !== undefined && { code }),
  });
}

/** Puts a shipment's `n`-th leg (from 0) on the agenda, where it has one. */
export async function enterLeg(
  transaction: Queries,
  agenda: Agenda,
  { orderId, shipmentId }: Pick<Shipment, 'orderId' | 'shipmentId'>,
  legs: readonly Leg[],
  n: number,
): Promise<void> {
  const leg = legs[n];
  if (leg) await agenda.enter(transaction, LEG, `${orderId}/${shipmentId}/${n}`, leg.afterMs);
}
