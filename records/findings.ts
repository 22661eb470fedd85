/** What reconciliation and verification discovered: two sides that disagree, each with its evidence, until somebody has decided. */
import type { Kysely, Selectable } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Database, FindingTable } from './schema.js';

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
  readonly foundAt: Instant;
  readonly resolvedAt?: Instant;
}

/** A disagreement that was just discovered. */
export interface NewFinding {
  /** As a code: `journal-conflict`, `run-ended`. */
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
  readonly lifecycle?: string;
  readonly id?: string;
  /** Default: open ones only. */
  readonly includeResolved?: boolean;
  /** Default and most 1000. */
  readonly limit?: number;
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

/** Marks a finding as decided. False where it is resolved already, or where there is none with this id. */
export async function resolveFinding(db: Kysely<Database>, findingId: string): Promise<boolean> {
  if (!/^\d{1,18}$/.test(findingId)) return false;
  const { numUpdatedRows } = await db
    .updateTable('finding')
    .set({ resolved_at: new Date() })
    .where('id', '=', findingId)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Findings, the newest first. */
export async function listFindings(db: Kysely<Database>, filter: FindingFilter = {}): Promise<Finding[]> {
  let query = db.selectFrom('finding').selectAll();
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
  if (filter.lifecycle !== undefined) query = query.where('lifecycle', '=', filter.lifecycle);
  if (filter.id !== undefined) query = query.where('entity_id', '=', filter.id);
  if (filter.includeResolved !== true) query = query.where('resolved_at', 'is', null);
  const limit = Math.min(Math.max(filter.limit ?? MAX_ROWS, 1), MAX_ROWS);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(finding);
}

function finding(row: Selectable<FindingTable>): Finding {
  return {
    findingId: row.id,
    kind: row.kind,
    lifecycle: row.lifecycle,
    id: row.entity_id,
    evidence: row.evidence,
    foundAt: row.found_at.toISOString(),
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
  };
}
