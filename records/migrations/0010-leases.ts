/** Who does an operation just now; and amounts that are whole. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - `operation_lease` has a row while a request under an Idempotency-Key is being done. Whoever dies with it leaves the row behind, which
 *   counts for nothing once it has expired.
 * - Amounts are minor units. One with a fraction is a mistake of whoever wrote the fact: like a text in its place it is no amount, where
 *   it was rounded before, and so added up to sums that nobody had written. Rows that have one are reckoned anew.
 */
const STATEMENTS = [
  `CREATE TABLE operation_lease (
     signature  text PRIMARY KEY,
     holder     uuid NOT NULL,
     expires_at timestamptz NOT NULL
   )`,
  `CREATE OR REPLACE FUNCTION amount_of(facts jsonb, name text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN CASE WHEN jsonb_typeof(facts->'amounts'->name) = 'number' AND abs((facts->'amounts'->name)::numeric) < 1e15
                AND (facts->'amounts'->name)::numeric % 1 = 0
               THEN (facts->'amounts'->name)::bigint END`,
  `UPDATE entity SET facts = facts
    WHERE EXISTS (SELECT FROM unnest(ARRAY['reserved', 'approved', 'paid', 'open']) AS name
                   WHERE jsonb_typeof(facts->'amounts'->name) = 'number' AND (facts->'amounts'->name)::numeric % 1 <> 0)`,
];

export const leases: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
