/** The records and Temporal's own view: who is open here goes on there, and the reverse. */
import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournalWriter } from '../../records/writer.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { orderLifecycle } from '../../workflows/order/states.js';
import { eventually } from '../support/eventually.js';
import { ownNamespace } from '../support/namespace.js';
import { authorizing, delivered, type Plant } from './blueprints.js';
import { Ground } from './ground.js';

/** More than one query asks for, and one page of runs. */
const SOUND = 130;

let ground: Ground;
let client: Client;
beforeAll(async () => {
  ground = await Ground.prepare();
  client = await ownNamespace('runs');
  const writer = new JournalWriter(ground.pool);
  for (const lifecycle of [claimLifecycle, orderLifecycle]) await writer.registerDefinition(lifecycle);
  await ground.plant(Array.from({ length: SOUND }, (_, i) => authorizing(`S-${i}`)));
  for (let i = 0; i < SOUND; i++) await begin(`S-${i}`);
});
afterAll(async () => {
  await client.connection.close();
  await ground.clear();
});

/** A run that goes on: nobody polls its queue. */
const begin = (id: string) =>
  eventually(() =>
    client.workflow.start('order', { workflowId: `order/${id}`, taskQueue: 'nobody', args: [{ data: {} }] }),
  );

const running = (count: number) =>
  eventually(
    () => client.workflow.count(`ExecutionStatus = 'Running'`),
    (seen) => seen.count === count,
  );

const run = () => ground.run('records-temporal', { client, graceMs: 0 });

describe('records and Temporal', () => {
  it('agree on entities that go on, and on those that have ended', async () => {
    await ground.plant([delivered('E-1')]);
    await running(SOUND);
    expect(await run()).toMatchObject({ checked: SOUND, found: 0, open: 0 });
  });

  it('disagree where a run ended or never was, goes on for nobody, or beyond the end', async () => {
    await ground.plant([authorizing('G-terminated'), authorizing('G-never'), delivered('U-1'), reviewed('U-2')]);
    for (const id of ['G-terminated', 'U-1', 'U-2', 'X-1']) await begin(id);
    await running(SOUND + 4);
    await client.workflow.getHandle('order/G-terminated').terminate('as somebody would');
    await running(SOUND + 3);
    const found = await run();
    expect(found.kinds).toEqual({ 'run-gone': 2, 'run-unended': 1, 'run-unrecorded': 1 });
    expect(found).toMatchObject({ checked: SOUND + 3, open: 4 });
    expect(await ground.findings()).toEqual([
      { kind: 'run-gone', id: 'G-never', state: 'open' },
      { kind: 'run-gone', id: 'G-terminated', state: 'open' },
      { kind: 'run-unended', id: 'U-1', state: 'open' },
      { kind: 'run-unrecorded', id: 'X-1', state: 'open' },
    ]);
  });

  it('are not compared before the grace period is over', async () => {
    await begin('X-2');
    await running(SOUND + 4);
    await ground.run('records-temporal', { client, graceMs: 600_000 });
    expect(await ground.findings(`entity_id = 'X-2'`)).toEqual([]);
  });
});

/** Closed, and a person still works on what came late. */
function reviewed(id: string): Plant {
  const plant = delivered(id);
  if (plant.entity) plant.entity.reviews = { [`order/${id}#9`]: { queue: 'late-order-news' } };
  return plant;
}
