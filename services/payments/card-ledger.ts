/** Authorisations, captures and refunds as a transaction sees and changes them; amounts in cents. */
import type { Queries } from '../platform/database.js';
import { orderCallback, type Callback } from '../platform/callback.js';
import { SLOW_ANSWER } from './card-tables.js';

export interface Authorization {
  readonly id: string;
  readonly amountMinor: number;
  readonly capturedMinor: number;
  readonly state: 'pending' | 'authorized' | 'declined' | 'voided' | 'expired';
  readonly expiresAt: Date;
  readonly reference: string;
}

export interface Capture {
  readonly id: string;
  readonly authorizationId: string;
  readonly amountMinor: number;
  readonly refundedMinor: number;
  readonly state: 'pending' | 'captured' | 'declined' | 'calledOff';
  readonly chargedBack: boolean;
  readonly reference: string;
}

/** US dollars, the only currency of the reference services. */
export const dollars = (minor: number) => ({ minor, currency: 'USD' as const });

/** An authorisation of an order, for this transaction alone; `expired` where its time is over. */
export async function lockAuthorization(
  transaction: Queries,
  orderId: string,
  id: string,
): Promise<Authorization | undefined> {
  const [found] = await transaction.query<Authorization>(
    `SELECT authorization_id AS id, amount_minor::float8 AS "amountMinor", captured_minor::float8 AS "capturedMinor",
       CASE WHEN state = 'authorized' AND expires_at <= now() THEN 'expired' ELSE state END AS state,
       expires_at AS "expiresAt", reference
     FROM svc_payments.card_authorization WHERE order_id = $1 AND authorization_id = $2 FOR UPDATE`,
    [orderId, id],
  );
  return found;
}

/** A capture of an order, for this transaction alone. */
export async function lockCapture(transaction: Queries, orderId: string, id: string): Promise<Capture | undefined> {
  const [found] = await transaction.query<Capture>(
    `SELECT c.capture_id AS id, c.authorization_id AS "authorizationId", c.amount_minor::float8 AS "amountMinor",
       c.refunded_minor::float8 AS "refundedMinor", c.state, c.reference,
       EXISTS (SELECT FROM svc_payments.chargeback b WHERE b.capture_id = c.capture_id) AS "chargedBack"
     FROM svc_payments.card_capture c WHERE c.order_id = $1 AND c.capture_id = $2 FOR UPDATE`,
    [orderId, id],
  );
  return found;
}

/** Adds to, or takes off, what is captured of an authorisation. @throws DatabaseError `captured_within_authorization` */
export async function addCaptured(transaction: Queries, authorizationId: string, minor: number): Promise<void> {
  await transaction.query(
    `UPDATE svc_payments.card_authorization SET captured_minor = captured_minor + $2, changed_at = now()
     WHERE authorization_id = $1`,
    [authorizationId, minor],
  );
}

/** Adds to, or takes off, what is refunded of a capture. @throws DatabaseError `refunded_within_capture` */
export async function addRefunded(transaction: Queries, captureId: string, minor: number): Promise<void> {
  await transaction.query(
    `UPDATE svc_payments.card_capture SET refunded_minor = refunded_minor + $2, changed_at = now() WHERE capture_id = $1`,
    [captureId, minor],
  );
}

/** What was called off before it was decided. */
export async function callOff(transaction: Queries, { id, authorizationId, amountMinor }: Capture): Promise<void> {
  await transaction.query(
    `UPDATE svc_payments.card_capture SET state = 'calledOff', changed_at = now() WHERE capture_id = $1`,
    [id],
  );
  await addCaptured(transaction, authorizationId, -amountMinor);
}

/** The bank's word on an authorisation that was pending; none where it was voided meanwhile. `code`: why it says no. */
export async function decideAuthorization(
  transaction: Queries,
  id: string,
  validMs: number,
  code: string | undefined,
): Promise<readonly Callback[]> {
  const [decided] = await transaction.query<{ minor: number; expiresAt: Date; reference: string }>(
    `UPDATE svc_payments.card_authorization
     SET state = CASE WHEN $3::text IS NULL THEN 'authorized' ELSE 'declined' END, decline_code = $3,
       expires_at = now() + $2 * interval '1 ms', changed_at = now()
     WHERE authorization_id = $1 AND state = 'pending'
     RETURNING amount_minor::float8 AS minor, expires_at AS "expiresAt", reference`,
    [id, validMs, code ?? null],
  );
  if (!decided) return [];
  const { minor, expiresAt, reference } = decided;
  const word =
    code === undefined
      ? ({
          outcome: 'authorized',
          authorizationId: id,
          amount: dollars(minor),
          expiresAt: expiresAt.toISOString(),
        } as const)
      : ({ outcome: 'declined', authorizationId: id, code } as const);
  await answerNow(transaction, id, 200, word);
  return [orderCallback('payments.authorizationDecided', reference, word)];
}

/** A slow call is answered as the bank has decided from now on, where it is repeated or looked up. */
async function answerNow(transaction: Queries, id: string, status: number, answer: object): Promise<void> {
  await transaction.query(
    `UPDATE svc_payments.request SET status = $2, answer = $3 WHERE status = 202 AND ${SLOW_ANSWER} = $1`,
    [id, status, JSON.stringify(answer)],
  );
}

/** The bank's word on a capture that was pending; none where it was called off meanwhile. */
export async function decideCapture(
  transaction: Queries,
  id: string,
  code: string | undefined,
): Promise<readonly Callback[]> {
  const [decided] = await transaction.query<{ minor: number; authorizationId: string; reference: string }>(
    `UPDATE svc_payments.card_capture
     SET state = CASE WHEN $2::text IS NULL THEN 'captured' ELSE 'declined' END, decline_code = $2, changed_at = now()
     WHERE capture_id = $1 AND state = 'pending'
     RETURNING amount_minor::float8 AS minor, authorization_id AS "authorizationId", reference`,
    [id, code ?? null],
  );
  if (!decided) return [];
  const { minor, authorizationId, reference } = decided;
  if (code !== undefined) await addCaptured(transaction, authorizationId, -minor);
  const word =
    code === undefined
      ? ({ outcome: 'captured', captureId: id, amount: dollars(minor) } as const)
      : ({ outcome: 'declined', captureId: id, code } as const);
  await answerNow(transaction, id, code === undefined ? 201 : 200, word);
  return [orderCallback('payments.captureDecided', reference, word)];
}

/** The bank's word on a refund that was pending. */
export async function decideRefund(
  transaction: Queries,
  id: string,
  code: string | undefined,
): Promise<readonly Callback[]> {
  const [decided] = await transaction.query<{ minor: number; captureId: string; reference: string }>(
    `UPDATE svc_payments.card_refund
     SET state = CASE WHEN $2::text IS NULL THEN 'refunded' ELSE 'failed' END, decline_code = $2, changed_at = now()
     WHERE refund_id = $1 AND state = 'pending'
     RETURNING amount_minor::float8 AS minor, capture_id AS "captureId", reference`,
    [id, code ?? null],
  );
  if (!decided) return [];
  const { minor, captureId, reference } = decided;
  if (code !== undefined) await addRefunded(transaction, captureId, -minor);
  const word =
    code === undefined
      ? ({ outcome: 'refunded', refundId: id, amount: dollars(minor) } as const)
      : ({ outcome: 'failed', refundId: id, code } as const);
  await answerNow(transaction, id, code === undefined ? 201 : 200, word);
  return [orderCallback('payments.refundDecided', reference, word)];
}
