/** What the gateway tells about entities: the shapes of its read API, shared by gateway, client, CLI and console. */
import type {
  Actor,
  Clock,
  Expectation,
  MessageOutcome,
  Money,
  PartState,
  Reason,
} from '../workflows/lifecycle/entry.js';

/** A deadline as an absolute fact. */
export interface DeadlineView {
  readonly at: string;
  /** The state that it leads to. */
  readonly leadsTo: string;
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
  readonly parts: Readonly<Record<string, PartState>>;
  /** What the lifecycle knows of the entity; for a claim e.g. `settlement`. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly stage: number;
}

/** One page of a list; `cursor` leads to the next, absent on the last. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string;
}

/** Which entities to list; absent: all. */
export interface ListFilter {
  readonly state?: string;
  /** Only those with a deadline that has passed. */
  readonly overdue?: boolean;
  /** Only those that somebody should look at. */
  readonly attention?: boolean;
  readonly closed?: boolean;
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
}

/** What keeps an entity from moving. */
export interface Blockage {
  readonly kind: 'person' | 'customer' | 'thirdParty' | 'paused' | 'failing' | 'queueLag' | 'guard' | 'hold';
  /** One clause: `waits for a decision of a claims reviewer`. */
  readonly detail: string;
  /** With `failing`: tries so far, the last failure's sentence, and when it is tried again. */
  readonly attempts?: number;
  readonly lastFailure?: string;
  readonly nextTryAt?: string;
}

/** An activity that the run waits for. */
export interface PendingCall {
  readonly activity: string;
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
  readonly pendingActivities: readonly PendingCall[];
  /** Since when a workflow task waits to be worked on, and how often it was tried. */
  readonly pendingTask?: { readonly since?: string; readonly attempt: number; readonly state: 'scheduled' | 'started' };
}

/** The answer to: what is happening to this, why, since when, and what happens next? */
export interface Explanation {
  readonly lifecycle: string;
  readonly id: string;
  readonly state: string;
  readonly since: string;
  /** How often the state was entered, this time included. */
  readonly timesEntered: number;
  /** Time spent in the state over all its visits, in milliseconds. */
  readonly totalInStateMs: number;
  /** Why it is in this state. */
  readonly because: { readonly causationId: string; readonly reason?: Reason; readonly sentence: string };
  readonly waitsFor: string | null;
  readonly owner: string | null;
  /** Open ones first. */
  readonly expectations: readonly (Expectation & { readonly name: string })[];
  readonly next: readonly string[];
  /** The earliest deadline. */
  readonly deadline: DeadlineView | null;
  readonly clocks: readonly (Clock & { readonly name: string; readonly overdue: boolean })[];
  readonly blockedBy: Blockage | null;
  readonly attention?: string;
  readonly outcome?: string;
  readonly closed: boolean;
  readonly parts: Readonly<Record<string, PartState>>;
  /** Amount per part, where it has one. */
  readonly amounts: Readonly<Record<string, Money>>;
  /** The last entries, newest last. */
  readonly journal: readonly JournalLine[];
  readonly run: RunView | { readonly error: string };
  readonly lifecycleVersion: number;
  /** How old each source of this answer is. */
  readonly sources: {
    /** The record as last written; `ageMs` since then. */
    readonly record: { readonly asOf: string; readonly ageMs: number };
    readonly temporal: { readonly asOf: string } | { readonly error: string };
  };
  /** All of it in one sentence. */
  readonly sentence: string;
}

/** What the records know of a submission. */
export interface SubmissionRecord {
  readonly contentHash: string;
  readonly firstRunId: string;
  readonly closed: boolean;
}

/** Entities by lifecycle and state, and versions. */
export interface StatusView {
  readonly entities: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly versions: Readonly<Record<string, string>>;
}
