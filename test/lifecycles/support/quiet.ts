import { DefaultLogger, Runtime } from '@temporalio/worker';

/** Failures are what these tests are about: only what the tests themselves say is shown. */
export function quiet(): void {
  try {
    Runtime.install({
      logger: new DefaultLogger('ERROR', () => undefined),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
      shutdownSignals: [],
    });
  } catch {
    // Another file of the same process has installed it.
  }
}
