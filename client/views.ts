/** What the gateway tells about entities: the shapes of its read API, shared by gateway, client, CLI and console. */
import type {
  Actor,
  Clock,
  Compensation,
  Expectation,
  GuardVerdict,
  Hold,
  MessageOutcome,
  Money,
  PartState,
  Proposal,
  Reason,
  ReviewTask,
} from '../workflows/lifecycle/entry.js';

/** A deadline as an absolute fact. */
export interface DeadlineView {
  readonly at: string;
  /** The state that it leads to. */
  readonly leadsTo: string;
  /** Explained alone: when it was before somebody moved it. */
  readonly originalAt?: string;
  /** What it was moved by: the number of a bulletin, of an order. */
  readonly reference?: string;
}

/** What entities come to, in minor units of one currency. */
export interface AmountsView {
  readonly currency: string;
  readonly reserved: number;
  readonly approved: number;
  readonly paid: number;
  /** Approved and not yet paid. */
  readonly open: number;
}

/** The end of a list: how many entities the filter finds, on all its pages, and what they come to. */
export interface TotalsView {
  readonly entities: number;
  /** One for each currency; entities that keep no account are not in it. */
  readonly amounts: readonly AmountsView[];
}

/** One entity in a list: what it is, what it waits for, what comes next. */
export interface EntitySummary {
  readonly lifecycle: string;
  readonly id: string;
  readonly state: string;
  /** When it entered its state. */
  readonly since: string;
  /** Business phrase, e.g. `the fraud decision`; absent where nothing is waited for. */
  readonly waitsFor?: string;
  /** Who acts next: `fraud service`. */
  readonly owner?: string;
  /** The states that it may enter from here. */
  readonly next: readonly string[];
  readonly deadline: DeadlineView | null;
  readonly closed: boolean;
  readonly outcome?: string;
  /** Code of the last transition's reason. */
  readonly reason?: string;
  /** Why somebody should look, as a code. */
  readonly attention?: string;
  /** A deadline has passed: the next one, or the one that brought it to a person, who has not decided since. */
  readonly late?: true;
  /** With `late`: when it passed. */
  readonly lateSince?: string;
  /** The open review task, of several the one of its state; `assignee`: who has it, absent while it waits in its queue. */
  readonly review?: { readonly taskId: string; readonly queue: string; readonly assignee?: string };
  readonly parts: Readonly<Record<string, PartState>>;
  /** What the lifecycle knows of the entity; for a claim e.g. `settlement`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** What it comes to, where its lifecycle keeps such an account. */
  readonly amounts?: AmountsView;
  /** Its clocks by name; the state's own deadline is `state`. */
  readonly clocks: Readonly<Record<string, Clock>>;
  readonly stage: number;
}

/** One page of a list; `cursor` leads to the next, absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string;
}

/** Which entities to list; absent: all. */
export interface ListFilter {
  /** One state, or several separated by commas. */
  readonly state?: string;
  /** Only those with a deadline that has passed. */
  readonly overdue?: boolean;
  /** Only those that are late: overdue, or brought to a person by a deadline that passed. */
  readonly late?: boolean;
  /** Only those that somebody should look at. */
  readonly attention?: boolean;
  readonly closed?: boolean;
  /** Only those of this catastrophe. */
  readonly catastrophe?: string;
  /** Only those in their state for longer than this: an ISO-8601 duration (`P3D`, `PT4H`), or milliseconds. */
  readonly longerThan?: string;
  /** Who acts next, as the table says it: `fraud service`. */
  readonly owner?: string;
  /** What is waited for, as the table says it: `the fraud decision`. */
  readonly waitsFor?: string;
  /** Code of the last transition's reason. */
  readonly reason?: string;
  /** Only those that wait for this dependency, hold or check: `dependency:payments`. */
  readonly deferredBy?: string;
  /** Part of the business key, in any case; from the beginning of it where it ends with `*`. At least two characters. */
  readonly text?: string;
  /** Only those that entered their state at or after this instant. */
  readonly enteredSince?: string;
  /** Only those of which something was recorded at or after this instant. */
  readonly updatedSince?: string;
  /** Only those whose earliest deadline is before this instant. */
  readonly dueBefore?: string;
}

/** Order of a list: longest in their state (default), earliest deadline, largest amount that is open, or lately changed first. */
export type ListSort = 'age' | 'deadline' | 'amount' | 'updated';

/** A piece of human work, as the person who may do it sees it. */
export interface ReviewView {
  /** `<lifecycle>/<id>#<sequence of the entry that opened it>` */
  readonly taskId: string;
  readonly lifecycle: string;
  readonly id: string;
  /** The state that the entity is in. */
  readonly state: string;
  readonly queue: string;
  /** Why a person is needed, as a code. */
  readonly reason: string;
  /** 1 is most urgent, 5 least. */
  readonly priority: number;
  /** When it was opened. */
  readonly since: string;
  readonly dueAt?: string;
  readonly overdue: boolean;
  /** How far its escalation has gone; 0: not escalated. */
  readonly level: number;
  readonly escalatesAt?: string;
  readonly assignee?: string;
  readonly parkedUntil?: string;
  /** The messages that decide it; none: it is resolved by itself. */
  readonly decidedBy: readonly string[];
  /** Sequence of the journal entry of the message that it is about, where one opened it. */
  readonly about?: number;
  /** A decision that waits for a second person. */
  readonly proposal?: Proposal;
  /** What its entity comes to, where its lifecycle keeps such an account. */
  readonly amounts?: AmountsView;
  /** Questions to other teams that wait for an answer. */
  readonly openQuestions?: number;
}

/** Which open review tasks to list; absent: all but the parked ones. */
export interface ReviewFilter {
  readonly lifecycle?: string;
  readonly queue?: string;
  /** Id of the actor who has taken them. */
  readonly assignee?: string;
  /** Only those whose due has passed. */
  readonly overdue?: boolean;
  /** Those that rest until a later date, too. */
  readonly parked?: boolean;
  /** With `assignee`: also those of the people for whom that person stands in now. */
  readonly delegated?: boolean;
  /** Only those that nobody has taken. */
  readonly unassigned?: boolean;
  /** Only those that are due before this instant. */
  readonly dueBefore?: string;
  /** Only those of these entities' states. */
  readonly state?: string;
}

/** One journal entry, as people read it. */
export interface JournalLine {
  readonly sequence: number;
  readonly kind: string;
  readonly recordedAt: string;
  readonly from?: string;
  readonly to?: string;
  readonly causationId: string;
  readonly reason?: Reason;
  readonly actor: Actor;
  readonly message?: { readonly name: string; readonly messageId: string; readonly outcome: MessageOutcome };
  /** With a deadline's breach: the clock that struck. */
  readonly clock?: string;
  readonly guard?: GuardVerdict;
  /** With an escalation: how far the review task has gone, and where it is now. */
  readonly escalation?: { readonly taskId: string; readonly level: number; readonly queue: string };
  /** With a reminder: the expectation that the other side was reminded of. */
  readonly reminds?: string;
  /** With `compensation`: what is undone. */
  readonly compensates?: string;
}

/** An answer that is awaited from somebody, or has come. */
export interface ExpectationView extends Expectation {
  readonly name: string;
  /** It is due and has not come. */
  readonly overdue: boolean;
}

/** A clock, with what it says now. */
export interface ClockView extends Clock {
  readonly name: string;
  /** It should have struck: the worker that would see it has not come round yet. Never of one that is paused. */
  readonly overdue: boolean;
}

/** A hold in force. */
export interface HoldView extends Hold {
  readonly name: string;
  /** It keeps the entity from what it wants next; otherwise it only will. */
  readonly blocksNow: boolean;
}

/** Something that waits because a check said "not now". */
export interface DeferralView {
  /** `hold:<name>`, `dependency:<name>`, or the name of the lifecycle's own check. */
  readonly guard: string;
  readonly since: string;
  /** A code. */
  readonly reason: string;
  /** The state that it keeps the entity from. */
  readonly to?: string;
  /** The call that it keeps from being made. */
  readonly call?: string;
}

/** The undo of a step that may have taken effect. */
export interface CompensationView extends Compensation {
  readonly name: string;
}

/** A review task that is open. */
export interface OpenReview extends Omit<ReviewTask, 'proposal'> {
  readonly taskId: string;
  /** It was due and is not decided. */
  readonly overdue: boolean;
  /** The decision that waits for a second person; what it says in detail is in the journal. */
  readonly proposal?: { readonly message: string; readonly by: string; readonly digest: string };
}

/** A domain service whose gate is not up. */
export interface ClosedDependency {
  readonly name: string;
  /** `paused` by an operator, or `failing`: its gate closed by itself after repeated failures. */
  readonly status: 'paused' | 'failing';
  readonly since: string;
  /** A code. */
  readonly reason: string;
  /** Id of the operator. */
  readonly by?: string;
  readonly lastFailure?: string;
}

/** A task queue as Temporal sees it; the server's own figures may be five seconds old. */
export interface QueueView {
  readonly queue: string;
  /** Whose tasks: those of workflows or of activities. */
  readonly kind: 'workflow' | 'activity';
  /** About how many tasks wait for a worker. */
  readonly backlog: number;
  /** How long the oldest of them has waited, in milliseconds. */
  readonly oldestMs: number;
  /** Workers that have asked for work lately. One that stopped is counted for up to 70 seconds more. */
  readonly pollers: number;
}

/** What keeps an entity from moving. */
export interface Blockage {
  /**
   * `person`, `customer`, `thirdParty`: it is their turn. `paused`: an operator has paused a dependency, or the run in Temporal.
   * `failing`: a call, a dependency or the run fails. `queueLag`: no worker takes its tasks. `queue`: its turn to be started has not
   * come. `hold`: somebody with authority keeps it from going on. `guard`: a check of the business facts says "not now".
   */
  readonly kind: 'person' | 'customer' | 'thirdParty' | 'paused' | 'failing' | 'queueLag' | 'queue' | 'guard' | 'hold';
  /** One clause: `waits for a decision of a claims reviewer`. */
  readonly detail: string;
  /** With `failing`: tries so far, the last failure's sentence, and when it is tried again. */
  readonly attempts?: number;
  readonly lastFailure?: string;
  readonly nextTryAt?: string;
  /** With `customer` and `thirdParty`: what has not come yet. */
  readonly missing?: readonly ExpectationView[];
  /** With `person`: the task that is to be decided. */
  readonly review?: OpenReview;
  /** With `hold`, where a hold is what blocks. */
  readonly hold?: HoldView;
  /** With `paused`, `failing` and `guard`, where a dependency is what is waited for. */
  readonly dependency?: ClosedDependency;
  /** With `hold`, `guard` and dependencies: what waits, and since when. */
  readonly deferral?: DeferralView;
  /** With `queueLag`: the queue, where Temporal could be asked. */
  readonly queue?: QueueView;
  /** With `queue`: its place in line. */
  readonly admission?: AdmissionView;
}

/** An activity that the run waits for. */
export interface PendingCall {
  readonly activity: string;
  /** The task queue on which it waits for a worker; absent with servers that do not tell. */
  readonly taskQueue?: string;
  readonly attempt: number;
  /** `scheduled`: no worker has taken it. */
  readonly state: 'scheduled' | 'started' | 'cancelling' | 'paused';
  readonly scheduledAt?: string;
  readonly lastFailure?: string;
  readonly nextTryAt?: string;
}

/** What Temporal says of the entity's current run. */
export interface RunView {
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's status: `RUNNING`, `COMPLETED`, `TERMINATED`, … */
  readonly status: string;
  readonly historyLength: number;
  readonly startedAt: string;
  /** What the run last published for Temporal's own lists: where it last waited. */
  readonly published: {
    readonly state?: string;
    readonly since?: string;
    readonly deadline?: string;
  };
  readonly pendingActivities: readonly PendingCall[];
  /** Since when a workflow task waits to be worked on, and how often it was tried. */
  readonly pendingTask?: { readonly since?: string; readonly attempt: number; readonly state: 'scheduled' | 'started' };
}

/** The answer to: what is happening to this, why, since when, and what happens next? */
export interface Explanation {
  readonly lifecycle: string;
  readonly id: string;
  /** The moment that has passed for which it is explained; absent: now. */
  readonly asOf?: string;
  readonly state: string;
  readonly since: string;
  /** How often the state was entered, this time included. */
  readonly timesEntered: number;
  /** Time spent in the state over all its visits, in milliseconds. */
  readonly totalInStateMs: number;
  /** The same for every state that it was in. */
  readonly visits: Readonly<Record<string, { readonly entered: number; readonly totalMs: number }>>;
  /** Why it is in this state. */
  readonly because: { readonly causationId: string; readonly reason?: Reason; readonly sentence: string };
  readonly waitsFor: string | null;
  readonly owner: string | null;
  /** Open ones first. */
  readonly expectations: readonly ExpectationView[];
  readonly next: readonly string[];
  /** The earliest deadline that is running. */
  readonly deadline: DeadlineView | null;
  /** By their due; those that stand still or have struck are among them. */
  readonly clocks: readonly ClockView[];
  /** What blocks it most: trouble of the machinery before holds and checks, those before people. */
  readonly blockedBy: Blockage | null;
  readonly holds: readonly HoldView[];
  readonly deferrals: readonly DeferralView[];
  /** The task of its state first. */
  readonly reviews: readonly OpenReview[];
  /** What is undone if it does not go through with it, in that order. */
  readonly compensations: readonly CompensationView[];
  /** How long its records are kept; under a legal hold they are not deleted. */
  readonly retention: { readonly class: string; readonly until?: string; readonly legalHold: boolean };
  readonly attention?: string;
  readonly outcome?: string;
  readonly closed: boolean;
  readonly parts: Readonly<Record<string, PartState>>;
  /** Amount per part, where it has one. */
  readonly amounts: Readonly<Record<string, Money>>;
  /** The last entries, newest last. */
  readonly journal: readonly JournalLine[];
  readonly run: RunView | { readonly error: string };
  /** The task queues on which it depends now: its own, and those of pending calls. Those that could not be asked are missing. */
  readonly queues: readonly QueueView[];
  readonly lifecycleVersion: number;
  /** How old each source of this answer is. */
  readonly sources: {
    /** The record as last written; `ageMs` since then. Without it state and deadline are what the run published last. */
    readonly record: { readonly asOf: string; readonly ageMs: number } | { readonly error: string };
    readonly temporal: { readonly asOf: string } | { readonly error: string };
    readonly backlog: { readonly asOf: string } | { readonly error: string };
  };
  /** All of it in one sentence. */
  readonly sentence: string;
}

/** The place in line of a submission that is started once its turn comes. */
export interface AdmissionView {
  /** Code and name of its catastrophe. */
  readonly catastrophe: string;
  readonly name: string;
  /** How many are before it. */
  readonly ahead: number;
  readonly since: string;
  /** When its turn comes, if all goes on as it does. */
  readonly expectedAt: string;
  /** So many are started per second. */
  readonly rate: number;
}

/** What the records know of a submission. */
export interface SubmissionRecord {
  readonly contentHash: string;
  /** Absent while it waits for admission. */
  readonly firstRunId?: string;
  readonly waiting?: AdmissionView;
  readonly closed: boolean;
}

/** Entities by lifecycle and state, and versions. */
export interface StatusView {
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly versions: Readonly<Record<string, string>>;
}
