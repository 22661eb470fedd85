/** What reconciliation and verification discovered: two sides that disagree, each with its evidence, until they agree or somebody has decided. */
import { sql, type Kysely, type Selectable } from 'kysely';
import type { Actor, Instant, Reason } from '../workflows/lifecycle/entry.js';
import type { Database, FindingState, FindingTable } from './schema.js';

/** Most findings that one call returns. */
const MAX_ROWS = 1000;

/** Two sides that disagree. */
export interface Finding {
  readonly findingId: string;
  readonly kind: string;
  readonly lifecycle: string;
  readonly id: string;
  /** What each side says; its shape is the kind's. */
  readonly evidence: unknown;
  readonly state: FindingState;
  /** Which comparison found it; absent where none did. */
  readonly pair?: string;
  /** Who looks at it, and until when. */
  readonly queue: string;
  readonly dueAt: Instant;
  /** How long the sides have disagreed, as far as they tell. */
  readonly since: Instant;
  readonly foundAt: Instant;
  /** When it was found last. */
  readonly seenAt: Instant;
  /** Goes up, from 1, whenever it is true again after it had ended, and whenever its entity is told once more. */
  readonly occurrence: number;
  /** When the entity was told what it had missed. */
  readonly toldAt?: Instant;
  /** When it ended, however it did. */
  readonly resolvedAt?: Instant;
  readonly resolvedBy?: Actor;
  readonly resolution?: Reason;
}

/** A disagreement that was just discovered. */
export interface NewFinding {
  /** As a code: `journal-conflict`, `run-gone`. */
  readonly kind: string;
  readonly lifecycle: string;
  readonly id: string;
  /** Makes what is found again the same finding: unique per entity and kind. */
  readonly key: string;
  readonly evidence: unknown;
}

/** Which findings; absent fields do not restrict. */
export interface FindingFilter {
  readonly kind?: string;
  readonly pair?: string;
  readonly lifecycle?: string;
  /** Of these alone. */
  readonly lifecycles?: readonly string[];
  readonly id?: string;
  /** Default: those that have not ended. */
  readonly includeResolved?: boolean;
  /** Only those before this one, in the list's order: the last `findingId` of the page before. */
  readonly before?: string;
  /** Default and most 1000. */
  readonly limit?: number;
}

/** How somebody ends a finding. */
export interface FindingResolution {
  readonly actor: Actor;
  readonly reason: Reason;
}

/** Puts a finding on record. False where it is there already, resolved or not. */
export async function raiseFinding(db: Kysely<Database>, finding: NewFinding): Promise<boolean> {
  const { kind, lifecycle, id, key, evidence } = finding;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('finding')
    .values({ kind, lifecycle, entity_id: id, key, evidence: JSON.stringify(evidence) })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Marks a finding as decided. False where it has ended already, or where there is none with this id. */
export async function resolveFinding(
  db: Kysely<Database>,
  findingId: string,
  resolution?: FindingResolution,
): Promise<boolean> {
  if (!isFindingId(findingId)) return false;
  const { numUpdatedRows } = await db
    .updateTable('finding')
    .set({
      state: 'resolved',
      resolved_at: sql<Date>`now()`,
      ...(resolution && {
        resolved_by: JSON.stringify(resolution.actor),
        resolution: JSON.stringify(resolution.reason),
      }),
    })
    .where('id', '=', findingId)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** One finding; undefined where there is none with this id. */
export async function findFinding(db: Kysely<Database>, findingId: string): Promise<Finding | undefined> {
  if (!isFindingId(findingId)) return undefined;
  const row = await db.selectFrom('finding').selectAll().where('id', '=', findingId).executeTakeFirst();
  return row && finding(row);
}

/** Findings, the newest first. */
export async function listFindings(db: Kysely<Database>, filter: FindingFilter = {}): Promise<Finding[]> {
  let query = db.selectFrom('finding').selectAll();
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.pair !== undefined) query = query.where('pair', '=', filter.pair);
  if (filter.lifecycle !== undefined) query = query.where('lifecycle', '=', filter.lifecycle);
  if (filter.lifecycles) query = query.where(sql<boolean>`lifecycle = ANY(${filter.lifecycles}::text[])`);
  if (filter.id !== undefined) query = query.where('entity_id', '=', filter.id);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  if (filter.includeResolved !== true) query = query.where('resolved_at', 'is', null);
  const limit = Math.min(Math.max(filter.limit ?? MAX_ROWS, 1), MAX_ROWS);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(finding);
}

/** Whether a text can be the id of a finding. */
export const isFindingId = (text: string): boolean => /^\d{1,18}$/.test(text);

function finding(row: Selectable<FindingTable>): Finding {
  return {
    findingId: row.id,
    kind: row.kind,
    lifecycle: row.lifecycle,
    id: row.entity_id,
    evidence: row.evidence,
    state: row.state,
    ...(row.pair !== null && { pair: row.pair }),
    queue: row.queue,
    dueAt: row.due_at.toISOString(),
    since: row.since.toISOString(),
    foundAt: row.found_at.toISOString(),
    seenAt: row.seen_at.toISOString(),
    occurrence: row.occurrence,
    ...(row.told_at && { toldAt: row.told_at.toISOString() }),
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
    ...(row.resolved_by && { resolvedBy: row.resolved_by }),
    ...(row.resolution && { resolution: row.resolution }),
  };
}
