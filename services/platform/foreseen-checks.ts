/** What is foreseen for the checks of applicants, as it is seeded: for demos and tests. */
import type { CheckSeed, Outcome } from './applicant-schemas.js';
import type { Queries } from './database.js';

/** Definition of a service's table of them. */
export const foreseenTable = (schema: string): string => `
  CREATE TABLE IF NOT EXISTS ${schema}.foreseen (
    applicant_id text NOT NULL,
    check_name text NOT NULL,
    seed jsonb NOT NULL,
    used int NOT NULL DEFAULT 0,
    PRIMARY KEY (applicant_id, check_name)
  );`;

/** Inserts or replaces; a seed without a check is of the service's own. */
export async function foresee(
  queries: Queries,
  schema: string,
  own: string,
  seeds: readonly CheckSeed[],
): Promise<void> {
  await queries.query(
    `INSERT INTO ${schema}.foreseen (applicant_id, check_name, seed)
     SELECT seed ->> 'applicantId', coalesce(seed ->> 'check', $2), seed FROM jsonb_array_elements($1::jsonb) seed ORDER BY 1, 2
     ON CONFLICT (applicant_id, check_name) DO UPDATE SET seed = excluded.seed, used = 0`,
    [JSON.stringify(seeds), own],
  );
}

/** What a call of an applicant meets, which uses it up by one. */
export async function foreseen(
  transaction: Queries,
  schema: string,
  applicant: string,
  check: string,
): Promise<CheckSeed | undefined> {
  const [row] = await transaction.query<{ seed: CheckSeed }>(
    `UPDATE ${schema}.foreseen SET used = used + 1
     WHERE applicant_id = $1 AND check_name = $2 AND used < coalesce((seed ->> 'times')::int, 2147483647)
     RETURNING seed`,
    [applicant, check],
  );
  return row?.seed;
}

/** How a check comes out: as a fault switch has it, as it is foreseen, or as the rule says. */
export function comesTo(rule: Outcome, seed: CheckSeed | undefined, declined: boolean): Outcome {
  if (declined) return { outcome: 'failed', code: 'declined' };
  const validUntil = seed?.validMs === undefined ? validityOf(rule) : new Date(Date.now() + seed.validMs).toISOString();
  switch (seed?.outcome) {
    case undefined:
      return 'validUntil' in rule ? { ...rule, validUntil } : rule;
    case 'passed':
      return { outcome: 'passed', validUntil };
    case 'failed':
      return { outcome: 'failed', code: seed.code };
    case 'referred':
      return { outcome: 'referred', code: seed.code, validUntil };
    case 'missing':
      return { outcome: 'missing', documents: seed.documents };
    case 'match':
      return { outcome: 'match', validUntil };
  }
}

/** For how long an answer is good where the rule does not say. */
const VALID_MS = 90 * 86_400_000;

const validityOf = (rule: Outcome): string =>
  ('validUntil' in rule ? rule.validUntil : undefined) ?? new Date(Date.now() + VALID_MS).toISOString();
