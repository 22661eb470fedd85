import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migrate } from '../../records/migrate.js';
import { createPool, withSessionOptions } from '../../records/pool.js';
import { JournalWriter } from '../../records/writer.js';
import { carrier, journey, parcelLifecycle, ref } from './fixtures.js';

const tag = randomBytes(4).toString('hex');
const names = [`migrate_a_${tag}`, `migrate_b_${tag}`, `migrate_c_${tag}`];
const user = `migrator_${tag}`;
let administrator: pg.Client;

const urlOf = (database: string, as?: string): string => {
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${database}`;
  if (as !== undefined) [url.username, url.password] = [as, 'pw'];
  return url.href;
};

beforeAll(async () => {
  administrator = new pg.Client({ connectionString: inject('databaseUrl') });
  await administrator.connect();
  await administrator.query(`CREATE ROLE ${user} LOGIN PASSWORD 'pw'`);
  for (const name of names) await administrator.query(`CREATE DATABASE ${name} OWNER ${user}`);
});
afterAll(async () => {
  for (const name of names) await administrator.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await administrator.query(`DROP ROLE ${user}`);
  await administrator.end();
});

it('works from several processes and for several databases at once, and does nothing the second time', async () => {
  const urls = names.slice(0, 2).map((name) => urlOf(name));
  const lines = await Promise.all(
    [...urls, ...urls, ...urls].map(async (url) => {
      const told: string[] = [];
      await migrate(url, (line) => told.push(line));
      return told.join();
    }),
  );
  expect(lines.filter((line) => line === 'migration 0001-initial: success')).toHaveLength(2);
  expect(lines.filter((line) => line === 'the records are up to date')).toHaveLength(4);
});

it('a plain user is told what an administrator has to grant, and then needs nothing more', async () => {
  const url = urlOf(names[2] ?? '', user);
  await expect(migrate(url)).rejects.toMatchObject({
    message: `user ${user} may not act as role throughline_writer`,
    hint: `As an administrator: GRANT throughline_writer TO ${user};`,
  });
  await administrator.query(`GRANT throughline_writer, throughline_reader TO ${user}`);
  await migrate(url);

  const pool = createPool(url, { applicationName: 'records-migrate' });
  const writer = new JournalWriter(pool);
  await writer.registerDefinition(parcelLifecycle);
  await writer.write(carrier(ref('plain'), journey()), { runId: 'r' });
  await expect(pool.query('DELETE FROM journal')).rejects.toThrow('permission denied');
  await pool.end();
});

it('a refused connection is told without the password', async () => {
  const refused = await migrate('postgres://someone:very-secret@127.0.0.1:1/none').catch((error: unknown) => error);
  expect(String(refused)).toContain('ECONNREFUSED');
  expect(String(refused)).not.toContain('very-secret');
});

it('keeps the options that the URL brings', () => {
  expect(withSessionOptions('postgres://u:p%40@h/db?options=-c%20a%3Db&sslmode=require', { role: 'x' })).toEqual({
    connectionString: 'postgres://u:p%40@h/db?sslmode=require',
    options: '-c a=b -c role=x',
  });
  expect(withSessionOptions('/var/run/postgresql db', { role: 'x' }).options).toBe('-c role=x');
});
