/** Entry point of the reference services: `node dist/services/main.js`; its settings stand in `config.ts`. */
import { startServices } from './app.js';
import { configFromEnvironment } from './config.js';
import { PinoLogger } from './platform/logger.js';

const log = new PinoLogger('services');
try {
  const config = configFromEnvironment(process.env);
  const app = await startServices(config);
  // SIGTERM and SIGINT: requests and callbacks under way end, then exit code 0.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  log.log({ services: config.services, url: await app.getUrl() }, 'services are ready', 'main');
} catch (error) {
  log.error(error, 'main');
  process.exit(1);
}
