/** The rows that follow from journal entries: events for the outbox, and review tasks. Pure. */
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import {
  factAt,
  fold,
  type Actor,
  type EntityRef,
  type EntityState,
  type Entry,
  type Instant,
  type PartState,
  type Reason,
  type ReviewTask,
} from '../workflows/lifecycle/entry.js';
import { Cut } from './audience.js';

/** `source` of every event: the product, not the process that wrote it. */
const SOURCE = '/throughline';

/** Causes that are the entity's own doing, not a message: what a service answered, a clock, Temporal itself. */
const OWN_DOING = /^(activity|clock|temporal):/;

/** A CloudEvent; `correlationid`, `causationid` and `sequence` are extension attributes. */
export interface OutboxEvent {
  /**
   * `<lifecycle>/<entity id>/<sequence>` for what the entry itself is, with `/<name>/<subject>` behind it for what comes with the
   * entry: unique, and the same however often the entry arrives.
   */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** The entity's id. */
  readonly subject: string;
  readonly time: Instant;
  readonly correlationid: string;
  /**
   * The id of the message that caused it. What the entity did by itself (a service answered, a clock struck) was caused by its being
   * in its state: then it is the id of the event that told of entering that state, and `data.cause` says what it was.
   */
  readonly causationid: string;
  readonly sequence: number;
  /** As {@link News} says, and {@link Lineage}. */
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * What is news outside, by the name in the event's type `com.throughline.<lifecycle>.<name>.v1`: that on which another context would
 * act. Not news: messages (what they changed is told as a transition, and their sender has its answer), guards and deferrals (an
 * outage would tell of every entity; the dependency's own gate says it once), reminders, notes, and work on an open task.
 */
export interface News {
  /** A state was entered; its event bears the state's name. */
  readonly transition: {
    readonly from?: string;
    readonly to: string;
    readonly reason?: Reason;
    readonly parts?: Readonly<Record<string, PartState>>;
    readonly outcome?: string | null;
    /** What the table says that this state publishes, as it is known from then on. */
    readonly facts?: Readonly<Record<string, unknown>>;
  };
  /** A clock was breached. */
  readonly deadline: {
    readonly clock: string;
    readonly dueAt: Instant;
    readonly basis: string;
    readonly leadsTo: string;
    readonly reason?: Reason;
  };
  /** A clock that others may rely on: a named one, or a state's own that somebody changed. Its breach is `deadline`. */
  readonly clock: {
    readonly clock: string;
    readonly change: 'started' | 'paused' | 'resumed' | 'moved' | 'stopped';
    readonly basis: string;
    readonly startedAt: Instant;
    readonly dueAt: Instant;
    readonly originalDueAt?: Instant;
    readonly calendar?: string;
    readonly reason?: Reason;
  };
  /** A person is needed. */
  readonly reviewOpened: Pick<ReviewTask, 'queue' | 'reason' | 'priority' | 'dueAt'> & { readonly taskId: string };
  /** Nobody resolved the task in time: it is in this queue now. */
  readonly reviewEscalated: { readonly taskId: string; readonly level: number; readonly queue: string };
  readonly reviewResolved: { readonly taskId: string; readonly decision: string };
  readonly holdPlaced: { readonly hold: string; readonly reference: string; readonly reason: Reason };
  readonly holdReleased: { readonly hold: string; readonly reason?: Reason };
  /** The decision in the entry `corrects` no longer stands; the transition that follows says where that leads. */
  readonly decisionCorrected: { readonly corrects: number; readonly reason?: Reason };
}

/** What the data of every event say beside their news. */
export interface Lineage {
  /** Id of the event that told of entering the state in which this happened; absent with the first. */
  readonly follows?: string;
  /** What the journal names as the cause, where `causationid` is another: `activity:requestPayment`, `clock:state`. */
  readonly cause?: string;
}

/** One piece of news. */
type Item = {
  readonly [Name in keyof News]: {
    readonly kind: Name;
    readonly data: News[Name];
    /** With what comes with an entry: of what, so that two of a kind have two ids. */
    readonly of?: string;
  };
}[keyof News];

/**
 * The events of entries.
 * @param before the state before the first of them.
 * @param states of the table under which they were written: what each publishes.
 */
export function outboxEvents(
  entity: EntityRef,
  before: EntityState,
  entries: readonly Entry[],
  states: Lifecycle['states'] = {},
): OutboxEvent[] {
  const events: OutboxEvent[] = [];
  let state = before;
  for (const entry of entries) {
    const base = { ...frameOf(entity, entry), ...lineageOf(entity, state, entry) };
    const after = fold(state, entry);
    const news = newsOf(state, discreet(entry), published(states, entry, after));
    for (const item of news) events.push(event(entity, base, item));
    state = after;
  }
  return events;
}

type Base = ReturnType<typeof frameOf> & ReturnType<typeof lineageOf>;

function event(entity: EntityRef, { lineage, ...base }: Base, item: Item): OutboxEvent {
  const name = item.kind === 'transition' ? item.data.to : item.kind;
  return {
    ...base,
    ...(item.of !== undefined && { id: `${base.id}/${item.kind}/${item.of}` }),
    type: `com.throughline.${entity.lifecycle}.${name}.v1`,
    data: { ...item.data, ...lineage },
  };
}

function frameOf(entity: EntityRef, entry: Entry) {
  return {
    id: eventId(entity, entry.sequence),
    source: SOURCE,
    subject: entity.id,
    time: entry.recordedAt,
    correlationid: entity.correlationId,
    sequence: entry.sequence,
  };
}

function lineageOf(entity: EntityRef, { enteredBy }: EntityState, entry: Entry) {
  const entered = enteredBy === 0 ? undefined : eventId(entity, enteredBy);
  const byItself = OWN_DOING.test(entry.causationId) && entry.message === undefined;
  const causationid = entry.message?.messageId ?? ((byItself && entered) || entry.causationId);
  const lineage: Lineage = {
    ...(entered !== undefined && { follows: entered }),
    ...(causationid !== entry.causationId && { cause: entry.causationId }),
  };
  return { causationid, lineage };
}

const eventId = (entity: EntityRef, sequence: number): string => `${entity.lifecycle}/${entity.id}/${sequence}`;

/** Events leave the house: a reason that only some may see is not among what they tell. */
function discreet(entry: Entry): Entry {
  const cut = new Cut('staff', [entry.reason, ...Object.values(entry.patch?.holds ?? {}).map((hold) => hold?.reason)]);
  return { ...cut.entry(entry), ...(entry.patch && { patch: cut.patch(entry.patch) }) };
}

/** The facts that the state which an entry leads to publishes; undefined where it publishes none. */
function published(states: Lifecycle['states'], { to }: Entry, { facts }: EntityState) {
  const paths = to === undefined ? undefined : states[to]?.publishes;
  if (!paths) return undefined;
  const known = Object.entries(paths).map(([name, path]) => [name, factAt(facts, path)] as const);
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}

function newsOf(before: EntityState, entry: Entry, facts: News['transition']['facts']): Item[] {
  return [...newsItself(entry, facts), ...newsOfClocks(entry), ...newsOfHolds(entry), ...newsOfReviews(before, entry)];
}

/** What the entry as such is. */
function newsItself(
  { kind, from, to, breach, escalation, corrects, reason, patch }: Entry,
  facts: News['transition']['facts'],
): Item[] {
  const because = reason && { reason };
  if (kind === 'transition' && to !== undefined) {
    const { parts, outcome } = patch ?? {};
    const data = { ...(from !== undefined && { from }), to, ...because, ...(parts && { parts }) };
    return [
      { kind: 'transition', data: { ...data, ...(outcome !== undefined && { outcome }), ...(facts && { facts }) } },
    ];
  }
  if (breach) {
    const { name: clock, dueAt, basis, leadsTo } = breach;
    return [{ kind: 'deadline', data: { clock, dueAt, basis, leadsTo, ...because } }];
  }
  if (escalation) return [{ kind: 'reviewEscalated', data: escalation }];
  if (corrects !== undefined) return [{ kind: 'decisionCorrected', data: { corrects, ...because } }];
  return [];
}

function newsOfClocks({ patch, reason }: Entry): Item[] {
  return Object.entries(patch?.clocks ?? {}).flatMap(([of, clock]): Item[] => {
    if (!clock?.change || clock.change === 'breached') return [];
    const { change, basis, startedAt, dueAt, originalDueAt, calendar } = clock;
    const data = {
      ...{ clock: of, change, basis, startedAt, dueAt },
      ...(originalDueAt !== undefined && { originalDueAt }),
      ...(calendar !== undefined && { calendar }),
      ...(reason && { reason }),
    };
    return [{ kind: 'clock', of, data }];
  });
}

function newsOfHolds({ patch, reason }: Entry): Item[] {
  return Object.entries(patch?.holds ?? {}).map(([of, hold]): Item => {
    if (!hold) return { kind: 'holdReleased', of, data: { hold: of, ...(reason && { reason }) } };
    return { kind: 'holdPlaced', of, data: { hold: of, reference: hold.reference, reason: hold.reason } };
  });
}

function newsOfReviews(before: EntityState, { patch }: Entry): Item[] {
  return Object.entries(patch?.reviews ?? {}).flatMap(([taskId, change]): Item[] => {
    const of = taskId.slice(taskId.lastIndexOf('#') + 1);
    const known = before.reviews[taskId] !== undefined;
    if ('resolved' in change) {
      return known ? [{ kind: 'reviewResolved', of, data: { taskId, decision: change.resolved } }] : [];
    }
    const { queue, reason, priority, dueAt } = change;
    const data = { taskId, queue, reason, priority, ...(dueAt !== undefined && { dueAt }) };
    return known ? [] : [{ kind: 'reviewOpened', of, data }];
  });
}

/** A row of `review_task`. */
export interface ReviewRow {
  readonly task_id: string;
  readonly queue: string;
  readonly reason: string;
  readonly priority: number;
  readonly opened_at: Instant;
  readonly due_at: Instant | null;
  readonly of_state: boolean;
  readonly level: number;
  readonly escalates_at: Instant | null;
  readonly assignee: string | null;
  readonly parked_until: Instant | null;
  readonly about: number | null;
  readonly proposal: ReviewTask['proposal'] | null;
  readonly contributors: readonly string[];
  readonly resolved_at: Instant | null;
  readonly resolved_by: Actor | null;
  readonly decision: string | null;
}

/**
 * The tasks that entries open, change or resolve, one row per task as it is after the last of them.
 * @param before the tasks that were open before the first entry.
 */
export function reviewRows(before: EntityState['reviews'], entries: readonly Entry[]): ReviewRow[] {
  const tasks = new Map(Object.entries(before));
  const rows = new Map<string, ReviewRow>();
  for (const entry of entries) {
    for (const [taskId, change] of Object.entries(entry.patch?.reviews ?? {})) {
      if (!('resolved' in change)) {
        tasks.set(taskId, change);
        rows.set(taskId, reviewRow(taskId, change));
        continue;
      }
      const task = tasks.get(taskId);
      if (!task) continue;
      tasks.delete(taskId);
      const end = { resolved_at: entry.recordedAt, resolved_by: entry.actor, decision: change.resolved };
      rows.set(taskId, { ...reviewRow(taskId, task), ...end });
    }
  }
  return [...rows.values()];
}

function reviewRow(taskId: string, task: ReviewTask): ReviewRow {
  return {
    task_id: taskId,
    queue: task.queue,
    reason: task.reason,
    priority: task.priority,
    opened_at: task.openedAt,
    due_at: task.dueAt ?? null,
    of_state: task.ofState ?? false,
    level: task.level ?? 0,
    escalates_at: task.escalatesAt ?? null,
    assignee: task.assignee ?? null,
    parked_until: task.parkedUntil ?? null,
    about: task.about ?? null,
    proposal: task.proposal ?? null,
    contributors: task.contributors ?? [],
    resolved_at: null,
    resolved_by: null,
    decision: null,
  };
}
