/**
 * The broker on NATS JetStream. A publisher looks where a key stands and adds behind that alone, so that one who is late is refused.
 * Of the processes of a subscription one reads at a time (`nats-seat.ts` says why); the others wait for its seat.
 */
import { DeliverPolicy, jetstream, jetstreamManager, type JetStreamManager, type JsMsg } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  PATIENCE,
  type Broker,
  type BrokerFigures,
  type Consumption,
  type Handler,
  type ParkedDelivery,
  type Patience,
  type Published,
  type Subscription,
  type SubscriptionLag,
} from './broker.js';
import { faultOf, MAX_EVENT_BYTES, type BrokerEvent } from './event.js';
import { silent, type Log } from './log.js';
import { NatsConsumption } from './nats-consumption.js';
import { isOvertaken, replaceSeat, seenSeat, type SeatRecord } from './nats-seat.js';
import type { ParkedRecord } from './nats-tenure.js';
import * as streams from './nats-streams.js';

export interface NatsBrokerSettings {
  /** Servers by host and port or `nats://` URL, separated by commas. */
  readonly url: string;
  /** Shown in the server's list of connections. */
  readonly applicationName: string;
  readonly patience?: Patience;
  /** How long events stay, in days. A subscription that is away for longer misses some. Default 7. */
  readonly retentionDays?: number;
  readonly log?: Log;
}

const RETENTION_DAYS = 7;
const RECONNECT_EVERY_MS = 500;
const ANSWER_WITHIN_MS = 5_000;
/** What headers and subject may add to an event. */
const FRAME_BYTES = 4_096;
const FETCH_MS = 1_000;

export class NatsBroker implements Broker {
  readonly #consumptions = new Set<NatsConsumption>();

  private constructor(
    private readonly connection: NatsConnection,
    private readonly manager: JetStreamManager,
    private readonly settings: NatsBrokerSettings,
  ) {}

  /** Creates the streams where they are lacking. @throws where no server answers */
  static async open(settings: NatsBrokerSettings): Promise<NatsBroker> {
    const connection = await connect({
      servers: settings.url.split(',').map((server) => server.trim()),
      name: settings.applicationName,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_EVERY_MS,
      timeout: ANSWER_WITHIN_MS,
    });
    try {
      const manager = await jetstreamManager(connection, { timeout: ANSWER_WITHIN_MS });
      await streams.ensureStreams(manager, settings.retentionDays ?? RETENTION_DAYS);
      const broker = new NatsBroker(connection, manager, settings);
      void broker.#watch();
      return broker;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async publish(events: readonly BrokerEvent[], held?: () => Promise<unknown>): Promise<Published> {
    const byStream = new Map<string, BrokerEvent[]>();
    for (const event of events) {
      const stream = streams.streamOf(event);
      byStream.set(stream, [...(byStream.get(stream) ?? []), event]);
    }
    const stands = await Promise.all(
      [...byStream].map(async ([stream, its]) => ({ stream, its, last: await this.#last(stream) })),
    );
    await held?.();
    const published = await Promise.all(stands.map(({ stream, its, last }) => this.#append(stream, its, last)));
    return {
      accepted: published.flatMap(({ accepted }) => accepted),
      refused: published.flatMap(({ refused }) => refused),
    };
  }

  async #last(stream: string): Promise<{ readonly seq: number; readonly id?: string }> {
    const message = await this.manager.streams.getMessage(streams.EVENTS, { last_by_subj: stream });
    return message ? { seq: message.seq, id: message.json<BrokerEvent>().id } : { seq: 0 };
  }

  /** Those of one source and key, one after the other. */
  async #append(
    stream: string,
    events: readonly BrokerEvent[],
    last: { readonly seq: number; readonly id?: string },
  ): Promise<Published> {
    const limit = Math.min(MAX_EVENT_BYTES, (this.connection.info?.max_payload ?? MAX_EVENT_BYTES) - FRAME_BYTES);
    // Published before, and not known to be: the last one tells, however long ago that was.
    const known = events.findIndex(({ id }) => id === last.id) + 1;
    const accepted = events.slice(0, known).map(({ id }) => id);
    let expected = last.seq;
    for (const event of events.slice(known)) {
      const reason = faultOf(event, limit);
      if (reason !== undefined) return { accepted, refused: [{ id: event.id, reason }] };
      try {
        const { seq, duplicate } = await jetstream(this.connection, { timeout: ANSWER_WITHIN_MS }).publish(
          streams.subjectOf(event),
          JSON.stringify(event),
          {
            msgID: `${event.source}#${event.id}`,
            expect: { lastSubjectSequence: expected, lastSubjectSequenceSubject: stream },
          },
        );
        if (!duplicate) expected = seq;
      } catch (error) {
        if (isOvertaken(error))
          throw new Error(`another publisher was quicker with ${event.partitionkey}`, { cause: error });
        throw error;
      }
      accepted.push(event.id);
    }
    return { accepted, refused: [] };
  }

  async subscribe({ name, types, from }: Subscription, handle: Handler): Promise<Consumption> {
    if (!(await seenSeat(this.manager, name))) {
      const { state } = await this.manager.streams.info(streams.EVENTS);
      const seat: SeatRecord = {
        subscription: name,
        types,
        owner: null,
        position: from === 'beginning' ? 0 : state.last_seq,
      };
      // Another process that subscribes at this moment says the same.
      await replaceSeat(this.connection, 0, seat).catch(() => undefined);
    }
    const consumption = new NatsConsumption(this.connection, name, types, handle, {
      patience: this.settings.patience ?? PATIENCE,
      log: this.settings.log ?? silent,
    });
    this.#consumptions.add(consumption);
    consumption.start();
    return {
      close: async () => {
        await consumption.close();
        this.#consumptions.delete(consumption);
      },
    };
  }

  async parked(limit: number): Promise<ParkedDelivery[]> {
    const messages = await this.#read(streams.PARKED, ['throughline.parked.*'], 0, limit);
    return messages.map((message) => {
      const { subscription, event, reason, attempts, parkedAt } = message.json<ParkedRecord>();
      const { source, id, type, partitionkey: key } = event;
      return { subscription, source, id, type, key, reason, attempts, parkedAt };
    });
  }

  async retry(subscription: string, eventId?: string): Promise<number> {
    let retried = 0;
    for (const message of await this.#read(streams.PARKED, [streams.parkedSubject(subscription)], 0)) {
      const { event } = message.json<ParkedRecord>();
      if (eventId !== undefined && event.id !== eventId) continue;
      await jetstream(this.connection).publish(streams.retrySubject(subscription, event), JSON.stringify(event), {
        // Asked twice, delivered once.
        msgID: `retry#${subscription}#${message.seq}`,
      });
      await this.manager.streams.deleteMessage(streams.PARKED, message.seq);
      retried++;
    }
    return retried;
  }

  async lag(): Promise<SubscriptionLag[]> {
    const seats = (await this.#read(streams.SEATS, ['throughline.seat.*'], 0)).map((seat) => seat.json<SeatRecord>());
    const lags = seats.map(async ({ subscription, types, position }) => {
      const [waiting, parked] = await Promise.all([
        this.#waiting(streams.EVENTS, streams.subjectsOf(subscription, types), position),
        this.#waiting(streams.PARKED, [streams.parkedSubject(subscription)], 0),
      ]);
      const { count, oldest } = waiting;
      const oldestSeconds = oldest && (Date.now() - oldest.getTime()) / 1000;
      return {
        subscription,
        waiting: count,
        parked: parked.count,
        ...(oldestSeconds !== undefined && { oldestSeconds }),
      };
    });
    return (await Promise.all(lags)).sort((a, b) => (a.subscription < b.subscription ? -1 : 1));
  }

  async about(): Promise<BrokerFigures> {
    const { state } = await this.manager.streams.info(streams.EVENTS);
    return {
      version: this.connection.info?.version ?? 'unknown',
      figures: { events: state.messages, sizeBytes: state.bytes },
    };
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** How many messages there are beyond a position, and of when the first is. */
  async #waiting(
    stream: string,
    subjects: readonly string[],
    position: number,
  ): Promise<{ count: number; oldest?: Date }> {
    const consumer = await this.#consumer(stream, subjects, position);
    const { num_pending: count } = await consumer.info();
    if (count === 0) return { count };
    const first = await consumer.next({ expires: FETCH_MS });
    return { count, ...(first && { oldest: new Date(first.time) }) };
  }

  async #read(stream: string, subjects: readonly string[], position: number, limit = Infinity): Promise<JsMsg[]> {
    const consumer = await this.#consumer(stream, subjects, position);
    const { num_pending: pending } = await consumer.info();
    const wanted = Math.min(pending, limit);
    const read: JsMsg[] = [];
    while (read.length < wanted) {
      const messages = await consumer.fetch({ max_messages: Math.min(wanted - read.length, 1_000), expires: FETCH_MS });
      const before = read.length;
      for await (const message of messages) read.push(message);
      if (read.length === before) break;
    }
    return read;
  }

  #consumer(stream: string, subjects: readonly string[], position: number) {
    return jetstream(this.connection).consumers.get(stream, {
      filter_subjects: [...subjects],
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: position + 1,
      inactive_threshold: 5_000,
    });
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === 'reconnect') for (const consumption of this.#consumptions) consumption.reconnected();
    }
  }
}
