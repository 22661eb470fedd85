/**
 * Entry point of a process of subscribers: `node dist/subscribers/main.js`; its settings stand in `settings.ts`. Any number may run, each
 * with some of the subscribers or with all.
 */
import type { Broker } from '../events/broker/broker.js';
import { openBroker } from '../events/broker/open.js';
import { hostAndPort, untilTold } from '../events/process.js';
import { serveHealth } from '../telemetry/health.js';
import { createLogger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { startTracing, stopTracing } from '../telemetry/tracing.js';
import { runSubscribers, type Running } from './run.js';
import { settingsFromEnvironment } from './settings.js';

const log = createLogger('subscribers');
const DEFAULT_PORT = 7239;

async function main(): Promise<void> {
  const settings = settingsFromEnvironment(process.env, new URL('./configuration.js', import.meta.url));
  const { host, port } = hostAndPort(process.env, DEFAULT_PORT);
  await startTracing('subscribers');
  const metrics = new Metrics('subscribers');
  const broker = await openBroker(settings.broker, { applicationName: 'throughline-subscribers', log });
  const running = await runSubscribers(settings, broker, log, metrics);
  await serveHealth(
    async () => ({
      ready: running.well,
      details: { broker: settings.broker.kind, subscriptions: await broker.lag(), outboxes: await running.lag() },
    }),
    host,
    port,
    { listing: (url) => running.list(url), metrics: () => scraped(metrics, running, broker) },
  );
  log.info({ subscribers: running.names, port }, 'the subscribers are ready');
  await untilTold();
  await running.close();
  await broker.close();
  await stopTracing();
}

async function scraped(metrics: Metrics, running: Running, broker: Broker): Promise<string> {
  for (const [outbox, well] of Object.entries(running.wellness))
    metrics.gauge('relayWell').set({ outbox }, well ? 1 : 0);
  const lags = await broker.lag().catch(() => []);
  metrics.replace(
    'subscriptionWaiting',
    lags.map(({ subscription, waiting }) => [{ subscription }, waiting]),
  );
  metrics.replace(
    'subscriptionOldest',
    lags.map(({ subscription, oldestSeconds = 0 }) => [{ subscription }, oldestSeconds]),
  );
  metrics.replace(
    'subscriptionParked',
    lags.map(({ subscription, parked }) => [{ subscription }, parked]),
  );
  return metrics.text();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the subscribers end');
    process.exit(1);
  },
);
