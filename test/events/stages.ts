/** Each broker with everything that a test needs around it. */
import pg from 'pg';
import type { Broker, Patience } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { openBroker, type BrokerSettings } from '../../events/broker/open.js';
import { createDatabase } from '../support/database.js';
import { startNats } from './nats.js';

/** Quick enough for tests: a delivery that always fails is parked within a second. */
export const QUICK: Patience = { firstPauseMs: 20, longestPauseMs: 200, attempts: 5 };

export interface Stage {
  readonly settings: BrokerSettings;
  /** Another connection, as another process would have. */
  open(patience?: Patience): Promise<Broker>;
  /** Cuts every connection of the broker; what it has is kept. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

async function postgres(): Promise<Stage> {
  const { url, drop } = await createDatabase();
  const owner = new pg.Pool({ connectionString: url, max: 1 });
  // The database is dropped under whoever is still on his way out.
  owner.on('error', () => undefined);
  owner.on('connect', (client) => client.on('error', () => undefined));
  return stage(
    { kind: 'postgres', databaseUrl: url },
    async () => {
      await owner.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
      );
    },
    async () => {
      await owner.end();
      await drop();
    },
  );
}

async function nats(): Promise<Stage> {
  const server = await startNats();
  return stage(
    { kind: 'nats', url: server.url },
    () => server.restart(),
    () => server.stop(),
  );
}

function stage(settings: BrokerSettings, cut: () => Promise<void>, end: () => Promise<void>): Stage {
  const opened: Broker[] = [];
  return {
    settings,
    async open(patience = QUICK) {
      const broker = await openBroker(settings, { applicationName: 'broker-test', patience });
      opened.push(broker);
      return broker;
    },
    cut,
    async close() {
      for (const broker of opened) await broker.close();
      await end();
    },
  };
}

export const STAGES: Readonly<Record<'postgres' | 'nats', () => Promise<Stage>>> = { postgres, nats };

let published = 0;

/** An event that is sound; each has an id of its own. */
export function event(key: string, sequence: number, more: Partial<BrokerEvent> = {}): BrokerEvent {
  return {
    specversion: '1.0',
    id: `${key}/${sequence}/${++published}`,
    source: '/tests',
    type: 'com.throughline.parcel.Moved.v1',
    subject: key.slice(key.indexOf('/') + 1),
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    partitionkey: key,
    correlationid: key,
    causationid: 'test',
    sequence: String(sequence).padStart(10, '0'),
    data: {},
    ...more,
  };
}
