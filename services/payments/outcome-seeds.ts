/** What will become of a claim's payments, as it is seeded: for demos and tests. */
import { z } from 'zod';
import { claimId } from '../../events/claim.js';
import { code } from '../../events/common.js';
import type { Queries } from '../platform/database.js';

/** What becomes of a payment after it was issued. */
export const outcome = z.enum(['cleared', 'returned', 'voided']);

/** What a field does not say stays as it is; `null` lifts it. */
export const paymentsSeed = z.strictObject({
  claimId,
  /** Payments of the claim fail with this code. */
  decline: code.nullable().exactOptional(),
  /** Payments of the claim come to this; one that replaces another is cleared, so that a story ends. */
  outcome: outcome.nullable().exactOptional(),
  /** Why they come back. Default: the outcome's own name. */
  code: code.exactOptional(),
  /** How long after they were issued, in milliseconds. */
  afterMs: z.int().min(0).max(3_600_000).default(0),
});

type PaymentsSeed = z.infer<typeof paymentsSeed>;

/** What is seeded for a claim. */
interface Foreseen {
  readonly decline?: string;
  readonly outcome?: { readonly is: z.infer<typeof outcome>; readonly code: string; readonly afterMs: number };
}

/** Definition of the tables. */
export const SEED_TABLES = `
  CREATE TABLE IF NOT EXISTS svc_payments.decline (claim_id text PRIMARY KEY, code text NOT NULL);
  CREATE TABLE IF NOT EXISTS svc_payments.foreseen_outcome (
    claim_id text PRIMARY KEY,
    outcome text NOT NULL,
    code text NOT NULL,
    after_ms int NOT NULL
  );`;

/** Sets or lifts declines and outcomes. */
export async function seedPayments(queries: Queries, seeds: readonly PaymentsSeed[]): Promise<void> {
  const declines = seeds.filter((seed) => seed.decline !== undefined);
  const outcomes = seeds.filter((seed) => seed.outcome !== undefined);
  await queries.query(
    `WITH given AS (
       SELECT "claimId" AS claim_id, decline FROM jsonb_to_recordset($1::jsonb) AS d ("claimId" text, decline text)
     ), lifted AS (
       DELETE FROM svc_payments.decline WHERE claim_id IN (SELECT claim_id FROM given WHERE decline IS NULL)
     )
     INSERT INTO svc_payments.decline (claim_id, code)
     SELECT claim_id, decline FROM given WHERE decline IS NOT NULL ORDER BY 1
     ON CONFLICT (claim_id) DO UPDATE SET code = excluded.code`,
    [JSON.stringify(declines)],
  );
  await queries.query(
    `WITH given AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS o ("claimId" text, outcome text, code text, "afterMs" int)
     ), lifted AS (
       DELETE FROM svc_payments.foreseen_outcome WHERE claim_id IN (SELECT "claimId" FROM given WHERE outcome IS NULL)
     )
     INSERT INTO svc_payments.foreseen_outcome (claim_id, outcome, code, after_ms)
     SELECT "claimId", outcome, coalesce(code, outcome), "afterMs" FROM given WHERE outcome IS NOT NULL ORDER BY 1
     ON CONFLICT (claim_id) DO UPDATE
     SET outcome = excluded.outcome, code = excluded.code, after_ms = excluded.after_ms`,
    [JSON.stringify(outcomes)],
  );
}

/** Reads what is seeded for a claim. */
export async function foreseen(queries: Queries, claimId: string): Promise<Foreseen> {
  const [row] = await queries.query<{ foreseen: Foreseen }>(
    `SELECT json_strip_nulls(json_build_object(
       'decline', (SELECT code FROM svc_payments.decline WHERE claim_id = $1),
       'outcome', (SELECT json_build_object('is', outcome, 'code', code, 'afterMs', after_ms)
                   FROM svc_payments.foreseen_outcome WHERE claim_id = $1))) AS foreseen`,
    [claimId],
  );
  return row?.foreseen ?? {};
}
