/**
 * Brings a database up to date. Safe to run at every start and from several processes at once: a session advisory lock lets one
 * work while the others wait and then find nothing to do.
 */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import pg from 'pg';
import { migrations } from './migrations/index.js';
import { withSessionOptions } from './pool.js';
import { applyPrivileges, ensureRoles } from './privileges.js';
import { RECORDS_SCHEMA } from './schema.js';

/** Any constant will do; it only has to be the same for every migrating process. */
const LOCK_KEY = 723_072_307;

/**
 * Creates or updates schema `throughline`, the roles and their rights.
 * @param databaseUrl `postgres://…` of a user who may create schemas, and roles unless they exist.
 * @param report receives one line for each thing done.
 * @throws where a statement is refused; the database then is as it was before the migration that failed.
 */
export async function migrate(databaseUrl: string, report: (line: string) => void = () => {}): Promise<void> {
  const connection = withSessionOptions(databaseUrl, { search_path: RECORDS_SCHEMA });
  const client = new pg.Client({ ...connection, application_name: 'throughline-migrate' });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
    await ensureRoles(client);
    await runMigrations(connection, report);
    await applyPrivileges(client);
  } finally {
    await client.end();
  }
}

async function runMigrations(connection: pg.PoolConfig, report: (line: string) => void): Promise<void> {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...connection, max: 1 }) }) });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
      migrationTableSchema: RECORDS_SCHEMA,
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    for (const { migrationName, status } of results) report(`migration ${migrationName}: ${status.toLowerCase()}`);
    if (error !== undefined) throw error instanceof Error ? error : new Error('a migration failed', { cause: error });
    if (results.length === 0) report('the records are up to date');
  } finally {
    await db.destroy();
  }
}

async function main(): Promise<number> {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) {
    console.error(
      'DATABASE_URL is not set. Set it to the database to migrate: postgres://user:password@host:5432/database',
    );
    return 2;
  }
  try {
    await migrate(databaseUrl, (line) => console.log(line));
    return 0;
  } catch (error) {
    console.error(`The records could not be migrated: ${describe(error)}`);
    return 1;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { hint } = error as { hint?: string };
  // A refused connection to a name with several addresses is an AggregateError without a message of its own.
  const causes = error instanceof AggregateError ? error.errors.map(describe) : [];
  return [error.message, ...causes, hint].filter(Boolean).join('. ');
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main();
}
