/** The process's connections to PostgreSQL. Each service touches only its own schema, `svc_<name>`. */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { DatabaseError, Pool, type QueryResultRow } from 'pg';
import { ServicesConfig } from '../config.js';
import { Problem } from './problem.js';

/** Holders of this lock change tables; any constant will do as long as every process uses the same. */
const MIGRATION_LOCK = 7_231_000;

@Injectable()
export class Database implements OnApplicationShutdown {
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
    // Without a listener the loss of an idle connection (PostgreSQL restarts) would end the process.
    this.#pool.on('error', (error) =>
      this.#log.warn({ reason: error.message }, 'an idle database connection was lost'),
    );
  }

  /**
   * Runs one statement in a transaction of its own and returns its rows.
   * @throws DatabaseError where a constraint refuses
   * @throws Problem 503 `DatabaseUnavailable` where PostgreSQL cannot be reached or breaks off; the effect is then unknown, and
   *   the same call under the same Idempotency-Key is safe
   */
  async query<R extends QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<R[]> {
    try {
      return (await this.#pool.query<R>(text, [...values])).rows;
    } catch (error) {
      throw unavailable(error) ?? error;
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
