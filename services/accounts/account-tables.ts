/** Tables of the account service. */
export const ACCOUNT_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_accounts.account (
    account_id text PRIMARY KEY,
    applicant_id text NOT NULL,
    profile_ref text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'closed')),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS account_of_applicant ON svc_accounts.account (applicant_id, account_id);
  CREATE TABLE IF NOT EXISTS svc_accounts.product (
    product_id text PRIMARY KEY,
    account_id text NOT NULL REFERENCES svc_accounts.account,
    applicant_id text NOT NULL,
    product text NOT NULL,
    state text NOT NULL CHECK (state IN ('provisioned', 'withdrawn')),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL
  );
  CREATE INDEX IF NOT EXISTS product_of_applicant ON svc_accounts.product (applicant_id, product_id);
  -- What is refused to an applicant, as it is seeded.
  CREATE TABLE IF NOT EXISTS svc_accounts.foreseen (
    applicant_id text PRIMARY KEY,
    seed jsonb NOT NULL,
    used int NOT NULL DEFAULT 0
  );`;
