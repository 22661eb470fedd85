/** Who stands in for whom. It changes who sees and takes whose work, never who may do what. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';

/** Most delegations that one call returns. */
const MAX_ROWS = 500;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface Delegation {
  readonly delegationId: string;
  /** Who is away, and who stands in: ids of actors. */
  readonly from: string;
  readonly to: string;
  readonly since: Instant;
  readonly until: Instant;
  /** It is in force now, by the database's clock. */
  readonly active: boolean;
  readonly grantedBy: string;
}

/** Puts one on record. @returns its id */
export async function delegate(
  db: Kysely<Database>,
  { from, to, since, until, grantedBy }: Omit<Delegation, 'delegationId' | 'active'>,
): Promise<string> {
  const { delegation_id } = await db
    .insertInto('delegation')
    .values({ person: from, delegate: to, since, until, granted_by: grantedBy, ended_by: null })
    .returning('delegation_id')
    .executeTakeFirstOrThrow();
  return delegation_id;
}

/** Ends one before its time. False where it has ended, or where there is none. */
export async function endDelegation(db: Kysely<Database>, delegationId: string, by: string): Promise<boolean> {
  if (!UUID.test(delegationId)) return false;
  const { numUpdatedRows } = await db
    .updateTable('delegation')
    .set({ ended_by: by, ended_at: sql<Date>`now()` })
    .where('delegation_id', '=', delegationId)
    .where('ended_at', 'is', null)
    .where('until', '>', sql<Date>`now()`)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Those in force and those to come, the earliest first. */
export async function delegations(db: Kysely<Database>): Promise<readonly Delegation[]> {
  const rows = await db
    .selectFrom('delegation')
    .selectAll()
    .select(sql<boolean>`since <= now()`.as('active'))
    .where('ended_at', 'is', null)
    .where('until', '>', sql<Date>`now()`)
    .orderBy('since')
    .orderBy('delegation_id')
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({
    delegationId: row.delegation_id,
    from: row.person,
    to: row.delegate,
    since: row.since.toISOString(),
    until: row.until.toISOString(),
    active: row.active,
    grantedBy: row.granted_by,
  }));
}

/** The people for whom somebody stands in now. Whoever stands in for a stand-in does not stand in for them. */
export async function representedBy(db: Kysely<Database>, delegate: string): Promise<readonly string[]> {
  const inForce = (await delegations(db)).filter(({ to, active }) => active && to === delegate);
  return [...new Set(inForce.map(({ from }) => from))];
}
