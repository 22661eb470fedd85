/**
 * Many entities with their journals and review tasks, through the tables' real columns: states, owners and deadlines are those of the
 * lifecycles, sizes those of rows that the fleet has written. What they say is made up, and their hash chains do not verify.
 */
import type { Pool } from 'pg';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';
import { LIFECYCLES } from '../../workflows/lifecycles.js';

/** How the entities divide among the lifecycles, in percent. */
const SHARES: Readonly<Record<string, number>> = { claim: 60, order: 25, ticket: 10, onboarding: 5 };
/** Of a hundred entities so many are closed. */
const CLOSED = 60;
/** They began within so many days. */
const DAYS = 90;
const BATCH = 10_000;
const STORM = 'Hurricane Sandy';

/** A place that an entity may have come to. */
interface Place {
  readonly lifecycle: string;
  readonly version: number;
  readonly state: string;
  readonly closed: boolean;
  readonly deadlineMs: number | null;
  readonly leadsTo: string | null;
  readonly queue: string | null;
  /** Every state of the lifecycle that is no end, for the journal. */
  readonly ways: readonly string[];
}

/** How much to make. */
export interface Size {
  readonly entities: number;
  /** Journal entries of each. */
  readonly entries: number;
}

/**
 * Fills an empty database and leaves it as PostgreSQL's own upkeep would.
 * @param pool of the tables' owner
 * @param progress hears how many entities there are
 */
export async function fill(pool: Pool, { entities, entries }: Size, progress: (have: number) => void): Promise<void> {
  for (const table of LIFECYCLES) {
    await pool.query(
      `INSERT INTO definition (lifecycle, version, definition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [table.name, table.version, JSON.stringify(table)],
    );
  }
  const places = JSON.stringify(placesOf(LIFECYCLES).map((place, nth) => ({ nth, ...place })));
  for (let have = 0; have < entities; have += BATCH) {
    const until = Math.min(have + BATCH, entities) - 1;
    await pool.query(ENTITIES, [places, have, until]);
    await pool.query(JOURNAL, [places, have, until, entries]);
    await pool.query(REVIEWS, [places, have, until]);
    progress(until + 1);
  }
  await pool.query(FINDINGS);
  for (const table of ['entity', 'journal', 'review_task', 'finding']) await pool.query(`VACUUM ANALYZE ${table}`);
}

/** A hundred places for each percent of a lifecycle, in the proportion of open and closed; open ones spread over their states. */
function placesOf(tables: readonly Lifecycle[]): Place[] {
  return tables.flatMap((table) => {
    const names = Object.keys(table.states).filter((name) => !table.states[name]?.deprecated);
    const [ends, ways] = [
      names.filter((name) => table.states[name]?.terminal),
      names.filter((name) => !table.states[name]?.terminal),
    ];
    const count = SHARES[table.name] ?? 1;
    return Array.from({ length: count * 10 }, (_, nth): Place => {
      const closed = (nth * 37) % 100 < CLOSED;
      // Some states hold many more than others, as in real life: the square pulls towards the first ones.
      const from = closed ? ends : ways;
      const at = Math.floor((((nth * 61) % 97) / 97) ** 2 * from.length);
      const state = from[at] ?? table.initial;
      const { deadline, onDeadline, review } = table.states[state] ?? {};
      return {
        lifecycle: table.name,
        version: table.version,
        state,
        closed,
        deadlineMs: typeof deadline === 'number' ? deadline : null,
        leadsTo: onDeadline ?? null,
        queue: review?.queue ?? null,
        ways,
      };
    });
  });
}

/** Entity `n` is at place `n`, further ones again from the first; `$1` the places, `$2` to `$3` the numbers. */
const CHOSEN = `
  places AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS
    p (nth int, lifecycle text, version int, state text, closed boolean, "deadlineMs" bigint, "leadsTo" text, queue text, ways jsonb)),
  chosen AS (
    SELECT n, p.*, upper(left(p.lifecycle, 3)) || '-' || lpad(n::text, 7, '0') AS id,
           -- Most are a few days in their state, some for weeks; of the closed ones as many each day.
           date_trunc('milliseconds', now() - CASE WHEN closed THEN (n::bigint * 7919 % (${DAYS} * 1440)) * interval '1 minute'
             ELSE power((n::bigint * 7907 % 1000) / 1000.0, 3) * least(coalesce("deadlineMs", 864000000), 2592000000)
                  * 1.15 * interval '1 millisecond' END) AS since
      FROM generate_series($2::int, $3::int) AS n
      JOIN places p ON p.nth = n::bigint * 31 % (SELECT count(*) FROM places))`;

const ENTITIES = `
  WITH ${CHOSEN}
  INSERT INTO entity (lifecycle, entity_id, state, since, sequence, entered_by, started_at, visits, parts, clocks, expectations, reviews,
                      facts, reason, attention, outcome, deadline_at, deadline_leads_to, closed, stage, first_run_id, run_id,
                      correlation_id, content_hash, kernel_version, lifecycle_version, last_hash, updated_at)
  SELECT lifecycle, id, state, since, 10, 9, since - interval '20 days',
         (SELECT jsonb_object_agg(way, '{"entered": 1, "totalMs": 8640000}'::jsonb) FROM jsonb_array_elements_text(ways) AS way),
         jsonb_build_object('building', jsonb_build_object('state', 'Calculated', 'since', since),
                            'contents', jsonb_build_object('state', 'Calculated', 'since', since)),
         CASE WHEN closed OR "deadlineMs" IS NULL THEN '{}' ELSE jsonb_build_object('state', jsonb_build_object(
           'basis', 'entered ' || state, 'startedAt', since, 'dueAt', since + "deadlineMs" * interval '1 millisecond',
           'leadsTo', "leadsTo")) END,
         '{}',
         CASE WHEN closed OR queue IS NULL THEN '{}' ELSE jsonb_build_object(lifecycle || '/' || id || '#9', jsonb_build_object(
           'queue', queue, 'reason', 'deadlineElapsed', 'priority', 1 + n % 5, 'openedAt', since, 'ofState', true)) END,
         jsonb_build_object(
           'notice', jsonb_build_object('claimId', id, 'dateOfLoss', '2012-10-29', 'causeOfLoss', '1', 'policyNumber', 'POL-' || n,
             'property', jsonb_build_object('state', 'NY', 'postalCode', (10000 + n % 300)::text)),
           'policy', (SELECT jsonb_object_agg('term' || t, md5(n::text || t)) FROM generate_series(1, 45) AS t),
           'adjuster', jsonb_build_object('adjusterId', 'ADJ-' || n % 250))
         || CASE WHEN lifecycle = 'claim' AND n % 3 = 0 THEN '{"catastrophe": "${STORM}"}'::jsonb ELSE '{}' END
         || CASE WHEN lifecycle IN ('claim', 'order') THEN jsonb_build_object('amounts', jsonb_build_object(
              'currency', 'USD', 'reserved', n % 9000000, 'approved', n % 7000000,
              'paid', CASE WHEN closed THEN n % 7000000 ELSE 0 END, 'open', CASE WHEN closed THEN 0 ELSE n % 7000000 END)) ELSE '{}' END,
         CASE n % 4 WHEN 0 THEN '{"code": "deadlineElapsed"}'::jsonb WHEN 1 THEN '{"code": "fraudReferred", "visibility": "restricted"}'::jsonb END,
         CASE WHEN closed THEN NULL WHEN n % 40 = 0 THEN 'serviceFailed' WHEN n % 40 = 20 THEN 'deadlineElapsed' END,
         CASE WHEN closed THEN 'paid' END,
         CASE WHEN NOT closed THEN since + "deadlineMs" * interval '1 millisecond' END,
         CASE WHEN NOT closed THEN "leadsTo" END,
         closed, 1, md5(id), md5(id), lifecycle || '/' || id, md5(id), 1, version, sha256(id::bytea), since
    FROM chosen`;

/** `$4` entries of each; the last of them led into its state. */
const JOURNAL = `
  WITH ${CHOSEN}
  INSERT INTO journal (lifecycle, entity_id, stage, first_run_id, run_id, correlation_id, kernel_version, lifecycle_version, sequence,
                       recorded_at, entry, content_hash, prev_hash, hash)
  SELECT lifecycle, id, 1, md5(id), md5(id), lifecycle || '/' || id, 1, version, s, at,
         jsonb_build_object('sequence', s, 'recordedAt', at, 'causationId', 'activity:' || md5(id || s),
           'actor', jsonb_build_object('kind', 'service', 'id', 'fraud', 'authenticated', 'hmac'))
         || CASE WHEN s % 3 = 2 THEN jsonb_build_object('kind', 'message', 'message', jsonb_build_object(
              'name', 'documentReceived', 'messageId', md5(id || s), 'outcome', 'applied', 'source', '/services/documents',
              'occurredAt', at, 'receivedAt', at, 'schemaVersion', 1, 'digest', md5(s || id)))
            ELSE jsonb_build_object('kind', 'transition', 'from', ways->>(s % jsonb_array_length(ways)),
              'to', CASE WHEN s = $4::int THEN state ELSE ways->>((s + 1) % jsonb_array_length(ways)) END,
              'reason', jsonb_build_object('code', 'deadlineElapsed'),
              'patch', jsonb_build_object('clocks', jsonb_build_object('state', jsonb_build_object(
                'basis', 'entered ' || state, 'startedAt', at, 'dueAt', at + interval '10 days', 'leadsTo', 'Closed')))) END,
         sha256((id || s)::bytea), sha256((id || s - 1)::bytea), sha256((id || s)::bytea)
    FROM chosen, generate_series(1, $4::int) AS s,
         LATERAL (SELECT date_trunc('milliseconds', since - ($4::int - s) * interval '2 days') AS at) AS recorded`;

const REVIEWS = `
  WITH ${CHOSEN}
  INSERT INTO review_task (task_id, lifecycle, entity_id, queue, reason, priority, opened_at, due_at, assignee, of_state)
  SELECT lifecycle || '/' || id || '#9', lifecycle, id, queue, 'deadlineElapsed', 1 + n % 5, since,
         since + "deadlineMs" * interval '1 millisecond', CASE WHEN n % 3 = 0 THEN 'person-' || n % 40 END, true
    FROM chosen WHERE queue IS NOT NULL AND NOT closed`;

const FINDINGS = `
  INSERT INTO finding (kind, lifecycle, entity_id, key, evidence)
  SELECT 'paid-not-acknowledged', lifecycle, entity_id, '1', '{}' FROM entity WHERE NOT closed ORDER BY entity_id LIMIT 200`;
