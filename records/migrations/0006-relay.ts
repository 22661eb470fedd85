/** What the relay keeps of an event on its way to the broker. */
import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Notes that the SQL cannot hold:
 * - `key` names the entity, whose events keep their order; `partition` is what one relay at a time works on.
 * - The names are those of every outbox that a relay reads (`events/relay/outbox-table.ts`).
 */
const STATEMENTS = [
  `ALTER TABLE outbox
     ADD COLUMN key        text COLLATE "C" NOT NULL GENERATED ALWAYS AS (split_part(type, '.', 3) || '/' || subject) STORED,
     ADD COLUMN partition  integer NOT NULL
       GENERATED ALWAYS AS ((hashtextextended(split_part(type, '.', 3) || '/' || subject, 0) & 15)::integer) STORED,
     ADD COLUMN written_at timestamptz NOT NULL DEFAULT now(),
     ADD COLUMN failures   integer NOT NULL DEFAULT 0,
     ADD COLUMN due_at     timestamptz,
     ADD COLUMN parked_at  timestamptz,
     ADD COLUMN reason     text`,
  // Few rows ever: those that the broker refused, which hold back the rest of their key.
  `CREATE INDEX outbox_refused ON outbox (key, position) WHERE published_at IS NULL AND failures > 0`,
];

export const relay: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
