/** The first tables. Plain SQL, so that a database administrator reads what runs. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - Business keys collate as "C": keyset pages and prefix searches then sort alike on every server and use the primary key.
 * - Columns of `journal` that repeat the entry are generated from it, so that they cannot say something else.
 * - Append-only is enforced twice: by privileges (`privileges.ts`) for the writer, and by trigger for everybody, owner included.
 */
const STATEMENTS = [
  `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
       USING ERRCODE = 'restrict_violation', HINT = 'Correct an entry by adding another one.';
   END $$`,

  `CREATE TABLE journal (
     lifecycle         text COLLATE "C" NOT NULL,
     entity_id         text COLLATE "C" NOT NULL,
     sequence          integer NOT NULL CHECK (sequence > 0),
     stage             integer NOT NULL,
     first_run_id      text NOT NULL,
     run_id            text NOT NULL,
     recorded_at       timestamptz NOT NULL,
     correlation_id    text NOT NULL,
     entry             jsonb NOT NULL,
     kernel_version    integer NOT NULL,
     lifecycle_version integer NOT NULL,
     content_hash      bytea NOT NULL,
     prev_hash         bytea NOT NULL,
     hash              bytea NOT NULL,
     written_at        timestamptz NOT NULL DEFAULT now(),
     kind              text NOT NULL GENERATED ALWAYS AS (entry->>'kind') STORED,
     from_state        text GENERATED ALWAYS AS (entry->>'from') STORED,
     to_state          text GENERATED ALWAYS AS (entry->>'to') STORED,
     causation_id      text NOT NULL GENERATED ALWAYS AS (entry->>'causationId') STORED,
     actor             jsonb NOT NULL GENERATED ALWAYS AS (entry->'actor') STORED,
     message_name      text GENERATED ALWAYS AS (entry->'message'->>'name') STORED,
     message_id        text GENERATED ALWAYS AS (entry->'message'->>'messageId') STORED,
     message_outcome   text GENERATED ALWAYS AS (entry->'message'->>'outcome') STORED,
     PRIMARY KEY (lifecycle, entity_id, sequence)
   )`,
  // The first 128 characters: a sender's overlong id must not exceed what an index entry can hold.
  `CREATE INDEX journal_message ON journal (lifecycle, entity_id, left(message_id, 128)) WHERE message_id IS NOT NULL`,
  `CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,

  // Up to "open_review" the fold of the journal; then what follows from it; then the run; then what the fold does not know.
  `CREATE TABLE entity (
     lifecycle         text COLLATE "C" NOT NULL,
     entity_id         text COLLATE "C" NOT NULL,
     state             text COLLATE "C" NOT NULL,
     since             timestamptz NOT NULL,
     sequence          integer NOT NULL,
     entered_by        integer NOT NULL,
     started_at        timestamptz NOT NULL,
     visits            jsonb NOT NULL,
     parts             jsonb NOT NULL,
     clocks            jsonb NOT NULL,
     expectations      jsonb NOT NULL,
     facts             jsonb NOT NULL,
     reason            jsonb,
     attention         text,
     outcome           text,
     open_review       jsonb,
     deadline_at       timestamptz,
     deadline_leads_to text,
     closed            boolean NOT NULL,
     stage             integer NOT NULL,
     first_run_id      text NOT NULL,
     run_id            text NOT NULL,
     correlation_id    text NOT NULL,
     content_hash      text NOT NULL,
     kernel_version    integer NOT NULL,
     lifecycle_version integer NOT NULL,
     last_hash         bytea NOT NULL,
     retention_class   text NOT NULL DEFAULT 'standard',
     retain_until      timestamptz,
     legal_hold        boolean NOT NULL DEFAULT false,
     authority         text NOT NULL DEFAULT 'own' CHECK (authority IN ('own', 'mirrored')),
     catastrophe       text GENERATED ALWAYS AS (coalesce(facts->>'catastrophe', facts->'notice'->>'catastrophe')) STORED,
     updated_at        timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (lifecycle, entity_id)
   )`,
  `CREATE INDEX entity_state ON entity (lifecycle, state, since, entity_id)`,
  `CREATE INDEX entity_since ON entity (lifecycle, since, entity_id)`,
  `CREATE INDEX entity_deadline ON entity (deadline_at) WHERE NOT closed AND deadline_at IS NOT NULL`,
  `CREATE INDEX entity_attention ON entity (attention) WHERE attention IS NOT NULL`,
  `CREATE INDEX entity_catastrophe ON entity (catastrophe) WHERE catastrophe IS NOT NULL`,

  `CREATE TABLE stray_message (
     id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     lifecycle    text,
     entity_id    text,
     message_name text,
     message_id   text NOT NULL,
     source       text NOT NULL,
     reason       text NOT NULL,
     digest       text NOT NULL,
     data         jsonb,
     received_at  timestamptz NOT NULL,
     written_at   timestamptz NOT NULL DEFAULT now(),
     UNIQUE (source, message_id, reason, digest)
   )`,
  `CREATE INDEX stray_message_entity ON stray_message (lifecycle, entity_id)`,
  `CREATE TRIGGER stray_message_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON stray_message
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,

  // A CloudEvent per row; correlationid, causationid and sequence are its extension attributes.
  `CREATE TABLE outbox (
     position      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id            text NOT NULL UNIQUE,
     type          text NOT NULL,
     source        text NOT NULL,
     subject       text NOT NULL,
     time          timestamptz NOT NULL,
     correlationid text NOT NULL,
     causationid   text NOT NULL,
     sequence      integer NOT NULL,
     data          jsonb NOT NULL,
     published_at  timestamptz
   )`,
  `CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL`,

  `CREATE TABLE review_task (
     task_id      text PRIMARY KEY,
     lifecycle    text COLLATE "C" NOT NULL,
     entity_id    text COLLATE "C" NOT NULL,
     queue        text NOT NULL,
     reason       text NOT NULL,
     priority     smallint NOT NULL,
     opened_at    timestamptz NOT NULL,
     due_at       timestamptz,
     assignee     text,
     escalated_at timestamptz,
     resolved_at  timestamptz,
     resolved_by  jsonb,
     decision     text
   )`,
  `CREATE INDEX review_task_open ON review_task (queue, priority, opened_at) WHERE resolved_at IS NULL`,
  `CREATE INDEX review_task_entity ON review_task (lifecycle, entity_id)`,

  // "key" makes a finding that is found again the same finding.
  `CREATE TABLE finding (
     id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     kind        text NOT NULL,
     lifecycle   text COLLATE "C" NOT NULL,
     entity_id   text COLLATE "C" NOT NULL,
     key         text NOT NULL,
     evidence    jsonb NOT NULL,
     found_at    timestamptz NOT NULL DEFAULT now(),
     resolved_at timestamptz,
     UNIQUE (lifecycle, entity_id, kind, key)
   )`,
  `CREATE INDEX finding_open ON finding (kind, id) WHERE resolved_at IS NULL`,

  `CREATE TABLE operation (
     signature   text PRIMARY KEY,
     digest      text NOT NULL,
     answer      jsonb NOT NULL,
     recorded_at timestamptz NOT NULL DEFAULT now()
   )`,

  `CREATE TABLE definition (
     lifecycle  text COLLATE "C" NOT NULL,
     version    integer NOT NULL,
     definition jsonb NOT NULL,
     first_seen timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (lifecycle, version)
   )`,

  // The only table with personal data. Erasing takes salt and data; the digest in the journal then says nothing any more.
  `CREATE TABLE subject (
     ref        uuid PRIMARY KEY,
     digest     text NOT NULL UNIQUE,
     salt       bytea,
     data       jsonb,
     created_at timestamptz NOT NULL DEFAULT now(),
     erased_at  timestamptz,
     CHECK ((erased_at IS NULL) = (data IS NOT NULL) AND (erased_at IS NULL) = (salt IS NOT NULL))
   )`,
];

export const initial: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
