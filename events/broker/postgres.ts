/**
 * The broker in PostgreSQL: nothing to install. A publisher adds an event and a delivery for each subscription in one statement;
 * consumers take keys whose first delivery nobody has locked. A consumer that dies lets go of its keys with its connection.
 */
import pg from 'pg';
import { Bell } from './bell.js';
import {
  PATIENCE,
  type Broker,
  type BrokerFigures,
  type Consumption,
  type Handler,
  type ParkedDelivery,
  type Patience,
  type Published,
  type Subscription,
  type SubscriptionLag,
} from './broker.js';
import { faultOf, type BrokerEvent } from './event.js';
import { silent, type Log } from './log.js';
import { PostgresConsumption } from './postgres-consumption.js';
import { inTransaction } from '../transaction.js';
import * as tables from './postgres-tables.js';

export interface PostgresBrokerSettings {
  readonly databaseUrl: string;
  readonly applicationName: string;
  readonly patience?: Patience;
  /** How long events stay that everybody has had, in days; as long a repeat is recognised. Default 7. */
  readonly retentionDays?: number;
  readonly log?: Log;
}

const RETENTION_DAYS = 7;
const CLEAN_EVERY_MS = 600_000;
/** Publishing, the bell and two rounds of each of the subscriptions. */
const MOST_CONNECTIONS = 20;
const LISTEN_AGAIN_MS = 1_000;

export class PostgresBroker implements Broker {
  /** Rung when events were published, by whomever. */
  readonly #published = new Bell();
  readonly #log: Log;
  #listener: pg.Client | undefined;
  #closed = false;
  #cleanedAt = 0;

  private constructor(
    private readonly pool: pg.Pool,
    private readonly settings: PostgresBrokerSettings,
  ) {
    this.#log = settings.log ?? silent;
  }

  /** Creates the tables where they are lacking. @throws where PostgreSQL does not answer */
  static async open(settings: PostgresBrokerSettings): Promise<PostgresBroker> {
    const pool = new pg.Pool({
      connectionString: settings.databaseUrl,
      application_name: settings.applicationName,
      max: MOST_CONNECTIONS,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 30_000,
      keepAlive: true,
    });
    // Without listeners the loss of a connection would end the process.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => client.on('error', () => undefined));
    const broker = new PostgresBroker(pool, settings);
    try {
      // Several statements in one simple query are one transaction, which also ends the lock.
      await pool.query(`SELECT pg_advisory_xact_lock(${tables.DEFINITION_LOCK}); ${tables.TABLES}`);
    } catch (error) {
      await pool.end();
      throw error;
    }
    void broker.#listen();
    return broker;
  }

  async publish(events: readonly BrokerEvent[], held?: () => Promise<unknown>): Promise<Published> {
    const refused: { id: string; reason: string }[] = [];
    const behind = new Set<string>();
    const sound = events.filter((event) => {
      if (behind.has(event.partitionkey)) return false;
      const reason = faultOf(event);
      if (reason === undefined) return true;
      refused.push({ id: event.id, reason });
      behind.add(event.partitionkey);
      return false;
    });
    // Known ids are left out, so that whoever is late can only repeat; it is asked all the same, as every broker does.
    await held?.();
    if (sound.length > 0) await this.#add(sound);
    void this.#clean();
    return { accepted: sound.map(({ id }) => id), refused };
  }

  async #add(events: readonly BrokerEvent[]): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock_shared(${tables.SUBSCRIBING_LOCK})`);
      await client.query(tables.PUBLISH, [JSON.stringify(events)]);
      await client.query(`NOTIFY ${tables.CHANNEL}`);
    });
  }

  async subscribe(subscription: Subscription, handle: Handler): Promise<Consumption> {
    await this.#register(subscription);
    const consumption = new PostgresConsumption(this.pool, subscription.name, handle, {
      patience: this.settings.patience ?? PATIENCE,
      log: this.#log,
      published: this.#published,
    });
    consumption.start();
    return consumption;
  }

  async #register({ name, types, from }: Subscription): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(${tables.SUBSCRIBING_LOCK})`);
      const added = await client.query(
        'INSERT INTO broker.subscription (name, types) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [name, types],
      );
      if (added.rowCount === 0) await client.query(tables.SUBSCRIBE_TO_MORE, [name, types]);
      else if (from === 'beginning') await client.query(tables.FROM_THE_BEGINNING, [name, types]);
    });
  }

  async parked(limit: number): Promise<ParkedDelivery[]> {
    const { rows } = await this.pool.query<{
      subscription: string;
      source: string;
      id: string;
      type: string;
      key: string;
      reason: string;
      failures: number;
      parked_at: Date;
    }>(tables.PARKED, [limit]);
    return rows.map(({ failures, parked_at, ...row }) => ({
      ...row,
      attempts: failures,
      parkedAt: parked_at.toISOString(),
    }));
  }

  async retry(subscription: string, eventId?: string): Promise<number> {
    const { rowCount } = await this.pool.query(tables.RETRY, [subscription, eventId ?? null]);
    await this.pool.query(`NOTIFY ${tables.CHANNEL}`);
    return rowCount ?? 0;
  }

  async lag(): Promise<SubscriptionLag[]> {
    const { rows } = await this.pool.query<{
      name: string;
      waiting: number;
      parked: number;
      oldest_seconds: number | null;
    }>(tables.LAG);
    return rows.map(({ name, waiting, parked, oldest_seconds }) => ({
      subscription: name,
      waiting,
      parked,
      ...(oldest_seconds !== null && { oldestSeconds: oldest_seconds }),
    }));
  }

  async about(): Promise<BrokerFigures> {
    const { rows } = await this.pool.query<{ version: string; size: number }>(tables.ABOUT);
    const { version = 'unknown', size = 0 } = rows[0] ?? {};
    return { version, figures: { sizeBytes: size } };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#listener?.end().catch(() => undefined);
    await this.pool.end();
  }

  /** The bell makes it quick; the consumptions also look by themselves. */
  async #listen(): Promise<void> {
    while (!this.#closed) {
      const client = new pg.Client({
        connectionString: this.settings.databaseUrl,
        application_name: `${this.settings.applicationName}-bell`,
        keepAlive: true,
      });
      this.#listener = client;
      const lost = new Promise<void>((resolve) => {
        client.once('error', () => resolve());
        client.once('end', () => resolve());
      });
      client.on('error', () => undefined);
      client.on('notification', () => this.#published.ring());
      try {
        await client.connect();
        await client.query(`LISTEN ${tables.CHANNEL}`);
        await lost;
      } catch {
        await client.end().catch(() => undefined);
      }
      if (!this.#closed) await this.#published.wait(LISTEN_AGAIN_MS);
    }
  }

  async #clean(): Promise<void> {
    if (Date.now() - this.#cleanedAt < CLEAN_EVERY_MS) return;
    this.#cleanedAt = Date.now();
    try {
      await this.pool.query(tables.CLEAN, [this.settings.retentionDays ?? RETENTION_DAYS]);
    } catch (error) {
      this.#log.warn({ reason: (error as Error).message }, 'old events could not be removed; it is tried again');
    }
  }
}
