/**
 * Relay, subscribers and broker are killed at random while tickets are resolved. In the end every subscriber has done its part exactly once
 * per resolution, in the order of each ticket, and every ticket was told.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Broker } from '../../events/broker/broker.js';
import { Outbox } from '../../events/relay/outbox.js';
import { createGateway } from '../../gateway/server.js';
import { createPool } from '../../records/pool.js';
import { Dice } from '../chaos/dice.mjs';
import { SECRET, setStage, type Stage as GatewayStage } from '../gateway/stage.js';
import { TicketWriter } from '../subscribers/tickets.js';
import { eventually } from '../support/eventually.js';
import { testIdentity } from '../support/tokens.js';
import { Place } from './crew.js';
import { startNats } from './nats.js';
import { openBroker, type BrokerSettings } from '../../events/broker/open.js';

const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const TICKETS = FULL ? 2_000 : 60;
/** Of every so many tickets one is reopened and resolved again. */
const REOPENED = 4;
/** A ticket and a half per pause; the kills go on all along. */
const BETWEEN_TICKETS_MS = FULL ? 50 : 120;
const BETWEEN_KILLS_MS = FULL ? 1_500 : 900;
const DONE_WITHIN_MS = FULL ? 600_000 : 60_000;
const SEED = Number(process.env['THROUGHLINE_SEED_OF_KILLS'] ?? Date.now() % 1_000_000);

describe.each(['postgres', 'nats'] as const)('under kills, with the broker on %s', (kind) => {
  let stage: GatewayStage;
  let gateway: NestFastifyApplication;
  let broker: Broker;
  let owner: pg.Pool;
  let cut: () => Promise<void>;
  const closing: (() => Promise<unknown>)[] = [];
  const places: Place[] = [];

  beforeAll(async () => {
    stage = await setStage();
    const { url } = stage.database;
    owner = new pg.Pool({ connectionString: url, max: 3 });
    owner.on('error', () => undefined);
    owner.on('connect', (client) => client.on('error', () => undefined));
    closing.push(() => owner.end());
    let settings: BrokerSettings;
    if (kind === 'nats') {
      const nats = await startNats();
      closing.push(() => nats.stop());
      settings = { kind, url: nats.url };
      cut = () => nats.restart();
    } else {
      settings = { kind, databaseUrl: url };
      cut = async () => {
        await owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name LIKE 'throughline-%'`,
        );
      };
    }
    broker = await openBroker(settings, { applicationName: 'test' });
    closing.push(() => broker.close());
    gateway = await createGateway({
      ...{ databaseUrl: url, host: '127.0.0.1', port: 0, callbackSecret: SECRET, loopbackOnly: true },
      identity: testIdentity(),
      broker: settings,
    });
    await gateway.listen(0, '127.0.0.1');
    closing.push(() => gateway.close());
    const env = { DATABASE_URL: url, THROUGHLINE_BROKER: kind, NATS_URL: settings.kind === 'nats' ? settings.url : '' };
    for (const number of [1, 2]) {
      places.push(new Place(`relay ${number}`, 'dist/events/relay/main.js', env));
      places.push(new Place(`subscribers ${number}`, 'dist/subscribers/main.js', env));
    }
  });
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(`the kills were those of THROUGHLINE_SEED_OF_KILLS=${SEED}`);
  });
  afterAll(async () => {
    await Promise.all(places.map((place) => place.close()));
    for (const close of closing.reverse()) await close();
    await stage.close();
  });

  it('does everything once and in order, and tells every ticket', { timeout: DONE_WITHIN_MS * 3 }, async () => {
    const dice = new Dice(SEED);
    const pool = createPool(stage.database.url, { applicationName: 'tickets' });
    const tickets = await TicketWriter.open(pool);
    const chains: string[] = [];
    let resolving = true;
    let rounds = 0;
    let cuts = 0;
    const cutNow = async () => {
      cuts += 1;
      await cut();
    };
    const sabotage = (async () => {
      while (resolving) {
        await pause(BETWEEN_KILLS_MS * (0.5 + dice.next()));
        // Every third time it is the broker itself.
        if (++rounds % 3 === 0) await cutNow();
        else await places[dice.between(0, places.length - 1)]?.kill();
      }
    })();
    for (let number = 1; number <= TICKETS; number++) {
      const id = `T-${number}`;
      await stage.temporal.workflow.start('ticket', { workflowId: `ticket/${id}`, taskQueue: 'nobody' });
      chains.push(await tickets.resolve(id, number));
      if (number % REOPENED === 0) chains.push(await tickets.resolve(`T-${number - 1}`, number));
      await pause(BETWEEN_TICKETS_MS * 2 * dice.next());
    }
    resolving = false;
    await sabotage;
    await pool.end();
    // Each of them has met it, whatever the dice said.
    for (const place of places) if (place.kills === 0) await place.kill();
    if (cuts === 0) await cutNow();

    const rows = async <R extends pg.QueryResultRow>(text: string) => (await owner.query<R>(text)).rows;
    await eventually(
      () => rows<{ id: string }>('SELECT id FROM sub_completion.chain WHERE completed_at IS NOT NULL'),
      (found) => found.length === chains.length,
      DONE_WITHIN_MS,
    );

    // Exactly once: each table has one row for each chain, and no other.
    for (const table of ['sub_billing.invoice', 'sub_survey.invitation', 'sub_notification.letter']) {
      const found = await rows<{ chain: string }>(`SELECT chain FROM ${table}`);
      expect(found.map(({ chain }) => chain).sort(), table).toEqual([...chains].sort());
    }
    const told = await rows<{ id: string }>(
      `SELECT id FROM sub_completion.outbox WHERE type = 'com.throughline.ticket.followUp.completed.v1'`,
    );
    expect(told.map(({ id }) => id).sort()).toEqual(chains.map((chain) => `completion/${chain}`).sort());

    // In order: as every subscriber has written down what it got.
    for (const schema of ['sub_billing', 'sub_survey', 'sub_notification', 'sub_completion']) {
      const disordered = await rows(
        `SELECT key, source, sequence FROM (
           SELECT *, lag(sequence) OVER (PARTITION BY key, source ORDER BY position) AS before FROM ${schema}.inbox) i
          WHERE before >= sequence`,
      );
      expect(disordered, schema).toEqual([]);
    }

    // The front controller: every ticket was told of each of its resolutions.
    const heard = () =>
      Promise.all(
        Array.from({ length: TICKETS }, async (_, i) => {
          const { events } = await stage.temporal.workflow.getHandle(`ticket/T-${i + 1}`).fetchHistory();
          return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
            if (signal?.signalName !== 'followUpCompleted') return [];
            const text = Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString();
            return [(JSON.parse(text) as { envelope: { messageId: string } }).envelope.messageId];
          });
        }),
      );
    await eventually(
      async () => new Set((await heard()).flat()).size,
      (size) => size === chains.length,
      DONE_WITHIN_MS,
    );

    expect(await broker.parked(10)).toEqual([]);
    await eventually(async () => (await broker.lag()).every(({ waiting }) => waiting === 0));
    await eventually(async () => (await new Outbox(owner, 'throughline.outbox').lag()).length === 0);
    const killed = Object.fromEntries(places.map(({ name, kills }) => [name, kills]));
    console.log(`${kind}: ${chains.length} resolutions, killed ${JSON.stringify(killed)}, broker cut ${cuts} times`);
    // Between two processes there is none to be ended, and one that has only just begun ends by the signal itself.
    for (const place of places) expect((await place.close()) ?? 0, place.name).toBe(0);
  });
});
