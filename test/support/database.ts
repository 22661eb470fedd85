import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../records/migrate.js';

/** How long connections may take to go, in milliseconds. */
const FAREWELL_MS = 1_000;
const PAUSE_MS = 20;

/** A database that belongs to one test file. */
export interface TestDatabase {
  /** `postgres://…` of a user who owns it. */
  readonly url: string;
  /** Removes it, whoever is still connected. */
  drop(): Promise<void>;
}

/**
 * Makes a fresh, migrated database, so that test files do not see each other's rows. Call `drop` in `afterAll`.
 */
export async function createDatabase(): Promise<TestDatabase> {
  const name = `test_${process.pid}_${randomBytes(4).toString('hex')}`;
  await administrate((client) => client.query(`CREATE DATABASE ${name}`));
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  const drop = () =>
    administrate(async (client) => {
      await deserted(client, name);
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    });
  const database = { url: url.href, drop };
  try {
    await migrate(database.url);
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

/** A connection that was ended here may live on there for a moment: cut off, it would fail in whatever test runs by then. */
async function deserted(client: pg.Client, name: string): Promise<void> {
  const until = Date.now() + FAREWELL_MS;
  const connections = 'SELECT FROM pg_stat_activity WHERE datname = $1';
  while (Date.now() < until && (await client.query(connections, [name])).rows.length > 0) await sleep(PAUSE_MS);
}

async function administrate(act: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}
