/** How the database and the outbox stand, as figures. */
import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.js';

/** The server as one of its databases shows it. */
export interface DatabaseFigures {
  readonly version: string;
  /** Connections to the server in use and allowed; the size of the database in bytes, where we may know it. */
  readonly figures: Readonly<Record<string, number>>;
  /** Connections to this database by who holds them, as they say; `other` is whoever is not of the fleet. */
  readonly applications: Readonly<Record<string, number>>;
}

/**
 * Our role sees of others' sessions whose they are and nothing more: neither what kind they are nor what they do. Whoever has a user
 * is a client, for the server's own processes have none; the helpers of a parallel query, which bear their client's, count as well.
 */
export async function databaseFigures(db: Kysely<Database>): Promise<DatabaseFigures> {
  const { rows } = await sql<{
    version: string;
    connections: number;
    most: number;
    size: number | null;
    applications: Record<string, number>;
  }>`
    WITH held AS (
      SELECT CASE WHEN datname = current_database() THEN
               CASE WHEN application_name LIKE 'throughline-%' THEN application_name ELSE 'other' END
             END AS application, count(*)::integer AS connections
        FROM pg_stat_activity WHERE usesysid IS NOT NULL GROUP BY 1)
    SELECT current_setting('server_version') AS version, current_setting('max_connections')::integer AS most,
           (SELECT sum(connections) FROM held)::integer AS connections,
           (SELECT coalesce(jsonb_object_agg(application, connections), '{}') FROM held WHERE application IS NOT NULL) AS applications,
           CASE WHEN has_database_privilege(current_database(), 'CONNECT') THEN pg_database_size(current_database()) END::float8 AS size`.execute(
    db,
  );
  const { version = 'unknown', connections = 0, most = 0, size = null, applications = {} } = rows[0] ?? {};
  return {
    version,
    figures: { connections, mostConnections: most, ...(size !== null && { sizeBytes: size }) },
    applications,
  };
}

/** Events that wait for the broker; `lagMs` is how long the oldest has waited, 0 where none does. */
export async function outboxFigures(
  db: Kysely<Database>,
): Promise<Readonly<Record<'waiting' | 'refused' | 'parked' | 'lagMs', number>>> {
  const { rows } = await sql<Record<'waiting' | 'refused' | 'parked' | 'lagMs', number>>`
    SELECT count(*)::integer AS waiting, (count(*) FILTER (WHERE failures > 0))::integer AS refused,
           count(parked_at)::integer AS parked,
           coalesce(extract(epoch FROM now() - min(written_at)) * 1000, 0)::integer AS "lagMs"
      FROM outbox WHERE published_at IS NULL`.execute(db);
  return rows[0] ?? { waiting: 0, refused: 0, parked: 0, lagMs: 0 };
}
