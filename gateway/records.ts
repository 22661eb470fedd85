/** The gateway's access to the records: reads, the erasable subjects, messages that found no entity. */
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import { ThroughlineError } from '../client/errors.js';
import { createPool, openDatabase } from '../records/pool.js';
import { RecordsReader } from '../records/reader.js';
import type { Database } from '../records/schema.js';
import { Problem } from './problem.js';
import { GatewaySettings } from './settings.js';

/** Errors of the records that speak about the request, not about the database. */
const ABOUT_THE_REQUEST: readonly string[] = ['InvalidCursor'];

/** One pool for the process; closed when the gateway has drained. */
@Injectable()
export class Records implements OnApplicationShutdown {
  private readonly log = new Logger('records');
  private readonly pool: pg.Pool;
  private readonly db: Kysely<Database>;
  private readonly reader: RecordsReader;

  constructor(settings: GatewaySettings) {
    this.pool = createPool(settings.databaseUrl, {
      applicationName: 'throughline-gateway',
      onLost: (err) =>
        this.log.warn({ err: err.message }, 'a database connection was lost; the next query opens another'),
    });
    this.db = openDatabase(this.pool);
    this.reader = new RecordsReader(this.db);
  }

  /** @throws Problem 503 `RecordsUnavailable` */
  read<T>(read: (reader: RecordsReader) => Promise<T>): Promise<T> {
    return this.use(() => read(this.reader));
  }

  /** As {@link read}, for what the gateway itself keeps. */
  write<T>(write: (db: Kysely<Database>) => Promise<T>): Promise<T> {
    return this.use(() => write(this.db));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  private async use<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (err) {
      // Said of the request by whoever reads, not by the database.
      if (err instanceof Problem || err instanceof ThroughlineError) throw err;
      if (err instanceof Error && ABOUT_THE_REQUEST.includes((err as { type?: string }).type ?? '')) {
        throw new Problem(422, (err as unknown as { type: string }).type, err.message);
      }
      // Class 22 of SQLSTATE, data exceptions: a character or a number that no column can hold.
      if (/^22/.test(String((err as { code?: unknown }).code))) {
        throw new Problem(
          422,
          'InvalidRequest',
          'a text of the request holds a character that cannot be stored, or a number is too large; correct the request',
        );
      }
      this.log.error({ err }, 'the records could not be used');
      throw new Problem(
        503,
        'RecordsUnavailable',
        'the database of the records does not answer; ask again in a moment',
      );
    }
  }
}
