/** Reads and settles an outbox; and what a person does with events that the broker refused. */
import type { Pool, PoolClient } from 'pg';
import type { Published } from '../broker/broker.js';
import type { OutboxRow } from '../broker/event.js';

/** An event that waits, as it is shown. */
export interface WaitingEvent {
  readonly id: string;
  readonly type: string;
  /** `<lifecycle>/<business key>`: everything behind it in this key waits too. */
  readonly key: string;
  readonly writtenAt: string;
  readonly failures: number;
  /** Why the broker refused it last. */
  readonly reason?: string;
  /** Since when it is no longer tried. */
  readonly parkedAt?: string;
}

/** How far publishing is behind, for the events of one lifecycle. */
export interface OutboxLag {
  readonly lifecycle: string;
  readonly waiting: number;
  readonly oldestSeconds: number;
  readonly parked: number;
}

/** What is to become of a refused event. */
export interface Refusal {
  readonly id: string;
  readonly reason: string;
  readonly failures: number;
  /** Milliseconds until the next try; undefined: it is parked. */
  readonly pauseMs?: number;
}

const COLUMNS = 'id, type, source, subject, time, key, correlationid, causationid, sequence, traceparent, data';

export class Outbox {
  /** @param table with its schema; its columns are those of `outbox-table.ts` */
  constructor(
    private readonly pool: Pool,
    readonly table: string,
  ) {}

  /** The partitions in which events wait to be published now. */
  async busy(): Promise<number[]> {
    const { rows } = await this.pool.query<{ partition: number }>(
      `SELECT DISTINCT partition FROM ${this.table}
        WHERE published_at IS NULL AND parked_at IS NULL AND (due_at IS NULL OR due_at <= now())`,
    );
    return rows.map(({ partition }) => partition);
  }

  /** Makes the transaction the only one that works on a partition. @returns whether it is */
  async lock(client: PoolClient, partition: number): Promise<boolean> {
    const { rows } = await client.query<{ locked: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS locked',
      [`relay:${this.table}:${partition}`],
    );
    return rows[0]?.locked === true;
  }

  /** What is to be published of a partition, in order; what stands behind a refused event of its key is not. */
  async take(client: PoolClient, partition: number, limit: number): Promise<(OutboxRow & { failures: number })[]> {
    const { rows } = await client.query<OutboxRow & { failures: number }>(
      `SELECT ${COLUMNS}, failures FROM ${this.table} o
        WHERE published_at IS NULL AND partition = $1
          AND NOT EXISTS (
            SELECT FROM ${this.table} refused
             WHERE refused.key = o.key AND refused.position <= o.position
               AND refused.published_at IS NULL AND refused.failures > 0
               AND (refused.parked_at IS NOT NULL OR refused.due_at > now()))
        ORDER BY position LIMIT $2`,
      [partition, limit],
    );
    return rows;
  }

  async settle(client: PoolClient, published: Published['accepted'], refusals: readonly Refusal[]): Promise<void> {
    await client.query(
      `UPDATE ${this.table} SET published_at = clock_timestamp(), parked_at = NULL, due_at = NULL, reason = NULL WHERE id = ANY ($1)`,
      [published],
    );
    for (const { id, reason, failures, pauseMs } of refusals) {
      await client.query(
        `UPDATE ${this.table}
            SET failures = $2, reason = $3, due_at = now() + $4 * interval '1 ms',
                parked_at = CASE WHEN $4::integer IS NULL THEN now() END
          WHERE id = $1`,
        [id, failures, reason, pauseMs ?? null],
      );
    }
  }

  async lag(): Promise<OutboxLag[]> {
    const { rows } = await this.pool.query<{
      lifecycle: string;
      waiting: number;
      oldest_seconds: number;
      parked: number;
    }>(
      `SELECT split_part(key, '/', 1) AS lifecycle, count(*)::integer AS waiting, count(parked_at)::integer AS parked,
              extract(epoch FROM now() - min(written_at))::float8 AS oldest_seconds
         FROM ${this.table} WHERE published_at IS NULL GROUP BY 1 ORDER BY 1`,
    );
    return rows.map(({ oldest_seconds: oldestSeconds, ...row }) => ({ ...row, oldestSeconds }));
  }

  /** Events that wait, the oldest first. @param parked only those that are no longer tried */
  async waiting(parked: boolean, limit: number): Promise<WaitingEvent[]> {
    const { rows } = await this.pool.query<{
      id: string;
      type: string;
      key: string;
      written_at: Date;
      failures: number;
      reason: string | null;
      parked_at: Date | null;
    }>(
      `SELECT id, type, key, written_at, failures, reason, parked_at FROM ${this.table}
        WHERE published_at IS NULL AND (NOT $1 OR parked_at IS NOT NULL) ORDER BY position LIMIT $2`,
      [parked, limit],
    );
    return rows.map(({ written_at, parked_at, reason, ...row }) => ({
      ...row,
      writtenAt: written_at.toISOString(),
      ...(reason !== null && { reason }),
      ...(parked_at && { parkedAt: parked_at.toISOString() }),
    }));
  }

  /** Has refused events published again: the one with this id, or all that are parked. @returns how many */
  async retry(id?: string): Promise<number> {
    const { rowCount } = await this.pool.query(
      `UPDATE ${this.table} SET parked_at = NULL, due_at = NULL, failures = 0
        WHERE published_at IS NULL AND failures > 0 AND (parked_at IS NOT NULL OR id = $1) AND ($1::text IS NULL OR id = $1)`,
      [id ?? null],
    );
    return rowCount ?? 0;
  }
}
