/** The stock as a transaction sees and changes it. */
import { z } from 'zod';
import { instant, reference } from '../../events/common.js';
import type { Queries } from '../platform/database.js';
import type { Free, Wanted } from './routing.js';

/** Pieces that anybody can have of a product in a warehouse, beside those that are held. */
export const stockSeed = z.strictObject({
  sku: reference,
  warehouseId: reference,
  available: z.int('a whole number of pieces').min(0).max(1_000_000),
  /** When more is expected; absent: nobody knows. */
  restockedAt: instant.exactOptional(),
});

/** Which destinations a warehouse is near to: first digits of postal codes, countries, `*` for everywhere. */
export const warehouseSeed = z.strictObject({
  warehouseId: reference,
  areas: z.array(z.string().min(1).max(16)).max(100),
});

/** What changes of a product in a warehouse, in pieces. */
export interface Movement {
  readonly sku: string;
  readonly warehouseId: string;
  readonly held?: number;
  readonly onHand?: number;
}

/** A product in a warehouse, while the transaction has it for itself. */
export interface Locked extends Free {
  /** When more is expected; null: nobody knows. */
  readonly restockedAt: Date | null;
}

interface Destination {
  readonly country: string;
  readonly postalCode: string;
}

/**
 * Locks products in all warehouses until the transaction ends; always in the same order, so that two never wait for each other.
 * @param to marks the warehouses that are near
 */
export function lockStock(transaction: Queries, skus: readonly string[], to?: Destination): Promise<Locked[]> {
  return transaction.query<Locked>(
    `SELECT s.sku, s.warehouse_id AS "warehouseId", s.on_hand - s.held AS pieces, s.restocked_at AS "restockedAt",
       coalesce((
         SELECT bool_or(area = '*' OR area = $2 OR starts_with($3, area))
         FROM svc_inventory.warehouse w, unnest(w.areas) area WHERE w.warehouse_id = s.warehouse_id
       ), false) AS near
     FROM svc_inventory.stock s WHERE s.sku = ANY($1) ORDER BY s.sku, s.warehouse_id FOR UPDATE OF s`,
    [[...new Set(skus)], to?.country ?? '', to?.postalCode ?? ''],
  );
}

/** Changes stock that the transaction has locked. @throws DatabaseError `held_is_on_hand` */
export async function moveStock(transaction: Queries, movements: readonly Movement[]): Promise<void> {
  if (movements.length === 0) return;
  await transaction.query(
    `UPDATE svc_inventory.stock s SET held = s.held + m.held, on_hand = s.on_hand + m.on_hand
     FROM (
       SELECT sku, "warehouseId", coalesce(sum(held), 0) AS held, coalesce(sum("onHand"), 0) AS on_hand
       FROM jsonb_to_recordset($1::jsonb) AS m (sku text, "warehouseId" text, held int, "onHand" int) GROUP BY 1, 2
     ) m
     WHERE s.sku = m.sku AND s.warehouse_id = m."warehouseId"`,
    [JSON.stringify(movements)],
  );
}

/** Sets what is free, whatever is held. */
export async function seedStock(transaction: Queries, seeds: ReadonlyArray<z.infer<typeof stockSeed>>): Promise<void> {
  await transaction.query(
    `INSERT INTO svc_inventory.stock (sku, warehouse_id, on_hand, held, restocked_at)
     SELECT sku, "warehouseId", available, 0, "restockedAt"
     FROM jsonb_to_recordset($1::jsonb)
       AS s (sku text, "warehouseId" text, available int, "restockedAt" timestamptz) ORDER BY 1, 2
     ON CONFLICT (sku, warehouse_id) DO UPDATE
     SET on_hand = stock.held + excluded.on_hand, restocked_at = excluded.restocked_at`,
    [JSON.stringify(seeds)],
  );
}

/** Inserts or replaces what warehouses are near to. */
export async function seedWarehouses(
  queries: Queries,
  seeds: ReadonlyArray<z.infer<typeof warehouseSeed>>,
): Promise<void> {
  await queries.query(
    `INSERT INTO svc_inventory.warehouse (warehouse_id, areas)
     SELECT "warehouseId", ARRAY(SELECT jsonb_array_elements_text(areas))
     FROM jsonb_to_recordset($1::jsonb) AS w ("warehouseId" text, areas jsonb) ORDER BY 1
     ON CONFLICT (warehouse_id) DO UPDATE SET areas = excluded.areas`,
    [JSON.stringify(seeds)],
  );
}

/** When more of a line's product is expected, the earliest of all warehouses; undefined: nobody knows. */
export function restockOf(line: Wanted, stock: readonly Locked[]): string | undefined {
  const times = stock
    .filter(({ sku }) => sku === line.sku)
    .flatMap(({ restockedAt }) => (restockedAt && restockedAt.getTime() > Date.now() ? restockedAt.toISOString() : []));
  return times.sort()[0];
}
