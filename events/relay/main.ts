/**
 * Entry point of the relay: `node dist/events/relay/main.js`. Brings what the records' outbox holds to the broker. Any number may run.
 * Settings: `DATABASE_URL`, `THROUGHLINE_BROKER`, `NATS_URL`, `HOST` and `PORT` of the health endpoints.
 */
import { pino } from 'pino';
import { createPool } from '../../records/pool.js';
import { brokerSettings, openBroker } from '../broker/open.js';
import { hostAndPort, untilTold } from '../process.js';
import { serveHealth } from '../health.js';
import { Outbox } from './outbox.js';
import { Relay } from './relay.js';

const log = pino({ name: 'relay', level: process.env['LOG_LEVEL'] ?? 'info' });
const DEFAULT_PORT = 7238;
/** Each partition that is relayed takes one; the rest are for looking. */
const CONNECTIONS = 8;

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl)
    throw new Error('the relay cannot start; set DATABASE_URL, as postgres://user:password@host:port/database');
  const { host, port } = hostAndPort(process.env, DEFAULT_PORT);
  const settings = brokerSettings(process.env);
  const broker = await openBroker(settings, { applicationName: 'throughline-relay', log });
  const pool = createPool(databaseUrl, {
    applicationName: 'throughline-relay',
    max: CONNECTIONS,
    onLost: (error) => log.warn({ reason: error.message }, 'a database connection was lost'),
  });
  const outbox = new Outbox(pool, 'throughline.outbox');
  const relay = new Relay(pool, outbox, broker, { log });
  await serveHealth(
    async () => ({ ready: relay.well, details: { broker: settings.kind, lag: await outbox.lag() } }),
    host,
    port,
  );
  relay.start();
  log.info({ broker: settings.kind, port }, 'the relay is ready');
  await untilTold();
  await relay.close();
  await broker.close();
  await pool.end();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the relay ends');
    process.exit(1);
  },
);
