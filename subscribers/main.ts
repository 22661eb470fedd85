/**
 * Entry point of a process of subscribers: `node dist/subscribers/main.js`; its settings stand in `settings.ts`. Any number may run, each
 * with some of the subscribers or with all.
 */
import { pino } from 'pino';
import { openBroker } from '../events/broker/open.js';
import { hostAndPort, untilTold } from '../events/process.js';
import { serveHealth } from '../events/health.js';
import { runSubscribers } from './run.js';
import { settingsFromEnvironment } from './settings.js';

const log = pino({ name: 'subscribers', level: process.env['LOG_LEVEL'] ?? 'info' });
const DEFAULT_PORT = 7239;

async function main(): Promise<void> {
  const settings = settingsFromEnvironment(process.env, new URL('./configuration.js', import.meta.url));
  const { host, port } = hostAndPort(process.env, DEFAULT_PORT);
  const broker = await openBroker(settings.broker, { applicationName: 'throughline-subscribers', log });
  const running = await runSubscribers(settings, broker, log);
  await serveHealth(
    async () => ({
      ready: running.well,
      details: { broker: settings.broker.kind, subscriptions: await broker.lag(), outboxes: await running.lag() },
    }),
    host,
    port,
    (url) => running.list(url),
  );
  log.info({ subscribers: running.names, port }, 'the subscribers are ready');
  await untilTold();
  await running.close();
  await broker.close();
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    log.error({ reason: error instanceof Error ? error.message : String(error) }, 'the subscribers end');
    process.exit(1);
  },
);
