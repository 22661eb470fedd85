/** Where the records are, for commands that read them without the gateway. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Pool } from 'pg';
import { z } from 'zod';
import { createPool } from '../../records/pool.js';

/** As much of `runtime.json` as is used here; the supervisor writes it. */
const runtimeFile = z.object({ addresses: z.object({ database: z.string() }) });

/** What PostgreSQL says of itself when it cannot serve: connection lost, shutting down, too many clients. */
const OUTAGE = /^(08|57P|53)/;

/** PostgreSQL does not answer, or nobody has said where it is. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable';

  constructor(detail: string, options?: ErrorOptions) {
    super(`the records cannot be reached (${detail}); start PostgreSQL, or set DATABASE_URL`, options);
  }
}

/** `DATABASE_URL`, else what a local fleet wrote down; undefined where there is neither. */
export async function databaseUrl(stateDir: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env['DATABASE_URL']) return env['DATABASE_URL'];
  try {
    return runtimeFile.parse(JSON.parse(await readFile(path.join(stateDir, 'runtime.json'), 'utf8'))).addresses
      .database;
  } catch {
    // No fleet was started from this folder.
    return undefined;
  }
}

/**
 * Runs something with the records and lets go of them, whatever happens.
 * @throws DatabaseUnreachable where PostgreSQL does not answer; never with the password.
 */
export async function withRecords<T>(url: string, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(url, { applicationName: 'throughline-cli' });
  try {
    await pool.query('SELECT 1');
    return await use(pool);
  } catch (err) {
    throw isOutage(err) ? new DatabaseUnreachable(describe(err), { cause: err }) : err;
  } finally {
    await pool.end();
  }
}

function isOutage(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  const { code } = err as { code?: unknown };
  if (typeof code === 'string') return OUTAGE.test(code) || /^E[A-Z]+$/.test(code);
  return /connection (terminated|timeout)|timeout exceeded|query read timeout/i.test(err.message);
}

/** A refused connection to a name with several addresses is an AggregateError without a message of its own. */
function describe(err: unknown): string {
  if (err instanceof AggregateError) return err.errors.map(String).join('; ');
  return err instanceof Error ? err.message : String(err);
}
