/** How everything stands, counted when somebody looks. Each question is answered from one index alone. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import { LATE } from './entity-filter.js';
import type { Database } from './schema.js';

/** One state of a lifecycle. */
export interface StateFigures {
  readonly lifecycle: string;
  readonly state: string;
  readonly count: number;
  readonly open: number;
  /** Closed since midnight, UTC. */
  readonly closedToday: number;
  readonly overdue: number;
  /** Of them and of those that a deadline brought to a person. */
  readonly late: number;
  /** Open, and somebody should look. */
  readonly attention: number;
  /** When the median, the 95th percentile and the first of the open ones entered it; absent where none is open. */
  readonly enteredAt?: { readonly median: Instant; readonly p95: Instant; readonly first: Instant };
}

/** How often a state was entered in one hour. */
export interface HourlyEntries {
  readonly lifecycle: string;
  readonly state: string;
  /** Hours after the first. */
  readonly hour: number;
  readonly entries: number;
}

/** Open review tasks of one queue and lifecycle. */
export interface QueueFigures {
  readonly lifecycle: string;
  readonly queue: string;
  readonly open: number;
  readonly overdue: number;
  readonly dueToday: number;
  readonly unassigned: number;
  readonly parked: number;
  readonly questions: number;
  readonly oldestSince?: Instant;
}

/** Findings that have not ended. */
export interface FindingFigures {
  readonly lifecycle: string;
  readonly kind: string;
  readonly open: number;
  readonly overdue: number;
}

/** A catastrophe that is open, with its open entities. */
export interface CatastropheFigures {
  readonly code: string;
  readonly name: string;
  readonly open: number;
}

/** Every state that holds entities, ordered. */
export async function stateFigures(db: Kysely<Database>): Promise<readonly StateFigures[]> {
  const { rows } = await sql<Omit<StateFigures, 'enteredAt'> & { ages: readonly [Date, Date, Date] | null }>`
    SELECT lifecycle, state, count(*)::integer AS count,
           (count(*) FILTER (WHERE NOT closed))::integer AS open,
           (count(*) FILTER (WHERE closed AND since >= ${TODAY}))::integer AS "closedToday",
           (count(*) FILTER (WHERE NOT closed AND deadline_at < now()))::integer AS overdue,
           (count(*) FILTER (WHERE ${LATE}))::integer AS late,
           (count(*) FILTER (WHERE NOT closed AND attention IS NOT NULL))::integer AS attention,
           percentile_disc(ARRAY[0.5, 0.05, 0]) WITHIN GROUP (ORDER BY since) FILTER (WHERE NOT closed) AS ages
      FROM entity GROUP BY lifecycle, state ORDER BY lifecycle, state`.execute(db);
  return rows.map(({ ages, ...figures }) => ({
    ...figures,
    ...(ages && {
      enteredAt: { median: ages[0].toISOString(), p95: ages[1].toISOString(), first: ages[2].toISOString() },
    }),
  }));
}

/** Entries of states since the beginning of an hour. @param from that hour */
async function entriesPerHour(db: Kysely<Database>, from: Instant): Promise<readonly HourlyEntries[]> {
  const { rows } = await sql<HourlyEntries>`
    SELECT lifecycle, to_state AS state, count(*)::integer AS entries,
           floor(extract(epoch FROM recorded_at - ${from}::timestamptz) / 3600)::integer AS hour
      FROM journal WHERE to_state IS NOT NULL AND recorded_at >= ${from}
     GROUP BY lifecycle, to_state, hour`.execute(db);
  return rows;
}

/** Every queue that has open tasks or questions, by lifecycle. */
export async function queueFigures(db: Kysely<Database>): Promise<readonly QueueFigures[]> {
  const { rows } = await sql<Omit<QueueFigures, 'oldestSince'> & { oldest: Date | null }>`
    WITH work AS (
      SELECT lifecycle, queue, due_at, opened_at, assignee, coalesce(parked_until > now(), false) AS parked, false AS question
        FROM review_task WHERE resolved_at IS NULL
       UNION ALL
      SELECT lifecycle, queue, NULL, NULL, NULL, false, true
        FROM review_question WHERE answered_at IS NULL AND withdrawn_at IS NULL)
    SELECT lifecycle, queue,
           (count(*) FILTER (WHERE NOT question AND NOT parked))::integer AS open,
           (count(*) FILTER (WHERE NOT parked AND due_at < now()))::integer AS overdue,
           (count(*) FILTER (WHERE NOT parked AND due_at >= now() AND due_at < ${TODAY} + interval '1 day'))::integer AS "dueToday",
           (count(*) FILTER (WHERE NOT question AND NOT parked AND assignee IS NULL))::integer AS unassigned,
           (count(*) FILTER (WHERE parked))::integer AS parked,
           (count(*) FILTER (WHERE question))::integer AS questions,
           min(opened_at) AS oldest
      FROM work GROUP BY lifecycle, queue ORDER BY queue, lifecycle`.execute(db);
  return rows.map(({ oldest, ...figures }) => ({ ...figures, ...(oldest && { oldestSince: oldest.toISOString() }) }));
}

/** By lifecycle and kind. */
export async function findingFigures(db: Kysely<Database>): Promise<readonly FindingFigures[]> {
  const { rows } = await sql<FindingFigures>`
    SELECT lifecycle, kind, count(*)::integer AS open, (count(*) FILTER (WHERE due_at < now()))::integer AS overdue
      FROM finding WHERE resolved_at IS NULL GROUP BY lifecycle, kind ORDER BY kind, lifecycle`.execute(db);
  return rows;
}

/** Those that are open, the latest first. */
async function catastropheFigures(db: Kysely<Database>): Promise<readonly CatastropheFigures[]> {
  const { rows } = await sql<CatastropheFigures>`
    SELECT code, name, (SELECT count(*) FROM entity e WHERE e.catastrophe = c.name AND NOT e.closed)::integer AS open
      FROM catastrophe c WHERE closed_at IS NULL ORDER BY declared_at DESC`.execute(db);
  return rows;
}

/** Everything that an overview counts, at one moment. */
export interface OverviewFigures {
  readonly states: readonly StateFigures[];
  readonly entries: readonly HourlyEntries[];
  readonly queues: readonly QueueFigures[];
  readonly findings: readonly FindingFigures[];
  readonly catastrophes: readonly CatastropheFigures[];
}

/** Asks for all of it at once. @param from the hour from which entries are counted */
export async function overviewFigures(db: Kysely<Database>, from: Instant): Promise<OverviewFigures> {
  const [states, entries, queues, findings, catastrophes] = await Promise.all([
    stateFigures(db),
    entriesPerHour(db, from),
    queueFigures(db),
    findingFigures(db),
    catastropheFigures(db),
  ]);
  return { states, entries, queues, findings, catastrophes };
}

/** Midnight, UTC, whatever the session's time zone. */
const TODAY = sql`(date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')`;
