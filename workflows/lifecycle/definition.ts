/**
 * A lifecycle as pure data: states, transitions, deadlines, what is waited for, and what each message does when it is early,
 * late or wrong. `defineLifecycle` refuses a table that cannot work; everything else (flow, diagram, docs, lists) reads it.
 */
import type { Actor } from './entry.js';
import { faultsOf } from './faults.js';

/** Milliseconds of real time under the `standard` profile. */
export type Duration = number;
export const minutes = (n: number): Duration => n * 60_000;
export const hours = (n: number): Duration => n * 3_600_000;
export const days = (n: number): Duration => n * 86_400_000;

/** Days counted by a calendar; the clock strikes at the end of the day in the calendar's own time. */
export interface CalendarDays {
  readonly days: number;
  /** `working`: weekends and holidays do not count. `calendar`: all do. */
  readonly count: 'calendar' | 'working';
  /** Name of the calendar, one that ships (`us-federal`) or one that the lifecycle's spec supplies. */
  readonly calendar: string;
  /** With `calendar`: a due date on a weekend or holiday moves to the next working day. */
  readonly roll?: true;
}

/**
 * A named clock. It starts from a fact, runs while the entity is in one of the states that it spans, is paused in others, and
 * ends where it leaves them; its breach leads to a state, as a transition of its own.
 */
export interface ClockDefinition<State extends string = string> {
  /** One sentence for the docs, with the source of the rule where there is one. */
  readonly means: string;
  /**
   * `fact`: path of the fact it counts from (`notice.dateOfLoss`); an ISO date or instant counts from then, anything else from the
   * moment that it became known. `entering`: it counts from the moment that one of these states is entered.
   */
  readonly starts: { readonly fact: string } | { readonly entering: readonly State[] };
  /**
   * How long; `fact`: path of the fact that says it, where that differs from entity to entity. Without the fact it does not start; where
   * the fact changes while it has not struck, its due moves by the difference.
   */
  readonly within: Duration | CalendarDays | { readonly fact: string };
  /** It runs in these states; entering any state in neither list ends it, save a detour. */
  readonly spans: readonly State[];
  /** It stands still in these. */
  readonly pausedIn?: readonly State[];
  /** Path of a fact that fulfils it; once that is known it ends. */
  readonly stops?: { readonly fact: string };
  /** Where its breach leads, from every state that it spans. */
  readonly onBreach: State;
}

/** What an entity may wait for from others, by name; steps open one with `entity.expect(name)`. */
export interface ExpectationDefinition {
  /** A business phrase: `the fraud decision`. */
  readonly what: string;
  /** From whom: `fraud service`. */
  readonly from: string;
  /** When it is due, counted from the asking. */
  readonly within?: Duration;
  /** How long before the due the other side is reminded, each once, the longest first. Needs `within`. */
  readonly reminders?: readonly Duration[];
}

/** A kind of block. It stops the states that it names, never evidence. */
export interface HoldDefinition<State extends string = string> {
  readonly means: string;
  /** States that no step and no message enters while it is in force, and in which no service is called: a deadline may lead there. */
  readonly blocks: readonly State[];
  /** Kinds of actors with the authority to place and release it. */
  readonly by: readonly Actor['kind'][];
}

/** How a state's review task is worked on. */
export interface ReviewDefinition {
  readonly queue: string;
  /** 1 is most urgent, 5 least. */
  readonly priority: number;
  /** Messages that decide it; they are refused to anybody but the assignee, and may need a second person. */
  readonly decidedBy?: readonly string[];
  /** What happens to a task that nobody resolves: each level acts by itself, `after` the opening. Ascending. */
  readonly escalation?: ReadonlyArray<{ readonly after: Duration; readonly queue: string; readonly priority: number }>;
}

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
  readonly review?: ReviewDefinition;
  /** What the event of entering it tells beside the news, by name: paths of facts. They leave the fleet: no personal data. */
  readonly publishes?: Readonly<Record<string, string>>;
  readonly terminal?: true;
  /** The point of no return: once it is entered nothing that came before is undone, and the flow goes forward only. */
  readonly pivot?: true;
  /**
   * Something that is done in between: from here the entity goes back to where it was ({@link Entity.detouredFrom}), whose deadline,
   * review task and clocks run on meanwhile; what strikes in that time does so on the way back.
   */
  readonly detour?: true;
  /** With `terminal`: which messages reopen it, for how long after closing, and where it then is. */
  readonly reopens?: { readonly by: readonly string[]; readonly within: Duration; readonly to: State };
  /** Kept so that old journals stay readable; nothing may lead here any more. */
  readonly deprecated?: true;
}

/** An undo. Steps register it before the call that it undoes; the spec says how it is done. */
export interface CompensationDefinition {
  /** One sentence for the docs. */
  readonly means: string;
  /** Done at the same time as its neighbours that say the same, instead of one after the other in reverse order. */
  readonly parallel?: true;
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
  /**
   * A late one: `record` keeps its data and answers; `task` does so and opens a review task in the lifecycle's late queue, as
   * business evidence must; `reject` refuses; `ignore` leaves no trace, for technical facts alone.
   */
  readonly late: 'record' | 'task' | 'reject' | 'ignore';
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
  readonly clocks?: Readonly<Record<string, ClockDefinition<State>>>;
  readonly expectations?: Readonly<Record<string, ExpectationDefinition>>;
  readonly holds?: Readonly<Record<string, HoldDefinition<State>>>;
  readonly compensations?: Readonly<Record<string, CompensationDefinition>>;
  /** Where late evidence is looked at: required where a message says `late: 'task'`. It never ends by itself. */
  readonly lateReview?: ReviewDefinition & { readonly within: Duration };
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

/** The kind of a part by its name: `<kind>:<name>`; a plain name is of the first kind. */
export function partKind(lifecycle: Lifecycle, part: string): string | undefined {
  const kinds = Object.keys(lifecycle.parts ?? {});
  const prefix = part.split(':')[0] ?? '';
  if (part.includes(':')) return kinds.includes(prefix) ? prefix : undefined;
  return kinds[0];
}
