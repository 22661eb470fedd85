/** The Temporal SDK's own metrics beside ours: it serves them on a port of its own, which nobody but this process asks. */
import type { PrometheusMetricsExporter } from '@temporalio/worker';
import { createServer, type AddressInfo } from 'node:net';

/** How long the SDK may take to say them, in milliseconds. */
const WITHIN_MS = 2_000;

/** What the SDK's runtime is told, and how its metrics are then read. */
export interface SdkMetrics {
  readonly exporter: PrometheusMetricsExporter;
  /** In Prometheus's text format; empty where the SDK does not answer. */
  text(): Promise<string>;
}

/** Finds a free port on the loopback address. */
export async function sdkMetrics(): Promise<SdkMetrics> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  return {
    exporter: {
      prometheus: { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true },
    },
    text: async () => {
      try {
        const response = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(WITHIN_MS) });
        return await response.text();
      } catch {
        return '';
      }
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
