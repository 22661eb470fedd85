/** First answers to operations, by operation signature: a repeated request gets what the first one got. And who does one just now. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';

/** An operation that was answered. */
export interface AnsweredOperation {
  /** Digest of what was asked: another digest under the same signature is another request, not a repeat. */
  readonly digest: string;
  readonly answer: unknown;
  readonly recordedAt: Instant;
}

/** The first answer to an operation, if it was answered. */
export async function findOperation(db: Kysely<Database>, signature: string): Promise<AnsweredOperation | undefined> {
  const row = await db.selectFrom('operation').selectAll().where('signature', '=', signature).executeTakeFirst();
  return row && { digest: row.digest, answer: row.answer, recordedAt: row.recorded_at.toISOString() };
}

/**
 * Keeps an answer unless the operation has one already. Of two at the same time one is first, and both are told that one.
 * @param signature request id + target + action.
 * @param given digest of the request and its answer (any JSON value).
 * @returns the answer that counts, and whether it is the one given.
 */
export async function rememberOperation(
  db: Kysely<Database>,
  signature: string,
  given: { readonly digest: string; readonly answer: unknown },
): Promise<AnsweredOperation & { readonly first: boolean }> {
  const added = await db
    .insertInto('operation')
    .values({ signature, digest: given.digest, answer: JSON.stringify(given.answer ?? null) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('recorded_at')
    .executeTakeFirst();
  if (added) return { ...given, recordedAt: added.recorded_at.toISOString(), first: true };
  const kept = await findOperation(db, signature);
  if (kept === undefined) throw new Error(`operation ${signature} was removed while it was being recorded`);
  return { ...kept, first: false };
}

/**
 * Takes an operation, so that nobody else does it meanwhile. Whoever dies with it lets go of it when its time is over.
 * @param holder UUID of this attempt
 * @returns false where somebody else has it
 */
export async function takeOperation(
  db: Kysely<Database>,
  signature: string,
  holder: string,
  forMs: number,
): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO operation_lease AS held (signature, holder, expires_at)
    VALUES (${signature}, ${holder}, now() + ${forMs} * interval '1 millisecond')
    ON CONFLICT (signature) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
      WHERE held.expires_at <= now()
    RETURNING signature`.execute(db);
  return rows.length === 1;
}

/** Extends the time of whoever has it; nothing where somebody else does by now, or nobody. */
export async function extendOperation(
  db: Kysely<Database>,
  signature: string,
  holder: string,
  forMs: number,
): Promise<void> {
  await sql`
    UPDATE operation_lease SET expires_at = now() + ${forMs} * interval '1 millisecond'
     WHERE signature = ${signature} AND holder = ${holder}`.execute(db);
}

/** Lets go of an operation, unless somebody else has it by now. */
export async function releaseOperation(db: Kysely<Database>, signature: string, holder: string): Promise<void> {
  await db.deleteFrom('operation_lease').where('signature', '=', signature).where('holder', '=', holder).execute();
}
