/** What the complete kernel keeps: holds, deferrals, several review tasks with their escalation, and the gates of dependencies. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - A task that was open becomes the task as `fold` knows it now: of its state, since nothing else opened tasks.
 * - `deferrals` is searched by its keys: `deferrals ? 'dependency:payments'`.
 * - A task without a due date sorts behind all that have one, so the index and the list's cursor use infinity for it.
 */
const STATEMENTS = [
  `ALTER TABLE entity
     ADD COLUMN holds     jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN deferrals jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN reviews   jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN decisions jsonb NOT NULL DEFAULT '{}',
     ADD COLUMN profile   text`,
  `UPDATE entity e
      SET reviews = jsonb_build_object(t.task_id, jsonb_strip_nulls(jsonb_build_object(
            'queue', t.queue, 'reason', t.reason, 'priority', t.priority, 'ofState', true,
            'dueAt', e.open_review->'dueAt',
            'openedAt', to_char(t.opened_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))))
     FROM review_task t
    WHERE t.task_id = e.open_review->>'taskId'`,
  `ALTER TABLE entity DROP COLUMN open_review`,
  `CREATE INDEX entity_deferred ON entity USING gin (deferrals) WHERE deferrals <> '{}'`,

  `ALTER TABLE review_task
     ADD COLUMN level        smallint NOT NULL DEFAULT 0,
     ADD COLUMN escalates_at timestamptz,
     ADD COLUMN parked_until timestamptz,
     ADD COLUMN of_state     boolean NOT NULL DEFAULT false,
     ADD COLUMN about        integer,
     ADD COLUMN proposal     jsonb,
     ADD COLUMN contributors jsonb NOT NULL DEFAULT '[]',
     DROP COLUMN escalated_at`,
  `UPDATE review_task SET of_state = true`,
  `DROP INDEX review_task_open`,
  `CREATE INDEX review_task_open ON review_task (queue, priority, coalesce(due_at, 'infinity'), task_id)
    WHERE resolved_at IS NULL`,
  `CREATE INDEX review_task_assignee ON review_task (assignee) WHERE resolved_at IS NULL AND assignee IS NOT NULL`,

  // The gate as it is; a dependency that nobody ever touched has no row and is up.
  `CREATE TABLE dependency (
     name         text COLLATE "C" PRIMARY KEY,
     status       text NOT NULL CHECK (status IN ('up', 'paused', 'failing')),
     reason       text NOT NULL,
     note         text,
     actor        jsonb NOT NULL,
     since        timestamptz NOT NULL,
     last_failure jsonb,
     updated_at   timestamptz NOT NULL DEFAULT now()
   )`,
  // Every change of a gate.
  `CREATE TABLE dependency_event (
     id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     name         text COLLATE "C" NOT NULL,
     status       text NOT NULL,
     reason       text NOT NULL,
     note         text,
     actor        jsonb NOT NULL,
     at           timestamptz NOT NULL,
     last_failure jsonb
   )`,
  `CREATE INDEX dependency_event_name ON dependency_event (name, id)`,
  `CREATE TRIGGER dependency_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dependency_event
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];

export const kernel: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
