/**
 * Brings the events of an outbox to the broker: in order per entity, in parallel over partitions of entities, at least once.
 *
 * A partition is relayed by one transaction at a time, whichever process it belongs to. It reads, publishes and marks; a process that is
 * killed in between leaves its events unmarked, and the next repeats them, which the broker recognises. One that has lost its transaction
 * without knowing is stopped by the broker's question `held`, and behind that by the broker itself.
 */
import type { Pool, PoolClient } from 'pg';
import { Bell } from '../broker/bell.js';
import type { Broker, Patience } from '../broker/broker.js';
import { eventOf, type OutboxRow } from '../broker/event.js';
import { silent, type Log } from '../broker/log.js';
import { SpanKind } from '@opentelemetry/api';
import { contextOf, tracedBefore } from '../../telemetry/tracing.js';
import { pauseAfter } from '../broker/patience.js';
import { inTransaction } from '../transaction.js';
import type { Outbox, Refusal } from './outbox.js';

export interface RelaySettings {
  readonly log?: Log;
  /** Told how many events the broker took and refused; for metrics. */
  readonly count?: (taken: number, refused: number) => void;
  /** How often it looks for events where nobody rings, in milliseconds. Default 100. */
  readonly lookEveryMs?: number;
  /** How often the broker may refuse an event before it is parked, and the pauses between. */
  readonly refusals?: Patience;
}

/** About two minutes. */
const REFUSALS: Patience = { firstPauseMs: 1_000, longestPauseMs: 60_000, attempts: 8 };
const OUTAGE: Patience = { firstPauseMs: 200, longestPauseMs: 10_000, attempts: Infinity };
const LOOK_EVERY_MS = 100;
const EVENTS_PER_ROUND = 200;
/** Partitions that one process relays at once; each takes a connection. */
const AT_ONCE = 4;

export class Relay {
  readonly #bell = new Bell();
  readonly #log: Log;
  #failures = 0;
  #closed = false;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    readonly outbox: Outbox,
    private readonly broker: Broker,
    private readonly settings: RelaySettings = {},
  ) {
    this.#log = settings.log ?? silent;
  }

  /** Whether the last look went well. */
  get well(): boolean {
    return this.#failures === 0;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There is something to publish. */
  ring(): void {
    this.#bell.ring();
  }

  /** Lets the rounds under way end. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#bell.ring();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        const published = await this.#look();
        if (this.#failures > 0) this.#log.info({ outbox: this.outbox.table }, 'events are relayed again');
        this.#failures = 0;
        if (published > 0) continue;
      } catch (error) {
        // Once per outage.
        if (this.#failures === 0)
          this.#log.warn({ outbox: this.outbox.table, reason: reasonOf(error) }, 'events cannot be relayed');
        this.#failures += 1;
      }
      if (this.#closed) return;
      await this.#bell.wait(
        this.#failures > 0 ? pauseAfter(this.#failures, OUTAGE) : (this.settings.lookEveryMs ?? LOOK_EVERY_MS),
      );
    }
  }

  /** One round of every partition that has something. @returns how many events were published @throws the first failure */
  async #look(): Promise<number> {
    const busy = await this.outbox.busy();
    let published = 0;
    const lane = async (): Promise<void> => {
      for (let partition = busy.pop(); partition !== undefined && !this.#closed; partition = busy.pop()) {
        published += await this.#round(partition);
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane));
    const failed = lanes.find((settled) => settled.status === 'rejected');
    if (failed) throw failed.reason;
    return published;
  }

  #round(partition: number): Promise<number> {
    return inTransaction(this.pool, async (client) =>
      (await this.outbox.lock(client, partition)) ? this.#publish(client, partition) : 0,
    );
  }

  async #publish(client: PoolClient, partition: number): Promise<number> {
    const rows = await this.outbox.take(client, partition, EVENTS_PER_ROUND);
    if (rows.length === 0) return 0;
    const begunAt = Date.now();
    const { accepted, refused } = await this.broker.publish(rows.map(eventOf), () => client.query('SELECT 1'));
    this.#told(rows, begunAt, accepted, refused.length);
    const failures = new Map(rows.map((row) => [row.id, row.failures]));
    const refusals = refused.map((refusal) => this.#refusal(refusal, (failures.get(refusal.id) ?? 0) + 1));
    await this.outbox.settle(client, accepted, refusals);
    return accepted.length;
  }

  #told(rows: readonly OutboxRow[], begunAt: number, accepted: readonly string[], refused: number): void {
    this.settings.count?.(accepted.length, refused);
    const taken = new Set(accepted);
    for (const { id, type, traceparent } of rows) {
      if (!traceparent || !taken.has(id)) continue;
      const given = { name: `publish ${type}`, kind: SpanKind.PRODUCER, parent: contextOf(traceparent) };
      tracedBefore({ ...given, attributes: { 'messaging.message.id': id } }, begunAt, Date.now());
    }
  }

  #refusal({ id, reason }: { readonly id: string; readonly reason: string }, failures: number): Refusal {
    const patience = this.settings.refusals ?? REFUSALS;
    if (failures < patience.attempts) return { id, reason, failures, pauseMs: pauseAfter(failures, patience) };
    this.#log.warn(
      { id, reason, failures },
      'the broker refuses an event: it is parked, and its entity waits behind it',
    );
    return { id, reason, failures };
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
