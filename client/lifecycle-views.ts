/** A lifecycle's table as the console draws it, and what an asker may do with one entity. Shapes of the read API. */
import type { CompensationDefinition, HoldDefinition } from '../workflows/lifecycle/definition.js';

/** A JSON Schema (2020-12), made from the zod schema that the gateway itself checks by. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** How long something may take: milliseconds, days of a calendar, or as long as a fact of the entity says. */
export type DurationView =
  | { readonly ms: number }
  | { readonly days: number; readonly count: 'calendar' | 'working'; readonly calendar: string }
  | { readonly fact: string };

/** What a state's review task is. */
export interface ReviewDefinitionView {
  readonly queue: string;
  readonly priority: number;
  /** Messages that decide it. */
  readonly decidedBy: readonly string[];
  readonly escalation: ReadonlyArray<{ readonly afterMs: number; readonly queue: string; readonly priority: number }>;
}

/** One state of the diagram. */
export interface StateView {
  readonly state: string;
  /** One sentence. */
  readonly means: string;
  readonly owner: string;
  readonly waitsFor?: string;
  readonly initial: boolean;
  readonly terminal: boolean;
  /** Kept for old journals; nothing leads here any more. */
  readonly deprecated: boolean;
  /** Nothing before it is undone once it is entered. */
  readonly pivot: boolean;
  /** From here the entity goes back to where it was. */
  readonly detour: boolean;
  /** Longest time in the state in milliseconds of the standard profile; absent where it is unbounded, or terminal. */
  readonly deadlineMs?: number;
  /** Why there is no deadline. */
  readonly unbounded?: string;
  readonly onDeadline?: string;
  readonly onFailure?: string;
  readonly review?: ReviewDefinitionView;
  readonly reopens?: { readonly by: readonly string[]; readonly withinMs: number; readonly to: string };
}

/** What takes an entity over an edge. `answer`: what is waited for has come. */
export interface EdgeTrigger {
  readonly kind: 'answer' | 'deadline' | 'failure' | 'clock' | 'reopening';
  /** Name of the clock, or of the message that reopens. */
  readonly name?: string;
}

/** One way of the diagram; `from` and `to` are states. An edge to the state itself begins it anew. */
export interface EdgeView {
  readonly from: string;
  readonly to: string;
  /** What takes it unasked comes first; `answer` alone where nothing does. */
  readonly triggers: readonly EdgeTrigger[];
}

/** A named clock. */
export interface ClockDefinitionView {
  readonly clock: string;
  readonly means: string;
  readonly starts: { readonly fact: string } | { readonly entering: readonly string[] };
  readonly within: DurationView;
  readonly spans: readonly string[];
  readonly pausedIn: readonly string[];
  readonly onBreach: string;
}

/** A message that a lifecycle understands. */
export interface MessageView {
  readonly message: string;
  /** A short name for a button, in words: `Approve claim`. */
  readonly label: string;
  readonly means: string;
  /** `update`: the sender gets the entity's answer. `signal`: a fact that is taken note of. */
  readonly kind: 'signal' | 'update';
  /** Every lifecycle understands it: work on reviews, clocks and holds. */
  readonly kernel: boolean;
  /** States in which it is applied; absent: all. */
  readonly in?: readonly string[];
  /** States in which it is kept until one of `in` is entered. */
  readonly early: readonly string[];
  readonly late: 'record' | 'task' | 'reject' | 'ignore';
  /** It is a decision, which bears the name of who takes it. */
  readonly needsActor: boolean;
  /** Shape of its data. */
  readonly schema: JsonSchema;
}

/** A lifecycle as a diagram with everything that stands beside it. Of `GET /api/lifecycles` and `GET /api/lifecycles/:lifecycle`. */
export interface LifecycleView {
  readonly lifecycle: string;
  /** Of the table that is served now. */
  readonly version: number;
  /** Versions that ever ran, ascending, with when they first did. */
  readonly versions: ReadonlyArray<{ readonly version: number; readonly firstSeen: string }>;
  readonly initial: string;
  /** In the order of the table, which is about the order in which entities meet them. */
  readonly states: readonly StateView[];
  readonly edges: readonly EdgeView[];
  /** Kind of part → state → where it may go. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly clocks: readonly ClockDefinitionView[];
  readonly holds: Readonly<Record<string, HoldDefinition>>;
  /** What entities wait for from others, by name; `withinMs` from the asking. */
  readonly expectations: Readonly<
    Record<string, { readonly what: string; readonly from: string; readonly withinMs?: number }>
  >;
  readonly compensations: Readonly<Record<string, CompensationDefinition>>;
  /** Queues in which its review tasks may be, sorted. */
  readonly queues: readonly string[];
  /** The lifecycle's own messages, then the kernel's. */
  readonly messages: readonly MessageView[];
  /** Shape of a submission's data. */
  readonly notice: JsonSchema;
}

/** Something that the asker could do with an entity. */
export interface ActionView {
  /** `<message>`, or `<message>:<target>` where the entity has several targets of it. */
  readonly key: string;
  /** Wire name: it is sent as `POST /api/entities/:lifecycle/:id/messages/:message`. */
  readonly message: string;
  /** For a button: `Approve claim`. */
  readonly label: string;
  readonly means: string;
  readonly kind: 'signal' | 'update';
  /** `decision`: it decides the state's review task. `message`: another message of the lifecycle. */
  readonly group: 'review' | 'decision' | 'clock' | 'hold' | 'correction' | 'message';
  /** Shape of the whole data. */
  readonly schema: JsonSchema;
  /** Fields of the data that are settled: a form shows the others. `assignReview` e.g. holds `taskId` and, for taking, `assignee`. */
  readonly preset: Readonly<Record<string, unknown>>;
  /** What it is about, to be shown beside the label: a clock's name, a task id. */
  readonly target?: string;
  /** The data has a reason, as a code. */
  readonly needsReason: boolean;
  /** It may wait for a second person, by the rules of its lifecycle: above the authority of one, or always. */
  readonly mayNeedSecondPerson: boolean;
  readonly allowed: boolean;
  /** Why not: `code` as in the refusal of the message itself or `Forbidden`, and what would help. */
  readonly refusal?: { readonly code: string; readonly sentence: string };
}

/** Of `GET /api/entities/:lifecycle/:id/actions`: what is possible first, each group in a sensible order. */
export interface ActionsView {
  readonly lifecycle: string;
  readonly id: string;
  readonly state: string;
  /** The entity's sequence that they were reckoned from: look again once it is higher. */
  readonly sequence: number;
  readonly items: readonly ActionView[];
}
