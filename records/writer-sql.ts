/** The writer's statements. Prepared once per connection; every value is a parameter. */
import { JOURNAL_CONFLICT } from './admission.js';
import type { ReviewRow } from './consequences.js';
import { WRITTEN_COLUMNS } from './entity-row.js';

/** Every column of a review task that entries decide, with its SQL type; the key comes first. */
const REVIEW_COLUMNS = {
  task_id: 'text',
  queue: 'text',
  reason: 'text',
  priority: 'smallint',
  opened_at: 'timestamptz',
  due_at: 'timestamptz',
  of_state: 'boolean',
  level: 'smallint',
  escalates_at: 'timestamptz',
  assignee: 'text',
  parked_until: 'timestamptz',
  about: 'integer',
  proposal: 'jsonb',
  contributors: 'jsonb',
  resolved_at: 'timestamptz',
  resolved_by: 'jsonb',
  decision: 'text',
} as const satisfies Record<keyof ReviewRow, string>;

const typed = (columns: Readonly<Record<string, string>>): string =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
const assigned = (names: readonly string[]): string => names.map((name) => `${name} = excluded.${name}`).join(', ');

const names = Object.keys(WRITTEN_COLUMNS);
const columns = names.join(', ');
const assignments = assigned(names.filter((name) => name !== 'lifecycle' && name !== 'entity_id'));

/** $1 lifecycle, $2 entity id, $3 and $4 first and last sequence of the carrier. At most one row. */
export const READ_FOR_WRITE = `
  SELECT state, since, sequence, entered_by, started_at, visits, parts, clocks, expectations, holds, deferrals, reviews, decisions,
         compensations, facts, profile, reason, attention, outcome, stage, first_run_id, last_hash,
         coalesce((
           SELECT jsonb_agg(jsonb_build_object(
                    'sequence', j.sequence, 'contentHash', encode(j.content_hash, 'hex'), 'runId', j.run_id,
                    'kernelVersion', j.kernel_version, 'lifecycleVersion', j.lifecycle_version))
             FROM journal j
            WHERE j.lifecycle = e.lifecycle AND j.entity_id = e.entity_id AND j.sequence BETWEEN $3 AND $4
         ), '[]') AS known
    FROM entity e
   WHERE lifecycle = $1 AND entity_id = $2`;

/**
 * $1 the row as it shall be, $2 and $3 sequence and last hash of the row as it was read (0 and zero bytes: there was none),
 * $4 journal rows, $5 outbox rows, $6 review tasks. Moves and writes all or nothing; says which.
 */
export const APPEND = `
  WITH moved AS (
    INSERT INTO entity AS now_on_record (${columns})
    SELECT ${columns} FROM jsonb_to_record($1::jsonb) AS given (${typed(WRITTEN_COLUMNS)})
    ON CONFLICT (lifecycle, entity_id) DO UPDATE SET ${assignments}, updated_at = now()
      WHERE now_on_record.sequence = $2 AND now_on_record.last_hash = $3
        AND now_on_record.attention IS DISTINCT FROM '${JOURNAL_CONFLICT}'
    RETURNING *
  ), journaled AS (
    INSERT INTO journal (lifecycle, entity_id, stage, first_run_id, run_id, correlation_id, kernel_version, lifecycle_version,
                         sequence, recorded_at, entry, content_hash, prev_hash, hash)
    SELECT m.lifecycle, m.entity_id, m.stage, m.first_run_id, m.run_id, m.correlation_id, m.kernel_version, m.lifecycle_version,
           j.sequence, j.recorded_at, j.entry, j.content_hash, j.prev_hash, j.hash
      FROM moved m, jsonb_to_recordset($4::jsonb) AS j
           (sequence integer, recorded_at timestamptz, entry jsonb, content_hash bytea, prev_hash bytea, hash bytea)
  ), told AS (
    INSERT INTO outbox (id, type, source, subject, time, correlationid, causationid, sequence, data, traceparent)
    SELECT o.* FROM moved m, jsonb_to_recordset($5::jsonb) AS o
           (id text, type text, source text, subject text, time timestamptz, correlationid text, causationid text,
            sequence integer, data jsonb, traceparent text)
  ), reviewed AS (
    INSERT INTO review_task (lifecycle, entity_id, ${Object.keys(REVIEW_COLUMNS).join(', ')})
    SELECT m.lifecycle, m.entity_id, r.* FROM moved m, jsonb_to_recordset($6::jsonb) AS r (${typed(REVIEW_COLUMNS)})
    ON CONFLICT (task_id) DO UPDATE SET ${assigned(Object.keys(REVIEW_COLUMNS).slice(1))}
  )
  SELECT count(*) = 1 AS moved FROM moved`;

/** $1 lifecycle, $2 entity id, $3 and $4 sequence and last hash of the row as it was read, $5 findings. */
export const REPORT_CONFLICT = `
  WITH marked AS (
    UPDATE entity SET attention = '${JOURNAL_CONFLICT}', updated_at = now()
     WHERE lifecycle = $1 AND entity_id = $2 AND sequence = $3 AND last_hash = $4
    RETURNING lifecycle, entity_id
  ), found AS (
    INSERT INTO finding (kind, lifecycle, entity_id, key, evidence)
    SELECT '${JOURNAL_CONFLICT}', m.lifecycle, m.entity_id, f.key, f.evidence
      FROM marked m, jsonb_to_recordset($5::jsonb) AS f (key text, evidence jsonb)
    ON CONFLICT DO NOTHING
  )
  SELECT count(*) = 1 AS moved FROM marked`;
