/** Everything that a records test works with: a database of its own, a writer, a reader, and a superuser's connection. */
import type { Kysely } from 'kysely';
import pg from 'pg';
import { createPool, openDatabase } from '../../records/pool.js';
import { RecordsReader } from '../../records/reader.js';
import type { Database } from '../../records/schema.js';
import { JournalWriter } from '../../records/writer.js';
import { createDatabase } from '../support/database.js';
import { parcelLifecycle } from './fixtures.js';

export interface Workbench {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly db: Kysely<Database>;
  readonly writer: JournalWriter;
  readonly reader: RecordsReader;
  /** Owner of the tables: what an administrator with bad intentions, or another process, would use. */
  readonly owner: pg.Pool;
  count(table: keyof Database, id: string): Promise<number>;
  close(): Promise<void>;
}

/** Make one in `beforeAll`, close it in `afterAll`. */
export async function openWorkbench(): Promise<Workbench> {
  const { url, drop } = await createDatabase();
  const pool = createPool(url, { applicationName: 'records-test' });
  const owner = new pg.Pool({ connectionString: url, options: '-c search_path=throughline', max: 5 });
  // Tests end connections on purpose.
  owner.on('error', () => undefined);
  const db = openDatabase(pool);
  const writer = new JournalWriter(pool);
  await writer.registerDefinition(parcelLifecycle);
  return {
    url,
    pool,
    db,
    writer,
    owner,
    reader: new RecordsReader(db),
    async count(table, id) {
      const column = table === 'outbox' ? 'subject' : 'entity_id';
      const { rows } = await owner.query<{ n: number }>(
        `SELECT count(*)::integer n FROM ${table} WHERE ${column} = $1`,
        [id],
      );
      return rows[0]?.n ?? -1;
    },
    async close() {
      await pool.end();
      await owner.end();
      await drop();
    },
  };
}

/** All that an iterable gives (`Array.fromAsync` is not in Node 20). */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}
