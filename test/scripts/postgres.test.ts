import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { EmbeddedPostgres } from '../../scripts/lib/postgres.mjs';
import { Supervisor } from '../../scripts/lib/supervisor.mjs';
import { eventually } from '../support/eventually.js';
import { temporaryFolder } from './support.js';

const silent = { say: () => undefined, tick: () => undefined, done: () => undefined };

async function query(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // The server may be killed under it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

test('keeps what was committed through a kill of the server, a foreign process with its number, and a kill of us', async () => {
  const folder = temporaryFolder();
  const [port = 0] = await freePorts(1);
  const postgres = new EmbeddedPostgres({ folder: path.join(folder, 'postgres'), port, password: 'p-_1' });
  expect(await postgres.prepare(silent)).toMatch(/^\d+\.\d+$/);
  const supervise = () => {
    const supervisor = new Supervisor({ logs: folder, say: () => undefined, changed: () => undefined });
    onTestFinished(() => supervisor.kill());
    return supervisor;
  };

  const first = supervise();
  await first.start(postgres.child());
  expect(await query(postgres.url, 'SHOW server_encoding')).toEqual(['UTF8']);
  await expect(query(postgres.url.replace('p-_1', 'wrong'), 'SELECT 1')).rejects.toThrow('password');
  await query(postgres.url, 'CREATE TABLE t AS SELECT 42 AS answer');

  // The server dies: it is started again.
  process.kill(first.processes[0]!.pid!, 'SIGKILL');
  await eventually(
    () => query(postgres.url, 'SELECT answer FROM t'),
    (rows) => rows[0] === 42,
  );

  // The supervisor dies (told to stop nothing, it does no more than a dead one) and leaves the server behind: the next one
  // ends it and starts its own.
  const left = first.processes[0]!.pid!;
  await first.stop([]);
  const again = new EmbeddedPostgres({ folder: postgres.folder, port, password: 'p-_1' });
  await again.prepare(silent);
  expect(() => process.kill(left, 0)).toThrow('ESRCH');

  // Killed together with its supervisor, and the number has since gone to somebody else.
  const pidFile = path.join(postgres.folder, 'postmaster.pid');
  expect(existsSync(pidFile)).toBe(false);
  writeFileSync(pidFile, [process.pid, postgres.folder, 1, port, '', '127.0.0.1', '0 0', 'ready', ''].join('\n'));
  const second = supervise();
  await second.start(again.child());
  expect(await query(postgres.url, 'SELECT answer FROM t')).toEqual([42]);
  expect(Number(readFileSync(pidFile, 'utf8').split('\n')[0])).toBe(second.processes[0]!.pid);
  await second.stop(['postgres']);
  expect(existsSync(pidFile)).toBe(false);
});
