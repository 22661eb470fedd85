/** One subscription of the NATS broker in this process: at work, or waiting for the seat. */
import { randomUUID } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Bell } from './bell.js';
import type { Consumption, Handler, Patience } from './broker.js';
import type { Log } from './log.js';
import { ABSENT_AFTER_MS, replaceSeat, RENEW_EVERY_MS, seenSeat, type SeatRecord } from './nats-seat.js';
import { Tenure } from './nats-tenure.js';

interface Surroundings {
  readonly patience: Patience;
  readonly log: Log;
}

export class NatsConsumption implements Consumption {
  readonly #self = randomUUID();
  readonly #end = new Bell();
  #closed = false;
  #tenure: Tenure | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: NatsConnection,
    private readonly subscription: string,
    private readonly types: readonly string[],
    private readonly handle: Handler,
    private readonly around: Surroundings,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  /** The connection is back. */
  reconnected(): void {
    this.#tenure?.reconnected();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#end.ring();
    this.#tenure?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const taken = await this.#take();
      if (!taken) return;
      this.#tenure = new Tenure(this.connection, taken.record, taken.revision, this.handle, this.around);
      await this.#tenure.run();
      this.#tenure = undefined;
    }
  }

  /** Waits until the seat is free and takes it; undefined where this process ends before. */
  async #take(): Promise<{ readonly record: SeatRecord; readonly revision: number } | undefined> {
    let watched: { readonly revision: number; readonly since: number } | undefined;
    while (!this.#closed) {
      try {
        const seat = await seenSeat(await jetstreamManager(this.connection), this.subscription);
        if (seat && seat.revision !== watched?.revision)
          watched = { revision: seat.revision, since: performance.now() };
        const absent = watched && performance.now() - watched.since > ABSENT_AFTER_MS;
        if (seat && (seat.record.owner === null || absent)) {
          const record = { ...seat.record, types: this.types, owner: this.#self };
          return { record, revision: await replaceSeat(this.connection, seat.revision, record) };
        }
      } catch {
        // Another process was quicker, or the server is away: look again.
      }
      if (!this.#closed) await this.#end.wait(RENEW_EVERY_MS / 2);
    }
    return undefined;
  }
}
