/** What reconciliation reads of the ledger, page by page in the order of the entities. */

const amount = (minor: string): string => `json_build_object('minor', ${minor}, 'currency', currency)`;

const times = 'created_at AS "createdAt", changed_at AS "changedAt"';

/** Why the bank said no; absent where it did not. */
const code = 'decline_code AS code';

/** See `readPage`; each item names its entity by `entity`. */
export const LISTS = {
  authorizations: {
    table: 'svc_payments.card_authorization',
    columns: `authorization_id AS "authorizationId", order_id AS entity,
      CASE WHEN state = 'authorized' AND expires_at <= now() THEN 'expired' ELSE state END AS state,
      ${amount('amount_minor')} AS amount, ${amount('captured_minor')} AS captured, expires_at AS "expiresAt", ${code}, ${times}`,
    entity: 'order_id',
    id: 'authorization_id',
  },
  captures: {
    table: 'svc_payments.card_capture',
    columns: `capture_id AS "captureId", authorization_id AS "authorizationId", order_id AS entity,
      shipment_id AS "shipmentId", state, ${code}, ${amount('amount_minor')} AS amount, ${amount('refunded_minor')} AS refunded,
      EXISTS (SELECT FROM svc_payments.chargeback b WHERE b.capture_id = card_capture.capture_id) AS "chargedBack", ${times}`,
    entity: 'order_id',
    id: 'capture_id',
  },
  refunds: {
    table: 'svc_payments.card_refund',
    columns: `refund_id AS "refundId", capture_id AS "captureId", order_id AS entity, state, ${code},
      ${amount('amount_minor')} AS amount, ${times}`,
    entity: 'order_id',
    id: 'refund_id',
  },
  /** What was paid on claims. */
  payments: {
    table: 'svc_payments.payment',
    columns: `payment_id AS "paymentId", claim_id AS entity, coverage, ordinal, status AS state,
      ${amount('amount_minor')} AS amount, booked_at AS "createdAt"`,
    entity: 'claim_id',
    id: 'payment_id',
  },
} as const;
