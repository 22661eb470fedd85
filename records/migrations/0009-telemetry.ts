/** What traces need of the records. */
import { sql, type Kysely, type Migration } from 'kysely';

/** `traceparent` is W3C's: where the event came about, for whoever goes on from there. */
const STATEMENTS = [`ALTER TABLE outbox ADD COLUMN traceparent text`];

export const telemetry: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
