/** What a lifecycle's `workflow.ts` hands to the kernel: steps, effects of messages, and how it begins and ends. */
import type { Entity } from './entity.js';
import type { Lifecycle } from './definition.js';
import type { GuardVerdict, Patch, Reason } from './entry.js';
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
  | { readonly apply: Patch; readonly move?: Move<State> }
  /** It contradicts what is known; nothing changes. */
  | { readonly reject: string };

/**
 * A step runs while the entity is in its state, and says where it goes next. It is started anew whenever the state is entered
 * or re-entered, so it first looks whether what it would ask for is already there. A terminal state's step says nothing: it
 * does what is left to do after the end.
 */
export type Step<State extends string, Facts> = (entity: Entity<State, Facts>) => Promise<Move<State> | void>;

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
    readonly [Name in keyof Messages]: (entity: Entity<State, Facts>, data: Messages[Name]) => Effect<State>;
  };
  /** What entering a state changes, whoever caused it (a step, a message or a deadline). */
  readonly entering?: {
    readonly [S in State]?: (entity: Entity<State, Facts>, from: State, reason: Reason | undefined) => Patch;
  };
  readonly result: (entity: Entity<State, Facts>) => Result;
}
