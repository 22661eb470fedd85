/** What the records say, for gateway and command line. Reads only; every list is bounded. */
import { sql, type Kysely } from 'kysely';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import type { Deferral, Entry, Instant } from '../workflows/lifecycle/entry.js';
import { continuationOf, type Stage } from './continuation.js';
import { Definitions } from './definitions.js';
import { list, type DependencyRecord } from './dependencies.js';
import type { EntityFilter } from './entity-filter.js';
import { entityPage, entityTotals, type EntityPage, type EntityQuery, type EntityTotals } from './entity-list.js';
import { entityRecord, type EntityRecord } from './entity-record.js';
import { listFindings, type Finding, type FindingFilter } from './findings.js';
import { reviewTotals, type ReviewTotals } from './review-sums.js';
import { reviewPage, type PageRequest, type ReviewFilter, type ReviewPage } from './review-list.js';
import { recordAsOf } from './past.js';
import type { Database } from './schema.js';

/** Most rows that one call returns. */
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

/** How many entities are in a state. */
export interface StateCount {
  readonly lifecycle: string;
  readonly state: string;
  readonly count: number;
}

/** An entity that waits because a guard said "not now", with what the guard said. */
export interface Deferred extends Deferral {
  readonly lifecycle: string;
  readonly id: string;
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

  /**
   * One entity as it was at a moment; undefined where it was not on record by then.
   * @throws Error where the table of its version is not on record
   */
  async getEntityAsOf(lifecycle: string, id: string, at: Instant): Promise<EntityRecord | undefined> {
    const row = await this.db
      .selectFrom('entity')
      .selectAll()
      .where('lifecycle', '=', lifecycle)
      .where('entity_id', '=', id)
      .executeTakeFirst();
    return row && recordAsOf(this.db, this.definitions, row, at);
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
   * One page of entities.
   * @throws InvalidCursor for a cursor that no page has given.
   */
  listEntities(query: EntityQuery): Promise<EntityPage> {
    return entityPage(this.db, this.definitions, query);
  }

  /** How many entities a filter finds, and what they come to. */
  entityTotals(filter: EntityFilter): Promise<EntityTotals> {
    return entityTotals(this.db, filter);
  }

  /** The versions of a lifecycle that ever ran, ascending. */
  async versions(lifecycle: string): Promise<{ readonly version: number; readonly firstSeen: Instant }[]> {
    const rows = await this.db
      .selectFrom('definition')
      .select(['version', 'first_seen'])
      .where('lifecycle', '=', lifecycle)
      .orderBy('version')
      .execute();
    return rows.map(({ version, first_seen }) => ({ version, firstSeen: first_seen.toISOString() }));
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

  /** The last `limit` journal lines up to an entry (default: the last), oldest first. */
  async journalTail(lifecycle: string, id: string, limit = 10, upTo?: number): Promise<JournalLine[]> {
    const rows = await this.journalOf(lifecycle, id)
      .$if(upTo !== undefined, (query) => query.where('sequence', '<=', upTo ?? 0))
      .orderBy('sequence', 'desc')
      .limit(bounded(limit))
      .execute();
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

  /**
   * One page of review tasks, the most urgent first. Default: those that are open and not parked.
   * @throws InvalidCursor for a cursor that no page has given.
   */
  reviewTasks(filter: ReviewFilter = {}, page: PageRequest = {}): Promise<ReviewPage> {
    return reviewPage(this.db, filter, page);
  }

  /** How many tasks a filter finds, and what their entities come to. */
  reviewTotals(filter: ReviewFilter): Promise<ReviewTotals> {
    return reviewTotals(this.db, filter);
  }

  /** Findings, the newest first. Default: open ones only. */
  findings(filter: FindingFilter = {}): Promise<Finding[]> {
    return listFindings(this.db, filter);
  }

  /** What the next stage of an entity begins with; undefined where the key is not on record. */
  continuation(lifecycle: string, id: string): Promise<Stage | undefined> {
    return continuationOf(this.db, lifecycle, id);
  }

  /** Entities that wait for a dependency, the longest first; at most `limit` (default and most 1000). */
  async deferredOn(dependency: string, limit?: number): Promise<Deferred[]> {
    const guard = `dependency:${dependency}`;
    const rows = await this.db
      .selectFrom('entity')
      .select(['lifecycle', 'entity_id as id', sql<Deferral>`deferrals -> ${guard}`.as('deferral')])
      .where(sql<boolean>`deferrals <> '{}' AND deferrals ? ${guard}`)
      .where('closed', '=', false)
      .orderBy(sql`deferrals -> ${guard} ->> 'since'`)
      .orderBy('id')
      .limit(bounded(limit))
      .execute();
    return rows.map(({ lifecycle, id, deferral }) => ({ lifecycle, id, ...deferral }));
  }

  /** How many open entities wait for each dependency; one for which nobody waits is absent. */
  async countDeferred(): Promise<Readonly<Record<string, number>>> {
    const { rows } = await sql<{ name: string; count: number }>`
      SELECT substr(guard, length('dependency:') + 1) AS name, count(*)::integer AS count
        FROM entity, jsonb_object_keys(deferrals) AS guard
       WHERE deferrals <> '{}' AND NOT closed AND guard LIKE 'dependency:%'
       GROUP BY 1 ORDER BY 1`.execute(this.db);
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  }

  /** The gates that were ever changed, by name; a dependency that is not among them is up. */
  dependencies(): Promise<DependencyRecord[]> {
    return list(this.db);
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
