/** What follows a resolved ticket: each step by itself, and one event that tells when all are done. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Broker } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { silent } from '../../events/broker/log.js';
import { chainCompleted } from '../../events/follow-up.js';
import { Outbox } from '../../events/relay/outbox.js';
import { Relay } from '../../events/relay/relay.js';
import { runSubscribers, type Running } from '../../subscribers/run.js';
import { STAGES, type Stage } from '../events/stages.js';
import { openWorkbench, type Workbench } from '../records/workbench.js';
import { eventually } from '../support/eventually.js';
import { TicketWriter } from './tickets.js';

const ENDS = 'com.throughline.ticket.followUp.completed.v1';
const STANDARD = new URL('../../subscribers/configuration.ts', import.meta.url);
const EXTENDED = new URL('./extended/configuration.ts', import.meta.url);

describe.each(['postgres', 'nats'] as const)('the follow-up of a ticket, with the broker on %s', (kind) => {
  let bench: Workbench;
  let stage: Stage;
  let broker: Broker;
  let relay: Relay;
  let tickets: TicketWriter;
  let owner: pg.Pool;
  const ended: BrokerEvent[] = [];
  const running: Running[] = [];

  beforeAll(async () => {
    [bench, stage] = await Promise.all([openWorkbench(), STAGES[kind]()]);
    broker = await stage.open();
    owner = new pg.Pool({ connectionString: bench.url, max: 2 });
    tickets = await TicketWriter.open(bench.pool);
    relay = new Relay(bench.pool, new Outbox(bench.pool, 'throughline.outbox'), broker, { lookEveryMs: 20 });
    relay.start();
    await broker.subscribe(
      { name: 'listener', types: [ENDS], from: 'beginning' },
      async (event) => void ended.push(event),
    );
  });
  afterEach(async () => {
    for (const one of running.splice(0)) await one.close();
  });
  afterAll(async () => {
    await relay.close();
    await stage.close();
    await owner.end();
    await bench.close();
  });

  async function run(configuration: URL, only?: readonly string[]): Promise<Running> {
    const one = await runSubscribers({ databaseUrl: bench.url, configuration, only }, await stage.open(), silent);
    running.push(one);
    return one;
  }

  const end = (chain: string) => ended.find(({ data }) => data['chain'] === chain);
  const endOf = (chain: string) => eventually(() => end(chain));
  const rows = async (table: string, chain: string) =>
    (await owner.query<Record<string, unknown>>(`SELECT * FROM ${table} WHERE chain = $1`, [chain])).rows;

  it('is done by steps that know nothing of each other; the last event tells the whole story', async () => {
    // Two processes: one with the steps, another with the end of the chain.
    await run(STANDARD, ['billing', 'survey', 'notification']);
    const { list } = await run(STANDARD, ['completion']);
    const chain = await tickets.resolve('T-1', 40);
    const event = await endOf(chain);
    expect(event).toMatchObject({
      id: `completion/${chain}`,
      source: '/subscribers/completion',
      subject: 'T-1',
      partitionkey: 'ticket/T-1',
      correlationid: 'ticket/T-1',
    });
    const { steps, stamp } = chainCompleted.parse(event?.data);
    expect(steps).toEqual(['billing', 'notification', 'survey']);
    expect(stamp.facts).toMatchObject({ resolution: 1, customerId: 'customer-of-T-1', solution: 'replacedCable' });
    expect(stamp.steps).toEqual({
      billing: { invoiceId: 'INV-100001', workMinutes: 40, amount: { minor: 6000, currency: 'USD' } },
      survey: { invited: true },
      notification: { template: 'ticketResolved' },
    });
    // Notification has asked nobody: billing's event told it the customer, the solution and the amount.
    expect(await rows('sub_notification.letter', chain)).toMatchObject([
      { customer_id: 'customer-of-T-1', solution: 'replacedCable', invoice_id: 'INV-100001', amount_minor: '6000' },
    ]);
    expect(await rows('sub_survey.invitation', chain)).toHaveLength(1);
    const asked = await list(new URL('http://localhost/completion/chains?entity=T-1&limit=1'));
    expect(asked).toMatchObject({
      status: 200,
      body: {
        items: [
          { chainId: chain, entity: 'T-1', number: 1, steps, done: steps, completedAt: expect.any(Date) as Date },
        ],
        next: expect.any(String) as string,
      },
    });
  });

  it('is another chain when the ticket was reopened and is resolved again; repeats change nothing', async () => {
    await run(STANDARD);
    const first = await tickets.resolve('T-2', 10);
    const second = await tickets.resolve('T-2', 20);
    await endOf(first);
    expect(chainCompleted.parse((await endOf(second))?.data).stamp.facts).toMatchObject({ resolution: 2 });
    const { rows: resolved } = await owner.query<{ id: string }>(
      `UPDATE throughline.outbox SET published_at = NULL WHERE subject = 'T-2' RETURNING id`,
    );
    expect(resolved.length).toBeGreaterThan(4);
    await eventually(async () => (await relay.outbox.lag()).length === 0);
    // Whatever a repeat would do, it does before what comes after it in the same key.
    const third = await tickets.resolve('T-2', 30);
    await endOf(third);
    const { rows: invoices } = await owner.query<{ work_minutes: number }>(
      `SELECT work_minutes FROM sub_billing.invoice WHERE ticket_id = 'T-2' ORDER BY number`,
    );
    expect(invoices.map(({ work_minutes }) => work_minutes)).toEqual([10, 20, 30]);
    expect(new Set(ended.map(({ id }) => id)).size).toBe(ended.length);
  });

  it('takes a new step by a folder and a line of configuration, and waits for it', async () => {
    const [standard, extended] = await Promise.all(
      [STANDARD, EXTENDED].map(async (file) => (await readFile(file, 'utf8')).split('\n')),
    );
    const body = (lines: readonly string[] = []) => lines.slice(lines.findIndex((line) => line.startsWith('export')));
    const added = body(extended).filter((line) => !body(standard).includes(line));
    expect(added).toEqual(["      { name: 'quality-review' },"]);
    expect(body(extended).filter((line) => !added.includes(line))).toEqual(body(standard));

    await run(EXTENDED);
    const chain = await tickets.resolve('T-3');
    await eventually(async () => (await rows('sub_notification.letter', chain)).length === 1);
    const reported = () => rows('sub_completion.step', chain);
    await eventually(async () => (await reported()).length === 3);
    expect(end(chain)).toBeUndefined();
    await owner.query(`INSERT INTO sub_quality_review.verdict VALUES ('T-3', 'good')`);
    const { steps, stamp } = chainCompleted.parse((await endOf(chain))?.data);
    expect(steps).toEqual(['billing', 'notification', 'quality-review', 'survey']);
    expect(stamp.steps['quality-review']).toEqual({ verdict: 'good' });
    expect(await rows('sub_quality_review.review', chain)).toHaveLength(1);
  });
});
