/** One subscription of the PostgreSQL broker at work in this process. */
import type pg from 'pg';
import type { Bell } from './bell.js';
import type { Consumption, Handler, Patience } from './broker.js';
import type { BrokerEvent } from './event.js';
import type { Log } from './log.js';
import { fateOf, type Fate } from './patience.js';
import { inTransaction } from '../transaction.js';
import * as tables from './postgres-tables.js';

/** Rounds of one subscription under way at once: while one waits for a slow handler, the next takes other keys. */
const ROUNDS = 2;
const KEYS_PER_ROUND = 50;
const DELIVERIES_PER_ROUND = 500;
/** Without a bell (its connection is lost) news is found by looking; so are deliveries whose pause is over. */
const LOOK_EVERY_MS = 500;
const OUTAGE_PAUSE_MS = 1_000;

interface Surroundings {
  readonly patience: Patience;
  readonly log: Log;
  readonly published: Bell;
}

interface Delivery {
  readonly position: string;
  readonly key: string;
  readonly failures: number;
  readonly due: boolean;
  readonly event: BrokerEvent;
}

/** What a round has come to so far. */
interface Settlement {
  readonly done: string[];
  readonly failed: (Fate & { readonly position: string })[];
}

export class PostgresConsumption implements Consumption {
  #closed = false;
  #blind = false;
  #rounds: Promise<void>[] = [];

  constructor(
    private readonly pool: pg.Pool,
    private readonly name: string,
    private readonly handle: Handler,
    private readonly around: Surroundings,
  ) {}

  start(): void {
    this.#rounds = Array.from({ length: ROUNDS }, () => this.#run());
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.around.published.ring();
    await Promise.all(this.#rounds);
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      let restMs = OUTAGE_PAUSE_MS;
      try {
        restMs = await this.#round();
        this.#blind = false;
      } catch (error) {
        // Once per outage.
        if (!this.#blind)
          this.around.log.warn(
            { subscription: this.name, reason: (error as Error).message },
            'deliveries cannot be taken',
          );
        this.#blind = true;
      }
      if (restMs > 0 && !this.#closed) await this.around.published.wait(restMs);
    }
  }

  /** Takes keys, handles what waits of them, and lets go. @returns milliseconds until the next round is worth while */
  async #round(): Promise<number> {
    const settled = await inTransaction(this.pool, async (client) => {
      const { rows: taken } = await client.query<{ key: string }>(tables.TAKE_KEYS, [this.name, KEYS_PER_ROUND]);
      return this.#work(client, [...new Set(taken.map(({ key }) => key))]);
    });
    if (settled.done.length > 0) return 0;
    return Math.min(LOOK_EVERY_MS, ...settled.failed.map((fate) => (fate.parked ? 0 : fate.pauseMs)));
  }

  async #work(client: pg.PoolClient, keys: readonly string[]): Promise<Settlement> {
    const settlement: Settlement = { done: [], failed: [] };
    if (keys.length === 0) return settlement;
    const { rows } = await client.query<Delivery>(tables.READ_KEYS, [this.name, keys, DELIVERIES_PER_ROUND]);
    const byKey = new Map<string, Delivery[]>();
    for (const row of rows) byKey.set(row.key, [...(byKey.get(row.key) ?? []), row]);
    await Promise.all([...byKey.values()].map((deliveries) => this.#inOrder(deliveries, settlement)));
    await client.query(tables.SETTLE, [
      this.name,
      settlement.done,
      JSON.stringify(
        settlement.failed.map((fate) => ({
          position: fate.position,
          failures: fate.failures,
          reason: fate.reason,
          pause_ms: fate.parked ? 0 : fate.pauseMs,
          parked: fate.parked,
        })),
      ),
    ]);
    return settlement;
  }

  /** The first that fails holds back the rest of its key. */
  async #inOrder(deliveries: readonly Delivery[], { done, failed }: Settlement): Promise<void> {
    for (const { position, event, failures, due } of deliveries) {
      if (this.#closed || !due) return;
      try {
        await this.handle(event);
        done.push(position);
      } catch (error) {
        const fate = fateOf(error, failures, this.around.patience);
        failed.push({ ...fate, position });
        const { id, type } = event;
        const fields = { subscription: this.name, id, type, failures: fate.failures, reason: fate.reason };
        if (fate.parked) this.around.log.warn(fields, 'a delivery is parked; the events behind it go on');
        else if (failures === 0) this.around.log.warn(fields, 'a delivery failed and is repeated');
        return;
      }
    }
  }
}
