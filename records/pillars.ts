/** How the database and the outbox stand, as figures. */
import { sql, type Kysely } from 'kysely';
import type { Database } from './schema.js';

/** The server's version, connections in use and allowed, and the size of the database in bytes. */
export async function databaseFigures(db: Kysely<Database>): Promise<{
  readonly version: string;
  readonly figures: Readonly<Record<'connections' | 'mostConnections' | 'sizeBytes', number>>;
}> {
  const { rows } = await sql<{ version: string; connections: number; most: number; size: number }>`
    SELECT current_setting('server_version') AS version, current_setting('max_connections')::integer AS most,
           (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::integer AS connections,
           pg_database_size(current_database())::double precision AS size`.execute(db);
  const { version = 'unknown', connections = 0, most = 0, size = 0 } = rows[0] ?? {};
  return { version, figures: { connections, mostConnections: most, sizeBytes: size } };
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
