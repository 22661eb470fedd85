/** What has changed since a moment, for whoever shows it live: ids and what they are now, no facts. */
import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.js';

/** One change; `version` is another whenever the thing has changed again. */
export type Change = { readonly version: string; readonly key: string } & (
  | { readonly kind: 'entity'; readonly data: EntityChange }
  | { readonly kind: 'review'; readonly data: ReviewChange }
  | { readonly kind: 'finding'; readonly data: FindingChange }
  | { readonly kind: 'dependency'; readonly data: DependencyChange }
);

export interface EntityChange {
  readonly lifecycle: string;
  readonly id: string;
  readonly state: string;
  readonly sequence: number;
  readonly closed: boolean;
}

export interface ReviewChange {
  readonly taskId: string;
  readonly lifecycle: string;
  readonly id: string;
  readonly queue: string;
  readonly assignee?: string;
  readonly resolved: boolean;
}

export interface FindingChange {
  readonly findingId: string;
  readonly lifecycle: string;
  readonly id: string;
  readonly kind: string;
  readonly state: 'open' | 'healing' | 'healed' | 'gone' | 'resolved';
}

export interface DependencyChange {
  readonly dependency: string;
  readonly status: 'up' | 'paused' | 'failing';
}

/** What was read, and when by the database's clock. */
export interface Changes {
  /** ISO-8601 with microseconds. */
  readonly asOf: string;
  /** The oldest first. */
  readonly changes: readonly Change[];
  /** There were more than were asked for: some are not told. */
  readonly more: boolean;
}

/**
 * Changes written after a moment. A statement's changes bear the time at which it began, and become visible when it ends: whoever reads on
 * from the last `asOf` goes back by as long as a statement may take.
 * @param since as `asOf` has it @param overlapMs so much before it @param limit most changes of each kind
 */
export async function changesSince(
  db: Kysely<Database>,
  { since, overlapMs, limit }: { readonly since?: string; readonly overlapMs: number; readonly limit: number },
): Promise<Changes> {
  const from = sql`coalesce(${since ?? null}::timestamptz, statement_timestamp()) - ${overlapMs}::integer * interval '1 millisecond'`;
  const changed = sql`updated_at > ${from} ORDER BY updated_at LIMIT ${limit + 1}`;
  const { rows } = await sql<{ asOf: string; changes: readonly Change[]; most: number }>`
    WITH change AS (
      (SELECT 'entity' AS kind, lifecycle || '/' || entity_id AS key, updated_at, jsonb_build_object(
         'lifecycle', lifecycle, 'id', entity_id, 'state', state, 'sequence', sequence, 'closed', closed) AS data
         FROM entity WHERE ${changed})
      UNION ALL
      (SELECT 'review', task_id, updated_at, jsonb_strip_nulls(jsonb_build_object('taskId', task_id, 'lifecycle', lifecycle,
         'id', entity_id, 'queue', queue, 'assignee', assignee, 'resolved', resolved_at IS NOT NULL))
         FROM review_task WHERE ${changed})
      UNION ALL
      (SELECT 'finding', id::text, updated_at, jsonb_build_object('findingId', id::text, 'lifecycle', lifecycle, 'id', entity_id,
         'kind', kind, 'state', state)
         FROM finding WHERE ${changed})
      UNION ALL
      (SELECT 'dependency', name, updated_at, jsonb_build_object('dependency', name, 'status', status)
         FROM dependency WHERE ${changed}))
    SELECT ${inMicros(sql`statement_timestamp()`)} AS "asOf",
           coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'key', kind || ':' || key, 'version', ${inMicros(sql`updated_at`)},
             'data', data) ORDER BY updated_at), '[]') AS changes,
           greatest(count(*) FILTER (WHERE kind = 'entity'), count(*) FILTER (WHERE kind = 'review'),
             count(*) FILTER (WHERE kind = 'finding'), count(*) FILTER (WHERE kind = 'dependency'))::integer AS most
      FROM change`.execute(db);
  const [read] = rows;
  return { asOf: read?.asOf ?? '', changes: read?.changes ?? [], more: (read?.most ?? 0) > limit };
}

const inMicros = (at: ReturnType<typeof sql>) =>
  sql`to_char(${at} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
