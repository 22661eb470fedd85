/** What lists, counts and the live stream read, and what people keep beside review tasks. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - An entity's row is wide. Whatever a list may filter by, sort by or add up stands in `entity_list`, so that any of it is answered from
 *   the index alone (100,000 entities: tens of milliseconds instead of seconds); the rows of one page are then fetched by their keys.
 *   Index-only scans need tidy pages, hence the autovacuum settings.
 * - `reason_code` leaves out what only some may see: nobody finds out by filtering what is withheld from them.
 * - None of the expressions of the generated columns can fail: an amount that is no number of cents is no amount.
 * - `updated_at` is what the live stream looks for: a writer pays for one more entry of an index and notifies nobody.
 * - `journal_entered` counts entries of states per hour; the journal only grows at its end, and so does the index.
 * - A question beside a task, and who stands in for whom, concern the work alone: the entity does not know them. Their texts are
 *   subjects, which can be erased.
 */
const STATEMENTS = [
  `CREATE FUNCTION amount_of(facts jsonb, name text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
   RETURN CASE WHEN jsonb_typeof(facts->'amounts'->name) = 'number' AND abs((facts->'amounts'->name)::numeric) < 1e15
               THEN (facts->'amounts'->name)::bigint END`,
  `ALTER TABLE entity
     ADD COLUMN reason_code text COLLATE "C" GENERATED ALWAYS AS
       (CASE WHEN coalesce(reason->>'visibility', 'general') <> 'restricted' THEN reason->>'code' END) STORED,
     ADD COLUMN currency text COLLATE "C" GENERATED ALWAYS AS (facts->'amounts'->>'currency') STORED,
     ADD COLUMN reserved bigint GENERATED ALWAYS AS (amount_of(facts, 'reserved')) STORED,
     ADD COLUMN approved bigint GENERATED ALWAYS AS (amount_of(facts, 'approved')) STORED,
     ADD COLUMN paid bigint GENERATED ALWAYS AS (amount_of(facts, 'paid')) STORED,
     ADD COLUMN unpaid bigint GENERATED ALWAYS AS (amount_of(facts, 'open')) STORED`,
  `CREATE INDEX entity_list ON entity (lifecycle, state, since, entity_id)
     INCLUDE (closed, deadline_at, attention, catastrophe, reason_code, currency, reserved, approved, paid, unpaid, updated_at)`,
  `DROP INDEX entity_state`,
  `CREATE INDEX entity_age ON entity (lifecycle, closed, since, entity_id)`,
  `DROP INDEX entity_since`,
  `CREATE INDEX entity_updated ON entity (updated_at)`,
  // What a catastrophe has open is counted from the index alone.
  `DROP INDEX entity_catastrophe`,
  `CREATE INDEX entity_catastrophe ON entity (catastrophe, closed) WHERE catastrophe IS NOT NULL`,
  `ALTER TABLE entity SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05)`,
  `CREATE INDEX journal_entered ON journal (recorded_at) INCLUDE (lifecycle, to_state) WHERE to_state IS NOT NULL`,
  `CREATE INDEX outbox_key ON outbox (key, sequence)`,

  `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     NEW.updated_at := now();
     RETURN NEW;
   END $$`,
  `ALTER TABLE review_task ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`,
  `CREATE TRIGGER review_task_touch BEFORE UPDATE ON review_task FOR EACH ROW EXECUTE FUNCTION touch()`,
  `CREATE INDEX review_task_updated ON review_task (updated_at)`,
  `ALTER TABLE finding ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now()`,
  // What is only seen again has not changed.
  `CREATE TRIGGER finding_touch BEFORE UPDATE ON finding FOR EACH ROW
   WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.occurrence IS DISTINCT FROM NEW.occurrence) EXECUTE FUNCTION touch()`,
  `CREATE INDEX finding_updated ON finding (updated_at)`,

  `CREATE TABLE review_question (
     question_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
     task_id      text NOT NULL REFERENCES review_task,
     lifecycle    text COLLATE "C" NOT NULL,
     entity_id    text COLLATE "C" NOT NULL,
     queue        text NOT NULL,
     question     uuid NOT NULL REFERENCES subject,
     asked_by     text NOT NULL,
     asked_at     timestamptz NOT NULL DEFAULT now(),
     due_at       timestamptz,
     answer       uuid REFERENCES subject,
     answered_by  text,
     answered_at  timestamptz,
     withdrawn_by text,
     withdrawn_at timestamptz,
     CHECK (num_nonnulls(answer, answered_by, answered_at) IN (0, 3)),
     CHECK (num_nonnulls(withdrawn_by, withdrawn_at) IN (0, 2)),
     CHECK (answered_at IS NULL OR withdrawn_at IS NULL)
   )`,
  `CREATE INDEX review_question_task ON review_question (task_id)`,
  `CREATE INDEX review_question_open ON review_question (queue, asked_at) WHERE answered_at IS NULL AND withdrawn_at IS NULL`,

  `CREATE TABLE delegation (
     delegation_id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
     person        text NOT NULL,
     delegate      text NOT NULL CHECK (delegate <> person),
     since         timestamptz NOT NULL,
     until         timestamptz NOT NULL CHECK (until > since),
     granted_by    text NOT NULL,
     granted_at    timestamptz NOT NULL DEFAULT now(),
     ended_by      text,
     ended_at      timestamptz
   )`,
  `CREATE INDEX delegation_delegate ON delegation (delegate, until) WHERE ended_at IS NULL`,
  `CREATE INDEX delegation_person ON delegation (person, until) WHERE ended_at IS NULL`,
];

export const views: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
