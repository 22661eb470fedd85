/** What the records say, for gateway and command line. Reads only; every list is bounded. */
import { sql, type Kysely, type Selectable } from 'kysely';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import type { Actor, Entry, Instant } from '../workflows/lifecycle/entry.js';
import { Definitions } from './definitions.js';
import { entityPage, type EntityFilter, type EntityPage } from './entity-list.js';
import { entityRecord, type EntityRecord } from './entity-record.js';
import type { Database, FindingTable, ReviewTaskTable } from './schema.js';

/** Most lines, tasks or findings that one call returns. */
const MAX_ROWS = 1000;

/** One line of a journal. Hashes in hex. */
export interface JournalLine {
  readonly sequence: number;
  readonly stage: number;
  readonly runId: string;
  readonly correlationId: string;
  readonly lifecycleVersion: number;
  readonly entry: Entry;
  readonly hash: string;
  /** The database's own time of writing; not part of the hash. */
  readonly writtenAt: Instant;
}

/** What is known of a submission, to tell a repeat from a conflict. */
export interface SubmissionRecord {
  /** Digest of the submission's content. */
  readonly contentHash: string;
  readonly firstRunId: string;
  readonly stage: number;
  readonly state: string;
  readonly closed: boolean;
}

/** A piece of human work. */
export interface ReviewTask {
  readonly taskId: string;
  readonly lifecycle: string;
  readonly id: string;
  readonly queue: string;
  readonly reason: string;
  /** 1 is most urgent, 5 least. */
  readonly priority: number;
  readonly openedAt: Instant;
  readonly dueAt?: Instant;
  readonly assignee?: string;
  readonly resolvedAt?: Instant;
  readonly resolvedBy?: Actor;
  readonly decision?: string;
}

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

/** How many entities are in a state. */
export interface StateCount {
  readonly lifecycle: string;
  readonly state: string;
  readonly count: number;
}

export class RecordsReader {
  private readonly definitions: Definitions;

  constructor(private readonly db: Kysely<Database>) {
    this.definitions = new Definitions(db);
  }

  /** One entity with what its definition says of its state. */
  async getEntity(lifecycle: string, id: string): Promise<EntityRecord | undefined> {
    const [found] = await this.entitySummaries(lifecycle, [id]);
    return found;
  }

  /** The entities among the given ids that are on record, in no particular order. */
  async entitySummaries(lifecycle: string, ids: readonly string[]): Promise<EntityRecord[]> {
    if (ids.length === 0) return [];
    const rows = await this.db
      .selectFrom('entity')
      .selectAll()
      .where('lifecycle', '=', lifecycle)
      .where('entity_id', '=', sql<string>`any(${[...ids]}::text[])`)
      .execute();
    return Promise.all(rows.map((row) => entityRecord(row, this.definitions)));
  }

  /**
   * One page of entities, the longest in their state first.
   * @throws InvalidCursor for a cursor that no page has given.
   */
  listEntities(filter: EntityFilter): Promise<EntityPage> {
    return entityPage(this.db, this.definitions, filter);
  }

  /** Entities by lifecycle and state, ordered by both; states without entities are absent. */
  async countByState(lifecycle?: string): Promise<StateCount[]> {
    return this.db
      .selectFrom('entity')
      .select(['lifecycle', 'state', sql<number>`count(*)::integer`.as('count')])
      .$if(lifecycle !== undefined, (query) => query.where('lifecycle', '=', lifecycle ?? ''))
      .groupBy(['lifecycle', 'state'])
      .orderBy('lifecycle')
      .orderBy('state')
      .execute();
  }

  /** Journal lines in order, from the one behind `after` (default 0) on; at most `limit` (default and most 1000). */
  async journal(
    lifecycle: string,
    id: string,
    page: { readonly after?: number; readonly limit?: number } = {},
  ): Promise<JournalLine[]> {
    const rows = await this.journalOf(lifecycle, id)
      .where('sequence', '>', page.after ?? 0)
      .orderBy('sequence')
      .limit(bounded(page.limit))
      .execute();
    return rows.map(journalLine);
  }

  /** The last `limit` journal lines, oldest first. */
  async journalTail(lifecycle: string, id: string, limit = 10): Promise<JournalLine[]> {
    const rows = await this.journalOf(lifecycle, id).orderBy('sequence', 'desc').limit(bounded(limit)).execute();
    return rows.reverse().map(journalLine);
  }

  /** The first journal line that a message id left: what its sender was told, and is told again. */
  async findMessage(lifecycle: string, id: string, messageId: string): Promise<JournalLine | undefined> {
    const row = await this.journalOf(lifecycle, id)
      .where('message_id', '=', messageId)
      // As the index has it.
      .where(sql`left(message_id, 128)`, '=', sql`left(${messageId}, 128)`)
      .orderBy('sequence')
      .limit(1)
      .executeTakeFirst();
    return row && journalLine(row);
  }

  /** What is on record of the submission under a key; undefined where the key was never used. */
  async submission(lifecycle: string, id: string): Promise<SubmissionRecord | undefined> {
    return this.db
      .selectFrom('entity')
      .select(['content_hash as contentHash', 'first_run_id as firstRunId', 'stage', 'state', 'closed'])
      .where('lifecycle', '=', lifecycle)
      .where('entity_id', '=', id)
      .executeTakeFirst();
  }

  /** Review tasks, the most urgent and then the oldest first. Default: open ones only. */
  async reviewTasks(
    filter: {
      readonly lifecycle?: string;
      readonly id?: string;
      readonly queue?: string;
      readonly includeResolved?: boolean;
      readonly limit?: number;
    } = {},
  ): Promise<ReviewTask[]> {
    let query = this.db.selectFrom('review_task').selectAll();
    if (filter.lifecycle !== undefined) query = query.where('lifecycle', '=', filter.lifecycle);
    if (filter.id !== undefined) query = query.where('entity_id', '=', filter.id);
    if (filter.queue !== undefined) query = query.where('queue', '=', filter.queue);
    if (filter.includeResolved !== true) query = query.where('resolved_at', 'is', null);
    const rows = await query
      .orderBy('priority')
      .orderBy('opened_at')
      .orderBy('task_id')
      .limit(bounded(filter.limit))
      .execute();
    return rows.map(reviewTask);
  }

  /** Findings, the newest first. Default: open ones only. */
  async findings(
    filter: {
      readonly kind?: string;
      readonly lifecycle?: string;
      readonly id?: string;
      readonly includeResolved?: boolean;
      readonly limit?: number;
    } = {},
  ): Promise<Finding[]> {
    let query = this.db.selectFrom('finding').selectAll();
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind);
    if (filter.lifecycle !== undefined) query = query.where('lifecycle', '=', filter.lifecycle);
    if (filter.id !== undefined) query = query.where('entity_id', '=', filter.id);
    if (filter.includeResolved !== true) query = query.where('resolved_at', 'is', null);
    const rows = await query.orderBy('id', 'desc').limit(bounded(filter.limit)).execute();
    return rows.map(finding);
  }

  /** A version's table; undefined where it never ran here. */
  definition(lifecycle: string, version: number): Promise<Lifecycle | undefined> {
    return this.definitions.find(lifecycle, version);
  }

  private journalOf(lifecycle: string, id: string) {
    return this.db
      .selectFrom('journal')
      .select(['sequence', 'stage', 'run_id', 'correlation_id', 'lifecycle_version', 'entry', 'hash', 'written_at'])
      .where('lifecycle', '=', lifecycle)
      .where('entity_id', '=', id);
  }
}

function bounded(limit: number | undefined): number {
  return Math.min(Math.max(limit ?? MAX_ROWS, 1), MAX_ROWS);
}

function journalLine(row: {
  sequence: number;
  stage: number;
  run_id: string;
  correlation_id: string;
  lifecycle_version: number;
  entry: Entry;
  hash: Buffer;
  written_at: Date;
}): JournalLine {
  return {
    sequence: row.sequence,
    stage: row.stage,
    runId: row.run_id,
    correlationId: row.correlation_id,
    lifecycleVersion: row.lifecycle_version,
    entry: row.entry,
    hash: row.hash.toString('hex'),
    writtenAt: row.written_at.toISOString(),
  };
}

function reviewTask(row: Selectable<ReviewTaskTable>): ReviewTask {
  return {
    taskId: row.task_id,
    lifecycle: row.lifecycle,
    id: row.entity_id,
    queue: row.queue,
    reason: row.reason,
    priority: row.priority,
    openedAt: row.opened_at.toISOString(),
    ...(row.due_at && { dueAt: row.due_at.toISOString() }),
    ...(row.assignee !== null && { assignee: row.assignee }),
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
    ...(row.resolved_by && { resolvedBy: row.resolved_by }),
    ...(row.decision !== null && { decision: row.decision }),
  };
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
