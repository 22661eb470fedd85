import { randomBytes } from 'node:crypto';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it, onTestFinished } from 'vitest';
import { chainHash, CHAIN_START, contentHash } from '../../records/hash.js';
import { migrate } from '../../records/migrate.js';
import { migrations } from '../../records/migrations/index.js';
import { createPool, openDatabase, withSessionOptions } from '../../records/pool.js';
import { RecordsReader } from '../../records/reader.js';
import { verifyEntity } from '../../records/verify.js';
import { JournalWriter } from '../../records/writer.js';
import { fold, UNBORN, type Patch } from '../../workflows/lifecycle/entry.js';
import { at, carrier, journey, parcelLifecycle, ref, transition } from './fixtures.js';

const tag = randomBytes(4).toString('hex');
const names = [`migrate_a_${tag}`, `migrate_b_${tag}`, `migrate_c_${tag}`, `migrate_d_${tag}`];
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
  expect(lines.filter((line) => line.startsWith('migration 0001-initial: success'))).toHaveLength(2);
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

it('carries over what an earlier release wrote, open review tasks included', async () => {
  const url = urlOf(names[3] ?? '');
  const owner = new pg.Pool({ connectionString: url, options: '-c search_path=throughline' });
  onTestFinished(() => owner.end());
  await earlierRelease(owner);
  await migrate(url);

  const pool = createPool(url, { applicationName: 'records-migrate' });
  onTestFinished(() => pool.end());
  const db = openDatabase(pool);
  const reader = new RecordsReader(db);
  const task = { queue: 'lost', reason: 'no-scan', priority: 2, openedAt: at(2), dueAt: at(60), ofState: true };
  expect(await verifyEntity(db, 'parcel', 'old')).toEqual([]);
  expect((await reader.getEntity('parcel', 'old'))?.reviews).toEqual({ 'parcel/old#2': task });
  expect((await reader.reviewTasks()).tasks).toMatchObject([{ taskId: 'parcel/old#2', ...task }]);

  const writer = new JournalWriter(pool);
  const leaves = transition(3, 'Announced', 'Travelling', {
    patch: { reviews: { 'parcel/old#2': { resolved: 'x' } } },
  });
  await writer.write(carrier(ref('old'), [leaves]), { runId: 'r' });
  expect(await verifyEntity(db, 'parcel', 'old')).toEqual([]);
  expect((await reader.reviewTasks()).tasks).toEqual([]);
});

/** The first tables, and an entity as the release with them left it: with a review task open that superseded another one. */
async function earlierRelease(owner: pg.Pool): Promise<void> {
  await owner.query('CREATE SCHEMA throughline');
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: owner }) });
  const { '0001-initial': initial } = migrations;
  const provider = { getMigrations: () => Promise.resolve({ ...(initial && { '0001-initial': initial }) }) };
  const { error } = await new Migrator({ db, provider, migrationTableSchema: 'throughline' }).migrateToLatest();
  expect(error).toBeUndefined();

  const { stage, firstRunId, correlationId, kernelVersion, lifecycleVersion } = ref('old');
  const open = (taskId: string) => ({
    taskId,
    action: 'open',
    queue: 'lost',
    reason: 'no-scan',
    priority: 2,
    dueAt: at(60),
  });
  const entries = [
    transition(1, undefined, 'Announced', { patch: { review: open('parcel/old#1') } as Patch }),
    transition(2, 'Announced', 'Announced', { patch: { review: open('parcel/old#2') } as Patch }),
  ];
  let last = CHAIN_START;
  for (const entry of entries) {
    const content = contentHash(ref('old'), entry);
    const prev = last;
    last = chainHash(prev, content);
    await owner.query(
      `INSERT INTO journal (lifecycle, entity_id, stage, first_run_id, run_id, correlation_id, kernel_version, lifecycle_version,
                            sequence, recorded_at, entry, content_hash, prev_hash, hash)
       VALUES ('parcel', 'old', $1, $2, 'r', $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        ...[stage, firstRunId, correlationId, kernelVersion, lifecycleVersion],
        ...[entry.sequence, entry.recordedAt, entry, content, prev, last],
      ],
    );
    const ended = entry.sequence === 1 ? at(2) : null;
    await owner.query(
      `INSERT INTO review_task (task_id, lifecycle, entity_id, queue, reason, priority, opened_at, due_at, resolved_at, decision)
       VALUES ($1, 'parcel', 'old', 'lost', 'no-scan', 2, $2, $3, $4, $5)`,
      [`parcel/old#${entry.sequence}`, entry.recordedAt, at(60), ended, ended && 'superseded'],
    );
  }
  const { visits, since, startedAt } = entries.reduce(fold, UNBORN);
  await owner.query(
    `INSERT INTO entity (lifecycle, entity_id, state, since, sequence, entered_by, started_at, visits, parts, clocks, expectations,
                         facts, open_review, closed, stage, first_run_id, run_id, correlation_id, content_hash, kernel_version,
                         lifecycle_version, last_hash)
     VALUES ('parcel', 'old', 'Announced', $1, 2, 2, $2, $3, '{}', '{}', '{}', '{}', $4, false, $5, $6, 'r', $7, 'c0ffee', $8, $9, $10)`,
    [
      since,
      startedAt,
      visits,
      open('parcel/old#2'),
      stage,
      firstRunId,
      correlationId,
      kernelVersion,
      lifecycleVersion,
      last,
    ],
  );
  await owner.query(`INSERT INTO definition (lifecycle, version, definition) VALUES ('parcel', 1, $1)`, [
    parcelLifecycle,
  ]);
}

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
