/** A worker as a process of its own: when it is ready, how it stops, and what it says when one of its roles dies. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { ownNamespace } from '../support/namespace.js';

const MAIN = fileURLToPath(new URL('../../dist/workers/main.js', import.meta.url));
/** Makes a role die on demand. */
const DYING = new URL('./dying.mjs', import.meta.url).href;
const MINUTE = 60_000;

let database: TestDatabase;
let temporal: Client;

beforeAll(async () => {
  [database, temporal] = await Promise.all([createDatabase(), ownNamespace('workers')]);
});
afterAll(async () => {
  await temporal?.connection.close();
  await database?.drop();
});

/** Starts one that plays `roles`, and waits until it is ready. */
async function ready(roles: string, ...preloaded: string[]) {
  const [port = 0] = await freePorts(1);
  const { PATH = '' } = process.env;
  const env = { PATH, PORT: String(port), DATABASE_URL: database.url, THROUGHLINE_ROLES: roles };
  const child = spawn(process.execPath, [...preloaded.flatMap((file) => ['--import', file]), MAIN], {
    env: { ...env, TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_NAMESPACE: temporal.options.namespace },
  });
  let out = '';
  child.stdout.on('data', (text) => (out += String(text)));
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const look = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  await eventually(async () => (await look('/livez')) === 200, Boolean, MINUTE);
  await eventually(async () => (await look('/readyz')) === 200, Boolean, MINUTE);
  const lines = () =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly level: number; readonly msg: string });
  return { child, ended, look, lines };
}

test(
  'is alive, then ready; told to stop it drains and ends with 0',
  async () => {
    const { child, ended, look, lines } = await ready('claim,payments,records');
    try {
      expect(await look('/health/ready')).toBe(200);
      expect(await look('/elsewhere')).toBe(404);
      child.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
      expect(lines().at(-1)?.msg).toBe('drained');
    } finally {
      child.kill('SIGKILL');
    }
  },
  2 * MINUTE,
);

test(
  'a role that dies takes the process down, whose last word says why',
  async () => {
    const { child, ended, lines } = await ready('payments,fraud', DYING);
    try {
      child.kill('SIGUSR2');
      expect(await ended).toEqual([1, null]);
      expect(lines().at(-1)).toMatchObject({
        level: 60,
        msg: 'a worker died, so the process ends: planted: the server refuses this role',
      });
    } finally {
      child.kill('SIGKILL');
    }
  },
  2 * MINUTE,
);
