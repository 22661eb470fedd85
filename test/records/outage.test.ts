import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isRecordsUnavailable } from '../../records/errors.js';
import { createPool } from '../../records/pool.js';
import { verifyEntity } from '../../records/verify.js';
import { JournalWriter } from '../../records/writer.js';
import { eventually } from '../support/eventually.js';
import { carrier, journey, ref } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

const run = { runId: 'run-1' };
let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** Ends the writer's connection as soon as it waits for a lock, as a crash of the server would. */
async function killWaitingWriter(): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await bench.owner.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'records-test' AND wait_event_type = 'Lock' AND datname = current_database()`,
    );
    return rowCount === 1;
  });
}

describe('a connection that dies while a carrier is being written', () => {
  it('leaves nothing half, and the same carrier is written afterwards', async () => {
    const entries = journey();
    const blocker = await bench.owner.connect();
    onTestFinished(() => blocker.release(true));
    // The event of entry 4 is about to be taken: the statement has moved row and journal and now waits to learn its fate.
    await blocker.query(`BEGIN; INSERT INTO outbox (id, type, source, subject, time, correlationid, causationid, sequence, data)
      VALUES ('parcel/killed/4', '', '', '', now(), '', '', 1, '{}')`);
    const writing = bench.writer.write(carrier(ref('killed'), entries), run);
    const outcome = writing.then(
      () => 'written',
      (error: unknown) => isRecordsUnavailable(error),
    );
    await killWaitingWriter();
    expect(await outcome).toBe(true);
    await blocker.query('ROLLBACK');

    for (const table of ['journal', 'entity', 'outbox', 'review_task'] as const) {
      expect([table, await bench.count(table, 'killed')]).toEqual([table, 0]);
    }
    await bench.writer.write(carrier(ref('killed'), entries), run);
    expect(await verifyEntity(bench.db, 'parcel', 'killed')).toEqual([]);
    expect(await bench.count('outbox', 'killed')).toBe(5);
  });

  it('while it waits for the row, changes nothing of what was there', async () => {
    const [a, b, c] = journey();
    await bench.writer.write(carrier(ref('row'), [a]), run);
    const blocker = await bench.owner.connect();
    onTestFinished(() => blocker.release(true));
    await blocker.query("BEGIN; SELECT 1 FROM entity WHERE entity_id = 'row' FOR UPDATE");
    const outcome = bench.writer.write(carrier(ref('row'), [b, c]), run).catch((error: unknown) => error);
    await killWaitingWriter();
    expect(await outcome).toBeInstanceOf(Error);
    await blocker.query('ROLLBACK');
    expect(await bench.reader.getEntity('parcel', 'row')).toMatchObject({ sequence: 1, state: 'Announced' });
    expect(await verifyEntity(bench.db, 'parcel', 'row')).toEqual([]);
  });
});

it('idle connections that die are reported, replaced, and never end the process', async () => {
  const lost: Error[] = [];
  const pool = createPool(bench.url, { applicationName: 'records-idle', onLost: (error) => lost.push(error) });
  onTestFinished(() => pool.end());
  await pool.query('SELECT 1');
  await bench.owner.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'records-idle'",
  );
  await eventually(() => lost.length === 1);
  expect((await pool.query('SELECT current_user AS who')).rows).toEqual([{ who: 'throughline_writer' }]);
});

it('a server that cannot be reached is an outage, told within the time-out', async () => {
  const pool = createPool('postgres://nobody:secret@127.0.0.1:1/none', { applicationName: 'records-nowhere' });
  onTestFinished(() => pool.end());
  const failure = await new JournalWriter(pool)
    .write(carrier(ref('nowhere'), journey()), run)
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Error);
  expect(isRecordsUnavailable(failure)).toBe(true);
  expect(String(failure)).not.toContain('secret');
});

it('a version that was never registered is named, and is not a refusal', async () => {
  const unknown = carrier(ref('unregistered', { lifecycleVersion: 9 }), journey());
  await expect(bench.writer.write(unknown, run)).rejects.toThrow('lifecycle parcel version 9 is not on record');
});
