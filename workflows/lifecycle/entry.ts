/**
 * What an entity's journal is made of, and how an entity's state follows from it.
 *
 * An entity's state *is* the fold of its journal entries. The workflow, the records writer and the verifier all call
 * {@link fold}, so that they cannot disagree about what a journal means. The shapes here are a wire contract: they are stored
 * in Temporal's history (as the ride-along argument of activities) and in the journal. Change them behind a new
 * {@link KERNEL_VERSION}.
 */

/** Version of entry shape, buffering and confirmation. A run fixes the version that it started with. */
export const KERNEL_VERSION = 1;

/** ISO-8601 instant in UTC with milliseconds, e.g. `2012-10-29T23:10:00.000Z`. */
export type Instant = string;

/** An amount of money in the minor unit of its currency (cents for USD); integers only. */
export interface Money {
  readonly minor: number;
  /** ISO 4217 code, e.g. `USD`. */
  readonly currency: string;
}

/** Who did it. `authenticated` says how we know: `none`, `hmac`, `token`, `temporal` (the namespace's own access). */
export interface Actor {
  readonly kind: 'customer' | 'staff' | 'service' | 'system';
  /** A stable, non-personal identifier: a user name, a service's name, never a person's name or address. */
  readonly id: string;
  readonly onBehalfOf?: string;
  readonly authenticated: 'none' | 'hmac' | 'token' | 'temporal';
}

/** What every message carries beside its data. `occurredAt` is the sender's clock and never decides anything. */
export interface Envelope {
  /** The entity's business key, e.g. `CLM-2012-000123`. */
  readonly entityId: string;
  /** Unique per sender and action: a repeat under the same id is recognised and gets the first answer again. */
  readonly messageId: string;
  /** Ties together everything that one submission caused. Default: the workflow id. */
  readonly correlationId?: string;
  /** The message that caused this one. */
  readonly causationId?: string;
  /** The sender's own counter, where it has one. */
  readonly sequence?: number;
  readonly occurredAt: Instant;
  /** A URI reference that names the sending system, e.g. `/services/fraud`. */
  readonly source: string;
  readonly actor: Actor;
  readonly schemaVersion: number;
}

/** What became of a message. Every message ends in the journal as one of these. */
export type MessageOutcome = 'applied' | 'held' | 'duplicate' | 'late' | 'rejected';

/** Why something happened, as a code and a reference to a note: never free text, which may hold personal data. */
export interface Reason {
  readonly code: string;
  /** Reference into the notes of the subject store. */
  readonly note?: string;
  /** What allows it: a bulletin, an agreement, a court order. */
  readonly reference?: string;
  /** Who may see it. Default `general`. */
  readonly visibility?: 'general' | 'restricted' | 'customer';
}

/** The verdict of a check before a transition. */
export interface GuardVerdict {
  readonly guard: string;
  readonly verdict: 'proceed' | 'defer' | 'cancel';
  readonly reason?: string;
}

/** A piece of the entity with a small state table of its own. */
export interface PartState {
  readonly state: string;
  readonly since: Instant;
  readonly reason?: string;
  readonly amount?: Money;
}

/** What last happened to a clock. */
export type ClockChange = 'started' | 'paused' | 'resumed' | 'moved' | 'breached' | 'stopped';

/**
 * A named deadline as absolute facts. The clock named `state` is the current state's own deadline and carries only what every
 * clock has until somebody changes it. An entry that changes a clock holds the clock whole, as it is from then on.
 */
export interface Clock {
  /** The fact it started from, in words: `entered AwaitingDocuments`, `fact notice.dateOfLoss`. */
  readonly basis: string;
  /** When that fact was: the clock counts from here. */
  readonly startedAt: Instant;
  /** When it strikes; while it is paused, when it would have struck. */
  readonly dueAt: Instant;
  /** The state that its breach leads to. */
  readonly leadsTo: string;
  readonly change?: ClockChange;
  /** The due that it began with, once somebody moved it or a pause shifted it. */
  readonly originalDueAt?: Instant;
  /** Calendar and version by which its days were counted: `us-federal@1`. */
  readonly calendar?: string;
  /** Present while it is paused. */
  readonly pausedAt?: Instant;
  readonly pausedBy?: 'state' | 'person';
  /** Time that it ran, pauses left out, up to its last change. */
  readonly consumedMs?: number;
  /** When that change was, while it runs; absent: nothing has changed since it started. */
  readonly runningSince?: Instant;
  /** It has struck: it stays on record and strikes no more, unless somebody moves it. */
  readonly breachedAt?: Instant;
  /** Of a detour's own deadline: the state that the entity goes back to, that state's clock, and the transition that waits there. */
  readonly suspends?: {
    readonly state: string;
    readonly clock?: Clock;
    readonly deferrals?: Readonly<Record<string, Deferral>>;
  };
}

/** A block placed by someone with authority; while it is in force the states that it blocks cannot be entered. */
export interface Hold {
  readonly placedAt: Instant;
  readonly by: Actor;
  readonly reason: Reason;
  /** What gives the authority: a court order, a bulletin, a case number. */
  readonly reference: string;
}

/** Something that waits because a guard said "not now". */
export interface Deferral {
  readonly since: Instant;
  /** Why, as the guard said it. */
  readonly reason: string;
  /** The transition that waits, with what it will bring. */
  readonly move?: {
    readonly to: string;
    readonly reason?: Reason;
    readonly patch?: Patch;
    readonly cause: DeferredCause;
  };
  /** The activity that waits for its dependency. */
  readonly call?: string;
}

/** What a deferred transition will be attributed to. */
export interface DeferredCause {
  readonly causationId: string;
  readonly actor: Actor;
}

/** What the entity waits for. Open while `receivedAt` is absent. */
export interface Expectation {
  /** A business phrase: `the fraud decision`. */
  readonly what: string;
  /** From whom: `fraud service`. */
  readonly from: string;
  readonly askedAt: Instant;
  /** The other side's reference for the request, where it gave one. */
  readonly reference?: string;
  readonly dueAt?: Instant;
  readonly receivedAt?: Instant;
  /** When the other side is reminded next. */
  readonly remindAt?: Instant;
  /** How often it was reminded. */
  readonly reminded?: number;
}

/** Human work that an entity waits for or that something late left behind; one row of `review_task`. */
export interface ReviewTask {
  readonly queue: string;
  /** Why a person is needed, as a code. */
  readonly reason: string;
  /** 1 is most urgent, 5 least, as in Temporal's priority keys. */
  readonly priority: number;
  readonly openedAt: Instant;
  readonly dueAt?: Instant;
  /** It belongs to the state in which it was opened: leaving the state resolves it. */
  readonly ofState?: true;
  /** How far the escalation chain has gone; absent: not escalated. */
  readonly level?: number;
  /** When the next level is reached. */
  readonly escalatesAt?: Instant;
  /** Id of the actor who has taken it. */
  readonly assignee?: string;
  /** Until then nobody needs to look; the clocks run on. */
  readonly parkedUntil?: Instant;
  /** The message that it is about, where one opened it: its entry's sequence. */
  readonly about?: number;
  /** A decision that waits for a second person. */
  readonly proposal?: Proposal;
  /** Ids of the people who proposed or changed what is to be approved; none of them may approve. */
  readonly contributors?: readonly string[];
}

/** What a first person decided and a second one must approve. */
export interface Proposal {
  /** Wire name of the deciding message. */
  readonly message: string;
  readonly data: unknown;
  /** Digest of the data: the second person approves exactly this. */
  readonly digest: string;
  /** Id of the actor who proposed it. */
  readonly by: string;
}

/**
 * The undo of a step that may have taken effect. It is on record before the step's call leaves, whose outcome may stay unknown, and
 * goes once it is done, settled by a person, or no longer possible: the table's pivot was passed.
 */
export interface Compensation {
  /** Its name in the table: `releaseInventory`. */
  readonly undo: string;
  /** What the undo needs to know: ids, codes and amounts. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Undone in descending order of this number. */
  readonly nth: number;
  readonly registeredAt: Instant;
  /** Present once it was begun: its outcome may be unknown. */
  readonly begunAt?: Instant;
  /** It failed for good, and waits for a person. */
  readonly failed?: { readonly at: Instant; readonly reason: string };
}

/** What becomes of a review task in an entry: the task as it is from now on, or its end. */
export type ReviewChange = ReviewTask | { readonly resolved: string };

/** What an entry changes. Absent: unchanged. Maps are merged by name; `null` removes a name. */
export interface Patch {
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly parts?: Readonly<Record<string, PartState>>;
  /** A clock whose `change` is `stopped` is removed, as by `null`. */
  readonly clocks?: Readonly<Record<string, Clock | null>>;
  readonly expectations?: Readonly<Record<string, Expectation | null>>;
  readonly holds?: Readonly<Record<string, Hold | null>>;
  /** By guard: `hold:legal`, `dependency:payments`, or the name of a lifecycle's own guard. */
  readonly deferrals?: Readonly<Record<string, Deferral | null>>;
  /** By task id, `<lifecycle>/<entityId>#<sequence of the entry that opened it>`. */
  readonly reviews?: Readonly<Record<string, ReviewChange>>;
  /** By a name of the step's choice: `inventory`, `payment:2`. */
  readonly compensations?: Readonly<Record<string, Compensation | null>>;
  /** Why somebody should look, as a code; `null` clears it. */
  readonly attention?: string | null;
  /** How it ended; `null` where it is reopened. */
  readonly outcome?: string | null;
  /** How durations scale; only in the first entry, and only where it is not `standard`. */
  readonly profile?: string;
}

/** How a message entered the journal. `data` is kept where the patch does not hold it: for held and late messages. */
export interface MessageRecord {
  readonly name: string;
  readonly messageId: string;
  readonly outcome: MessageOutcome;
  readonly source: string;
  readonly occurredAt: Instant;
  readonly receivedAt: Instant;
  readonly schemaVersion: number;
  /** Digest of the message's data: tells a repeat from another message under a used id. */
  readonly digest: string;
  /** It was applied although the deadline that it answers had passed in the same workflow task. */
  readonly afterDeadline?: true;
  /** It moved the entity, or would have if no guard had made it wait: the transition that follows is its own. */
  readonly moves?: true;
  readonly data?: unknown;
}

/**
 * One line of an entity's journal. `sequence` runs 1..n without gaps over the entity's whole life, reopenings included.
 * `causationId` is a message id, `activity:<type>` or `clock:<name>`.
 */
export interface Entry {
  readonly sequence: number;
  /**
   * `deadline`: a clock was breached, or a review task's level ran out. `guard`: a verdict without a transition. `reminder`: an
   * expectation was reminded of. `compensation`: an undo was begun, done, or has failed. `note`: something that concerns the entity and
   * changes at most its marks.
   */
  readonly kind: 'transition' | 'message' | 'deadline' | 'guard' | 'reminder' | 'compensation' | 'note';
  readonly recordedAt: Instant;
  readonly causationId: string;
  readonly actor: Actor;
  /** With `transition`; absent on the first entry. */
  readonly from?: string;
  /** With `transition`. */
  readonly to?: string;
  readonly reason?: Reason;
  readonly guard?: GuardVerdict;
  /** With `deadline`: the clock's name and what it said. */
  readonly breach?: Clock & { readonly name: string };
  /** With `deadline` of a review task: which level of which task was reached. */
  readonly escalation?: { readonly taskId: string; readonly level: number; readonly queue: string };
  /** With `reminder`: the expectation's name. */
  readonly reminds?: string;
  /** With `compensation`: its name; the reason says what became of it: `begun`, `undone`, or the code of the failure. */
  readonly compensates?: string;
  /** With a message: it is a decision, which a counter-entry can correct. */
  readonly decides?: true;
  /** It undoes the decision in this earlier entry. */
  readonly corrects?: number;
  readonly message?: MessageRecord;
  readonly patch?: Patch;
}

/** Names the entity and its run; the same for every entry of a carrier. */
export interface EntityRef {
  readonly lifecycle: string;
  readonly id: string;
  /** 1 for the first life, + 1 with each reopening. */
  readonly stage: number;
  readonly firstRunId: string;
  readonly correlationId: string;
  /** Digest of the submission's content (memo `contentHash`). */
  readonly contentHash: string;
  readonly kernelVersion: number;
  readonly lifecycleVersion: number;
}

/** The argument that rides along with an activity: the entries that no activity has confirmed yet. */
export interface RideAlong {
  readonly entity: EntityRef;
  /** Ascending and gap-free. */
  readonly entries: readonly Entry[];
}

/** An entity's current state: the fold of its journal. */
export interface EntityState {
  readonly state: string;
  readonly since: Instant;
  readonly sequence: number;
  /** Sequence of the transition that led here. */
  readonly enteredBy: number;
  readonly startedAt: Instant;
  /** How often each state was entered and how long the entity was in it before, in milliseconds. */
  readonly visits: Readonly<Record<string, { readonly entered: number; readonly totalMs: number }>>;
  readonly parts: Readonly<Record<string, PartState>>;
  readonly clocks: Readonly<Record<string, Clock>>;
  readonly expectations: Readonly<Record<string, Expectation>>;
  readonly holds: Readonly<Record<string, Hold>>;
  readonly deferrals: Readonly<Record<string, Deferral>>;
  /** Open review tasks by task id. */
  readonly reviews: Readonly<Record<string, ReviewTask>>;
  /** Decisions that still stand, by the sequence of their entry: which message, by whom, in which state. */
  readonly decisions: Readonly<Record<string, Decision>>;
  /** What is undone if the entity does not go through with it; absent: nothing ever was to be. */
  readonly compensations?: Readonly<Record<string, Compensation>>;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly profile?: string;
  readonly reason?: Reason;
  readonly attention?: string;
  readonly outcome?: string;
}

/** A decision that was taken and not corrected since. */
export interface Decision {
  readonly message: string;
  readonly by: string;
  readonly state: string;
}

/** State before the first entry. */
export const UNBORN: EntityState = {
  state: '',
  since: '',
  sequence: 0,
  enteredBy: 0,
  startedAt: '',
  visits: {},
  parts: {},
  clocks: {},
  expectations: {},
  holds: {},
  deferrals: {},
  reviews: {},
  decisions: {},
  facts: {},
};

/**
 * The state after one more entry. Pure.
 * @throws RangeError where the entry is not the next one, or does not leave the state the entity is in.
 */
export function fold(before: EntityState, entry: Entry): EntityState {
  if (entry.sequence !== before.sequence + 1) {
    throw new RangeError(`entry ${entry.sequence} does not follow entry ${before.sequence}`);
  }
  const after: { -readonly [K in keyof EntityState]: EntityState[K] } = { ...before, sequence: entry.sequence };
  const patch = entry.patch;
  // A transition is what every deferral waited for, or what overtook it.
  if (entry.kind === 'transition') after.deferrals = {};
  if (patch?.facts) after.facts = { ...before.facts, ...patch.facts };
  if (patch?.parts) after.parts = { ...before.parts, ...patch.parts };
  if (patch?.clocks) after.clocks = merge(before.clocks, patch.clocks, ({ change }) => change === 'stopped');
  if (patch?.expectations) after.expectations = merge(before.expectations, patch.expectations);
  if (patch?.holds) after.holds = merge(before.holds, patch.holds);
  if (patch?.deferrals) after.deferrals = merge(after.deferrals, patch.deferrals);
  if (entry.decides || entry.corrects !== undefined) after.decisions = afterDecision(before, entry);
  if (patch?.reviews) after.reviews = afterReviews(before.reviews, patch.reviews);
  if (patch?.compensations) after.compensations = merge(before.compensations ?? {}, patch.compensations);
  if (patch?.attention === null) delete after.attention;
  else if (patch?.attention !== undefined) after.attention = patch.attention;
  if (patch?.outcome === null) delete after.outcome;
  else if (patch?.outcome !== undefined) after.outcome = patch.outcome;
  if (patch?.profile !== undefined) after.profile = patch.profile;
  if (entry.kind === 'transition') enter(before, entry, after);
  return after;
}

function afterDecision(before: EntityState, entry: Entry): EntityState['decisions'] {
  const after: Record<string, Decision> = { ...before.decisions };
  if (entry.corrects !== undefined) delete after[entry.corrects];
  if (entry.decides) {
    after[entry.sequence] = { message: entry.message?.name ?? '', by: entry.actor.id, state: before.state };
  }
  return after;
}

function afterReviews(
  before: EntityState['reviews'],
  changes: Readonly<Record<string, ReviewChange>>,
): EntityState['reviews'] {
  const after: Record<string, ReviewTask> = { ...before };
  for (const [taskId, change] of Object.entries(changes)) {
    if ('resolved' in change) delete after[taskId];
    else after[taskId] = change;
  }
  return after;
}

function enter(before: EntityState, entry: Entry, after: { -readonly [K in keyof EntityState]: EntityState[K] }): void {
  const to = entry.to ?? '';
  if ((entry.from ?? '') !== before.state) {
    throw new RangeError(
      `entry ${entry.sequence} leaves ${entry.from ?? '(start)'} but the entity is in ${before.state}`,
    );
  }
  const visits = { ...before.visits };
  if (before.state !== '') {
    const left = visits[before.state] ?? { entered: 1, totalMs: 0 };
    visits[before.state] = {
      entered: left.entered,
      totalMs: left.totalMs + Date.parse(entry.recordedAt) - Date.parse(before.since),
    };
  }
  const entered = visits[to] ?? { entered: 0, totalMs: 0 };
  visits[to] = { entered: entered.entered + 1, totalMs: entered.totalMs };
  after.visits = visits;
  after.state = to;
  after.since = entry.recordedAt;
  after.enteredBy = entry.sequence;
  if (before.state === '') after.startedAt = entry.recordedAt;
  if (entry.reason) after.reason = entry.reason;
  else delete after.reason;
}

function merge<T>(
  base: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, T | null>>,
  ended: (value: T) => boolean = () => false,
): Record<string, T> {
  const merged: Record<string, T> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || ended(value)) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}

/** The fact at a path such as `notice.dateOfLoss`. */
export function factAt(facts: Readonly<Record<string, unknown>>, path: string): unknown {
  let value: unknown = facts;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value ?? undefined;
}
