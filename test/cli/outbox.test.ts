/** `throughline outbox`, as somebody on duty uses it. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EventRefused, type Broker, type Consumption } from '../../events/broker/broker.js';
import { openBroker, type BrokerSettings } from '../../events/broker/open.js';
import { MAX_EVENT_BYTES } from '../../events/broker/event.js';
import { Outbox } from '../../events/relay/outbox.js';
import { Relay } from '../../events/relay/relay.js';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { QUICK } from '../events/stages.js';
import { carrier, journey, ref } from '../records/fixtures.js';
import { openWorkbench, type Workbench } from '../records/workbench.js';
import { eventually } from '../support/eventually.js';

let bench: Workbench;
let broker: Broker;
let relay: Relay;
let reading: Consumption;
let mended = false;

beforeAll(async () => {
  bench = await openWorkbench();
  const settings: BrokerSettings = { kind: 'postgres', databaseUrl: bench.url };
  broker = await openBroker(settings, { applicationName: 'test', patience: QUICK });
  relay = new Relay(bench.pool, new Outbox(bench.pool, 'throughline.outbox'), broker, { refusals: QUICK });
  const types = ['com.throughline.parcel.Announced.v1'];
  reading = await broker.subscribe({ name: 'reader', types, from: 'beginning' }, async () => {
    if (!mended) throw new EventRefused('no such parcel');
  });
});
afterAll(async () => {
  await relay.close();
  await reading.close();
  await broker.close();
  await bench.close();
});

/** Exit code and what it printed. */
async function throughline(...args: string[]): Promise<{ readonly code: number; readonly lines: string[] }> {
  const run = promisify(execFile)(process.execPath, [path.join(projectRoot, 'dist/cli/main.js'), 'outbox', ...args], {
    env: { ...process.env, DATABASE_URL: bench.url, THROUGHLINE_BROKER: 'postgres' },
  });
  const { stdout, code } = await run.then(
    ({ stdout }) => ({ stdout, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { code, lines: stdout.trim().split('\n') };
}

it('says how far behind, lists what is parked with its reason, and tries it again', async () => {
  await bench.writer.write(carrier(ref('A'), journey('A')), { runId: 'run-1' });
  const spoil = `UPDATE outbox SET data = jsonb_set(data, '{text}', to_jsonb(repeat('x', $2))) WHERE id = $1`;
  await bench.owner.query(spoil, ['parcel/A/3', MAX_EVENT_BYTES]);
  const before = JSON.parse((await throughline('status', '--json')).lines[0] ?? '') as { outboxes: unknown[] };
  expect(before.outboxes).toEqual([
    {
      outbox: 'throughline.outbox',
      lifecycle: 'parcel',
      waiting: 5,
      parked: 0,
      oldestSeconds: expect.any(Number) as number,
    },
  ]);
  relay.start();
  await eventually(async () => (await relay.outbox.waiting(true, 1)).length + (await broker.parked(1)).length === 2);
  const { lines } = await throughline('list', '--json');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      where: 'throughline.outbox',
      id: 'parcel/A/3',
      reason: expect.stringContaining('bytes') as string,
    }),
    expect.objectContaining({ where: 'reader', id: 'parcel/A/1', reason: 'EventRefused: no such parcel' }),
  ]);

  await bench.owner.query(spoil, ['parcel/A/3', 1]);
  mended = true;
  expect(await throughline('retry', 'parcel/A/1')).toEqual({ code: 1, lines: ['0 tried again'] });
  expect(await throughline('retry')).toEqual({ code: 0, lines: ['1 tried again'] });
  expect(await throughline('retry', 'parcel/A/1', '--subscription', 'reader')).toEqual({
    code: 0,
    lines: ['1 tried again'],
  });
  await eventually(async () => (await relay.outbox.lag()).length + (await broker.parked(1)).length === 0);
  const after = await throughline('status');
  expect(after.lines[0]).toBe('Every event is with the broker.');
  expect(after.lines.at(-1)).toBe('reader\t0\t\t0');
});
