/** `throughline doctor` where nothing is there, where things are half there, and what it makes of clocks. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isBelow, type Finding } from '../../cli/doctor/check.js';
import { clockFinding, skewOf } from '../../cli/doctor/clocks.js';
import { environmentFindings } from '../../cli/doctor/surroundings.js';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { createDatabase, type TestDatabase } from '../support/database.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database?.drop());

function doctor(env: Record<string, string>, ...args: string[]): Promise<{ code: number; out: string }> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'doctor', ...args], { env: { PATH, HOME, ...env } }, (error, out) =>
      resolve({ code: error ? Number(error.code) : 0, out }),
    );
  });
}

async function findings(
  env: Record<string, string>,
): Promise<{ code: number; out: string; by: (name: string) => Finding }> {
  const { code, out } = await doctor(env, '--json');
  const said = JSON.parse(out) as { well: boolean; findings: Finding[] };
  expect(said.well).toBe(code === 0);
  const by = (name: string) => said.findings.find((finding) => finding.name === name) as Finding;
  return { code, out, by };
}

test('where nothing answers, each failure says what to do, and no password is shown', async () => {
  const [port = 0] = await freePorts(1);
  const nowhere = {
    THROUGHLINE_STATE_DIR: '/nonexistent',
    DATABASE_URL: `postgres://owner:s3cret@127.0.0.1:${port}/throughline`,
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
    THROUGHLINE_GATEWAY_URL: `http://127.0.0.1:${port}`,
    THROUGHLINE_SERVICES_URL: `http://127.0.0.1:${port}`,
    THROUGHLINE_ACTIVITY_SLOTS: 'many',
    THROUGHLINE_CALLBACK_SECRET: 'whsec_short',
  };
  const { code, by, out } = await findings(nowhere);
  expect(code).toBe(1);
  expect(out).not.toContain('s3cret');
  expect(out).not.toContain('whsec_short');
  for (const name of ['configuration', 'database', 'Temporal', 'broker', 'gateway', 'services']) {
    expect(by(name)).toMatchObject({ verdict: 'failed', remedy: expect.stringMatching(/\w/) as string });
  }
  for (const name of ['migrations', 'search attributes', 'clock of database', 'clock of Temporal'])
    expect(by(name).verdict).toBe('skipped');
  expect(by('configuration').says).toMatch(/ACTIVITY_SLOTS.*CALLBACK_SECRET/);
});

test('a database that was never migrated, one that is behind, and one that is ahead are told apart', async () => {
  const servers = { THROUGHLINE_STATE_DIR: '/nonexistent', TEMPORAL_ADDRESS: inject('temporalAddress') };
  const { by } = await findings({ ...servers, DATABASE_URL: database.url });
  expect(by('migrations')).toMatchObject({ verdict: 'ok' });
  expect(by('rights').verdict).toBe('ok');
  expect(by('clock of database')).toMatchObject({ verdict: 'ok', says: 'within 1 s of ours' });
  expect(by('Temporal')).toMatchObject({ verdict: 'ok', says: expect.stringMatching(/^server 1\.\d+/) as string });
  expect(by('workers').remedy).toContain('THROUGHLINE_ROLES');

  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  try {
    await admin.query(`UPDATE throughline.kysely_migration SET name = '9999-later' WHERE name = '0009-telemetry'`);
    const behind = await findings({ ...servers, DATABASE_URL: database.url });
    expect(behind.by('migrations')).toMatchObject({
      verdict: 'failed',
      says: 'not yet made: 0009-telemetry',
      remedy: 'run: node dist/records/migrate.js',
    });
    expect(behind.code).toBe(1);
    await admin.query(
      `INSERT INTO throughline.kysely_migration (name, timestamp) VALUES ('0009-telemetry', now()::text)`,
    );
    expect((await findings({ ...servers, DATABASE_URL: database.url })).by('migrations')).toMatchObject({
      verdict: 'warning',
      says: 'this build does not know 9999-later',
    });
  } finally {
    await admin.end();
  }
  const bare = new URL(inject('databaseUrl'));
  bare.pathname = '/postgres';
  expect((await findings({ ...servers, DATABASE_URL: bare.href })).by('migrations')).toMatchObject({
    verdict: 'failed',
    says: 'there is no schema throughline',
  });
});

describe('clocks', () => {
  test.each([
    [{ asked: 1_000, theirs: 1_500, had: 2_000 }, 0],
    [{ asked: 1_000, theirs: 400, had: 2_000 }, -600],
    [{ asked: 1_000, theirs: 2_700, had: 2_000 }, 700],
  ])('of %o are apart by %i ms at least', (reading, skew) => expect(skewOf(reading)).toBe(skew));

  test('that are far apart are told, with the direction', () => {
    expect(clockFinding('database', { asked: 0, theirs: 60_000, had: 10 })).toMatchObject({
      verdict: 'warning',
      says: '60 s ahead of ours',
    });
    expect(clockFinding('database', { asked: 60_000, theirs: 0, had: 60_010 }).says).toBe('60 s behind ours');
  });
});

test('versions are compared by number', () => {
  expect([isBelow('1.9.0', '1.29.0'), isBelow('1.29.1', '1.29.0'), isBelow('14.2 (Debian)', '14')]).toEqual([
    true,
    false,
    false,
  ]);
  expect(environmentFindings({}, '20.18.1')[0]).toMatchObject({ name: 'Node', verdict: 'failed' });
  expect(environmentFindings({}, '22.12.0')[0]?.verdict).toBe('ok');
});
