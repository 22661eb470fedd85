/** Two gateways on one database, and one Idempotency-Key: what is asked of both is done by one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { bearer } from '../support/tokens.js';
import { listening, SECRET } from './stage.js';

const MAIN = fileURLToPath(new URL('../../dist/gateway/main.js', import.meta.url));

let database: TestDatabase;
let gateways: NestFastifyApplication[];
let urls: string[];
let sql: pg.Pool;
beforeAll(async () => {
  process.env['TEMPORAL_ADDRESS'] = inject('temporalAddress');
  process.env['LOG_LEVEL'] = 'fatal';
  database = await createDatabase();
  sql = new pg.Pool({ connectionString: database.url, max: 2 });
  gateways = [await listening(database.url), await listening(database.url)];
  urls = await Promise.all(gateways.map((app) => app.getUrl()));
});
afterAll(async () => {
  for (const app of gateways) await app.close();
  await sql.end();
  await database.drop();
});

/** Something of which every doing leaves a row. */
async function delegate(url: string, key: string, to = 'carol') {
  const span = { since: '2026-01-01T00:00:00.000Z', until: '2999-01-01T00:00:00.000Z' };
  const response = await fetch(`${url}/api/delegations`, {
    method: 'POST',
    headers: { ...(await bearer('bob', ['operator'])), 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ from: 'bob', to, ...span }),
  });
  const body = (await response.json()) as { delegationId?: string; type?: string; detail?: string };
  return { status: response.status, body, headers: response.headers };
}

/** Whatever is to be written there waits for as long as something is tried. */
async function whileHeld<T>(attempt: () => Promise<T>): Promise<T> {
  const client = await sql.connect();
  try {
    await client.query('BEGIN; LOCK TABLE throughline.delegation IN ACCESS EXCLUSIVE MODE');
    return await attempt();
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const held = () =>
  eventually(
    async () => (await sql.query<{ pid: number }>(waiting)).rows,
    (rows) => rows.length > 0,
  );
const count = async (table: string): Promise<number> =>
  (await sql.query<{ n: number }>(`SELECT count(*)::integer AS n FROM throughline.${table}`)).rows[0]?.n ?? -1;

it('is done by one, while the other says when to come back and then has the same answer', async () => {
  const [a = '', b = ''] = urls;
  const { first, second } = await whileHeld(async () => {
    const asked = delegate(a, 'at-once');
    await held();
    return { first: asked, second: await delegate(b, 'at-once') };
  });
  expect(second).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:KeyInUse' } });
  expect(second.body.detail).toMatch(/a request is outstanding for this Idempotency-Key; repeat it in a moment/);
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
  const answer = await first;
  expect(answer.status).toBe(201);
  const repeated = await delegate(b, 'at-once');
  expect(repeated).toMatchObject({ status: 201, body: answer.body });
  expect(repeated.headers.get('idempotency-replayed')).toBe('true');
  const other = await delegate(b, 'at-once', 'dora');
  expect(other).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:KeyReused' } });
  expect(await count('delegation')).toBe(1);
});

it('is done once by however many ask both at the same moment', async () => {
  const before = await count('delegation');
  const answers = await Promise.all(Array.from({ length: 24 }, (_, nth) => delegate(urls[nth % 2] ?? '', 'crowd')));
  const done = answers.filter(({ status, headers }) => status === 201 && !headers.has('idempotency-replayed'));
  expect(done).toHaveLength(1);
  for (const { status, body } of answers) {
    if (status === 201) expect(body).toEqual(done[0]?.body);
    else expect(body.type).toBe('urn:throughline:problem:KeyInUse');
  }
  expect(await count('delegation')).toBe(before + 1);
  expect(await count('operation_lease')).toBe(0);
});

it('that died with its gateway is done by whoever is asked again, when the time of the dead is over', async () => {
  const [port = 0] = await freePorts(1);
  const before = await count('delegation');
  const b = urls[1] ?? '';
  const child = spawn(process.execPath, [MAIN], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      PORT: String(port),
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      THROUGHLINE_CALLBACK_SECRET: SECRET,
      THROUGHLINE_DEVELOPMENT_KEY: inject('developmentKey'),
    },
  });
  const ended = once(child, 'exit');
  try {
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    await whileHeld(async () => {
      const cutOff = expect(delegate(`http://127.0.0.1:${port}`, 'cut-off')).rejects.toThrow();
      await held();
      child.kill('SIGKILL');
      await Promise.all([ended, cutOff]);
      expect(await delegate(b, 'cut-off')).toMatchObject({ status: 409 });
      // What the dead had asked of the database would still come about.
      await sql.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS left_behind`);
    });
  } finally {
    child.kill('SIGKILL');
  }
  expect(await delegate(b, 'cut-off')).toMatchObject({ status: 409 });
  await sql.query('UPDATE throughline.operation_lease SET expires_at = now()');
  const answer = await delegate(b, 'cut-off');
  expect(answer.status).toBe(201);
  expect(await delegate(urls[0] ?? '', 'cut-off')).toMatchObject({ status: 201, body: answer.body });
  expect(await count('delegation')).toBe(before + 1);
});
