/** Entry point of the reference services: `node dist/services/main.js`; its settings stand in `config.ts`. */
import { startServices } from './app.js';
import { configFromEnvironment } from './config.js';
import { createLogger } from '../telemetry/logger.js';
import { startTracing } from '../telemetry/tracing.js';

const log = createLogger('services');
try {
  const config = configFromEnvironment(process.env);
  await startTracing('services');
  const app = await startServices(config);
  // SIGTERM and SIGINT: requests and callbacks under way end, then exit code 0.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  log.info({ services: config.services, url: await app.getUrl() }, 'services are ready');
} catch (error) {
  log.fatal({ err: error }, error instanceof Error ? error.message : String(error));
  process.exit(1);
}
