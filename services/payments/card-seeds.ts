/** What the bank will say to an order's calls, as it is seeded: for demos and tests. */
import { z } from 'zod';
import { code } from '../../events/common.js';
import type { Queries } from '../platform/database.js';
import { orderId } from '../platform/order-schemas.js';

const answers = z.strictObject({
  /** The bank says no, with this code. */
  decline: code.exactOptional(),
  /** The bank is slow: the call is answered `pending`, and decided so much later, in milliseconds. */
  slowMs: z.int('a whole number of milliseconds').min(0).max(3_600_000).exactOptional(),
});

/** Replaces all that was seeded for the order; what is left out is as usual. */
export const cardsSeed = z.strictObject({
  orderId,
  authorize: answers.exactOptional(),
  capture: answers.exactOptional(),
  refund: answers.exactOptional(),
  /** How long an authorisation is good, in milliseconds. Default: seven days. */
  validMs: z.int('a whole number of milliseconds').min(0).exactOptional(),
});

type CardsSeed = z.infer<typeof cardsSeed>;

/** What is foreseen of one kind of call. */
export type Foreseen = z.infer<typeof answers>;

/** Seven days: how long most card networks keep an amount for a purchase that is shipped. */
const VALID_MS = 7 * 86_400_000;

/** What is foreseen for an order. */
export interface ForeseenCards {
  readonly authorize: Foreseen;
  readonly capture: Foreseen;
  readonly refund: Foreseen;
  readonly validMs: number;
}

/** Inserts or replaces. */
export async function seedCards(queries: Queries, seeds: readonly CardsSeed[]): Promise<void> {
  await queries.query(
    `INSERT INTO svc_payments.card_seed (order_id, foreseen)
     SELECT seed ->> 'orderId', seed FROM jsonb_array_elements($1::jsonb) seed ORDER BY 1
     ON CONFLICT (order_id) DO UPDATE SET foreseen = excluded.foreseen`,
    [JSON.stringify(seeds)],
  );
}

/** Reads what is seeded for an order, with the defaults. */
export async function foreseenCards(queries: Queries, orderId: string): Promise<ForeseenCards> {
  const [row] = await queries.query<{ foreseen: CardsSeed }>(
    'SELECT foreseen FROM svc_payments.card_seed WHERE order_id = $1',
    [orderId],
  );
  const { authorize = {}, capture = {}, refund = {}, validMs = VALID_MS } = row?.foreseen ?? {};
  return { authorize, capture, refund, validMs };
}
