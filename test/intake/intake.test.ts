import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { intake, type IntakeOptions } from '../../cli/intake/intake.js';
import { surroundings } from '../../cli/intake/surroundings.js';
import { Unreachable } from '../../client/errors.js';
import { csvLine, HEADER, summaryOf } from './samples.js';
import { World } from './world.js';

const SAMPLE = fileURLToPath(new URL('../../examples/sandy-sample.csv', import.meta.url));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'throughline-intake-'))));
afterEach(() => rm(folder, { recursive: true }));

async function run(world: World, changes: Partial<IntakeOptions> = {}) {
  const out = new PassThrough({ encoding: 'utf8' });
  const err = new PassThrough({ encoding: 'utf8' });
  const options = {
    file: SAMPLE,
    concurrency: 4,
    patienceMs: 300,
    table: false,
    json: true,
    rejects: { path: path.join(folder, 'rejects.csv'), always: false },
    ...changes,
  };
  const streams = { out, err } as unknown as Parameters<typeof intake>[2];
  const done = await intake(options, world, streams);
  const text = (stream: PassThrough) => (stream.read() as string | null) ?? '';
  return { done, out: text(out), err: text(err) };
}

const report = (out: string) => JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;

describe('the intake', () => {
  test('takes in the sample, twice, and prints one line of JSON', async () => {
    const world = new World();
    const first = await run(world);
    expect(first.done).toBe(true);
    expect(report(first.out)).toEqual({
      submitted: 10,
      repeated: 0,
      rejected: 0,
      failed: 0,
      outcomes: {},
      states: { Submitted: 10 },
      settlement: { eligible: 5, compared: 0, equal: 0, differences: {} },
      rejectsFile: null,
    });
    expect(first.err).toMatch(/intake: 100 %, 10 rows: 10 submitted, 0 repeated, 0 rejected/);
    const second = await run(world);
    expect(report(second.out)).toMatchObject({ submitted: 0, repeated: 10 });
  });

  test('waits until every claim has ended or waits for a person', async () => {
    const world = new World();
    const asked = new Map<string, number>();
    world.summary = (id) => {
      const times = (asked.get(id) ?? 0) + 1;
      asked.set(id, times);
      if (times < 3) return summaryOf(id, 'PaymentPending');
      return id < 'CLM-05' ? summaryOf(id, 'EscalatedForManualReview') : summaryOf(id, 'Closed', { outcome: 'paid' });
    };
    const { done, out, err } = await run(world, { waitMs: 60_000, table: true });
    expect(done).toBe(true);
    expect(report(out)).toMatchObject({ states: { Closed: 5, EscalatedForManualReview: 5 }, outcomes: { paid: 5 } });
    expect(out.split('\n')[0]).toMatch(/^claim +state/);
    expect(err).toContain('claims: 100 %, 5 closed, 5 wait for a person, 0 move');
  });

  test('says what still moves when the time is over, and is not done', async () => {
    const { done, err, out } = await run(new World(), { waitMs: 10, json: false });
    expect(done).toBe(false);
    expect(err).toMatch(/10 of the claims have neither ended nor wait for a person; the first is CLM-0019c0d9/);
    expect(out).toMatch(/^Rows read +10\n {2}submitted +10\n/);
  });

  test('lists rejects with line, field, value and reason; the good rows go on', async () => {
    const file = path.join(folder, 'claims.csv');
    await writeFile(
      file,
      `${HEADER}\n${csvLine({ id: 'a' })}\n"open\n${csvLine({ id: 'b', state: '?' })}\n${csvLine({ id: 'c' })}\n`,
    );
    const { done, out } = await run(new World(), { file });
    expect(done).toBe(true);
    expect(report(out)).toMatchObject({ submitted: 2, rejected: 2, rejectsFile: path.join(folder, 'rejects.csv') });
    expect(await readFile(path.join(folder, 'rejects.csv'), 'utf8')).toBe(
      'line,field,value,reason\n' +
        '3,(line),"""open","opens a quotation mark and does not close it: close it, or double it where it belongs to the text"\n' +
        '4,state,?,is not a two-letter state or territory code\n',
    );
  });

  test('writes a rejects file that was asked for by name even without rejects', async () => {
    const rejects = { path: path.join(folder, 'mine.csv'), always: true };
    expect(report((await run(new World(), { rejects })).out)).toMatchObject({ rejectsFile: rejects.path });
    expect((await stat(rejects.path)).size).toBeGreaterThan(0);
  });

  test('counts rows that no server took, names the first and is not done', async () => {
    const world = new World();
    world.before = (call) => {
      if (call === 'submit') throw new Unreachable('Temporal', 'UNAVAILABLE');
    };
    const { done, out, err } = await run(world);
    expect(done).toBe(false);
    expect(report(out)).toMatchObject({ submitted: 0, failed: 10 });
    expect(err).toMatch(/line \d+ was not submitted: Temporal cannot be reached/);
    expect(err.match(/was not submitted:/g)).toHaveLength(5);
  });

  test('reports what it knows where the claims cannot be asked for', async () => {
    const world = new World();
    world.before = (call) => {
      if (call === 'lookup' && world.claims.size === 10) throw new Unreachable('gateway', 'ECONNREFUSED');
    };
    const { done, out, err } = await run(world);
    expect(done).toBe(false);
    expect(report(out)).toMatchObject({ submitted: 10, failed: 0 });
    expect(err).toContain('the report is incomplete');
  });

  test('refuses a file that is not there, a folder, and a file of something else', async () => {
    await expect(run(new World(), { file: path.join(folder, 'no.csv') })).rejects.toThrow(
      'does not exist: check its path',
    );
    await expect(run(new World(), { file: folder })).rejects.toThrow('is a folder');
    const file = path.join(folder, 'other.csv');
    await writeFile(file, 'name,town\n');
    await expect(run(new World(), { file })).rejects.toThrow('the header (line 1) lacks the columns id, dateOfLoss');
  });

  test('keeps to a rate', async () => {
    const startedAt = Date.now();
    await run(new World(), { rate: 20 });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(440);
  });
});

test('servers are found by the environment, then by what the local fleet wrote down, then by default', async () => {
  expect(await surroundings(folder, {})).toEqual({
    stateDir: folder,
    temporal: undefined,
    gateway: 'http://127.0.0.1:7230',
    services: 'http://127.0.0.1:7231',
  });
  const addresses = {
    temporal: '127.0.0.1:25033',
    gateway: 'http://127.0.0.1:25030',
    services: 'http://127.0.0.1:25031/',
  };
  await writeFile(path.join(folder, 'runtime.json'), JSON.stringify({ pid: 1, addresses }));
  expect(await surroundings(undefined, { THROUGHLINE_STATE_DIR: folder })).toEqual({
    stateDir: folder,
    ...addresses,
    services: 'http://127.0.0.1:25031',
  });
  const env = { TEMPORAL_ADDRESS: 'elsewhere:7233', THROUGHLINE_SERVICES_URL: 'http://services' };
  expect(await surroundings(folder, env)).toMatchObject({ temporal: undefined, services: 'http://services' });
  expect((await surroundings(undefined, {})).stateDir).toMatch(/\.throughline$/);
});
