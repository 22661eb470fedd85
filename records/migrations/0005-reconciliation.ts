/** What reconciliation keeps of a finding: which comparison found it, how it stands, whether the entity was told, who decided. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - `resolved_at` is when a finding ended, however it did; `state` says how.
 * - `occurrence` goes up whenever a finding that had ended is true again, and whenever its entity is to be told once more; what the entity
 *   is told bears that number, so that it is another message.
 */
const STATEMENTS = [
  `ALTER TABLE finding
     ADD COLUMN pair        text,
     ADD COLUMN state       text NOT NULL DEFAULT 'open'
       CHECK (state IN ('open', 'healing', 'healed', 'gone', 'resolved')),
     ADD COLUMN queue       text NOT NULL DEFAULT 'reconciliation',
     ADD COLUMN due_at      timestamptz NOT NULL DEFAULT now() + interval '1 day',
     ADD COLUMN since       timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN seen_at     timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN told_at     timestamptz,
     ADD COLUMN told_times  integer NOT NULL DEFAULT 0,
     ADD COLUMN retell_at   timestamptz,
     ADD COLUMN occurrence  integer NOT NULL DEFAULT 1,
     ADD COLUMN resolved_by jsonb,
     ADD COLUMN resolution  jsonb`,
  `UPDATE finding SET since = found_at, seen_at = found_at, due_at = found_at + interval '1 day',
          state = CASE WHEN resolved_at IS NULL THEN 'open' ELSE 'resolved' END`,
  `ALTER TABLE finding ADD CONSTRAINT ended_when CHECK ((resolved_at IS NULL) = (state IN ('open', 'healing')))`,
  `CREATE INDEX finding_unended ON finding (pair, id) WHERE resolved_at IS NULL`,
  // Open entities are walked by their keys; among many closed ones each page must cost as little as the first.
  `CREATE INDEX entity_open ON entity (lifecycle, entity_id) WHERE NOT closed`,
];

export const reconciliation: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
