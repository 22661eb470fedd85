/** The services' lists as they are compared: rows by entity, page by page. Fields that only tell more may be missing. */
import { z } from 'zod';
import { code, instant, money, reference } from '../../events/common.js';
import type { ServiceClient } from '../http.js';
import type { ListSource } from './merge.js';

/** Rows of a page. */
const PAGE = 500;

/** A list of a service. */
export interface ServiceList<Row> {
  readonly service: string;
  readonly path: string;
  /** The query parameter that restricts it to one entity. */
  readonly by: 'entity' | 'order';
  readonly row: z.ZodType<Row>;
  readonly keyOf: (row: Row) => string;
}

/** Reads a list, or what it has of one entity. */
export function sourceOf<Row>(services: ServiceClient, list: ServiceList<Row>, only?: string): ListSource<Row> {
  const page = z.object({ items: z.array(list.row), next: z.string().optional() });
  return {
    name: `/${list.service}/${list.path}`,
    keyOf: list.keyOf,
    page: (cursor) => {
      const query = new URLSearchParams({
        limit: String(PAGE),
        ...(cursor !== undefined && { cursor }),
        ...(only !== undefined && { [list.by]: only }),
      });
      return services.get(list.service, `${list.path}?${query.toString()}`, page);
    },
  };
}

/** All that a list has of one entity. */
export async function rowsOf<Row>(services: ServiceClient, list: ServiceList<Row>, only: string): Promise<Row[]> {
  const source = sourceOf(services, list, only);
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await source.page(cursor);
    rows.push(...items);
    cursor = next;
  } while (cursor !== undefined);
  return rows;
}

const told = { code: code.optional().catch(undefined) };
const times = { createdAt: instant, changedAt: instant };

const payment = z.object({
  ...told,
  paymentId: reference,
  entity: reference,
  coverage: z.string(),
  ordinal: z.int(),
  state: z.enum(['paid', 'failed', 'cleared', 'returned', 'voided']),
  amount: money,
  createdAt: instant,
  changedAt: instant.optional(),
});

const authorization = z.object({
  ...told,
  ...times,
  authorizationId: reference,
  entity: reference,
  state: z.enum(['pending', 'authorized', 'declined', 'voided', 'expired']),
  amount: money,
  captured: money,
  expiresAt: instant,
});

const capture = z.object({
  ...told,
  ...times,
  captureId: reference,
  authorizationId: reference,
  entity: reference,
  shipmentId: z.string(),
  state: z.enum(['pending', 'captured', 'declined', 'calledOff']),
  amount: money,
  refunded: money,
  chargedBack: z.boolean(),
});

const refund = z.object({
  ...told,
  ...times,
  refundId: reference,
  captureId: reference,
  entity: reference,
  state: z.enum(['pending', 'refunded', 'failed']),
  amount: money,
});

const hold = z.object({
  holdId: reference,
  orderId: reference,
  reservationId: reference,
  lineId: z.string(),
  warehouseId: reference,
  sku: z.string(),
  quantity: z.int(),
  state: z.enum(['held', 'released', 'expired', 'committed']),
  expiresAt: instant,
  changedAt: instant,
});

const shipment = z.object({
  ...told,
  ...times,
  shipmentId: reference,
  orderId: reference,
  ordinal: z.int(),
  state: z.enum(['created', 'stopped', 'dispatched', 'inTransit', 'delivered', 'deliveryFailed', 'returned', 'lost']),
  updates: z.int(),
});

const chain = z.object({
  chainId: reference,
  entity: reference,
  number: z.int(),
  steps: z.array(z.string()),
  done: z.array(z.string()),
  startedAt: instant,
  changedAt: instant,
  completedAt: instant.optional(),
});

export type ChainRow = z.infer<typeof chain>;
export type PaymentRow = z.infer<typeof payment>;
export type AuthorizationRow = z.infer<typeof authorization>;
export type CaptureRow = z.infer<typeof capture>;
export type RefundRow = z.infer<typeof refund>;
export type HoldRow = z.infer<typeof hold>;
export type ShipmentRow = z.infer<typeof shipment>;

const ledger = <Row extends { readonly entity: string }>(path: string, row: z.ZodType<Row>): ServiceList<Row> => ({
  service: 'payments',
  path,
  by: 'entity',
  row,
  keyOf: ({ entity }) => entity,
});

export const PAYMENTS = ledger('payments', payment);
export const AUTHORIZATIONS = ledger('authorizations', authorization);
export const CAPTURES = ledger('captures', capture);
export const REFUNDS = ledger('refunds', refund);

const ofOrder = <Row extends { readonly orderId: string }>(
  service: string,
  path: string,
  row: z.ZodType<Row>,
): ServiceList<Row> => ({ service, path, by: 'order', row, keyOf: ({ orderId }) => orderId });

export const HOLDS = ofOrder('inventory', 'holds', hold);
export const SHIPMENTS = ofOrder('shipping', 'shipments', shipment);

export const CHAINS: ServiceList<ChainRow> = {
  service: 'completion',
  path: 'chains',
  by: 'entity',
  row: chain,
  keyOf: ({ entity }) => entity,
};
