/** What is explained of tickets, from the journals of recorded ones: time per state over all stages, and a search that is in vain. */
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ThroughlineClient } from '../../client/index.js';
import { createPool } from '../../records/pool.js';
import { JournalWriter } from '../../records/writer.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { ticketLifecycle } from '../../workflows/ticket/states.js';
import { setStage, type Stage } from '../gateway/stage.js';
import { endOf, entriesOf, recordedHistories } from '../replay/replay.js';

const histories = recordedHistories();
const recorded = (name: string) => {
  const history = histories.get(`ticket-v1/${name}`);
  if (!history) throw new Error(`no ticket is recorded as ${name}`);
  return history;
};

let stage: Stage;
let pool: pg.Pool;
let client: ThroughlineClient;
let writer: JournalWriter;

beforeAll(async () => {
  stage = await setStage();
  pool = createPool(stage.database.url, { applicationName: 'test' });
  writer = new JournalWriter(pool);
  await writer.registerDefinition(ticketLifecycle);
  client = new ThroughlineClient({ temporal: stage.temporal, gateway: stage.gatewayUrl });
});
afterAll(async () => {
  await client.close();
  await pool.end();
  await stage.close();
});

/** Puts entries on record, as the run of that stage did. */
async function record(id: string, nth: number, entries: readonly Entry[]): Promise<void> {
  const firstRunId = `${id}-run-${nth}`;
  const entity = {
    lifecycle: 'ticket',
    ...{ id, stage: nth, firstRunId, correlationId: `ticket/${id}`, contentHash: 'hash-1' },
    ...{ kernelVersion: 1, lifecycleVersion: ticketLifecycle.version },
  };
  await writer.write({ entity, entries }, { runId: firstRunId });
}

test('elapsed time per state counts on over every stage of a ticket that was reopened', async () => {
  await record('R-reopened', 1, entriesOf(recorded('reopened')));
  await record('R-reopened', 2, entriesOf(recorded('reopened-stage-2')));
  const explained = await client.tickets.explain('R-reopened');
  const { visits } = endOf(recorded('reopened-stage-2'));
  // Of the state that it is in the time goes on.
  const { Closed: _now, ...left } = explained.visits;
  const { Closed: _then, ...before } = visits;
  expect(left).toEqual(before);
  expect(left).toMatchObject({ InProgress: { entered: 3 }, Resolved: { entered: 3 }, Reopened: { entered: 2 } });
  expect(left['InProgress']?.totalMs).toBeGreaterThan(0);
  expect(explained).toMatchObject({ state: 'Closed', outcome: 'resolved' });
  expect(await client.tickets.waitForOutcome('R-reopened')).toMatchObject({ outcome: 'resolved', hops: 3 });
});

test('a search that was in vain says when dispatch looks again, how far it reached, and whom it waits for', async () => {
  const entries = entriesOf(recorded('nobody-free'));
  const at = entries.findIndex(({ patch }) => (patch?.facts?.['search'] as { inVain?: number } | null)?.inVain === 2);
  await record('R-nobody-free', 1, entries.slice(0, at + 1));
  const explained = await client.tickets.explain('R-nobody-free');
  expect(explained).toMatchObject({
    state: 'AwaitingExpert',
    waitsFor: 'a free expert',
    owner: 'dispatch',
    timesEntered: 2,
  });
  const clocks = explained.clocks.map(({ name }) => name);
  expect(clocks).toEqual(expect.arrayContaining(['nextSearch', 'response', 'resolution']));
  const [summary] = await client.tickets.lookup(['R-nobody-free']);
  expect(summary?.facts).toMatchObject({ search: { inVain: 2, reach: 'region', skilled: 2 } });
});
