/** The process's connections to PostgreSQL. Each service touches only its own schema, `svc_<name>`. */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DatabaseError, Pool, type PoolClient, type QueryResultRow } from 'pg';
import { ServicesConfig } from '../config.js';
import { Problem } from './problem.js';

/** Holders of this lock change tables; any constant will do as long as every process uses the same. */
const MIGRATION_LOCK = 7_231_000;

/** What statements are sent to: the database, each in a transaction of its own, or one transaction. */
export interface Queries {
  /**
   * Runs one statement and returns its rows.
   * @throws DatabaseError where a constraint refuses
   * @throws Problem 503 `DatabaseUnavailable` where PostgreSQL cannot be reached or breaks off; the effect is then unknown, and
   *   the same call under the same Idempotency-Key is safe
   */
  query<R extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

@Injectable()
export class Database implements Queries, OnApplicationShutdown {
  readonly #log = new Logger('database');
  readonly #pool: Pool;

  constructor(config: ServicesConfig) {
    this.#pool = new Pool({
      connectionString: config.databaseUrl,
      application_name: 'throughline-services',
      max: 10,
      connectionTimeoutMillis: 5_000,
      // No statement here is long; a stuck one must not hold a connection for ever.
      statement_timeout: 10_000,
    });
    // Without a listener the loss of a connection (PostgreSQL restarts) would end the process. A connection has its own all its
    // life: on its way from one user to the next the pool listens no more and the user not yet, and that is when it may be lost.
    this.#pool.on('connect', (client) => {
      client.on('error', (error) => this.#log.warn({ reason: error.message }, 'a database connection was lost'));
    });
    this.#pool.on('error', () => undefined);
  }

  query<R extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    return asked(async () => (await this.#pool.query<R>(text, [...values])).rows);
  }

  /**
   * Runs `work` in one transaction: all that it writes through its argument takes effect, or, where it throws, nothing. It must
   * not wait for another connection of this pool meanwhile: enough transactions at once would wait for each other for ever.
   * @throws whatever `work` throws; Problem 503 `DatabaseUnavailable` as {@link Queries.query} has it
   */
  async transaction<T>(work: (transaction: Queries) => Promise<T>): Promise<T> {
    const client = await asked(() => this.#pool.connect());
    const transaction: Queries = {
      query: <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
        asked(async () => (await client.query<R>(text, [...values])).rows),
    };
    let sound = false;
    try {
      await transaction.query('BEGIN');
      const result = await work(transaction);
      await transaction.query('COMMIT');
      sound = true;
      return result;
    } catch (error) {
      sound = await rolledBack(client);
      throw error;
    } finally {
      client.release(!sound);
    }
  }

  /** Runs idempotent table definitions, one process at a time. */
  async migrate(definitions: string): Promise<void> {
    // Several statements in one simple query are one transaction, which also ends the lock.
    await this.#pool.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK}); ${definitions}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}

async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(error) ?? error;
  }
}

/** Whether the connection can be used again. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    return false;
  }
}

/** SQLSTATE classes that say "not now": connection, deadlock, resources, operator intervention, system. */
const TRANSIENT_CLASSES = new Set(['08', '40', '53', '57', '58']);

function unavailable(error: unknown): Problem | undefined {
  if (error instanceof DatabaseError && !TRANSIENT_CLASSES.has(error.code?.slice(0, 2) ?? '')) return undefined;
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: string }).code ?? error.message;
  return new Problem(
    503,
    'DatabaseUnavailable',
    `the service's database does not answer (${code}); send the same call again under the same Idempotency-Key`,
    undefined,
    1,
  );
}
