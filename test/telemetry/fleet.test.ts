/** A whole fleet as `npm start` runs it, and one claim in it: what its processes tell of that claim, from the first request to the end. */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { METRICS, PROCESSES, type Declared, type ProcessName } from '../../telemetry/catalogue.js';
import { Fleet } from '../e2e/fleet.js';
import { eventually } from '../support/eventually.js';
import { expressions, metricsIn, plantedSeries, seriesOf } from './expressions.js';
import { Receiver, type Received } from './receiver.js';

const MINUTE = 60_000;
const CLAIM = 'CLM-TRACED-1';
const CORRELATION = 'call-4711';
const TRACE = randomBytes(16).toString('hex');
const CALLER = randomBytes(8).toString('hex');
const USD = (minor: number) => ({ minor, currency: 'USD' });
const PERSON = { name: 'Josephine Baker', email: 'josephine@example.org', address: { street: '12 Rue Fontaine' } };
const ENVIRONMENT = { OTEL_BSP_SCHEDULE_DELAY: '200', LOG_LEVEL: 'debug' };

let receiver: Receiver;
let fleet: Fleet;
let database: pg.Pool;
let temporal: Connection;

beforeAll(async () => {
  receiver = await Receiver.start();
  const environment = { ...ENVIRONMENT, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  Object.assign(process.env, environment);
  try {
    fleet = await Fleet.start('--no-sample');
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
  const { addresses } = fleet.runtime;
  database = new pg.Pool({ connectionString: addresses.database, max: 2 });
  database.on('error', () => undefined);
  temporal = await Connection.connect({ address: addresses.temporal });
  await settleOneClaim();
}, 4 * MINUTE);

afterAll(async () => {
  await database?.end();
  await temporal?.close();
  await fleet?.remove();
  receiver?.close();
}, MINUTE);

async function settleOneClaim(): Promise<void> {
  const { gateway, services } = fleet.runtime.addresses;
  const building = { coverage: 'building', limit: USD(25_000_000), deductible: USD(100_000) };
  await send('PUT', `${services}/seed`, {
    policies: [{ policyNumber: 'POL-T', inceptionDate: '2001-05-01', coverages: [building] }],
    assessments: [{ claimId: CLAIM, findings: [{ coverage: 'building', damage: USD(3_900_000) }], habitable: true }],
    documents: [{ claimId: CLAIM }],
  });
  const { token } = (await send('POST', `${gateway}/session/token`, { persona: 'call-centre' })) as { token: string };
  const headers = { authorization: `Bearer ${token}`, traceparent: `00-${TRACE}-${CALLER}-01` };
  await send('POST', `${gateway}/api/subjects`, { data: PERSON }, { ...headers, 'idempotency-key': 'claimant' });
  const notice = {
    claimId: CLAIM,
    policyNumber: 'POL-T',
    dateOfLoss: '2012-10-29',
    causeOfLoss: '1',
    property: { state: 'NY', postalCode: '11693' },
  };
  await send(
    'POST',
    `${gateway}/api/entities/claim`,
    { data: notice, envelope: { correlationId: CORRELATION, messageId: 'first-notice', source: '/call-centre' } },
    { ...headers, 'idempotency-key': 'first-notice' },
  );
  await eventually(
    () => rows<{ closed: boolean }>('SELECT closed FROM throughline.entity WHERE entity_id = $1', CLAIM),
    ([row]) => row?.closed === true,
    MINUTE,
  );
}

describe('one trace', () => {
  const named = (name: string | RegExp): Received[] =>
    receiver.spans.filter(
      (span) => span.traceId === TRACE && (typeof name === 'string' ? span.name === name : name.test(span.name)),
    );

  test('leads from the first request through workflow, activities, services and callbacks to those who listen', async () => {
    // The last thing that happens: an event of the end is published.
    await eventually(
      () => named(/^publish com\.throughline\.claim\.Closed/),
      (spans) => spans.length > 0,
    );
    const [request] = named('POST /api/entities/:lifecycle');
    expect(request).toMatchObject({ service: 'throughline-gateway', parentId: CALLER });
    const [start] = named('StartWorkflow:claim');
    expect(start?.parentId).toBe(request?.spanId);

    const activities = named(/^RunActivity:/);
    expect(new Set(activities.map(({ parentId }) => parentId))).toEqual(new Set([start?.spanId]));
    // Each process sends its spans when it likes: the chain is there when all its links are.
    const chain = await eventually(
      () => upFrom(named('SignalWorkflow:paymentAcknowledged')[0]),
      (spans) => spans.at(-1)?.parentId === CALLER,
    );
    expect(chain.map(({ service, name }) => `${service.replace('throughline-', '')}: ${name}`)).toEqual([
      'gateway: SignalWorkflow:paymentAcknowledged',
      'gateway: POST /callbacks/:service',
      'services: POST',
      'services: callback com.throughline.payments.acknowledged.v1',
      'services: POST /payments/payments',
      'worker: POST',
      'worker: RunActivity:requestPayment',
      'gateway: StartWorkflow:claim',
      'gateway: POST /api/entities/:lifecycle',
    ]);
  });

  test('holds each state that the claim was in, from its first moment to its last', async () => {
    const journal = await rows<{ from_state: string | null; to_state: string; recorded_at: Date }>(
      `SELECT from_state, to_state, recorded_at FROM throughline.journal
        WHERE entity_id = $1 AND kind = 'transition' ORDER BY sequence`,
      CLAIM,
    );
    const left = journal.flatMap(({ from_state }) => (from_state === null ? [] : [`claim: ${from_state}`]));
    const spans = await eventually(
      () => named(/^claim: /),
      (found) => found.length === left.length,
    );
    const inOrder = spans.toSorted(
      (a, b) => Number(a.attributes['throughline.sequence']) - Number(b.attributes['throughline.sequence']),
    );
    expect(inOrder.map(({ name }) => name)).toEqual(left);
    for (const [i, span] of inOrder.entries()) {
      expect(span.attributes).toMatchObject({
        'throughline.correlation_id': CORRELATION,
        'throughline.to': journal[i + 1]?.to_state,
      });
      expect([span.start, span.end].map((at) => Number(at / 1_000_000n))).toEqual([
        journal[i]?.recorded_at.getTime(),
        journal[i + 1]?.recorded_at.getTime(),
      ]);
    }
  });

  test('its correlation id is in the logs, the journal, the events and the memo', async () => {
    const client = new Client({ connection: temporal });
    const { memo } = await client.workflow.getHandle(`claim/${CLAIM}`).describe();
    expect(memo).toMatchObject({ correlationId: CORRELATION });
    expect(await rows('SELECT DISTINCT correlation_id FROM throughline.journal WHERE entity_id = $1', CLAIM)).toEqual([
      { correlation_id: CORRELATION },
    ]);
    const events = await rows<{ correlationid: string; traceparent: string }>(
      'SELECT correlationid, traceparent FROM throughline.outbox WHERE subject = $1',
      CLAIM,
    );
    expect(new Set(events.map(({ correlationid }) => correlationid))).toEqual(new Set([CORRELATION]));
    expect(new Set(events.map(({ traceparent }) => traceparent.split('-')[1]))).toEqual(new Set([TRACE]));
    const lines = logged().filter((line) => line['correlationId'] === CORRELATION);
    expect(new Set(lines.map(({ name }) => name))).toEqual(new Set(['gateway', 'worker']));
    expect(lines.find(({ name }) => name === 'gateway')).toMatchObject({
      trace_id: TRACE,
      workflowId: `claim/${CLAIM}`,
    });
  });

  const upFrom = (span: Received | undefined): Received[] =>
    span ? [span, ...upFrom(receiver.spans.find(({ spanId }) => spanId === span.parentId))] : [];
});

test('what is personal is in no log', () => {
  const text = logFiles().join('');
  expect(text).toContain(CLAIM);
  for (const secret of ['Josephine', 'josephine@', 'Rue Fontaine']) expect(text).not.toContain(secret);
});

describe('metrics', () => {
  const scraped = new Map<ProcessName, string>();

  beforeAll(async () => {
    const gateway = Number(new URL(fleet.runtime.addresses.gateway).port);
    const offsets: Record<ProcessName, number> = { gateway: 0, services: 1, worker: 7, relay: 8, subscribers: 9 };
    for (const name of PROCESSES) {
      const response = await fetch(`http://127.0.0.1:${gateway + offsets[name]}/metrics`);
      expect([name, response.status, response.headers.get('content-type')]).toEqual([
        name,
        200,
        expect.stringContaining('text/plain'),
      ]);
      scraped.set(name, await response.text());
    }
  }, MINUTE);

  const value = (process: ProcessName, sample: string): number => {
    const line = scraped
      .get(process)
      ?.split('\n')
      .find((one) => one.startsWith(`${sample} `));
    return line === undefined ? NaN : Number(line.slice(sample.length + 1));
  };

  test('each process gives exactly those that the catalogue says, beside those of Node and of the SDK', () => {
    for (const process of PROCESSES) {
      const declared = Object.values<Declared>(METRICS).filter(({ from }) => from.includes(process));
      const given = [...metricsGiven(scraped.get(process) ?? '')];
      expect(given.filter((name) => name.startsWith('throughline_')).sort()).toEqual(
        declared.map(({ name }) => name).sort(),
      );
      expect(given).toContain('nodejs_eventloop_lag_seconds');
    }
    expect([...metricsGiven(scraped.get('worker') ?? '')]).toContain('temporal_workflow_completed_total');
  });

  test('count what the claim did', async () => {
    const [{ transitions } = { transitions: 0 }] = await rows<{ transitions: number }>(
      `SELECT count(*)::integer AS transitions FROM throughline.journal WHERE kind = 'transition'`,
    );
    const counted = (scraped.get('worker') ?? '')
      .split('\n')
      .filter((line) => line.startsWith('throughline_transitions_total{'));
    expect(counted.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(transitions);
    expect(value('worker', 'throughline_time_in_state_seconds_count{lifecycle="claim",state="Submitted"}')).toBe(1);
    expect(value('gateway', 'throughline_collection_up{source="records"}')).toBe(1);
    expect(value('gateway', 'throughline_collection_up{source="temporal"}')).toBe(1);
    expect(value('gateway', 'throughline_dependency_gate{dependency="payments",status="up"}')).toBe(1);
    expect(
      value('gateway', 'throughline_task_queue_pollers{queue="throughline-claim",kind="workflow"}'),
    ).toBeGreaterThan(0);
    expect(value('gateway', 'throughline_callbacks_total{service="payments"}')).toBeGreaterThan(0);
    expect(value('relay', 'throughline_events_relayed_total{outbox="records"}')).toBeGreaterThan(0);
  });

  test('are all that dashboards and alerts ask for', () => {
    const given = new Set([...scraped.values()].flatMap((text) => [...metricsGiven(text)]));
    const asked = expressions();
    expect(asked.length).toBeGreaterThan(20);
    for (const { where, expression } of asked) {
      for (const name of metricsIn(expression)) expect([where, given.has(name)]).toEqual([where, true]);
    }
  });

  test('are those that the tests of the alerts plant', () => {
    const told = [...scraped.values()].flatMap((text) =>
      text.split('\n').flatMap((line) => (line.startsWith('throughline_') ? [seriesOf(line)] : [])),
    );
    const named = (labels: object) => Object.keys(labels).sort();
    // What has always a sample for each name that the code knows: the very series.
    const whole = /^throughline_(dependency|task_queue|collection)_/;
    const found = plantedSeries().filter(({ metric, labels }) => {
      const alike = told.filter((one) => one.metric === metric);
      if (whole.test(metric)) expect(alike.map((one) => one.labels)).toContainEqual(labels);
      for (const one of alike) expect([metric, named(one.labels)]).toEqual([metric, named(labels)]);
      return alike.length > 0;
    });
    expect(found.length).toBeGreaterThan(15);
  });
});

/** Names of the series that a scrape may hold, with those that a histogram is made of. */
function metricsGiven(text: string): Set<string> {
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
}

async function send(
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text}`);
  return JSON.parse(text) as unknown;
}

async function rows<Row extends pg.QueryResultRow>(sql: string, ...values: unknown[]): Promise<Row[]> {
  return (await database.query<Row>(sql, values)).rows;
}

function logFiles(): string[] {
  const folder = path.join(fleet.stateDir, 'logs');
  return ['gateway', 'workers', 'services', 'relay', 'subscribers'].map((name) =>
    readFileSync(path.join(folder, readdirSync(folder).find((file) => file === `${name}.log`) ?? name), 'utf8'),
  );
}

function logged(): Record<string, unknown>[] {
  return logFiles().flatMap((text) =>
    text.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : [])),
  );
}
