/** The gateway as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { SECRET } from './stage.js';

const MAIN = fileURLToPath(new URL('../../dist/gateway/main.js', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

function start(env: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [MAIN], { env: { PATH, ...env } });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (output.out += String(chunk)));
  child.stderr.on('data', (chunk) => (output.err += String(chunk)));
  return { child, output, ended: once(child, 'exit') as Promise<[code: number | null]> };
}

it('becomes ready, logs JSON, and on SIGTERM ends with 0', async () => {
  const [port = 0] = await freePorts(1);
  const { child, output, ended } = start({
    PORT: String(port),
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    THROUGHLINE_CALLBACK_SECRET: SECRET,
    THROUGHLINE_DEVELOPMENT_KEY: inject('developmentKey'),
  });
  try {
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok);
    child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    for (const line of output.out.trim().split('\n')) expect(JSON.parse(line)).toMatchObject({ name: 'gateway' });
  } finally {
    child.kill('SIGKILL');
  }
});

it.each([
  ['without its settings', {}, /DATABASE_URL: the PostgreSQL server.*\n.*THROUGHLINE_CALLBACK_SECRET: the secret/],
  [
    'on an address that others can reach',
    {
      DATABASE_URL: 'postgres://x',
      THROUGHLINE_CALLBACK_SECRET: SECRET,
      THROUGHLINE_DEVELOPMENT_KEY: 'key.json',
      HOST: '0.0.0.0',
    },
    /HOST=0\.0\.0\.0.*set THROUGHLINE_OIDC_ISSUER and THROUGHLINE_OIDC_AUDIENCE/,
  ],
  [
    'without anybody whose tokens to believe',
    { DATABASE_URL: 'postgres://x', THROUGHLINE_CALLBACK_SECRET: SECRET },
    /Set THROUGHLINE_OIDC_ISSUER and THROUGHLINE_OIDC_AUDIENCE, or .* THROUGHLINE_DEVELOPMENT_KEY/,
  ],
  [
    'with half of a provider',
    {
      DATABASE_URL: 'postgres://x',
      THROUGHLINE_CALLBACK_SECRET: SECRET,
      THROUGHLINE_OIDC_ISSUER: 'https://id.example',
    },
    /THROUGHLINE_OIDC_AUDIENCE is not set/,
  ],
])('does not start %s, and says why', async (_, env, why) => {
  const { output, ended } = start(env);
  expect((await ended)[0]).toBe(1);
  expect(output.err).toMatch(why);
  expect(output.err).not.toContain('    at ');
});
