/** Entry point of a worker process. `THROUGHLINE_ROLES` says which roles it plays (default: all). */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { FleetModule } from './fleet.module.js';
import { WorkerFleet } from './fleet.js';
import { temporalLogger } from './logger.js';
import { sdkMetrics } from './sdk-metrics.js';
import { settingsFromEnvironment } from './settings.js';
import { serveHealth } from '../telemetry/health.js';
import { createLogger, NestLogger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { startTracing } from '../telemetry/tracing.js';

/** How long the other workers may take to drain when one has died, in milliseconds. */
const LAST_WORD_WITHIN_MS = 30_000;
const log = createLogger('worker');

/** Whoever looks for the reason looks at the end of the log. */
function lastWord(why: string, late?: NodeJS.Timeout): void {
  clearTimeout(late);
  log.fatal(why);
  process.exit(1);
}

async function main(): Promise<void> {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  const settings = settingsFromEnvironment(process.env, bundle);
  await startTracing('worker');
  const [metrics, sdk] = [new Metrics('worker'), await sdkMetrics()];
  // NestJS alone handles signals: the drain below is the only way to stop.
  Runtime.install({
    shutdownSignals: [],
    logger: temporalLogger(log),
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }), forward: {} },
      metrics: sdk.exporter,
    },
  });
  const app = await NestFactory.createApplicationContext(FleetModule.with(settings, metrics), {
    logger: new NestLogger(log),
  });
  app.enableShutdownHooks(undefined, { useProcessExit: true });
  const fleet = app.get(WorkerFleet);
  await serveHealth(
    async () => ({ ready: fleet.ready, details: { workers: fleet.states } }),
    settings.host,
    settings.port,
    {
      metrics: async () => `${await metrics.text()}${await sdk.text()}`,
    },
  );
  fleet.onDeath = (reason) => {
    const why = `a worker died, so the process ends: ${reason instanceof Error ? reason.message : String(reason)}`;
    log.error({ err: reason }, why);
    const late = setTimeout(() => lastWord(why), LAST_WORD_WITHIN_MS);
    app.close().then(
      () => lastWord(why, late),
      () => lastWord(why, late),
    );
  };
  await fleet.start();
}

main().catch((err: unknown) => {
  console.error(err instanceof Error ? err.message : err);
  process.exit(1);
});
