/** The end of the tickets' follow-up, as its own process serves it: the list of chains. */
import type { AddressInfo } from 'node:net';
import { openBroker } from '../../events/broker/open.js';
import { silent } from '../../events/broker/log.js';
import { serveHealth } from '../../telemetry/health.js';
import { runSubscribers } from '../../subscribers/run.js';

const STANDARD = new URL('../../subscribers/configuration.ts', import.meta.url);

export interface Chains {
  readonly url: string;
  close(): Promise<void>;
}

/** Runs the subscriber `completion` against a database and serves its list. */
export async function serveChains(databaseUrl: string): Promise<Chains> {
  const broker = await openBroker({ kind: 'postgres', databaseUrl }, { applicationName: 'reconciliation-test' });
  const running = await runSubscribers({ databaseUrl, configuration: STANDARD, only: ['completion'] }, broker, silent);
  const server = await serveHealth(async () => ({ ready: true, details: {} }), '127.0.0.1', 0, {
    listing: (url) => running.list(url),
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      await running.close();
      await broker.close();
    },
  };
}
