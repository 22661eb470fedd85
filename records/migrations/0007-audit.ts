/** Who asked the gateway for what, and whether they were let. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - A row holds what was asked for, never what was answered: no bodies, no facts, nothing personal.
 * - `actor` is null where nobody was recognised.
 * - `refused` names the problem; `status` is the answer's, also where it failed.
 */
const STATEMENTS = [
  `CREATE TABLE audit (
     id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     at              timestamptz NOT NULL DEFAULT now(),
     actor           text COLLATE "C",
     roles           text[] NOT NULL,
     action          text NOT NULL CHECK (action IN ('write', 'view', 'search', 'export')),
     method          text NOT NULL,
     route           text NOT NULL,
     lifecycle       text COLLATE "C",
     entity_id       text COLLATE "C",
     target          text,
     decision        text NOT NULL CHECK (decision IN ('allowed', 'refused')),
     problem         text,
     status          integer NOT NULL,
     filter          jsonb,
     rows            integer,
     request_id      text NOT NULL,
     correlation_id  text
   )`,
  `CREATE INDEX audit_actor ON audit (actor, id)`,
  `CREATE INDEX audit_entity ON audit (lifecycle, entity_id, id) WHERE entity_id IS NOT NULL`,
  `CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
   FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
];

export const audit: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
