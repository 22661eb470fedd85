/** One process's time in a subscription's seat: it reads from the position on, handles each key in order, and moves the position. */
import { DeliverPolicy, jetstream, jetstreamManager, type ConsumerMessages, type JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { Bell } from './bell.js';
import type { Handler, Patience } from './broker.js';
import type { BrokerEvent } from './event.js';
import type { Log } from './log.js';
import { RENEW_EVERY_MS, replaceSeat, SeatLost, seenSeat, type SeatRecord } from './nats-seat.js';
import { EVENTS, parkedSubject, PARKED, subjectsOf } from './nats-streams.js';
import { fateOf } from './patience.js';

/** Events read beyond the oldest that is not done. A key that fails for long lets the others go on for so many. */
const WINDOW = 5_000;
const ROOM_LOOK_MS = 1_000;
/** How long the server may be silent before the reader is made anew; it says every half of it that it is there. */
const SILENCE_MS = 2_000;
const PARK_AGAIN_MS = 1_000;

/** A delivery that was set aside, as it is kept. */
export interface ParkedRecord {
  readonly subscription: string;
  readonly event: BrokerEvent;
  readonly reason: string;
  readonly attempts: number;
  readonly parkedAt: string;
}

export class Tenure {
  /** Sequences that were read and are not done, in order; true once done. */
  readonly #open = new Map<number, boolean>();
  /** By key: what is done last. */
  readonly #chains = new Map<string, Promise<void>>();
  /** Rung at the end. */
  readonly #end = new Bell();
  /** Rung when something is done. */
  readonly #room = new Bell();
  #position: number;
  #read: number;
  #over = false;
  #messages: ConsumerMessages | undefined;

  constructor(
    private readonly connection: NatsConnection,
    private record: SeatRecord,
    private revision: number,
    private readonly handle: Handler,
    private readonly around: { readonly patience: Patience; readonly log: Log },
  ) {
    this.#position = record.position;
    this.#read = record.position;
  }

  /**
   * Works until {@link stop}, or until another process has the seat. Then waits for what is being handled, and leaves the seat to
   * whoever wants it. Never rejects.
   */
  async run(): Promise<void> {
    const reading = this.#readAll();
    await this.#renew();
    this.stop();
    await reading;
    await Promise.all(this.#chains.values());
    const left = { ...this.record, owner: null, position: this.#position };
    // Where the seat is another's, or the server is away, it is left already.
    await replaceSeat(this.connection, this.revision, left).catch(() => undefined);
  }

  /** Handles nothing new. */
  stop(): void {
    this.#over = true;
    void this.#messages?.close();
    this.#end.ring();
    this.#room.ring();
  }

  /** Reads anew: the connection was lost, and with it perhaps the server's memory of this reader. */
  reconnected(): void {
    void this.#messages?.close();
  }

  /** Keeps the seat and its position; returns when it is lost or left. */
  async #renew(): Promise<void> {
    while (!this.#over) {
      try {
        const record = { ...this.record, position: this.#position };
        this.revision = await replaceSeat(this.connection, this.revision, record);
        this.record = record;
      } catch (error) {
        if (error instanceof SeatLost && !(await this.#stillOurs())) {
          this.around.log.warn({ subscription: this.record.subscription }, 'another process has taken over');
          return;
        }
        // The server is away: the seat is ours until another process says otherwise.
      }
      if (!this.#over) await this.#end.wait(RENEW_EVERY_MS);
    }
  }

  /** Whether the seat moved because an answer of ours was lost. */
  async #stillOurs(): Promise<boolean> {
    try {
      const seen = await seenSeat(await jetstreamManager(this.connection), this.record.subscription);
      if (seen?.record.owner !== this.record.owner) return false;
      this.revision = seen.revision;
      return true;
    } catch {
      // Nobody can say now; the next renewal asks again.
      return true;
    }
  }

  async #readAll(): Promise<void> {
    const { subscription, types } = this.record;
    while (!this.#over) {
      try {
        const consumer = await jetstream(this.connection).consumers.get(EVENTS, {
          filter_subjects: subjectsOf(subscription, types),
          deliver_policy: DeliverPolicy.StartSequence,
          opt_start_seq: this.#read + 1,
        });
        const messages = await consumer.consume({ max_messages: 500, expires: SILENCE_MS });
        this.#messages = messages;
        for await (const message of messages) {
          if (this.#over) break;
          this.#take(message);
          while (!this.#over && this.#open.size >= WINDOW) await this.#room.wait(ROOM_LOOK_MS);
        }
        await messages.close();
        await consumer.delete().catch(() => undefined);
      } catch (error) {
        if (!this.#over) {
          this.around.log.warn({ subscription, reason: (error as Error).message }, 'events cannot be read');
          await this.#end.wait(PARK_AGAIN_MS);
        }
      }
    }
  }

  /** Into the queue of its key. */
  #take(message: JsMsg): void {
    const { seq } = message;
    if (seq <= this.#read) return;
    this.#read = seq;
    this.#open.set(seq, false);
    const event = message.json<BrokerEvent>();
    const key = event.partitionkey;
    const chain = (this.#chains.get(key) ?? Promise.resolve())
      .then(() => this.#deliver(event, seq))
      .then((done) => {
        if (done) this.#done(seq);
        if (this.#chains.get(key) === chain) this.#chains.delete(key);
      });
    this.#chains.set(key, chain);
  }

  /** Until it is handled or parked. @returns false where the tenure ended before */
  async #deliver(event: BrokerEvent, seq: number): Promise<boolean> {
    const { log, patience } = this.around;
    for (let failures = 0; !this.#over;) {
      try {
        await this.handle(event);
        return true;
      } catch (error) {
        const fate = fateOf(error, failures, patience);
        const { id, type } = event;
        const fields = {
          subscription: this.record.subscription,
          id,
          type,
          failures: fate.failures,
          reason: fate.reason,
        };
        if (fate.parked) {
          log.warn(fields, 'a delivery is parked; the events behind it go on');
          return this.#park({ event, reason: fate.reason, attempts: fate.failures }, seq);
        }
        if (failures === 0) log.warn(fields, 'a delivery failed and is repeated');
        failures = fate.failures;
        if (!this.#over) await this.#end.wait(fate.pauseMs);
      }
    }
    return false;
  }

  async #park(parked: Pick<ParkedRecord, 'event' | 'reason' | 'attempts'>, seq: number): Promise<boolean> {
    const { subscription } = this.record;
    const record: ParkedRecord = { subscription, ...parked, parkedAt: new Date().toISOString() };
    while (!this.#over) {
      try {
        await jetstream(this.connection).publish(parkedSubject(subscription), JSON.stringify(record), {
          msgID: `${subscription}#${seq}`,
          expect: { streamName: PARKED },
        });
        return true;
      } catch {
        if (!this.#over) await this.#end.wait(PARK_AGAIN_MS);
      }
    }
    return false;
  }

  #done(seq: number): void {
    this.#open.set(seq, true);
    for (const [open, done] of this.#open) {
      if (!done) break;
      this.#open.delete(open);
      this.#position = open;
    }
    this.#room.ring();
  }
}
