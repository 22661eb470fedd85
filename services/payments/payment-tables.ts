/** Tables of the payment ledger, and the constraints that keep its promises. */
export const PAYMENT_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_payments.payment (
    payment_id text PRIMARY KEY,
    claim_id text NOT NULL,
    coverage text NOT NULL,
    ordinal int NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    approved_minor bigint NOT NULL,
    currency text NOT NULL,
    status text NOT NULL,
    decline_code text,
    booked_at timestamptz NOT NULL,
    CONSTRAINT one_payment_per_ordinal UNIQUE (claim_id, coverage, ordinal)
  );
  -- Payments that came back, returned by the bank or the post or voided by the insurer. A row is never taken away again.
  CREATE TABLE IF NOT EXISTS svc_payments.returned_payment (
    claim_id text NOT NULL,
    coverage text NOT NULL,
    ordinal int NOT NULL,
    how text NOT NULL CHECK (how IN ('returned', 'voided')),
    code text NOT NULL,
    returned_at timestamptz NOT NULL,
    PRIMARY KEY (claim_id, coverage, ordinal),
    FOREIGN KEY (claim_id, coverage, ordinal) REFERENCES svc_payments.payment (claim_id, coverage, ordinal)
  );
  ALTER TABLE svc_payments.payment
    ADD COLUMN IF NOT EXISTS kind text,
    ADD COLUMN IF NOT EXISTS payees jsonb,
    ADD COLUMN IF NOT EXISTS replaces int,
    -- Where its outcome is told.
    ADD COLUMN IF NOT EXISTS reference text,
    -- paid: issued. cleared: cashed. failed: never issued.
    DROP CONSTRAINT IF EXISTS payment_status_check,
    ADD CONSTRAINT payment_status_check CHECK (status IN ('paid', 'failed', 'cleared', 'returned', 'voided')),
    DROP CONSTRAINT IF EXISTS replaces_what_came_back,
    ADD CONSTRAINT replaces_what_came_back FOREIGN KEY (claim_id, coverage, replaces)
      REFERENCES svc_payments.returned_payment (claim_id, coverage, ordinal);
  -- What is paid on a coverage: issued or cleared, and not come back.
  CREATE TABLE IF NOT EXISTS svc_payments.balance (
    claim_id text NOT NULL,
    coverage text NOT NULL,
    approved_minor bigint NOT NULL,
    paid_minor bigint NOT NULL,
    PRIMARY KEY (claim_id, coverage),
    CONSTRAINT paid_within_approval CHECK (paid_minor <= approved_minor)
  );`;
