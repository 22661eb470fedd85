/**
 * The gates of the dependencies: whether calls to a service are made at all. An operator pauses and resumes them; repeated failures
 * trip them, and a probe restores those that tripped. Each function is one statement that changes the gate, keeps the change in
 * `dependency_event`, and says whether it changed anything.
 */
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { Actor, Instant } from '../workflows/lifecycle/entry.js';
import type { Database, DependencyFailure } from './schema.js';

/** `paused` by an operator, `failing` by itself; calls are made while it is `up`. */
export type GateStatus = 'up' | 'paused' | 'failing';

/** A gate that somebody or something has changed at least once. */
export interface DependencyRecord {
  /** The service's name, as in its task queue: `payments`. */
  readonly name: string;
  readonly status: GateStatus;
  /** Why it has this status, as a code. */
  readonly reason: string;
  /** Reference into the notes of the subject store. */
  readonly note?: string;
  readonly actor: Actor;
  /** The database's time of the change. */
  readonly since: Instant;
  /** The failure that tripped it last; kept while an operator's pause follows. */
  readonly lastFailure?: DependencyFailure;
}

/** One change of a gate. */
export interface DependencyEvent extends Omit<DependencyRecord, 'since'> {
  readonly at: Instant;
}

/** What an operator's change says. */
export interface OperatorChange {
  readonly name: string;
  readonly reason: string;
  readonly note?: string;
  readonly actor: Actor;
}

/** Who trips and restores. */
const BREAKER: Actor = { kind: 'system', id: 'breaker', authenticated: 'none' };
const PROBE: Actor = { kind: 'system', id: 'probe', authenticated: 'none' };

/** Closes a gate until an operator resumes it, also one that had tripped. False where it is paused already. */
export function pause(db: Kysely<Database>, change: OperatorChange): Promise<boolean> {
  return execute(
    db,
    sql`INSERT INTO dependency AS gate (name, status, reason, note, actor, since)
        VALUES (${change.name}, 'paused', ${change.reason}, ${change.note ?? null}, ${JSON.stringify(change.actor)}, now())
        ON CONFLICT (name) DO UPDATE
          SET status = 'paused', reason = excluded.reason, note = excluded.note, actor = excluded.actor, since = now(),
              updated_at = now()
          WHERE gate.status <> 'paused'
        RETURNING gate.*`,
  );
}

/** Opens a gate, whoever closed it. False where it is open. */
export function resume(db: Kysely<Database>, change: OperatorChange): Promise<boolean> {
  return execute(
    db,
    sql`UPDATE dependency
           SET status = 'up', reason = ${change.reason}, note = ${change.note ?? null}, actor = ${JSON.stringify(change.actor)},
               since = now(), last_failure = NULL, updated_at = now()
         WHERE name = ${change.name} AND status <> 'up'
        RETURNING *`,
  );
}

/** Closes an open gate because calls fail again and again. False where it is closed: a pause stays the operator's. */
export function trip(
  db: Kysely<Database>,
  change: { readonly name: string; readonly reason: string; readonly lastFailure: DependencyFailure },
): Promise<boolean> {
  return execute(
    db,
    sql`INSERT INTO dependency AS gate (name, status, reason, actor, since, last_failure)
        VALUES (${change.name}, 'failing', ${change.reason}, ${JSON.stringify(BREAKER)}, now(), ${JSON.stringify(change.lastFailure)})
        ON CONFLICT (name) DO UPDATE
          SET status = 'failing', reason = excluded.reason, note = NULL, actor = excluded.actor, since = now(),
              last_failure = excluded.last_failure, updated_at = now()
          WHERE gate.status = 'up'
        RETURNING gate.*`,
  );
}

/** Opens a gate that had tripped, because a probe was answered. False where it is open, or where an operator has paused it. */
export function restore(db: Kysely<Database>, { name }: { readonly name: string }): Promise<boolean> {
  return execute(
    db,
    sql`UPDATE dependency
           SET status = 'up', reason = 'probeAnswered', note = NULL, actor = ${JSON.stringify(PROBE)}, since = now(),
               last_failure = NULL, updated_at = now()
         WHERE name = ${name} AND status = 'failing'
        RETURNING *`,
  );
}

/** Every gate that was ever changed, by name; a dependency that is not among them is up. */
export async function list(db: Kysely<Database>): Promise<DependencyRecord[]> {
  const rows = await db.selectFrom('dependency').selectAll().orderBy('name').execute();
  return rows.map(({ since, ...row }) => ({ ...said(row), since: since.toISOString() }));
}

/** The last changes of a gate, the newest first; at most `limit`. */
export async function events(db: Kysely<Database>, name: string, limit = 100): Promise<DependencyEvent[]> {
  const rows = await db
    .selectFrom('dependency_event')
    .selectAll()
    .where('name', '=', name)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ at, ...row }) => ({ ...said(row), at: at.toISOString() }));
}

function said(row: {
  name: string;
  status: GateStatus;
  reason: string;
  note: string | null;
  actor: Actor;
  last_failure: DependencyFailure | null;
}): Omit<DependencyRecord, 'since'> {
  return {
    name: row.name,
    status: row.status,
    reason: row.reason,
    ...(row.note !== null && { note: row.note }),
    actor: row.actor,
    ...(row.last_failure !== null && { lastFailure: row.last_failure }),
  };
}

async function execute(db: Kysely<Database>, change: RawBuilder<unknown>): Promise<boolean> {
  const { rows } = await sql<{ changed: boolean }>`
    WITH changed AS (${change}), kept AS (
      INSERT INTO dependency_event (name, status, reason, note, actor, at, last_failure)
      SELECT name, status, reason, note, actor, since, last_failure FROM changed
    )
    SELECT count(*) = 1 AS changed FROM changed`.execute(db);
  return rows[0]?.changed === true;
}
