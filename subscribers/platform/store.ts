/**
 * A subscriber's own schema: its tables, the events that it has handled, and its outbox. What an event leads to, the event's id, and what
 * the subscriber tells of it are one transaction: however often the broker delivers, it happens once.
 */
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { NotNow } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import { isOutage } from '../../events/broker/outage.js';
import { traceparent } from '../../telemetry/tracing.js';
import { outboxTable } from '../../events/relay/outbox-table.js';
import { inTransaction } from '../../events/transaction.js';
import type { Queries } from './step.js';

/** Any constant, the same in every process. */
const DEFINITION_LOCK = 723_072_600;

/** What a subscriber has to tell. */
export interface Told {
  /** Unique among what this subscriber tells; the same when it is told again. */
  readonly id: string;
  readonly type: string;
  readonly data: object;
}

export class Store {
  readonly schema: string;

  /** @param name of the subscriber: letters, digits and dashes */
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
  ) {
    this.schema = `sub_${name.replaceAll('-', '_')}`;
  }

  /** Creates schema and tables where they are lacking. @param tables definitions; unqualified names are in the schema */
  async define(tables: string): Promise<void> {
    // Several statements in one simple query are one transaction, which also ends the lock.
    await this.pool.query(`
      SELECT pg_advisory_xact_lock(${DEFINITION_LOCK});
      CREATE SCHEMA IF NOT EXISTS ${this.schema};
      SET LOCAL search_path TO ${this.schema};
      CREATE TABLE IF NOT EXISTS inbox (
        source     text NOT NULL,
        event_id   text NOT NULL,
        type       text NOT NULL,
        key        text NOT NULL,
        sequence   integer NOT NULL,
        position   bigint GENERATED ALWAYS AS IDENTITY,
        handled_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (source, event_id)
      );
      ${outboxTable(this.schema)}
      ${tables}`);
  }

  /**
   * Does what an event leads to, unless that was done before.
   * @returns whether there is something new to publish
   * @throws NotNow where PostgreSQL is away; whatever `work` throws, with nothing of it done
   */
  async once(event: BrokerEvent, work: (queries: Queries) => Promise<readonly Told[]>): Promise<boolean> {
    try {
      return await this.transaction(async (client) => {
        const { rowCount } = await client.query(
          `INSERT INTO inbox (source, event_id, type, key, sequence) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
          [event.source, event.id, event.type, event.partitionkey, Number(event.sequence)],
        );
        if (rowCount === 0) return false;
        const queries: Queries = {
          query: async <R extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
            (await client.query<R>(text, [...values])).rows,
        };
        const told = await work(queries);
        for (const one of told) await this.tell(client, event, one);
        return told.length > 0;
      });
    } catch (error) {
      if (isOutage(error)) throw new NotNow((error as Error).message, { cause: error });
      throw error;
    }
  }

  private async tell(client: PoolClient, cause: BrokerEvent, { id, type, data }: Told): Promise<void> {
    await client.query(
      `INSERT INTO outbox (id, type, source, subject, time, key, correlationid, causationid, sequence, data, traceparent)
       VALUES ($1, $2, $3, $4, now(), $5, $6, $7, $8, $9, $10)`,
      [
        id,
        type,
        `/subscribers/${this.name}`,
        cause.subject,
        cause.partitionkey,
        cause.correlationid,
        cause.id,
        Number(cause.sequence),
        JSON.stringify(data),
        traceparent() ?? null,
      ],
    );
  }

  private transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(this.pool, work, `BEGIN; SET LOCAL search_path TO ${this.schema}`);
  }
}
