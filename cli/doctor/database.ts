/** The records: whether they can be reached, are up to date, and may be written. */
import pg from 'pg';
import { migrations } from '../../records/migrations/index.js';
import { WRITER_ROLE } from '../../records/privileges.js';
import { RECORDS_SCHEMA } from '../../records/schema.js';
import { failed, isBelow, ok, PATIENCE_MS, reasonOf, skipped, warning, type Finding } from './check.js';
import { clockFinding } from './clocks.js';

/** The oldest whose SQL the migrations are. */
const LEAST_VERSION = '14';
const MIGRATE = 'run: node dist/records/migrate.js';

/** @param url undefined where nobody has named one */
export async function databaseFindings(url: string | undefined): Promise<Finding[]> {
  if (url === undefined) {
    return [
      failed(
        'database',
        'DATABASE_URL is not set, and no fleet runs from the state folder',
        'set DATABASE_URL, or name the folder by --state-dir',
      ),
    ];
  }
  const client = new pg.Client({
    connectionString: url,
    application_name: 'throughline-doctor',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (err) {
    return [
      failed('database', `it cannot be reached (${reasonOf(err)})`, 'start PostgreSQL, or correct DATABASE_URL'),
      ...['migrations', 'rights', 'clock of database'].map((name) => skipped(name, 'the database does not answer')),
    ];
  }
  try {
    return [await version(client), await migrated(client), await rights(client), await clock(client)];
  } catch (err) {
    return [failed('database', `it does not answer as it should (${reasonOf(err)})`, 'look at the log of PostgreSQL')];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function version(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  const found = rows[0]?.server_version ?? '';
  if (isBelow(found, LEAST_VERSION))
    return failed('database', `PostgreSQL ${found}`, `PostgreSQL ${LEAST_VERSION} or newer is needed`);
  return ok('database', `PostgreSQL ${found}`);
}

async function migrated(client: pg.Client): Promise<Finding> {
  const name = 'migrations';
  const { rows: tables } = await client.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [
    `${RECORDS_SCHEMA}.kysely_migration`,
  ]);
  if (tables[0]?.found !== true) return failed(name, `there is no schema ${RECORDS_SCHEMA}`, MIGRATE);
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${RECORDS_SCHEMA}.kysely_migration`);
  const done = new Set(rows.map((row) => row.name));
  const pending = Object.keys(migrations).filter((one) => !done.has(one));
  if (pending.length > 0) return failed(name, `not yet made: ${pending.join(', ')}`, MIGRATE);
  const newer = [...done].filter((one) => !Object.hasOwn(migrations, one));
  if (newer.length > 0)
    return warning(
      name,
      `this build does not know ${newer.join(', ')}`,
      'a newer build has migrated: roll it out here too',
    );
  return ok(name, `all ${done.size} are made`);
}

async function rights(client: pg.Client): Promise<Finding> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1), false) AS may`,
    [WRITER_ROLE],
  );
  if (rows[0]?.may === true) return ok('rights', `the user may act as ${WRITER_ROLE}`);
  return failed(
    'rights',
    `the user may not act as ${WRITER_ROLE}`,
    `as an administrator: GRANT ${WRITER_ROLE} TO that user; or migrate`,
  );
}

async function clock(client: pg.Client): Promise<Finding> {
  const asked = Date.now();
  const { rows } = await client.query<{ theirs: Date }>('SELECT clock_timestamp() AS theirs');
  const had = Date.now();
  return clockFinding('database', { asked, theirs: rows[0]?.theirs.getTime() ?? asked, had });
}
