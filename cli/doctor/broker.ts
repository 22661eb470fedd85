/** The broker, looked at without making anything there. */
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { brokerSettings } from '../../events/broker/open.js';
import { LAG } from '../../events/broker/postgres-tables.js';
import { failed, isBelow, ok, PATIENCE_MS, reasonOf, warning, type Finding } from './check.js';

/** Expectations about the last sequence of a set of subjects. */
const LEAST_NATS = '2.12.0';

/** @param databaseUrl of a broker that is kept in the database, where the environment names none */
export async function brokerFinding(env: NodeJS.ProcessEnv, databaseUrl: string | undefined): Promise<Finding> {
  const url = env['DATABASE_URL'] ?? databaseUrl;
  try {
    const settings = brokerSettings({ ...env, ...(url !== undefined && { DATABASE_URL: url }) });
    return await (settings.kind === 'nats' ? inNats(settings.url) : inPostgres(settings.databaseUrl));
  } catch (err) {
    return failed(
      'broker',
      `it cannot be used (${reasonOf(err)})`,
      'start it, or correct THROUGHLINE_BROKER and NATS_URL',
    );
  }
}

async function inNats(url: string): Promise<Finding> {
  const connection = await connect({ servers: url.split(','), timeout: PATIENCE_MS, maxReconnectAttempts: 0 });
  try {
    const { version = '', jetstream } = connection.info ?? {};
    if (isBelow(version, LEAST_NATS))
      return failed('broker', `NATS ${version}`, `NATS ${LEAST_NATS} or newer is needed`);
    if (jetstream !== true) return failed('broker', `NATS ${version} without JetStream`, 'start it with --jetstream');
    return ok('broker', `NATS ${version}`);
  } finally {
    await connection.close();
  }
}

async function inPostgres(databaseUrl: string): Promise<Finding> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'throughline-doctor',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ found: boolean }>(
      `SELECT to_regclass('broker.subscription') IS NOT NULL AS found`,
    );
    if (tables[0]?.found !== true) return ok('broker', 'PostgreSQL; nobody has published or subscribed yet');
    const { rows } = await client.query<{ name: string; parked: number }>(LAG);
    const parked = rows.filter((row) => row.parked > 0);
    if (parked.length === 0) return ok('broker', `PostgreSQL, ${rows.length} subscriptions`);
    return warning(
      'broker',
      `deliveries were set aside: ${parked.map((row) => `${row.name} ${row.parked}`).join(', ')}`,
      'throughline outbox list says why',
    );
  } finally {
    await client.end();
  }
}
