/** How a shipment travels: which update may follow which, and which come by themselves. */
import { z } from 'zod';
import { code } from '../../events/common.js';
import type { Queries } from '../platform/database.js';
import { orderId } from '../platform/order-schemas.js';

/** The carrier's updates. */
export const carrierUpdate = z.enum(['dispatched', 'inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost']);

export type CarrierUpdate = z.infer<typeof carrierUpdate>;

/** What a shipment is: what the carrier said last, or that it never left. */
export type ShipmentState = CarrierUpdate | 'created' | 'stopped';

/** An update, and why. */
const leg = z.strictObject({
  update: carrierUpdate,
  /** After the one before it, or after the shipment was made; in milliseconds. */
  afterMs: z.int('a whole number of milliseconds').min(0).max(86_400_000).default(0),
  code: code.exactOptional(),
});

export type Leg = z.infer<typeof leg>;

/** What becomes of all shipments of an order. */
export const itinerarySeed = z.strictObject({
  orderId,
  /** None: nothing comes by itself, updates are told by hand. `null`: as if never seeded. */
  legs: z.array(leg).max(20).nullable(),
  /** The warehouse has to look before it answers a stop, so long; in milliseconds. Absent: it answers at once. */
  stopAfterMs: z.int().min(0).max(3_600_000).exactOptional(),
});

/** What is foreseen for an order's shipments. */
interface Itinerary {
  readonly legs: readonly Leg[];
  readonly stopAfterMs: number | null;
}

/** Which updates may follow; a carrier tries again, finds what was lost, and brings back what nobody took. */
const FOLLOWS: Readonly<Record<ShipmentState, readonly CarrierUpdate[]>> = {
  created: ['dispatched'],
  stopped: [],
  dispatched: ['inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost'],
  inTransit: ['inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost'],
  deliveryFailed: ['inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost'],
  lost: ['inTransit', 'delivered', 'returned'],
  delivered: [],
  returned: [],
};

/** Whether a shipment in `state` can come to `update`. */
export const canFollow = (state: ShipmentState, update: CarrierUpdate): boolean => FOLLOWS[state].includes(update);

/** Inserts, replaces or lifts itineraries. */
export async function seedItineraries(
  queries: Queries,
  seeds: ReadonlyArray<z.infer<typeof itinerarySeed>>,
): Promise<void> {
  await queries.query(
    `WITH given AS (
       SELECT "orderId" AS order_id, nullif(legs, 'null'::jsonb) AS legs, "stopAfterMs" AS stop_after_ms
       FROM jsonb_to_recordset($1::jsonb) AS i ("orderId" text, legs jsonb, "stopAfterMs" int)
     ), lifted AS (
       DELETE FROM svc_shipping.itinerary WHERE order_id IN (SELECT order_id FROM given WHERE legs IS NULL)
     )
     INSERT INTO svc_shipping.itinerary (order_id, legs, stop_after_ms)
     SELECT order_id, legs, stop_after_ms FROM given WHERE legs IS NOT NULL ORDER BY 1
     ON CONFLICT (order_id) DO UPDATE SET legs = excluded.legs, stop_after_ms = excluded.stop_after_ms`,
    [JSON.stringify(seeds)],
  );
}

/**
 * What is foreseen for an order: its seed, else dispatched, on its way and delivered.
 * @param legMs how long each leg takes where nothing is seeded
 */
export async function itineraryOf(queries: Queries, orderId: string, legMs: number): Promise<Itinerary> {
  const [seeded] = await queries.query<{ legs: Leg[]; stopAfterMs: number | null }>(
    'SELECT legs, stop_after_ms AS "stopAfterMs" FROM svc_shipping.itinerary WHERE order_id = $1',
    [orderId],
  );
  const usual = (['dispatched', 'inTransit', 'delivered'] as const).map((update) => ({ update, afterMs: legMs }));
  return seeded ?? { legs: usual, stopAfterMs: null };
}
