/** Connections to the records. */
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { WRITER_ROLE } from './privileges.js';
import { RECORDS_SCHEMA, type Database } from './schema.js';

export interface PoolSettings {
  /** Shown in `pg_stat_activity`, e.g. `throughline-worker`. */
  readonly applicationName: string;
  /** Most connections at once. Default 10. */
  readonly max?: number;
  /** Told of every connection that was lost while idle. The pool replaces it at the next query. */
  readonly onLost?: (error: Error) => void;
}

/**
 * Opens a pool that acts as {@link WRITER_ROLE} on schema `throughline`. Connects with the first query, not before.
 *
 * Nothing waits for ever: 5 s for a connection, 10 s for a statement on the server, 15 s for its answer on the client (a server
 * that vanished without a word). A killed server costs the queries in flight and never the process.
 */
export function createPool(databaseUrl: string, settings: PoolSettings): pg.Pool {
  const pool = new pg.Pool({
    ...withSessionOptions(databaseUrl, { role: WRITER_ROLE, search_path: RECORDS_SCHEMA }),
    application_name: settings.applicationName,
    max: settings.max ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 10_000,
    query_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  });
  // Without a listener Node ends the process: the pool listens to connections that are idle, nobody to those that somebody holds
  // and that die between two of its queries. The next query on them, or their release, tells their holder.
  pool.on('error', (error) => settings.onLost?.(error));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** A typed view on a pool, for the readers. The pool stays its owner's to end. */
export function openDatabase(pool: pg.Pool): Kysely<Database> {
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}

/**
 * Connection settings that set run-time parameters from the first moment of a session. Options in the URL itself (`?options=`)
 * are kept; ours come last and win.
 */
export function withSessionOptions(
  databaseUrl: string,
  parameters: Readonly<Record<string, string>>,
): { connectionString: string; options: string } {
  const ours = Object.entries(parameters).map(([name, value]) => `-c ${name}=${value}`);
  if (!URL.canParse(databaseUrl)) return { connectionString: databaseUrl, options: ours.join(' ') };
  const url = new URL(databaseUrl);
  const theirs = url.searchParams.get('options');
  url.searchParams.delete('options');
  return { connectionString: url.href, options: [...(theirs ? [theirs] : []), ...ours].join(' ') };
}
