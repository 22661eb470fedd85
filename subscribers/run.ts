/** Runs subscribers in one process. */
import pg from 'pg';
import type { Broker } from '../events/broker/broker.js';
import type { Log } from '../events/broker/log.js';
import type { Answer } from '../telemetry/health.js';
import { Metrics } from '../telemetry/metrics.js';
import type { OutboxLag } from '../events/relay/outbox.js';
import { CHAINS_PATH, listChains } from './completion/chains.js';
import { load } from './platform/load.js';
import { Subscriber } from './platform/subscriber.js';
import { chainsOf, type Settings } from './settings.js';

/** Handlers wait for each other here rather than in PostgreSQL. */
const CONNECTIONS = 12;
const CONNECT_WITHIN_MS = 30_000;

export interface Running {
  readonly names: readonly string[];
  /** Whether what they tell gets through. */
  readonly well: boolean;
  /** The same by name. */
  readonly wellness: Readonly<Record<string, boolean>>;
  /** By subscriber: how far what it tells is behind. */
  lag(): Promise<Record<string, OutboxLag[]>>;
  /** Answers requests for what they list. */
  list(url: URL): Promise<Answer | undefined>;
  close(): Promise<void>;
}

/** Starts those that are to run. @throws Error where a name is not configured, or database or broker do not answer */
export async function runSubscribers(
  { databaseUrl, configuration, only }: Pick<Settings, 'databaseUrl' | 'configuration' | 'only'>,
  broker: Broker,
  log: Log,
  metrics = new Metrics('subscribers'),
): Promise<Running> {
  const known = await load(await chainsOf(configuration), [
    new URL('./', configuration),
    new URL('./', import.meta.url),
  ]);
  const strange = only?.find((name) => !known.some((definition) => definition.name === name));
  if (strange !== undefined)
    throw new Error(
      `THROUGHLINE_SUBSCRIBERS names ${strange}, which is not configured; there are ${known.map(({ name }) => name).join(', ')}`,
    );
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: 'throughline-subscribers',
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: 10_000,
    keepAlive: true,
  });
  // Without listeners the loss of a connection would end the process.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'a database connection was lost'));
  pool.on('connect', (client) => client.on('error', () => undefined));
  const running: Subscriber[] = [];
  const close = async () => {
    await Promise.all(running.map((subscriber) => subscriber.close()));
    await pool.end();
  };
  try {
    for (const definition of known.filter(({ name }) => only?.includes(name) ?? true))
      running.push(await Subscriber.start(definition, pool, broker, { log, metrics }));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    names: running.map(({ name }) => name),
    get well() {
      return running.every((subscriber) => subscriber.well);
    },
    get wellness() {
      return Object.fromEntries(running.map(({ name, well }) => [name, well]));
    },
    lag: async () =>
      Object.fromEntries(await Promise.all(running.map(async (one) => [one.name, await one.lag()] as const))),
    list: async (url) => {
      const completion = running.find(({ name }) => name === 'completion');
      return completion && url.pathname === CHAINS_PATH ? listChains(pool, completion.schema, url) : undefined;
    },
    close,
  };
}
