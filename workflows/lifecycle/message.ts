/** The frame that every message of every lifecycle travels in, and the answer that its sender gets. */
import type { PROFILES } from './definition.js';
import type { DeferredCause, EntityRef, EntityState, Envelope, MessageOutcome } from './entry.js';

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

/** A message that is kept until the entity reaches a state that applies it. */
export interface HeldMessage {
  readonly name: string;
  readonly envelope: Envelope;
  readonly receivedAt: string;
  readonly data: unknown;
  readonly digest: string;
}

/** The first answers that repeats get again, oldest first: operation signature (`<name>:<messageId>`), digest of the data, answer. */
export type Answers = ReadonlyArray<readonly [signature: string, digest: string, answer: Answer]>;

/**
 * The input of a run that goes on with an entity: after a continue-as-new, or (with `reopening`) as the next stage of one that had
 * ended. Nothing in it is unconfirmed: whoever writes it has seen every entry on record.
 */
export interface Continuation {
  readonly continued: {
    /** For a reopening `stage` is already the next one, and `firstRunId` is empty: it is the new run's own. */
    readonly ref: EntityRef;
    readonly state: EntityState;
    readonly answers: Answers;
    readonly held: readonly HeldMessage[];
    /** What the search attributes say already, so that they are not written again. */
    readonly published?: unknown;
    /** What the flow goes on from: the last message or activity. */
    readonly cause?: DeferredCause;
    /** The message that reopens the entity; it is judged first. */
    readonly reopening?: { readonly name: string; readonly message: Message<unknown> };
  };
}
