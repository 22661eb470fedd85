/** Entry point of a worker process. `THROUGHLINE_ROLES` says which roles it plays (default: all). */
import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { FleetModule } from './fleet.module.js';
import { WorkerFleet } from './fleet.js';
import { serveHealth } from './health.js';
import { settingsFromEnvironment } from './settings.js';
import { PinoLogger, temporalLogger } from './logger.js';

async function main(): Promise<void> {
  const logger = new PinoLogger('worker');
  // NestJS alone handles signals: the drain below is the only way to stop.
  Runtime.install({
    shutdownSignals: [],
    logger: temporalLogger(logger),
    telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }), forward: {} } },
  });
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  const settings = settingsFromEnvironment(process.env, bundle);
  const app = await NestFactory.createApplicationContext(FleetModule.with(settings), { logger });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const fleet = app.get(WorkerFleet);
  const health = await serveHealth(fleet, settings.host, settings.port);
  health.unref();
  fleet.onDeath = (reason) => {
    new Logger('main').error(`a worker died, so the process ends: ${String(reason)}`);
    process.exitCode = 1;
    void app.close().finally(() => process.exit(1));
  };
  await fleet.start();
}

main().catch((err: unknown) => {
  console.error(err instanceof Error ? err.message : err);
  process.exit(1);
});
