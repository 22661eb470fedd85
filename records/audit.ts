/** The audit log: who asked for what, and whether they were let. Rows are only ever added. */
import { sql, type Kysely, type Selectable } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { AuditTable, Database } from './schema.js';
import { storable } from './storable.js';

/** Most rows of one page. */
const MAX_PAGE = 500;

/** One request. Holds what was asked for, never what was answered. */
export interface AuditEntry {
  /** Id of the person or system; absent where nobody was recognised. */
  readonly actor?: string;
  /** As granted. */
  readonly roles: readonly string[];
  readonly action: 'write' | 'view' | 'search' | 'export';
  readonly method: string;
  /** As declared, with its parameters. */
  readonly route: string;
  readonly lifecycle?: string;
  /** Business key. */
  readonly entityId?: string;
  /** What else the path names: a dependency, a finding, a review task. */
  readonly target?: string;
  readonly decision: 'allowed' | 'refused';
  /** Name of the problem where it was refused, or failed. */
  readonly problem?: string;
  /** The answer's. */
  readonly status: number;
  /** What a list was filtered by. */
  readonly filter?: Readonly<Record<string, unknown>>;
  /** How many rows were given. */
  readonly rows?: number;
  readonly requestId: string;
  readonly correlationId?: string;
}

/** A row of the log. */
export interface AuditRecord extends AuditEntry {
  readonly auditId: string;
  readonly at: Instant;
}

/** Which rows; absent fields do not restrict. */
export interface AuditFilter {
  readonly actor?: string;
  readonly lifecycle?: string;
  /** Business key. */
  readonly id?: string;
  readonly action?: AuditEntry['action'];
  readonly decision?: AuditEntry['decision'];
  /** Not before this instant. */
  readonly since?: Instant;
  /** Only those before this one, in the log's order: the last `auditId` of the page before. */
  readonly before?: string;
  /** Default and most 500. */
  readonly limit?: number;
}

/** Adds a row. */
export async function recordAudit(db: Kysely<Database>, entry: AuditEntry): Promise<void> {
  const { actor, roles, lifecycle, entityId, target, problem, filter, rows, correlationId, requestId, ...rest } =
    storable(entry);
  await db
    .insertInto('audit')
    .values({
      ...rest,
      roles: [...roles],
      request_id: requestId,
      actor: actor ?? null,
      lifecycle: lifecycle ?? null,
      entity_id: entityId ?? null,
      target: target ?? null,
      problem: problem ?? null,
      filter: filter === undefined ? null : JSON.stringify(filter),
      rows: rows ?? null,
      correlation_id: correlationId ?? null,
    })
    .execute();
}

/** One page, the newest first. */
export async function auditLog(db: Kysely<Database>, filter: AuditFilter = {}): Promise<AuditRecord[]> {
  let query = db.selectFrom('audit').selectAll();
  if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
  if (filter.lifecycle !== undefined) query = query.where('lifecycle', '=', filter.lifecycle);
  if (filter.id !== undefined) query = query.where('entity_id', '=', filter.id);
  if (filter.action !== undefined) query = query.where('action', '=', filter.action);
  if (filter.decision !== undefined) query = query.where('decision', '=', filter.decision);
  if (filter.since !== undefined) query = query.where('at', '>=', sql<Date>`${filter.since}::timestamptz`);
  if (filter.before !== undefined) query = query.where('id', '<', filter.before);
  const limit = Math.min(Math.max(filter.limit ?? MAX_PAGE, 1), MAX_PAGE);
  return (await query.orderBy('id', 'desc').limit(limit).execute()).map(record);
}

/** Whether a text can be the id of a row. */
export const isAuditId = (text: string): boolean => /^\d{1,18}$/.test(text);

function record(row: Selectable<AuditTable>): AuditRecord {
  const { id, at, actor, roles, action, method, route, lifecycle, target, decision, problem, status, filter, rows } =
    row;
  return {
    auditId: id,
    at: at.toISOString(),
    ...(actor !== null && { actor }),
    roles,
    action,
    method,
    route,
    ...(lifecycle !== null && { lifecycle }),
    ...(row.entity_id !== null && { entityId: row.entity_id }),
    ...(target !== null && { target }),
    decision,
    ...(problem !== null && { problem }),
    status,
    ...(filter !== null && { filter }),
    ...(rows !== null && { rows }),
    requestId: row.request_id,
    ...(row.correlation_id !== null && { correlationId: row.correlation_id }),
  };
}
