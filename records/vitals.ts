/** How the fleet is, as counts: what its metrics say of the records. One pass over the index of the entities; the rest is few rows. */
import { sql, type Kysely } from 'kysely';
import {
  findingFigures,
  queueFigures,
  stateFigures,
  type FindingFigures,
  type QueueFigures,
  type StateFigures,
} from './overview.js';
import type { Database } from './schema.js';

/** How many of something there are under a name. */
export interface Named {
  readonly lifecycle: string;
  readonly name: string;
  readonly count: number;
}

/** Everything at one moment. */
export interface Vitals {
  readonly states: readonly StateFigures[];
  /** By the attention's code. */
  readonly attention: readonly Named[];
  /** By guard: `dependency:payments`, `hold`, or a lifecycle's own. */
  readonly deferred: readonly Named[];
  readonly reviews: readonly QueueFigures[];
  readonly findings: readonly FindingFigures[];
  readonly outbox: readonly {
    readonly lifecycle: string;
    readonly waiting: number;
    readonly oldestSeconds: number;
    readonly parked: number;
  }[];
  /** Gates that were ever changed, and for how many seconds each has been as it is. */
  readonly gates: readonly {
    readonly name: string;
    readonly status: 'up' | 'paused' | 'failing';
    readonly seconds: number;
  }[];
  readonly admissions: readonly { readonly catastrophe: string; readonly count: number }[];
}

const ATTENTION = sql<Named>`
  SELECT lifecycle, attention AS name, count(*)::integer AS count
    FROM entity WHERE attention IS NOT NULL AND NOT closed GROUP BY 1, 2 ORDER BY 1, 2`;

// Whatever holds are called, they are one.
const DEFERRED = sql<Named>`
  SELECT lifecycle, CASE WHEN guard LIKE 'hold:%' THEN 'hold' ELSE guard END AS name, count(*)::integer AS count
    FROM entity, jsonb_object_keys(deferrals) AS guard
   WHERE deferrals <> '{}' AND NOT closed GROUP BY 1, 2 ORDER BY 1, 2`;

const OUTBOX = sql<Vitals['outbox'][number]>`
  SELECT split_part(key, '/', 1) AS lifecycle, count(*) FILTER (WHERE parked_at IS NULL)::integer AS waiting,
         coalesce(extract(epoch FROM now() - min(written_at) FILTER (WHERE parked_at IS NULL)), 0)::float8 AS "oldestSeconds",
         count(parked_at)::integer AS parked
    FROM outbox WHERE published_at IS NULL GROUP BY 1 ORDER BY 1`;

const GATES = sql<Vitals['gates'][number]>`
  SELECT name, status, extract(epoch FROM now() - since)::float8 AS seconds FROM dependency ORDER BY name`;

const ADMISSIONS = sql<Vitals['admissions'][number]>`
  SELECT catastrophe, count(*)::integer AS count FROM admission WHERE admitted_at IS NULL GROUP BY 1 ORDER BY 1`;

/** Reads them, one statement after the other: nobody waits for them, and others wait for connections. */
export async function readVitals(db: Kysely<Database>): Promise<Vitals> {
  const states = await stateFigures(db);
  const { rows: attention } = await ATTENTION.execute(db);
  const { rows: deferred } = await DEFERRED.execute(db);
  const reviews = await queueFigures(db);
  const findings = await findingFigures(db);
  const { rows: outbox } = await OUTBOX.execute(db);
  const { rows: gates } = await GATES.execute(db);
  const { rows: admissions } = await ADMISSIONS.execute(db);
  return { states, attention, deferred, reviews, findings, outbox, gates, admissions };
}
