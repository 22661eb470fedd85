/** What operations people read: overview, saved views, an entity's details, the fleet, the live stream. Shapes of the read API. */
import type { SubscriptionLag } from '../events/broker/broker.js';
import type { Actor, Patch } from '../workflows/lifecycle/entry.js';
import type { FindingView } from './findings.js';
import type { AmountsView, ClosedDependency, JournalLine, ListFilter, QueueView, ReviewFilter } from './views.js';

/** How long entities have been in their state, in milliseconds. */
export interface AgeView {
  readonly medianMs: number;
  readonly p95Ms: number;
}

/** One state with what is in it now. States without entities and without entries in the last day are left out. */
export interface StateOverview {
  readonly state: string;
  /** Entities that are in it: open ones, or, of a terminal state, all that ended there. */
  readonly count: number;
  /** Of them, open with a deadline that has passed. */
  readonly overdue: number;
  /** Of them, overdue or brought to a person by a deadline that passed. */
  readonly late: number;
  /** Of them, that somebody should look at. */
  readonly attention: number;
  /** Of the open ones in it; absent where there are none. */
  readonly age?: AgeView;
  /** How often it was entered in each of the last 24 hours, the oldest first; the last is the hour that runs. */
  readonly entries: readonly number[];
}

/** Sums over states. */
export interface OverviewTotals {
  readonly open: number;
  /** Ended since midnight, UTC. */
  readonly closedToday: number;
  readonly overdue: number;
  /** Overdue, or brought to a person by a deadline that passed. */
  readonly late: number;
  readonly attention: number;
}

/** One lifecycle of the overview. */
export interface LifecycleOverview {
  readonly lifecycle: string;
  readonly totals: OverviewTotals;
  readonly states: readonly StateOverview[];
}

/** Open review tasks of a queue. */
export interface QueueOverview {
  readonly queue: string;
  /** Parked ones left out. */
  readonly open: number;
  readonly overdue: number;
  /** Due until the next midnight, UTC, and not overdue. */
  readonly dueToday: number;
  readonly unassigned: number;
  readonly parked: number;
  /** Questions of other teams to this queue that wait for an answer. */
  readonly questions: number;
  /** When the task was opened that is open longest. */
  readonly oldestSince?: string;
}

/** Of `GET /api/overview`, cut to the lifecycles that the asker may see. */
export interface OverviewView {
  /** When it was counted; at most two seconds before the answer. */
  readonly asOf: string;
  readonly totals: OverviewTotals;
  readonly lifecycles: readonly LifecycleOverview[];
  readonly reviews: readonly QueueOverview[];
  readonly findings: {
    readonly open: number;
    readonly overdue: number;
    readonly byKind: Readonly<Record<string, number>>;
  };
  /** Services to which no calls are made. */
  readonly closedDependencies: readonly ClosedDependency[];
  /** Catastrophes that are open, and how many of their entities are. */
  readonly catastrophes: ReadonlyArray<{ readonly code: string; readonly name: string; readonly open: number }>;
}

/** A list that is worth a name. Its count is live. */
export interface SavedView {
  readonly view: string;
  /** `Awaiting the fraud decision longer than its deadline`. */
  readonly title: string;
  /** One sentence: what is in it, and what to do about it. */
  readonly means: string;
  readonly lifecycle: string;
  /** `entities`: a filter of `GET /api/entities`. `reviews`: of `GET /api/reviews`. */
  readonly of: 'entities' | 'reviews';
  /** As the query has it: `lifecycle` is in it. */
  readonly filter: (ListFilter | ReviewFilter) & { readonly lifecycle: string };
  readonly count: number;
  readonly amounts: readonly AmountsView[];
}

/** An event that an entry told others. */
export interface PublishedEvent {
  readonly id: string;
  readonly type: string;
  /** Absent while the relay has not handed it to the broker. */
  readonly publishedAt?: string;
}

/** One journal entry with its envelope. Of `GET /api/entities/:lifecycle/:id/journal`. */
export interface JournalDetail extends JournalLine {
  readonly stage: number;
  readonly lifecycleVersion: number;
  readonly runId: string;
  readonly correlationId: string;
  /** The database's own time of writing; `recordedAt` is workflow time, and `envelope.occurredAt` the sender's. */
  readonly writtenAt: string;
  /** With a message: how it came. */
  readonly envelope?: {
    readonly source: string;
    readonly occurredAt: string;
    readonly receivedAt: string;
    readonly schemaVersion: number;
    readonly digest: string;
    /** It was applied although the deadline that it answers had passed in the same moment. */
    readonly afterDeadline: boolean;
  };
  /** It undoes the decision in this entry. */
  readonly corrects?: number;
  /** What it changed, as far as the asker may see it. */
  readonly patch?: Patch;
  readonly published: readonly PublishedEvent[];
  /** Hash of the chain up to here, in hex. */
  readonly hash: string;
}

/** A message that reached the entity, or did not: what is not on its journal is `stray`. */
export interface MessageLine {
  readonly message: string;
  readonly messageId: string;
  readonly source: string;
  /** As in the journal; `stray`: no run was open to take it, or the entity was not known. */
  readonly outcome: 'applied' | 'held' | 'duplicate' | 'late' | 'rejected' | 'stray';
  /** Why it was refused or went astray, as a code. */
  readonly reason?: string;
  readonly occurredAt?: string;
  readonly receivedAt: string;
  /** Its journal entry. */
  readonly sequence?: number;
  readonly actor?: Actor;
}

/** Of `GET /api/entities/:lifecycle/:id/messages`: the newest first. At most the newest 1000. */
export interface MessagesView {
  readonly items: readonly MessageLine[];
}

/** A letter that left, or was to leave. */
export interface LetterView {
  /** Its name in the facts: `acknowledgment`, `denial`. */
  readonly letter: string;
  readonly dispatchedAt?: string;
  /** Its reference at the notification service. */
  readonly reference?: string;
}

/** A document that is asked for, or has come. */
export interface DocumentView {
  readonly document: string;
  readonly receivedAt?: string;
}

/** Money that moved, or is about to. */
export interface PaymentView {
  /** The part that it is for, where it has one. */
  readonly part?: string;
  readonly state: string;
  readonly since?: string;
  readonly amount?: { readonly minor: number; readonly currency: string };
  readonly reference?: string;
}

/** What the entity is judged by. Of `GET /api/entities/:lifecycle/:id/evidence`. */
export interface EvidenceView {
  readonly documents: readonly DocumentView[];
  readonly letters: readonly LetterView[];
  readonly payments: readonly PaymentView[];
  readonly amounts?: AmountsView;
  /** Everything that the lifecycle knows; no personal data, which is in the erasable store. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly findings: readonly FindingView[];
}

/** A worker that asks Temporal for work. */
export interface WorkerView {
  /** `<pid>@<host>`, or as its deployment names it. */
  readonly identity: string;
  readonly queues: readonly string[];
  /** When it asked last. */
  readonly seenAt: string;
  readonly buildId?: string;
  readonly deployment?: string;
}

/** A task queue with who works on it. */
export interface FleetQueueView extends QueueView {
  /** Role of the workers that take it: `claim`, `payments`, `records`. */
  readonly role: string;
  /** Work waits and nobody takes it. */
  readonly unattended: boolean;
}

/** Something that the fleet rests on. */
export interface PillarView {
  readonly status: 'up' | 'down';
  /** How long it took to answer, in milliseconds. */
  readonly answeredInMs?: number;
  readonly version?: string;
  /** With `down`: what it said. */
  readonly failure?: string;
  /** Further figures by name, for a list: `connections`, `sizeBytes`. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Of `GET /api/fleet`. */
export interface FleetView {
  readonly asOf: string;
  readonly workers: readonly WorkerView[];
  /** Those with a backlog first. */
  readonly queues: readonly FleetQueueView[];
  /** Versions of the deployment that Temporal knows; empty where workers are not versioned. */
  readonly deployments: ReadonlyArray<{
    readonly deployment: string;
    readonly version: string;
    readonly current: boolean;
  }>;
  readonly temporal: PillarView;
  /**
   * `figures`: connections to the server, how many it allows, the size of the database. `applications`: connections to this database by
   * process (`throughline-worker`), `other` for whoever is not of the fleet; absent while it does not answer.
   */
  readonly database: PillarView & { readonly applications?: Readonly<Record<string, number>> };
  /**
   * Absent: events are kept in the outbox alone. `subscriptions`: how far each is behind, and what was set aside; none while it does not
   * answer. Database and broker are looked at every five seconds at most.
   */
  readonly broker?: PillarView & { readonly kind: string; readonly subscriptions: readonly SubscriptionLag[] };
  /** Events that wait for the broker. */
  readonly outbox: {
    readonly waiting: number;
    /** Refused by the broker, which hold back the rest of their entity. */
    readonly refused: number;
    readonly parked: number;
    /** How long the oldest has waited, in milliseconds; 0 where none does. */
    readonly lagMs: number;
  };
  readonly versions: Readonly<Record<string, string>>;
}

/** What the page needs to know of its surroundings. Of `GET /api/console`. */
export interface ConsoleSettings {
  readonly version: string;
  readonly temporal: {
    readonly namespace: string;
    /** Base of Temporal's own UI without a slash at its end; a workflow is at `<ui>/namespaces/<namespace>/workflows/<workflow id>`. */
    readonly ui?: string;
  };
}

/** The events of `GET /api/stream` (server-sent events; `id:` resumes through `last-event-id`), by name: ids and what changed, no facts. */
export interface StreamEvents {
  readonly entity: {
    readonly lifecycle: string;
    readonly id: string;
    readonly state: string;
    readonly sequence: number;
    readonly closed: boolean;
  };
  readonly review: {
    readonly taskId: string;
    readonly lifecycle: string;
    readonly id: string;
    readonly queue: string;
    readonly assignee?: string;
    readonly resolved: boolean;
  };
  readonly finding: {
    readonly findingId: string;
    readonly lifecycle: string;
    readonly id: string;
    readonly kind: string;
    readonly state: FindingView['state'];
  };
  readonly dependency: { readonly dependency: string; readonly status: 'up' | 'paused' | 'failing' };
  /** Figures of the overview have changed; at most every two seconds. */
  readonly overview: { readonly asOf: string };
  /** Changes were missed (away too long, or too many at once): read again whatever is shown. */
  readonly missed: { readonly asOf: string };
}
