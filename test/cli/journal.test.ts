/** `throughline journal verify` on a real Temporal server and a real database: each kind of fault is made, and found. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { Command } from 'commander';
import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { writesRideAlong } from '../../activities/records/carrier.js';
import { journalCommand } from '../../cli/journal.js';
import { sentence } from '../../cli/journal/report.js';
import { chainHash, CHAIN_START, contentHash } from '../../records/hash.js';
import type { JournalRow } from '../../records/schema.js';
import { loadJournal } from '../../records/verify.js';
import { at, carrier, ref, transition } from '../records/fixtures.js';
import { collect, openWorkbench, type Workbench } from '../records/workbench.js';
import { eventually } from '../support/eventually.js';
import { ownNamespace } from '../support/namespace.js';
import type { parcel, Step } from './journal.workflows.js';

let namespace: string;
let bench: Workbench;
let temporal: Client;
let native: NativeConnection;
let workers: { readonly worker: Worker; readonly run: Promise<void> }[];

beforeAll(async () => {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  } catch {
    // Another file of this process has installed it.
  }
  bench = await openWorkbench();
  temporal = await ownNamespace('journal');
  ({ namespace } = temporal.options);
  native = await NativeConnection.connect({ address: inject('temporalAddress') });
  workers = await eventually(async () => [await workflowWorker(), await callWorker()]);
});
afterAll(async () => {
  for (const { worker, run } of workers) {
    worker.shutdown();
    await run;
  }
  await native.close();
  await temporal.connection.close();
  await bench.close();
});

async function workflowWorker() {
  const workflowsPath = fileURLToPath(new URL('./journal.workflows.ts', import.meta.url));
  const worker = await Worker.create({ connection: native, namespace, taskQueue: 'parcels', workflowsPath });
  return { worker, run: worker.run() };
}

async function callWorker() {
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue: 'calls',
    interceptors: { activity: [writesRideAlong(bench.writer)] },
    activities: {
      call(): Promise<void> {
        return Promise.resolve();
      },
    },
  });
  return { worker, run: worker.run() };
}

type Run = WorkflowHandle<typeof parcel>;

/** Starts a parcel and walks it; when it resolves, each step is on record. */
async function walked(id: string, ...steps: readonly Step[]): Promise<Run> {
  const handle = await temporal.workflow.start<typeof parcel>('parcel', {
    workflowId: `parcel/${id}`,
    taskQueue: 'parcels',
    args: [],
  });
  await recorded(id, 1);
  let sequence = 1;
  for (const step of steps) {
    const current = temporal.workflow.getHandle(`parcel/${id}`);
    const { runId } = await current.describe();
    await current.signal('step', step);
    if (step.to !== undefined) await recorded(id, ++sequence);
    // What the old run is sent while it makes way would be lost.
    if (step.then === 'renew') await eventually(async () => (await current.describe()).runId !== runId);
  }
  return handle;
}

const recorded = (id: string, sequence: number) =>
  eventually(async () => (await bench.reader.getEntity('parcel', id))?.sequence === sequence);

const ended = (handle: Run) => eventually(async () => (await handle.describe()).status.name !== 'RUNNING');

interface Told {
  readonly code: unknown;
  readonly out: string[];
  readonly err: string;
}

/** Runs the command in this process, with nothing but the given environment to find servers by. */
async function verify(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Told> {
  const out: string[] = [];
  let err = '';
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (err += String(text)).length > 0),
  ];
  const before = process.exitCode;
  process.exitCode = undefined;
  const servers = {
    DATABASE_URL: bench.url,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: namespace,
    ...env,
  };
  for (const [name, value] of Object.entries(servers)) vi.stubEnv(name, value);
  try {
    const program = new Command('throughline').option('--state-dir <folder>').addCommand(journalCommand());
    await program.parseAsync(['journal', 'verify', ...args], { from: 'user' });
    return { code: process.exitCode, out: out.join('').trimEnd().split('\n'), err };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}

/** Does what no one may: a superuser switches the triggers off for a session and rewrites history. */
async function tamper(change: (client: ClientBase) => Promise<unknown>): Promise<void> {
  const client = await bench.owner.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await change(client);
  } finally {
    client.release(true);
  }
}

const journalOf = (id: string): Promise<JournalRow[]> => collect(loadJournal(bench.db, 'parcel', id));

const findingsOf = (id: string) => bench.reader.findings({ id });

describe('a journal that is what history says', () => {
  it('is sound, open, closed, and over several runs', async () => {
    await walked('open', { to: 'Travelling' });
    await ended(await walked('closed', { to: 'Travelling' }, { to: 'Delivered' }));
    await walked('renewed', { to: 'Travelling', then: 'renew' }, { then: 'renew' }, { to: 'Announced' });
    for (const id of ['open', 'closed', 'renewed']) {
      expect(await verify(['parcel', id])).toEqual({ code: 0, out: ['verified 1 entity: 1 sound'], err: '' });
    }
  });

  it('is sound at every moment, also while entities go on', async () => {
    const ids = ['busy-1', 'busy-2', 'busy-3'];
    const steps: Step[] = (['Travelling', 'Announced', 'Travelling', 'Delivered'] as const).map((to) => ({ to }));
    let walking = true;
    const walks = Promise.all(ids.map((id) => walked(id, ...steps))).finally(() => (walking = false));
    await Promise.all(ids.map((id) => recorded(id, 1)));
    while (walking) {
      for (const id of ids) expect(await verify(['parcel', id])).toMatchObject({ code: 0 });
    }
    await walks;
  });

  it('stays sound where Temporal does not know a closed one any more, and that is said', async () => {
    const entries = [transition(1, undefined, 'Announced'), transition(2, 'Announced', 'Delivered')];
    await bench.writer.write(carrier(ref('forgotten'), entries), { runId: randomUUID() });
    expect(await verify(['parcel', 'forgotten'])).toMatchObject({
      code: 0,
      out: ['verified 1 entity: 1 sound; 1 could not be compared with history (gone after retention)'],
    });
  });
});

describe('a fault is found:', () => {
  it.each<[string, (handle: Run) => Promise<unknown>]>([
    ['TERMINATED', (handle) => handle.terminate()],
    ['CANCELLED', (handle) => handle.cancel()],
    ['FAILED', (handle) => handle.signal('step', { then: 'fail' })],
  ])('a run that ended as %s before its entity did', async (status, end) => {
    const id = `run-${status}`;
    const handle = await walked(id, { to: 'Travelling' });
    await end(handle);
    await ended(handle);
    const { runId } = await handle.describe();
    const told = await verify(['parcel', id]);
    expect(told.out).toEqual([
      `parcel/${id}: run ${runId} has ended (${status}) while it was in Travelling: see the finding run-ended`,
      '1 of 1 has faults',
    ]);
    expect(told.code).toBe(1);
    await verify(['parcel', id]);
    expect(await findingsOf(id)).toMatchObject([
      { kind: 'run-ended', evidence: { runId, status, state: 'Travelling', sequence: 2 } },
    ]);
    expect((await verify(['parcel', id, '--no-history'])).code).toBe(0);
  });

  it('a run that ended after its entity did, with a review task open that nobody can resolve any more', async () => {
    const handle = await walked('evidence', { to: 'Delivered' });
    await ended(handle);
    const { runId } = await handle.describe();
    const task = { queue: 'late', reason: 'late.scanned', priority: 3, openedAt: at(3) };
    await tamper((client) =>
      client.query(`UPDATE entity SET reviews = $1 WHERE entity_id = 'evidence'`, [{ 'parcel/evidence#3': task }]),
    );
    expect((await verify(['parcel', 'evidence'])).out).toContain(
      `parcel/evidence: run ${runId} has ended (COMPLETED) while it was in Delivered with review tasks open: ` +
        'see the finding run-ended',
    );
  });

  it('an open entity whose run Temporal does not know, without accusing anybody', async () => {
    await bench.writer.write(carrier(ref('unknown'), [transition(1, undefined, 'Announced')]), { runId: randomUUID() });
    const { code, out } = await verify(['parcel', 'unknown']);
    expect(code).toBe(1);
    expect(out[0]).toBe(
      'parcel/unknown: it is in Announced, but Temporal knows no run of it: is this the server it runs on?',
    );
    expect(await findingsOf('unknown')).toEqual([]);
  });

  it('a run that was reset, and what it then says otherwise', async () => {
    const handle = await walked('reset', { to: 'Travelling' });
    const { runId: before } = await handle.describe();
    const { events = [] } = await handle.fetchHistory();
    const first = events?.find((event) => event.workflowTaskCompletedEventAttributes)?.eventId;
    const { runId } = await temporal.workflowService.resetWorkflowExecution({
      namespace,
      workflowExecution: { workflowId: 'parcel/reset', runId: before },
      workflowTaskFinishEventId: first ?? null,
      requestId: randomUUID(),
      reason: 'test',
    });
    await eventually(async () => (await findingsOf('reset')).length > 0);
    const { code, out } = await verify(['parcel', 'reset']);
    expect(code).toBe(1);
    expect(out).toContainEqual(expect.stringContaining('have parted: see the findings of kind journal-conflict'));
    expect(out).toContain(`parcel/reset: run ${runId} was reset from run ${before}: see the finding journal-conflict`);
    expect(out).toContainEqual(
      expect.stringMatching(`entry 1 is not what the history of run ${runId} says: entry.recordedAt: .* on record`),
    );
    expect(await findingsOf('reset')).toContainEqual(
      expect.objectContaining({
        kind: 'journal-conflict',
        evidence: { problem: 'reset', runId, resetFrom: before },
      }),
    );
  });

  it('a journal rewritten as a whole, with all hashes right', async () => {
    await walked('rewritten', { to: 'Travelling' });
    let last = CHAIN_START;
    const rows = (await journalOf('rewritten')).map((row) => {
      const entry = row.sequence === 2 ? { ...row.entry, reason: { code: 'bribed' } } : row.entry;
      const content = contentHash(
        {
          lifecycle: row.lifecycle,
          id: row.entity_id,
          stage: row.stage,
          firstRunId: row.first_run_id,
          kernelVersion: row.kernel_version,
          lifecycleVersion: row.lifecycle_version,
          correlationId: row.correlation_id,
        },
        entry,
      );
      const prev = last;
      last = chainHash(prev, content);
      return { sequence: row.sequence, entry, content, prev, hash: last };
    });
    await tamper(async (client) => {
      for (const { sequence, entry, content, prev, hash } of rows) {
        await client.query(
          `UPDATE journal SET entry = $2, content_hash = $3, prev_hash = $4, hash = $5
            WHERE entity_id = 'rewritten' AND sequence = $1`,
          [sequence, entry, content, prev, hash],
        );
      }
      await client.query(
        `UPDATE entity SET last_hash = $1, reason = '{"code":"bribed"}' WHERE entity_id = 'rewritten'`,
        [last],
      );
    });
    expect((await verify(['parcel', 'rewritten', '--no-history'])).out).toEqual(['verified 1 entity: 1 sound']);
    const { code, out } = await verify(['parcel', 'rewritten']);
    expect(code).toBe(1);
    expect(out).toEqual([
      expect.stringMatching(
        'entry 2 is not what the history of run .* says: entry.reason.code: "bribed" on record, "walked" given',
      ),
      '1 of 1 has faults',
    ]);
  });

  it('an entry that no history holds', async () => {
    const handle = await walked('invented', { to: 'Travelling' });
    const { runId } = await handle.describe();
    const entity = ref('invented', { firstRunId: runId });
    await bench.writer.write(carrier(entity, [transition(3, 'Travelling', 'Announced')]), { runId });
    expect(await verify(['parcel', 'invented'])).toMatchObject({
      code: 1,
      out: [
        `parcel/invented: entry 3 is on record, but not in the history of run ${runId}, which is to have written it`,
        '1 of 1 has faults',
      ],
    });
  });

  it('confirmed entries that are lost from the end, the row set back with them', async () => {
    const handle = await walked('lost', { to: 'Travelling' }, { to: 'Announced' }, { to: 'Travelling' });
    const { runId } = await handle.describe();
    // On record does not mean confirmed: the worker's answer may be under way.
    await eventually(async () => {
      const { events } = await handle.fetchHistory();
      return events?.filter((event) => event.activityTaskCompletedEventAttributes).length === 4;
    });
    const [first, second] = await journalOf('lost');
    await tamper(async (client) => {
      for (const table of ['journal', 'entity']) await client.query(`DELETE FROM ${table} WHERE entity_id = 'lost'`);
      await client.query(`DELETE FROM outbox WHERE subject = 'lost'`);
    });
    const entries = [first, second].flatMap((row) => (row ? [row.entry] : []));
    await bench.writer.write(carrier(ref('lost', { firstRunId: runId }), entries), { runId });
    expect((await verify(['parcel', 'lost', '--no-history'])).code).toBe(0);
    expect(await verify(['parcel', 'lost'])).toMatchObject({
      code: 1,
      out: [
        `parcel/lost: entries 3 to 4 are not on record, but confirmed in the history of run ${runId}`,
        '1 of 1 has faults',
      ],
    });
  });

  it('in the records themselves, and one that is not on record at all', async () => {
    await walked('changed');
    await tamper((client) => client.query(`UPDATE journal SET hash = sha256('x') WHERE entity_id = 'changed'`));
    const { code, out } = await verify(['parcel', 'changed', '--no-history']);
    expect(code).toBe(1);
    expect(out[0]).toBe('parcel/changed: the hash of entry 1 does not follow from its content');
    expect((await verify(['parcel', 'never'])).out[0]).toBe('parcel/never: parcel/never is not on record');
  });
});

it('--all verifies every entity and puts the summary last, for machines one line each', async () => {
  const { code, out } = await verify(['--all', '--json']);
  const lines = out.map((line) => JSON.parse(line) as Record<string, unknown>);
  const total = (await bench.reader.countByState()).reduce((sum, { count }) => sum + count, 0);
  const faulty = lines.slice(0, -1);
  expect(code).toBe(1);
  expect(lines.at(-1)).toEqual({
    verified: total,
    sound: total - faulty.length,
    faulty: faulty.length,
    notCompared: expect.any(Number) as number,
  });
  expect(faulty.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['changed', 'invented', 'lost', 'reset', 'rewritten', 'run-TERMINATED', 'unknown']),
  );
  for (const id of ['open', 'closed', 'renewed', 'forgotten'])
    expect(faulty.map((line) => line['id'])).not.toContain(id);
  const plain = await verify(['--all', '--no-history']);
  expect(plain.out.at(-1)).toMatch(/^\d+ of \d+ have faults$/);
});

describe('what cannot be verified', () => {
  it.each([
    ['PostgreSQL', [], { DATABASE_URL: 'postgres://someone:very-secret@127.0.0.1:30201/none' }, 'set DATABASE_URL'],
    ['Temporal', [], { TEMPORAL_ADDRESS: '127.0.0.1:30202' }, 'Temporal cannot be reached'],
  ])('because %s does not answer: exit code 2', async (_, args, env, said) => {
    const { code, out, err } = await verify(['--all', ...args], env);
    expect(code).toBe(2);
    expect(out).toEqual(['']);
    expect(err).toContain(said);
    expect(err).not.toContain('very-secret');
  });
});

it('counts in words', () => {
  const summary = { verified: 1003, sound: 1003, faulty: 0, notCompared: 0 };
  expect(sentence(summary)).toBe('verified 1,003 entities: 1,003 sound');
  expect(sentence({ ...summary, sound: 1001, faulty: 2, notCompared: 12 })).toBe(
    '2 of 1,003 have faults; 12 could not be compared with history (gone after retention)',
  );
});
