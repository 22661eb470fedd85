/** One of several processes leads, and another one takes over. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createPool } from '../../records/pool.js';
import { Leadership } from '../../workers/leadership.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';

const NAME = 'leadership-test';

let database: TestDatabase;
let pools: pg.Pool[];
beforeAll(async () => {
  database = await createDatabase();
  pools = [1, 2].map(() => createPool(database.url, { applicationName: NAME, max: 2 }));
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

const leadership = (process: number, office: string) => new Leadership(pools[process] as pg.Pool, office);

it('is held by one, for as long as it wants', async () => {
  const [one, other, elsewhere] = [leadership(0, 'a'), leadership(1, 'a'), leadership(0, 'b')];
  expect(await one.held()).toBe(true);
  expect(await other.held()).toBe(false);
  expect(await one.held()).toBe(true);
  expect(await elsewhere.held()).toBe(true);
  elsewhere.resign();
  one.resign();
  await eventually(() => other.held());
  expect(await one.held()).toBe(false);
  other.resign();
});

it('passes on when the leader’s connection is lost, and the process lives on', async () => {
  const [one, other] = [leadership(0, 'c'), leadership(1, 'c')];
  expect(await one.held()).toBe(true);
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND granted AND application_name = $1`,
    [NAME],
  );
  await admin.end();
  await eventually(() => other.held());
  await eventually(async () => (await one.held().catch(() => undefined)) === false);
  other.resign();
});
