/** Entry point of the gateway process. */
import 'reflect-metadata';
import { createGateway } from './server.js';
import { settingsFromEnvironment } from './settings.js';
import { startTracing } from '../telemetry/tracing.js';

try {
  const settings = settingsFromEnvironment(process.env);
  await startTracing('gateway');
  const app = await createGateway(settings);
  // SIGTERM: requests under way are answered, connections closed, exit code 0.
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  await app.listen(settings.port, settings.host);
} catch (err) {
  console.error(err instanceof Error ? err.message : err);
  process.exit(1);
}
