/** The records' side of reconciliation: entities in the order of their keys, and what becomes of findings from run to run. */
import { sql, type Kysely } from 'kysely';
import type { Expectation, Instant, PartState } from '../workflows/lifecycle/entry.js';
import type { Database } from './schema.js';

/** An entity as far as it is compared. */
export interface RecordedEntity {
  readonly id: string;
  readonly state: string;
  /** When it entered that state. */
  readonly since: Instant;
  readonly closed: boolean;
  /** How its durations scale. */
  readonly profile: string | undefined;
  readonly parts: Readonly<Record<string, PartState>>;
  readonly expectations: Readonly<Record<string, Expectation>>;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** An entity and how it stands, for the comparison with its run. */
export interface RecordedRun {
  readonly lifecycle: string;
  readonly id: string;
  readonly state: string;
  readonly closed: boolean;
  readonly profile: string | undefined;
  /** A person still works on it, which keeps the run of one that is closed. */
  readonly hasReviews: boolean;
  readonly firstRunId: string;
  /** When the record was written last. */
  readonly writtenAt: Instant;
}

/** Entities of a lifecycle behind a key, in the order of the keys' bytes. */
export async function entitiesAfter(
  db: Kysely<Database>,
  lifecycle: string,
  after: string,
  limit: number,
): Promise<RecordedEntity[]> {
  const rows = await comparedColumns(db)
    .where('lifecycle', '=', lifecycle)
    .where('entity_id', '>', after)
    .orderBy('entity_id')
    .limit(limit)
    .execute();
  return rows.map(recordedEntity);
}

/** One entity; undefined where it is not on record. */
export async function entityToCompare(
  db: Kysely<Database>,
  lifecycle: string,
  id: string,
): Promise<RecordedEntity | undefined> {
  const row = await comparedColumns(db)
    .where('lifecycle', '=', lifecycle)
    .where('entity_id', '=', id)
    .executeTakeFirst();
  return row && recordedEntity(row);
}

/** Open entities behind a key, in the order of lifecycle and key. */
export async function openRunsAfter(
  db: Kysely<Database>,
  after: { readonly lifecycle: string; readonly id: string },
  limit: number,
): Promise<RecordedRun[]> {
  const rows = await runColumns(db)
    .where(sql<boolean>`(lifecycle, entity_id) > (${after.lifecycle}, ${after.id})`)
    .where('closed', '=', false)
    .where('authority', '=', 'own')
    .orderBy('lifecycle')
    .orderBy('entity_id')
    .limit(limit)
    .execute();
  return rows.map(recordedRun);
}

/** The entities with these workflow ids that are on record, by workflow id. */
export async function runsByWorkflowId(
  db: Kysely<Database>,
  workflowIds: readonly string[],
): Promise<ReadonlyMap<string, RecordedRun>> {
  const keys = workflowIds.map((workflowId) => {
    const slash = workflowId.indexOf('/');
    return { lifecycle: workflowId.slice(0, slash), id: workflowId.slice(slash + 1) };
  });
  const rows = await runColumns(db)
    .where(
      sql<boolean>`(lifecycle, entity_id) IN (SELECT k.lifecycle, k.id FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS k (lifecycle text, id text))`,
    )
    .execute();
  return new Map(rows.map((row) => [`${row.lifecycle}/${row.entity_id}`, recordedRun(row)]));
}

/** The lifecycles whose workers have ever started here, by name. */
export async function lifecyclesEverRun(db: Kysely<Database>): Promise<string[]> {
  const rows = await db.selectFrom('definition').select('lifecycle').distinct().orderBy('lifecycle').execute();
  return rows.map(({ lifecycle }) => lifecycle);
}

/** A disagreement as a run found it. */
export interface Found {
  readonly kind: string;
  readonly lifecycle: string;
  readonly id: string;
  readonly key: string;
  readonly evidence: unknown;
  readonly since: Instant;
}

/** A finding that was just put on record, or seen again. */
export interface Raised {
  readonly findingId: string;
  readonly kind: string;
  readonly lifecycle: string;
  readonly id: string;
  readonly key: string;
  readonly occurrence: number;
  /** Nobody has told its entity yet, and nobody has decided. */
  readonly untold: boolean;
}

/** The database's time: runs and findings are compared by it. */
export async function recordsTime(db: Kysely<Database>): Promise<Instant> {
  const { rows } = await sql<{ now: Date }>`SELECT now()`.execute(db);
  return (rows[0]?.now ?? new Date()).toISOString();
}

/** How often an entity is told the same, before a person has to look. */
const MOST_TOLD = 5;

/** Both sides had agreed since. */
const ENDED = sql`f.state IN ('healed', 'gone')`;
/** There is newer news than what the entity was told. */
const NEWER = sql`(f.resolved_at IS NULL AND f.told_at IS NOT NULL
  AND f.evidence -> 'there' IS DISTINCT FROM excluded.evidence -> 'there')`;
/** It was told and is no wiser: it may have been too early for it. */
const UNHEARD = sql`(f.resolved_at IS NULL AND coalesce(f.retell_at < now(), false))`;
const AGAIN = sql`(${ENDED} OR ${NEWER} OR (${UNHEARD} AND f.told_times < ${sql.lit(MOST_TOLD)}))`;

/**
 * Puts findings on record. One that had ended by itself is open again; one that a person has decided stays so. One whose entity was told,
 * and which is still there after a while, is to be told again, some times; then a person has to decide.
 */
export async function raiseFound(db: Kysely<Database>, pair: string, found: readonly Found[]): Promise<Raised[]> {
  if (found.length === 0) return [];
  const { rows } = await sql<Raised>`
    INSERT INTO finding AS f (pair, kind, lifecycle, entity_id, key, evidence, since)
    SELECT ${pair}, n.kind, n.lifecycle, n.id, n.key, n.evidence, n.since
      FROM jsonb_to_recordset(${JSON.stringify(found)}::jsonb)
        AS n (kind text, lifecycle text, id text, key text, evidence jsonb, since timestamptz)
    ON CONFLICT (lifecycle, entity_id, kind, key) DO UPDATE SET
      pair = excluded.pair, evidence = excluded.evidence, since = excluded.since, seen_at = now(),
      state = CASE WHEN ${AGAIN} OR ${UNHEARD} THEN 'open' ELSE f.state END,
      occurrence = f.occurrence + ${AGAIN}::integer,
      told_at = CASE WHEN ${AGAIN} THEN NULL ELSE f.told_at END,
      retell_at = CASE WHEN ${AGAIN} THEN NULL ELSE f.retell_at END,
      told_times = CASE WHEN ${ENDED} OR ${NEWER} THEN 0 ELSE f.told_times END,
      found_at = CASE WHEN ${ENDED} THEN now() ELSE f.found_at END,
      due_at = CASE WHEN ${ENDED} THEN now() + interval '1 day' ELSE f.due_at END,
      resolved_at = CASE WHEN ${ENDED} THEN NULL ELSE f.resolved_at END
    RETURNING f.id AS "findingId", f.kind, f.lifecycle, f.entity_id AS id, f.key, f.occurrence,
      (f.state = 'open' AND f.told_at IS NULL) AS untold`.execute(db);
  return rows;
}

/** A finding whose entity was just told, and how long it may take to act on that. */
export interface Told {
  readonly findingId: string;
  readonly patienceMs: number;
}

/** The entities of these findings were told. */
export async function markTold(db: Kysely<Database>, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  await sql`UPDATE finding SET state = 'healing', told_at = now(), told_times = told_times + 1,
                   retell_at = now() + t."patienceMs" * interval '1 ms'
              FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS t ("findingId" bigint, "patienceMs" double precision)
             WHERE id = t."findingId" AND state = 'open'`.execute(db);
}

/** A finding whose entity was told. */
export interface Healing {
  readonly findingId: string;
  readonly kind: string;
  readonly id: string;
  readonly key: string;
}

/** Findings whose entities were told since an instant, in the order of their ids. */
export async function healingAfter(
  db: Kysely<Database>,
  pair: string,
  toldSince: Instant,
  after: string,
  limit: number,
): Promise<Healing[]> {
  const rows = await db
    .selectFrom('finding')
    .select(['id as findingId', 'kind', 'entity_id as id', 'key'])
    .where('pair', '=', pair)
    .where('state', '=', 'healing')
    .where('told_at', '>=', new Date(toldSince))
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows;
}

/** These are healed: their entities were told, and both sides agree. */
export async function markHealed(db: Kysely<Database>, findingIds: readonly string[]): Promise<void> {
  if (findingIds.length === 0) return;
  await sql`UPDATE finding SET state = 'healed', resolved_at = now()
             WHERE id = ANY(${[...findingIds]}::bigint[]) AND state = 'healing'`.execute(db);
}

/** How the findings of a pair stand once a run is over. */
export interface Concluded {
  /** Healed since the run began. */
  readonly healed: number;
  /** Of all runs, those that have not ended. */
  readonly open: number;
}

/** Ends the findings that a whole run has not seen again: they are no longer true. */
export async function endUnseen(db: Kysely<Database>, pair: string, startedAt: Instant): Promise<void> {
  await sql`UPDATE finding SET state = CASE state WHEN 'healing' THEN 'healed' ELSE 'gone' END, resolved_at = now()
             WHERE pair = ${pair} AND resolved_at IS NULL AND seen_at < ${startedAt}::timestamptz`.execute(db);
}

/** Counts the findings of a pair. */
export async function howTheyStand(db: Kysely<Database>, pair: string, startedAt: Instant): Promise<Concluded> {
  const { rows } = await sql<Concluded>`
    SELECT count(*) FILTER (WHERE state = 'healed')::integer AS healed,
           count(*) FILTER (WHERE resolved_at IS NULL)::integer AS open
      FROM finding
     WHERE pair = ${pair} AND (resolved_at IS NULL OR resolved_at >= ${startedAt}::timestamptz)`.execute(db);
  return rows[0] ?? { healed: 0, open: 0 };
}

const comparedColumns = (db: Kysely<Database>) =>
  db
    .selectFrom('entity')
    .select(['entity_id', 'state', 'since', 'closed', 'profile', 'parts', 'expectations', 'facts']);

function recordedEntity(row: {
  entity_id: string;
  state: string;
  since: Date;
  closed: boolean;
  profile: string | null;
  parts: Record<string, PartState>;
  expectations: Record<string, Expectation>;
  facts: Record<string, unknown>;
}): RecordedEntity {
  const { entity_id: id, since, profile, ...rest } = row;
  return { ...rest, id, since: since.toISOString(), profile: profile ?? undefined };
}

const runColumns = (db: Kysely<Database>) =>
  db
    .selectFrom('entity')
    .select([
      'lifecycle',
      'entity_id',
      'state',
      'closed',
      'profile',
      'first_run_id',
      'updated_at',
      sql<boolean>`reviews <> '{}'`.as('has_reviews'),
    ]);

function recordedRun(row: {
  lifecycle: string;
  entity_id: string;
  state: string;
  closed: boolean;
  profile: string | null;
  first_run_id: string;
  updated_at: Date;
  has_reviews: boolean;
}): RecordedRun {
  return {
    lifecycle: row.lifecycle,
    id: row.entity_id,
    state: row.state,
    closed: row.closed,
    profile: row.profile ?? undefined,
    hasReviews: row.has_reviews,
    firstRunId: row.first_run_id,
    writtenAt: row.updated_at.toISOString(),
  };
}
