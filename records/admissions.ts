/**
 * Submissions of claims of a catastrophe, which are started at the rate that it was declared with. Each is on record before it is
 * answered, keeps its place in line, and has had its turn once it was started, or can never be.
 *
 * The rate is kept by one column, `catastrophe.free_at`, moved on by every turn that is taken: whoever takes turns, from however
 * many processes, together they take no more than the rate. A turn whose taker dies is lost, and the claim keeps its place.
 */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';
import { storable } from './storable.js';

/** Up to so much unused time may be made up for at once: short delays of whoever takes turns do not lower the rate. */
const GRACE = sql`interval '1 second'`;

/** What is to be started once its turn has come. */
export interface Waiting {
  /** Its number in line, over all catastrophes; only its order has a meaning. */
  readonly position: string;
  readonly lifecycle: string;
  readonly id: string;
  /** Code and name of the catastrophe. */
  readonly catastrophe: string;
  readonly catastropheName: string;
  readonly contentHash: string;
  /** The workflow's input. */
  readonly submission: unknown;
}

/** Where a submission stands. */
export interface Admission {
  readonly position: string;
  /** Code and name of the catastrophe. */
  readonly catastrophe: string;
  readonly catastropheName: string;
  /** Claims started per second. */
  readonly rate: number;
  readonly contentHash: string;
  readonly receivedAt: Instant;
  /** Once it had its turn: the first run that it was started as, or why it never can be. */
  readonly runId?: string;
  readonly refused?: string;
  /** While it waits: how many are before it, and when its turn comes if all goes on as it does. */
  readonly ahead: number;
  readonly expectedAt: Instant;
}

/** Puts a submission in line. False where the key has a place already, which it keeps. */
export async function queue(
  db: Kysely<Database>,
  given: Omit<Waiting, 'position' | 'catastropheName'>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('admission')
    .values({
      lifecycle: given.lifecycle,
      entity_id: given.id,
      catastrophe: given.catastrophe,
      content_hash: given.contentHash,
      submission: JSON.stringify(storable(given.submission)),
    })
    .onConflict((conflict) => conflict.columns(['lifecycle', 'entity_id']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Where a key stands; undefined where it never was in line. */
export async function findAdmission(
  db: Kysely<Database>,
  lifecycle: string,
  id: string,
): Promise<Admission | undefined> {
  const { rows } = await sql<AdmissionRow>`
    SELECT own.position, own.catastrophe, declared.name AS "catastropheName", declared.rate,
           own.content_hash AS "contentHash", own.received_at AS "receivedAt", own.run_id AS "runId", own.refused,
           line.ahead, greatest(declared.free_at, now()) + make_interval(secs => line.ahead / declared.rate) AS "expectedAt"
      FROM admission AS own
      JOIN catastrophe AS declared ON declared.code = own.catastrophe
     CROSS JOIN LATERAL (
       SELECT count(*)::integer AS ahead FROM admission
        WHERE catastrophe = own.catastrophe AND admitted_at IS NULL AND position < own.position
     ) AS line
     WHERE own.lifecycle = ${lifecycle} AND own.entity_id = ${id}`.execute(db);
  const row = rows[0];
  if (!row) return undefined;
  const { receivedAt, expectedAt, runId, refused, ...rest } = row;
  return {
    ...rest,
    receivedAt: receivedAt.toISOString(),
    expectedAt: expectedAt.toISOString(),
    ...(runId !== null && { runId }),
    ...(refused !== null && { refused }),
  };
}

type AdmissionRow = Omit<Admission, 'receivedAt' | 'expectedAt' | 'runId' | 'refused'> & {
  readonly receivedAt: Date;
  readonly expectedAt: Date;
  readonly runId: string | null;
  readonly refused: string | null;
};

/** Catastrophes, by code, of which a claim waits. */
export async function withWaiting(db: Kysely<Database>): Promise<string[]> {
  const { rows } = await sql<{ code: string }>`
    SELECT code FROM catastrophe
     WHERE EXISTS (SELECT FROM admission WHERE catastrophe = code AND admitted_at IS NULL)
     ORDER BY code`.execute(db);
  return rows.map(({ code }) => code);
}

/** The first in line, whose turn it is now, or is in some milliseconds. */
export type Turn = { readonly waiting: Waiting } | { readonly inMs: number };

/**
 * Takes the next turn of a catastrophe for the first in line. It stays first until {@link settle} says what became of it.
 * @param position only where this one is the first
 * @returns undefined where nobody waits, or another one is first
 */
export async function takeTurn(db: Kysely<Database>, code: string, position?: string): Promise<Turn | undefined> {
  const { rows } = await sql<Waiting & { taken: boolean; inMs: number }>`
    WITH first AS (
      SELECT * FROM admission WHERE catastrophe = ${code} AND admitted_at IS NULL ORDER BY position LIMIT 1
    ), taken AS (
      UPDATE catastrophe SET free_at = greatest(free_at, now() - ${GRACE}) + make_interval(secs => 1 / rate)
       WHERE code = ${code} AND free_at <= now()
         AND EXISTS (SELECT FROM first WHERE ${position === undefined} OR position = ${position ?? null}::bigint)
      RETURNING code
    )
    SELECT first.position, lifecycle, entity_id AS id, first.catastrophe, declared.name AS "catastropheName",
           content_hash AS "contentHash", submission, EXISTS (SELECT FROM taken) AS taken,
           greatest(0, extract(epoch FROM declared.free_at - now()) * 1000)::double precision AS "inMs"
      FROM first JOIN catastrophe AS declared ON declared.code = first.catastrophe`.execute(db);
  const row = rows[0];
  if (!row || (position !== undefined && row.position !== position)) return undefined;
  const { taken, inMs, ...waiting } = row;
  return taken ? { waiting } : { inMs };
}

/** Says what became of one that had its turn; its submission is then needed no more. Repeats change nothing. */
export async function settle(
  db: Kysely<Database>,
  position: string,
  outcome: { readonly runId: string } | { readonly refused: string },
): Promise<void> {
  await db
    .updateTable('admission')
    .set({
      admitted_at: sql<Date>`now()`,
      submission: null,
      ...('runId' in outcome ? { run_id: outcome.runId } : outcome),
    })
    .where('position', '=', position)
    .where('admitted_at', 'is', null)
    .execute();
}
