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

/** A named deadline as absolute facts. The clock named `state` is the current state's own deadline. */
export interface Clock {
  /** The fact it started from, in words: `entered AwaitingDocuments`. */
  readonly basis: string;
  readonly startedAt: Instant;
  readonly dueAt: Instant;
  /** The state that its breach leads to. */
  readonly leadsTo: string;
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
}

/** Opens or resolves a review task; one row of `review_task`. */
export interface ReviewChange {
  /** `<lifecycle>/<entityId>#<sequence of the entry that opened it>`. */
  readonly taskId: string;
  readonly action: 'open' | 'resolve';
  readonly queue: string;
  readonly reason: string;
  /** 1 is most urgent, 5 least, as in Temporal's priority keys. */
  readonly priority: number;
  readonly dueAt?: Instant;
  /** With `resolve`: what was decided. */
  readonly decision?: string;
}

/** What an entry changes. Absent: unchanged. Maps are merged by name; `null` removes a name. */
export interface Patch {
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly parts?: Readonly<Record<string, PartState>>;
  readonly clocks?: Readonly<Record<string, Clock | null>>;
  readonly expectations?: Readonly<Record<string, Expectation | null>>;
  /** Why somebody should look, as a code; `null` clears it. */
  readonly attention?: string | null;
  readonly outcome?: string;
  readonly review?: ReviewChange;
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
  readonly data?: unknown;
}

/**
 * One line of an entity's journal. `sequence` runs 1..n without gaps over the entity's whole life, reopenings included.
 * `causationId` is a message id, `activity:<type>` or `clock:<name>`.
 */
export interface Entry {
  readonly sequence: number;
  /** `note`: something that concerns the entity and changes at most its attention mark. */
  readonly kind: 'transition' | 'message' | 'deadline' | 'note';
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
  readonly facts: Readonly<Record<string, unknown>>;
  readonly reason?: Reason;
  readonly attention?: string;
  readonly outcome?: string;
  readonly openReview?: ReviewChange;
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
  if (patch?.facts) after.facts = { ...before.facts, ...patch.facts };
  if (patch?.parts) after.parts = { ...before.parts, ...patch.parts };
  if (patch?.clocks) after.clocks = merge(before.clocks, patch.clocks);
  if (patch?.expectations) after.expectations = merge(before.expectations, patch.expectations);
  if (patch?.attention === null) delete after.attention;
  else if (patch?.attention !== undefined) after.attention = patch.attention;
  if (patch?.outcome !== undefined) after.outcome = patch.outcome;
  if (patch?.review?.action === 'open') after.openReview = patch.review;
  else if (patch?.review?.action === 'resolve') delete after.openReview;
  if (entry.kind === 'transition') enter(before, entry, after);
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

function merge<T>(base: Readonly<Record<string, T>>, changes: Readonly<Record<string, T | null>>): Record<string, T> {
  const merged: Record<string, T> = { ...base };
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) delete merged[name];
    else merged[name] = value;
  }
  return merged;
}
