/**
 * From the outbox to a subscriber, for both brokers: how many events per second once many wait, and how long one takes when none does. Runs on
 * a database of its own in the server of `DATABASE_URL`, and on the NATS server of `NATS_URL`: `npm run bench -- relay` does all of it.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Broker } from '../events/broker/broker.js';
import { openBroker, type BrokerSettings } from '../events/broker/open.js';
import { Outbox } from '../events/relay/outbox.js';
import { Relay } from '../events/relay/relay.js';
import { migrate } from '../records/migrate.js';
import { createPool } from '../records/pool.js';
import { wholeNumber } from './options.js';
import { median, percentile } from './statistics.js';
import { circumstances, required, until } from './surroundings.js';

const { values } = parseArgs({
  options: {
    waiting: { type: 'string', default: '100,1000,10000' },
    rounds: { type: 'string', default: '3' },
    single: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
  },
});
const WAITING = values.waiting.split(',').map((count) => wholeNumber('waiting', count));
const ROUNDS = wholeNumber('rounds', values.rounds);
const SINGLE = wholeNumber('single', values.single);
/** Events of each entity: what keeps its order, and is published one after the other. */
const PER_ENTITY = 10;
const TYPE = 'com.throughline.bench.Moved.v1';

const server = required('DATABASE_URL');
const name = `bench_relay_${randomBytes(4).toString('hex')}`;
const url = new URL(server);
url.pathname = `/${name}`;
const databaseUrl = url.href;

interface Measured {
  readonly broker: BrokerSettings['kind'];
  /** Events that wait when the relay starts; 0: one at a time. */
  readonly waiting: number;
  readonly publishedPerSecond: number;
  readonly handledPerSecond: number;
  /** From the relay's start, or from the writing of the event, to its handling. */
  readonly lagMedianMs: number;
  readonly lagP95Ms: number;
  /** Of relay, publisher and subscriber, which are one process here: processor seconds per second. */
  readonly cores: number;
}

await administrate(`CREATE DATABASE ${name}`);
const measured: Measured[] = [];
try {
  await migrate(databaseUrl);
  const brokers: BrokerSettings[] = [
    { kind: 'postgres', databaseUrl },
    { kind: 'nats', url: required('NATS_URL') },
  ];
  // In turns, so that what changes on the machine changes for both.
  for (const waiting of [...WAITING, 0]) {
    const rounds = brokers.map((): Measured[] => []);
    for (let round = 0; round < (waiting === 0 ? 1 : ROUNDS); round++) {
      for (const [i, settings] of brokers.entries()) rounds[i]?.push(await measure(settings, waiting));
    }
    for (const of of rounds) measured.push(middle(of));
  }
} finally {
  await administrate(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}
report();

/** One round: its own subscription, and events that no round before has had. */
async function measure(settings: BrokerSettings, waiting: number): Promise<Measured> {
  const pool = createPool(databaseUrl, { applicationName: 'throughline-bench', max: 8 });
  const broker = await openBroker(settings, { applicationName: 'throughline-bench' });
  const round = randomBytes(4).toString('hex');
  const relay = new Relay(pool, new Outbox(pool, 'throughline.outbox'), broker);
  try {
    return waiting === 0
      ? await oneByOne(settings.kind, broker, relay, pool, round)
      : await backlog(settings.kind, broker, relay, pool, round, waiting);
  } finally {
    await relay.close();
    await broker.close();
    await pool.end();
  }
}

async function backlog(
  kind: BrokerSettings['kind'],
  broker: Broker,
  relay: Relay,
  pool: pg.Pool,
  round: string,
  waiting: number,
): Promise<Measured> {
  const handledAt: number[] = [];
  const consumption = await broker.subscribe({ name: `bench-${round}`, types: [TYPE], from: 'now' }, async () => {
    handledAt.push(performance.now());
  });
  await write(pool, round, waiting);
  const { rows: started } = await pool.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  relay.start();
  await until('every event is handled', async () => handledAt.length >= waiting);
  const took = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(cpu);
  const { rows } = await pool.query<{ seconds: number }>(
    `SELECT extract(epoch FROM max(published_at) - $2)::float8 AS seconds FROM outbox WHERE id LIKE $1`,
    [`bench/${round}-%`, started[0]?.at],
  );
  await consumption.close();
  const lags = handledAt.slice(0, waiting).map((at) => at - startedAt);
  return {
    broker: kind,
    waiting,
    publishedPerSecond: waiting / (rows[0]?.seconds ?? NaN),
    handledPerSecond: waiting / ((lags.at(-1) ?? NaN) / 1000),
    lagMedianMs: median(lags),
    lagP95Ms: percentile(lags, 0.95),
    cores: (used.user + used.system) / 1e6 / took,
  };
}

async function oneByOne(
  kind: BrokerSettings['kind'],
  broker: Broker,
  relay: Relay,
  pool: pg.Pool,
  round: string,
): Promise<Measured> {
  let handled = 0;
  const consumption = await broker.subscribe({ name: `bench-${round}`, types: [TYPE], from: 'now' }, async () => {
    handled++;
  });
  relay.start();
  const lags: number[] = [];
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (let number = 0; number < SINGLE; number++) {
    const writtenAt = performance.now();
    await write(pool, `${round}-${number}`, 1);
    while (handled <= number) await new Promise((resolve) => setImmediate(resolve));
    lags.push(performance.now() - writtenAt);
  }
  const took = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(cpu);
  await consumption.close();
  return {
    broker: kind,
    waiting: 0,
    publishedPerSecond: NaN,
    handledPerSecond: NaN,
    lagMedianMs: median(lags),
    lagP95Ms: percentile(lags, 0.95),
    cores: (used.user + used.system) / 1e6 / took,
  };
}

/** Events of entities in turn, as their workers would write them. */
async function write(pool: pg.Pool, round: string, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO outbox (id, type, source, subject, time, correlationid, causationid, sequence, data)
     SELECT 'bench/' || $1 || '-' || entity || '/' || number, $2, '/throughline', $1 || '-' || entity, now(), 'bench', 'bench', number,
            jsonb_build_object('from', 'Here', 'to', 'There', 'facts', jsonb_build_object('amount', number, 'note', repeat('x', 200)))
       FROM generate_series(1, $4::integer) number, generate_series(1, $3::integer) entity
      ORDER BY number, entity LIMIT $5`,
    [round, TYPE, Math.ceil(count / PER_ENTITY), PER_ENTITY, count],
  );
}

/** The round with the median throughput, or the only one. */
function middle(rounds: readonly Measured[]): Measured {
  const sorted = [...rounds].sort((a, b) => a.handledPerSecond - b.handledPerSecond);
  const [one] = sorted.slice(sorted.length >> 1);
  if (!one) throw new Error('there was no round');
  return one;
}

async function administrate(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

function report(): void {
  if (values.json) {
    console.log(JSON.stringify({ ...circumstances(), rounds: ROUNDS, measured }));
    return;
  }
  const { machine, date } = circumstances();
  const whole = (value: number) => (Number.isNaN(value) ? '' : value.toFixed(0));
  console.log(
    [
      `Events of 400 bytes, ${PER_ENTITY} of each entity; relay, broker's client and one subscriber in one process, whose cores are ` +
        `counted; median of ${ROUNDS} rounds; ${machine}; ${date}.`,
      '',
      '| broker | waiting | published/s | handled/s | lag, median, ms | p95, ms | cores |',
      '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
      ...measured.map(
        (row) =>
          `| ${row.broker} | ${row.waiting || 'none'} | ${whole(row.publishedPerSecond)} | ${whole(row.handledPerSecond)} | ` +
          `${whole(row.lagMedianMs)} | ${whole(row.lagP95Ms)} | ${row.cores.toFixed(2)} |`,
      ),
    ].join('\n'),
  );
}
