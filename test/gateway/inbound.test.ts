/** Events of others, as messages of entities. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FleetView } from '../../client/console-views.js';
import type { Broker } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { openBroker, type BrokerSettings } from '../../events/broker/open.js';
import { createGateway } from '../../gateway/server.js';
import { event } from '../events/stages.js';
import { eventually } from '../support/eventually.js';
import { bearer, testIdentity } from '../support/tokens.js';
import { setStage, SECRET, type Stage } from './stage.js';

const TYPE = 'com.throughline.ticket.followUp.completed.v1';

let stage: Stage;
let gateway: NestFastifyApplication;
let broker: Broker;

beforeAll(async () => {
  stage = await setStage();
  const settings: BrokerSettings = { kind: 'postgres', databaseUrl: stage.database.url };
  const databaseUrl = stage.database.url;
  gateway = await createGateway({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    callbackSecret: SECRET,
    identity: testIdentity(),
    loopbackOnly: true,
    broker: settings,
  });
  await gateway.listen(0, '127.0.0.1');
  broker = await openBroker(settings, { applicationName: 'test' });
});
afterAll(async () => {
  await broker.close();
  await gateway.close();
  await stage.close();
});

/** The end of a chain, as the subscriber tells it. */
function completed(ticketId: string, resolution: unknown = 1): BrokerEvent {
  const chain = `ticket/${ticketId}/9`;
  return event(`ticket/${ticketId}`, 9, {
    id: `completion/${chain}`,
    source: '/subscribers/completion',
    type: TYPE,
    correlationid: `ticket/${ticketId}`,
    causationid: 'billing/1',
    data: {
      schemaVersion: 1,
      chain,
      steps: ['billing', 'survey'],
      stamp: {
        schemaVersion: 1,
        chain,
        begins: 'com.throughline.ticket.Resolved.v1',
        subject: ticketId,
        at: '2012-10-29T12:00:00.000Z',
        facts: { resolution },
        steps: {},
      },
    },
  });
}

/** An open run that nobody works on: what it is told stays in its history. */
const opened = (ticketId: string) =>
  stage.temporal.workflow.start('ticket', { workflowId: `ticket/${ticketId}`, taskQueue: 'nobody' });

const told = async (ticketId: string) => {
  const { events } = await stage.temporal.workflow.getHandle(`ticket/${ticketId}`).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal
      ? [
          {
            name: signal.signalName,
            ...(JSON.parse(Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()) as object),
          },
        ]
      : [],
  );
};

const parked = (id: string) =>
  eventually(
    async () => (await broker.parked(50)).find((delivery) => delivery.id === id),
    (found) => found !== undefined,
  );

it('become messages under the event’s id, with its causes and its source', async () => {
  await opened('T-1');
  await broker.publish([completed('T-1', 2)]);
  const [message] = await eventually(
    () => told('T-1'),
    (messages) => messages.length > 0,
  );
  expect(message).toMatchObject({
    name: 'followUpCompleted',
    envelope: {
      entityId: 'T-1',
      messageId: 'completion/ticket/T-1/9',
      correlationId: 'ticket/T-1',
      causationId: 'billing/1',
      source: '/subscribers/completion',
      actor: { kind: 'service', id: 'completion', authenticated: 'none' },
    },
    data: { steps: ['billing', 'survey'], resolution: 2 },
  });
});

it('are parked with their reason where they say too little or nobody is there, and go on when they are tried again', async () => {
  const [shapeless, early] = [completed('T-2', 'second'), completed('T-3')];
  await broker.publish([shapeless, early]);
  expect((await parked(shapeless.id))?.reason).toContain('data.stamp.facts.resolution of com.throughline.ticket');
  expect((await parked(early.id))?.reason).toMatch(/T-3/);
  expect(await stage.strays('T-3')).toMatchObject([{ reason: 'unknown-entity', message_id: early.id }]);
  await opened('T-3');
  expect(await broker.retry('inbound', early.id)).toBe(1);
  await eventually(
    () => told('T-3'),
    (messages) => messages.length === 1,
  );
  expect((await broker.parked(50)).map(({ id }) => id)).toEqual([shapeless.id]);
});

it('the fleet tells how far each subscription is, and what was set aside', async () => {
  const url = `${await gateway.getUrl()}/api/fleet`;
  const { broker: told, database } = await eventually(
    async () => (await (await fetch(url, { headers: await bearer() })).json()) as FleetView,
    (fleet) => fleet.broker?.status === 'up' && fleet.database.status === 'up',
  );
  expect(told).toMatchObject({
    kind: 'postgres',
    version: database.version,
    figures: { sizeBytes: expect.any(Number) },
  });
  expect(told?.subscriptions).toEqual([{ subscription: 'inbound', waiting: 0, parked: 1 }]);
  expect(database.applications).toMatchObject({ 'throughline-gateway-inbound': expect.any(Number) });
});
