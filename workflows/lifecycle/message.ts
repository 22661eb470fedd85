/** The frame that every message of every lifecycle travels in, and the answer that its sender gets. */
import type { PROFILES } from './definition.js';
import type { Envelope, MessageOutcome } from './entry.js';

/**
 * One message. Senders without a Throughline client may leave the envelope out (or parts of it): a fact is then completed
 * (`messageId` becomes `anonymous:<digest of the data>`, so that an identical repeat is still recognised; source and actor
 * become `unidentified`); a decision that needs an actor is refused.
 */
export interface Message<Data> {
  readonly envelope?: Partial<Envelope>;
  readonly data: Data;
}

/** How durations scale: `standard` as the table says; `brisk` a day in one minute, `fast` a day in one second (simulation, tests). */
export type Profile = keyof typeof PROFILES;

/** The input that starts an entity. */
export interface Submission<Data> extends Message<Data> {
  /** Fixed for the entity's life. Default `standard`. */
  readonly profile?: Profile;
}

/** What the sender of an update is told, and told again when it repeats itself. */
export interface Answer {
  readonly outcome: MessageOutcome;
  /** The entity's state after the message. */
  readonly state: string;
  /** The journal entry that records the message. */
  readonly sequence: number;
  /** With `rejected` and `late`: why, as a code. */
  readonly code?: string;
}
