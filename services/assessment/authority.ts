/** Who may advance how much on a claim, as the triage says it. The settlement says it anew, by its own copy of the insurer's limits. */
import type { z } from 'zod';
import type { Queries } from '../platform/database.js';
import type { usd } from '../platform/validation.js';

type Money = z.infer<typeof usd>;

/** What a person may approve on one claim, in all its payments. */
export interface PersonalLimit {
  /** The person's id, as it stands in the envelope of a message. */
  readonly person: string;
  readonly limit: Money;
}

export const AUTHORITY_TABLE = `
  CREATE TABLE IF NOT EXISTS svc_assessment.authority (
    person text PRIMARY KEY,
    limit_minor bigint NOT NULL CHECK (limit_minor >= 0)
  );`;

/** Inserts or replaces limits. */
export async function layDown(queries: Queries, limits: readonly PersonalLimit[]): Promise<void> {
  await queries.query(
    `INSERT INTO svc_assessment.authority (person, limit_minor)
     SELECT person, ("limit" ->> 'minor')::bigint FROM jsonb_to_recordset($1::jsonb) AS a (person text, "limit" jsonb)
     ORDER BY 1
     ON CONFLICT (person) DO UPDATE SET limit_minor = excluded.limit_minor`,
    [JSON.stringify(limits)],
  );
}

/** @param limitMinor what needs no person, in cents; it binds whoever has no limit of their own */
export async function authority(queries: Queries, limitMinor: number) {
  const rows = await queries.query<{ person: string; minor: number }>(
    'SELECT person, limit_minor::float8 AS minor FROM svc_assessment.authority ORDER BY 1',
  );
  const people = Object.fromEntries(rows.map(({ person, minor }) => [person, dollarsOf(minor)]));
  return { limit: dollarsOf(limitMinor), ...(rows.length > 0 && { people }) };
}

const dollarsOf = (minor: number): Money => ({ minor, currency: 'USD' });
