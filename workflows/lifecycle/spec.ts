/** What a lifecycle's `workflow.ts` hands to the kernel: steps, effects of messages, and how it begins and ends. */
import type { Calendar } from './calendar.js';
import type { Entity } from './entity.js';
import type { Lifecycle } from './definition.js';
import type { Actor, GuardVerdict, Patch, Reason } from './entry.js';
import type { Shape } from './shape.js';

/** Where a step leads, and why. */
export interface Move<State extends string> {
  readonly to: State;
  readonly reason?: Reason;
  readonly guard?: GuardVerdict;
  readonly patch?: Patch;
}

/** What a message does, once the table lets it in. */
export type Effect<State extends string> =
  /** It changes facts; with `move` it also takes the entity to another state at once, whatever the current step is doing. */
  | {
      readonly apply: Patch;
      readonly move?: Move<State>;
      /** Why, for the message's own entry. */
      readonly reason?: Reason;
      /** Told in the answer: `awaitingSecondPerson`. */
      readonly code?: string;
      /** It is a decision, which a counter-entry can correct. Default: a message that the state's review names is one. */
      readonly decides?: true;
      /** It undoes the decision in this earlier entry. */
      readonly corrects?: number;
    }
  /** It contradicts what is known; nothing changes. */
  | { readonly reject: string }
  /** A technical fact that concerns nobody any more; it leaves no trace. */
  | { readonly ignore: true };

/**
 * A step runs while the entity is in its state, and says where it goes next. It is started anew whenever the state is entered
 * or re-entered, so it first looks whether what it would ask for is already there. A terminal state's step says nothing: it
 * does what is left to do after the end.
 */
export type Step<State extends string, Facts> = (entity: Entity<State, Facts>) => Promise<Move<State> | void>;

/**
 * The verdict of a lifecycle's own check on a transition that a step or a message wants: go, not now (it is looked at again when
 * anything changes, and at the latest after five minutes, or somewhere else instead.
 */
export type Verdict<State extends string> =
  | { readonly verdict: 'proceed' }
  | { readonly verdict: 'defer'; readonly reason: string }
  | { readonly verdict: 'cancel'; readonly reason: string; readonly to: State };

/** A named check of the business facts before a state is entered. Pure; deadlines and failures are not asked. */
export interface Guard<State extends string, Facts> {
  readonly name: string;
  readonly before: State;
  readonly check: (entity: Entity<State, Facts>, move: Move<State>) => Verdict<State>;
}

/** Who sent a message. */
export interface Sender {
  readonly actor: Actor;
  /** The actor is the second person, who approves what somebody else has proposed. */
  readonly approves: boolean;
}

/** A lifecycle as code. */
export interface LifecycleSpec<State extends string, Facts, Messages, Notice, Result> {
  readonly lifecycle: Lifecycle<State>;
  /** Shapes of the notice (under `submission`) and of each message's data. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** What the sender of a refused update can do, by the code of the effect's `reject`. */
  readonly remedies: Readonly<Record<string, string>>;
  /** The business key in the notice; the workflow id must be `<lifecycle>/<key>`. */
  readonly key: (notice: Notice) => string;
  /** The facts and parts an entity begins with. */
  readonly born: (notice: Notice) => Patch;
  readonly steps: { readonly [S in State]: Step<State, Facts> };
  readonly effects: {
    readonly [Name in keyof Messages]: (
      entity: Entity<State, Facts>,
      data: Messages[Name],
      by: Sender,
    ) => Effect<State>;
  };
  /** What entering a state changes, whoever caused it (a step, a message or a deadline). */
  readonly entering?: {
    readonly [S in State]?: (entity: Entity<State, Facts>, from: State, reason: Reason | undefined) => Patch;
  };
  /** Checks before a transition. Holds and the health of dependencies are the kernel's. */
  readonly guards?: readonly Guard<State, Facts>[];
  /** Whether a decision needs a second person, e.g. above an authority limit. Default: none does. */
  readonly needsSecondPerson?: (entity: Entity<State, Facts>, message: string, data: unknown, by: Actor) => boolean;
  /** What a counter-entry takes back of the facts that a wrong decision left. */
  readonly corrected?: (entity: Entity<State, Facts>, decision: string) => Patch;
  /**
   * How what the table's compensations name is undone: idempotent, and by calls alone. A call that fails for good leaves the rest of them
   * to be tried, and this one to a person.
   */
  readonly compensations?: Readonly<
    Record<string, (entity: Entity<State, Facts>, given: Readonly<Record<string, unknown>>) => Promise<unknown>>
  >;
  /** Reminds the other side of an expectation; a reminder that fails holds nothing up. */
  readonly remind?: (entity: Entity<State, Facts>, expectation: string, ordinal: number) => Promise<void>;
  /** Calendars beside those that ship, by the names that the table's clocks use. */
  readonly calendars?: readonly Calendar[];
  readonly result: (entity: Entity<State, Facts>) => Result;
}
