/** A subscriber at work: events in, effects in its own tables, events out. */
import type { Pool } from 'pg';
import type { Broker, Consumption, Subscription } from '../../events/broker/broker.js';
import type { BrokerEvent } from '../../events/broker/event.js';
import type { Log } from '../../events/broker/log.js';
import { handling } from '../../events/broker/handling.js';
import { relayCounts } from '../../events/relay/counts.js';
import { Outbox, type OutboxLag } from '../../events/relay/outbox.js';
import { Relay } from '../../events/relay/relay.js';
import type { Metrics } from '../../telemetry/metrics.js';
import { Store, type Told } from './store.js';
import type { Queries } from './step.js';

/** What a subscriber is. */
export interface Definition {
  readonly name: string;
  readonly types: readonly string[];
  readonly from: Subscription['from'];
  /** Definitions of its tables; safe to repeat. */
  readonly tables: string;
  /** What an event leads to, once; gives what is to be told of it. As {@link Store.once} has it. */
  handle(event: BrokerEvent, queries: Queries): Promise<readonly Told[]>;
}

/** Where it says what it does. */
export interface Telling {
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Its outbox is looked at when it has written to it; this is for what a killed process has left. In milliseconds. */
const LOOK_EVERY_MS = 1_000;

export class Subscriber {
  private constructor(
    readonly name: string,
    readonly schema: string,
    private readonly consumption: Consumption,
    private readonly relay: Relay,
  ) {}

  /** Creates its tables where they are lacking and starts. @throws where database or broker do not answer */
  static async start(
    definition: Definition,
    pool: Pool,
    broker: Broker,
    { log, metrics }: Telling,
  ): Promise<Subscriber> {
    const { name, types, from, tables } = definition;
    const store = new Store(pool, name);
    await store.define(tables);
    const relay = new Relay(pool, new Outbox(pool, `${store.schema}.outbox`), broker, {
      log,
      count: relayCounts(metrics, name),
      lookEveryMs: LOOK_EVERY_MS,
    });
    const consumption = await broker.subscribe({ name, types, from }, (event) =>
      handling(name, event, async () => {
        if (await store.once(event, (queries) => definition.handle(event, queries))) relay.ring();
      }),
    );
    relay.start();
    return new Subscriber(name, store.schema, consumption, relay);
  }

  /** Whether what it tells gets through. */
  get well(): boolean {
    return this.relay.well;
  }

  /** How far what it tells is behind. */
  lag(): Promise<OutboxLag[]> {
    return this.relay.outbox.lag();
  }

  /** Ends in order: what is being handled is handled. */
  async close(): Promise<void> {
    await this.consumption.close();
    await this.relay.close();
  }
}
