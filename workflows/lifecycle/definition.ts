/**
 * A lifecycle as pure data: states, transitions, deadlines, what is waited for, and what each message does when it is early,
 * late or wrong. `defineLifecycle` refuses a table that cannot work; everything else (flow, diagram, docs, lists) reads it.
 */
import { faultsOf } from './faults.js';

/** Milliseconds of real time under the `standard` profile. */
export type Duration = number;
export const minutes = (n: number): Duration => n * 60_000;
export const hours = (n: number): Duration => n * 3_600_000;
export const days = (n: number): Duration => n * 86_400_000;

/** One business state. */
export interface StateDefinition<State extends string = string> {
  /** What operations would say of an entity in it, one sentence. */
  readonly means: string;
  /** The states it may go to. Empty only with `terminal`. */
  readonly to: readonly State[];
  /** Longest time in the state, or why there is none. Required unless `terminal`. */
  readonly deadline?: Duration | { readonly unbounded: string };
  /** Where the deadline leads. Required with a bounded deadline. */
  readonly onDeadline?: State;
  /** Where a failure of a service leads, after its retries. Default: the entity's workflow task keeps failing, visibly. */
  readonly onFailure?: State;
  /** Business phrase: `the fraud decision`. */
  readonly waitsFor?: string;
  /** Who acts next: `fraud service`, `claimant`, `claims reviewer`. */
  readonly owner: string;
  /** Entering it opens a review task in this queue; leaving it resolves the task. */
  readonly review?: { readonly queue: string; readonly priority: number };
  readonly terminal?: true;
  /** With `terminal`: which messages reopen it and for how long after closing. */
  readonly reopens?: { readonly by: readonly string[]; readonly within: Duration };
  /** Kept so that old journals stay readable; nothing may lead here any more. */
  readonly deprecated?: true;
}

/** A part's small state table: state → where it may go. */
export type PartTable = Readonly<Record<string, readonly string[]>>;

/** What a message does, by the state it meets. States in neither list: the message is `late`. */
export interface MessageRule<State extends string = string> {
  readonly kind: 'signal' | 'update';
  /** One sentence for the docs. */
  readonly means: string;
  /** States in which it is applied. */
  readonly in: readonly State[];
  /** States in which it is kept and applied as soon as one of `in` is entered. */
  readonly early?: readonly State[];
  /** A late one: `record` keeps its data and answers, `reject` refuses. */
  readonly late: 'record' | 'reject';
  /** It is a decision: refused when its envelope does not say who sent it. */
  readonly needsActor?: true;
}

/** A whole lifecycle. */
export interface Lifecycle<State extends string = string> {
  readonly name: string;
  /** Raised with every change of the table; stored with every entry. */
  readonly version: number;
  readonly initial: State;
  readonly states: Readonly<Record<State, StateDefinition<State>>>;
  readonly parts?: Readonly<Record<string, PartTable>>;
  readonly messages: Readonly<Record<string, MessageRule<State>>>;
}

/** A table that cannot work; `faults` names every fault with its state. */
export class InvalidLifecycle extends Error {
  override readonly name = 'InvalidLifecycle';
  constructor(
    readonly lifecycle: string,
    readonly faults: readonly string[],
  ) {
    super(`lifecycle ${lifecycle} cannot work: ${faults.join('; ')}`);
  }
}

/**
 * Checks a table and returns it unchanged, with the literal types of its states. Runs when the module is loaded, so a worker
 * with a bad table does not start.
 * @throws InvalidLifecycle with all faults.
 */
export function defineLifecycle<const State extends string>(lifecycle: Lifecycle<State>): Lifecycle<State> {
  const faults = faultsOf(lifecycle);
  if (faults.length > 0) throw new InvalidLifecycle(lifecycle.name, faults);
  return lifecycle;
}

/** How the durations of the table scale. */
export const PROFILES = { standard: 1, brisk: 1 / 1440, fast: 1 / 86_400 } as const;

/** The kind of a part by its name: `<kind>:<name>`, or the only kind there is. */
export function partKind(lifecycle: Lifecycle, part: string): string | undefined {
  const kinds = Object.keys(lifecycle.parts ?? {});
  const prefix = part.split(':')[0] ?? '';
  if (part.includes(':')) return kinds.includes(prefix) ? prefix : undefined;
  return kinds.length === 1 ? kinds[0] : undefined;
}
