/**
 * Entry point of the relay: `node dist/events/relay/main.js`. Brings what the records' outbox holds to the broker. Any number may run.
 * Settings: `DATABASE_URL`, `THROUGHLINE_BROKER`, `NATS_URL`, `HOST` and `PORT` of the health endpoints.
 */
import { createPool } from '../../records/pool.js';
import { brokerSettings, openBroker } from '../broker/open.js';
import { hostAndPort, untilTold } from '../process.js';
import { serveHealth } from '../../telemetry/health.js';
import { createLogger } from '../../telemetry/logger.js';
import { Metrics } from '../../telemetry/metrics.js';
import { startTracing, stopTracing } from '../../telemetry/tracing.js';
import { relayCounts } from './counts.js';
import { Outbox } from './outbox.js';
import { Relay } from './relay.js';

const log = createLogger('relay');
const DEFAULT_PORT = 7238;
/** Each partition that is relayed takes one; the rest are for looking. */
const CONNECTIONS = 8;

async function main(): Promise<void> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl)
    throw new Error('the relay cannot start; set DATABASE_URL, as postgres://user:password@host:port/database');
  const { host, port } = hostAndPort(process.env, DEFAULT_PORT);
  const settings = brokerSettings(process.env);
  await startTracing('relay');
  const metrics = new Metrics('relay');
  const broker = await openBroker(settings, { applicationName: 'throughline-relay', log });
  const pool = createPool(databaseUrl, {
    applicationName: 'throughline-relay',
    max: CONNECTIONS,
    onLost: (error) => log.warn({ reason: error.message }, 'a database connection was lost'),
  });
  const outbox = new Outbox(pool, 'throughline.outbox');
  const relay = new Relay(pool, outbox, broker, { log, count: relayCounts(metrics, 'records') });
  await serveHealth(
    async () => ({ ready: relay.well, details: { broker: settings.kind, lag: await outbox.lag() } }),
    host,
    port,
    {
      metrics: () => {
        metrics.gauge('relayWell').set({ outbox: 'records' }, relay.well ? 1 : 0);
        return metrics.text();
      },
    },
  );
  relay.start();
  log.info({ broker: settings.kind, port }, 'the relay is ready');
  await untilTold();
  await relay.close();
  await broker.close();
  await pool.end();
  await stopTracing();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the relay ends');
    process.exit(1);
  },
);
