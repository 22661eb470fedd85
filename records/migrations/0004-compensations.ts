/** What is undone if an entity does not go through with it. */
import { sql, type Kysely, type Migration } from 'kysely';

/** Null: nothing ever was to be undone. `{}`: nothing is any more. */
const STATEMENT = `ALTER TABLE entity ADD COLUMN compensations jsonb`;

export const compensations: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(STATEMENT).execute(db);
  },
};
