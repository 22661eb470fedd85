/** What a slow call was answered with names it by its id: in SQL, over the columns of the table `request`. */
export const SLOW_ANSWER = `coalesce(answer->>'refundId', answer->>'captureId', answer->>'authorizationId')`;

/** Tables of the cards' ledger, and the constraints that keep its promises. */
export const CARD_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_payments.card_authorization (
    authorization_id text PRIMARY KEY,
    order_id text NOT NULL,
    method_token text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    -- An authorised one that is over its time is so without a change of its row.
    state text NOT NULL CHECK (state IN ('pending', 'authorized', 'declined', 'voided')),
    decline_code text,
    -- Captures, those that are pending included.
    captured_minor bigint NOT NULL CHECK (captured_minor >= 0),
    reference text NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT captured_within_authorization CHECK (captured_minor <= amount_minor)
  );
  CREATE INDEX IF NOT EXISTS authorization_of_order ON svc_payments.card_authorization (order_id, authorization_id);
  CREATE INDEX IF NOT EXISTS request_slow ON svc_payments.request ((${SLOW_ANSWER})) WHERE status = 202;
  CREATE TABLE IF NOT EXISTS svc_payments.card_capture (
    capture_id text PRIMARY KEY,
    authorization_id text NOT NULL REFERENCES svc_payments.card_authorization,
    order_id text NOT NULL,
    shipment_id text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'captured', 'declined', 'calledOff')),
    decline_code text,
    -- Refunds, those that are pending included.
    refunded_minor bigint NOT NULL CHECK (refunded_minor >= 0),
    reference text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT refunded_within_capture CHECK (refunded_minor <= amount_minor)
  );
  CREATE INDEX IF NOT EXISTS capture_of_order ON svc_payments.card_capture (order_id, capture_id);
  CREATE UNIQUE INDEX IF NOT EXISTS one_capture_per_shipment ON svc_payments.card_capture (order_id, shipment_id)
    WHERE state IN ('pending', 'captured');
  CREATE TABLE IF NOT EXISTS svc_payments.card_refund (
    refund_id text PRIMARY KEY,
    capture_id text NOT NULL REFERENCES svc_payments.card_capture,
    order_id text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency text NOT NULL,
    state text NOT NULL CHECK (state IN ('pending', 'refunded', 'failed')),
    decline_code text,
    reference text NOT NULL,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS refund_of_order ON svc_payments.card_refund (order_id, refund_id);
  CREATE TABLE IF NOT EXISTS svc_payments.chargeback (
    chargeback_id text PRIMARY KEY,
    capture_id text NOT NULL REFERENCES svc_payments.card_capture,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    code text NOT NULL,
    evidence_due_at timestamptz NOT NULL,
    CONSTRAINT one_chargeback_per_capture UNIQUE (capture_id)
  );
  -- What the bank will say to an order's calls, as it is seeded.
  CREATE TABLE IF NOT EXISTS svc_payments.card_seed (order_id text PRIMARY KEY, foreseen jsonb NOT NULL);
  CREATE INDEX IF NOT EXISTS payment_of_claim ON svc_payments.payment (claim_id, payment_id);`;
