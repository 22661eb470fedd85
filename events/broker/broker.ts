/**
 * What the fleet asks of a broker. Two adapters fulfil it, `postgres.ts` and `nats.ts`; the same tests hold for both
 * (docs/choreography.md says what each guarantees beyond this).
 */
import type { BrokerEvent } from './event.js';

/** A named reader of events. Processes that subscribe under one name share its events; each name has all of them. */
export interface Subscription {
  /** Letters, digits and dashes. Its position is kept under this name. */
  readonly name: string;
  /** Exact types. A type that is added later is delivered from where the subscription then stands. */
  readonly types: readonly string[];
  /** Where a subscription begins that is not known yet: with the oldest event that is kept, or with the next one. */
  readonly from: 'beginning' | 'now';
}

/**
 * Takes one event. It is called again with the same event until it resolves, so its effect has to be idempotent by the event's source
 * and id. Never called for two events of a key at once within a process, and never for a later one before the earlier is done or parked.
 * @throws EventRefused where no repeat will help: the delivery is parked at once
 * @throws NotNow where something else is away: it is tried again without end, and counts as no failure
 * @throws anything else: tried again with growing pauses, and parked after {@link Patience.attempts}
 */
export type Handler = (event: BrokerEvent) => Promise<void>;

/** No repeat will help; the message says why, without data of the event. */
export class EventRefused extends Error {
  override readonly name = 'EventRefused';
}

/** Something that the handler needs is away: a database, Temporal. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
}

/** How long deliveries are tried. Pauses double from the first to the longest, each shortened by up to a fifth. */
export interface Patience {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** Failures after which a delivery is parked. */
  readonly attempts: number;
}

/** Half an hour in all. */
export const PATIENCE: Patience = { firstPauseMs: 200, longestPauseMs: 120_000, attempts: 24 };

/** What became of events that were to be published. Those of neither list wait behind a refused one of their key. */
export interface Published {
  /** Ids of those that the broker has now, or had before. */
  readonly accepted: readonly string[];
  /** Those that it will never take. */
  readonly refused: readonly { readonly id: string; readonly reason: string }[];
}

/** A delivery that was set aside. The events behind it go on; when it is tried again, it comes later than it should. */
export interface ParkedDelivery {
  readonly subscription: string;
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly reason: string;
  readonly attempts: number;
  readonly parkedAt: string;
}

/** How far a subscription is behind. */
export interface SubscriptionLag {
  readonly subscription: string;
  /** Events that it has not handled. */
  readonly waiting: number;
  /** How long the oldest of them has waited, in seconds. */
  readonly oldestSeconds?: number;
  readonly parked: number;
}

/** A subscription at work in this process. */
export interface Consumption {
  /** Takes nothing new and waits for what is being handled. */
  close(): Promise<void>;
}

/** What there is to say of the broker itself. */
export interface BrokerFigures {
  /** Of its server. */
  readonly version: string;
  /** `sizeBytes` of what is kept; where counting costs nothing, `events`. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface Broker {
  /**
   * Adds events in the order given, which is kept for events of one source and key. A repeat changes nothing.
   * @param held asked once the broker has looked where the keys stand and before it adds anything; rejects where the caller is no longer
   *   the only one to publish them. What the caller then adds is refused as soon as another has added to the same key.
   * @throws where the broker does not answer, or another was quicker: any of the events may be published; publish them again
   */
  publish(events: readonly BrokerEvent[], held?: () => Promise<unknown>): Promise<Published>;
  /** Starts to handle events; survives outages of the broker. @throws where it cannot be reached now */
  subscribe(subscription: Subscription, handle: Handler): Promise<Consumption>;
  /** The deliveries that were set aside, the oldest first, at most `limit`. */
  parked(limit: number): Promise<ParkedDelivery[]>;
  /** Delivers parked events of a subscription once more: the one with this id, or all. @returns how many */
  retry(subscription: string, eventId?: string): Promise<number>;
  /** Every subscription that there ever was, by name; about a second old. */
  lag(): Promise<SubscriptionLag[]>;
  /** Asks the server itself. @throws where it does not answer */
  about(): Promise<BrokerFigures>;
  /** Ends the connections; close the consumptions first. */
  close(): Promise<void>;
}
