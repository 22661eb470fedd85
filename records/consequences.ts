/** The rows that follow from journal entries: events for the outbox, and review tasks. Pure. */
import type { Actor, EntityRef, Entry, Instant, ReviewChange } from '../workflows/lifecycle/entry.js';

/** `source` of every event: the product, not the process that wrote it. */
const SOURCE = '/throughline';

/** A CloudEvent; `correlationid`, `causationid` and `sequence` are extension attributes. */
export interface OutboxEvent {
  /** `<lifecycle>/<entity id>/<sequence>`: unique, and the same however often the entry arrives. */
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** The entity's id. */
  readonly subject: string;
  readonly time: Instant;
  readonly correlationid: string;
  readonly causationid: string;
  readonly sequence: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One event per transition and per deadline breach; other entries are nobody's news outside. */
export function outboxEvents(entity: EntityRef, entries: readonly Entry[]): OutboxEvent[] {
  return entries.flatMap((entry) => {
    const news = newsOf(entry);
    if (news === undefined) return [];
    return {
      id: `${entity.lifecycle}/${entity.id}/${entry.sequence}`,
      type: `com.throughline.${entity.lifecycle}.${news.name}.v1`,
      source: SOURCE,
      subject: entity.id,
      time: entry.recordedAt,
      correlationid: entity.correlationId,
      causationid: entry.causationId,
      sequence: entry.sequence,
      data: news.data,
    };
  });
}

function newsOf(entry: Entry): { name: string; data: Record<string, unknown> } | undefined {
  const { patch } = entry;
  if (entry.kind === 'transition' && entry.to !== undefined) {
    const data = { from: entry.from, to: entry.to, reason: entry.reason, parts: patch?.parts, outcome: patch?.outcome };
    return { name: entry.to, data };
  }
  if (entry.kind === 'deadline' && entry.breach !== undefined) {
    const { name: clock, dueAt, basis, leadsTo } = entry.breach;
    return { name: 'deadline', data: { clock, dueAt, basis, leadsTo, reason: entry.reason } };
  }
  return undefined;
}

/** A row of `review_task` as far as entries decide it. */
export interface ReviewRow {
  readonly task_id: string;
  readonly queue: string;
  readonly reason: string;
  readonly priority: number;
  readonly opened_at: Instant;
  readonly due_at: Instant | null;
  readonly resolved_at: Instant | null;
  readonly resolved_by: Actor | null;
  readonly decision: string | null;
}

/**
 * The tasks that entries open or resolve, one row per task in its last state. A task that is still open when the next one opens
 * is resolved as `superseded`, so that the open tasks are always the ones that the entity's own state knows.
 * @param open the task that was open before the first entry.
 */
export function reviewRows(open: ReviewChange | undefined, entries: readonly Entry[]): ReviewRow[] {
  const rows = new Map<string, ReviewRow>();
  let current = open;
  for (const entry of entries) {
    const change = entry.patch?.review;
    if (change === undefined) continue;
    if (change.action === 'resolve') {
      rows.set(change.taskId, resolved(change, entry, change.decision ?? null, rows.get(change.taskId)));
      current = undefined;
      continue;
    }
    if (current !== undefined && current.taskId !== change.taskId) {
      rows.set(current.taskId, resolved(current, entry, 'superseded', rows.get(current.taskId)));
    }
    rows.set(change.taskId, opened(change, entry));
    current = change;
  }
  return [...rows.values()];
}

function opened(change: ReviewChange, entry: Entry): ReviewRow {
  return {
    task_id: change.taskId,
    queue: change.queue,
    reason: change.reason,
    priority: change.priority,
    opened_at: entry.recordedAt,
    due_at: change.dueAt ?? null,
    resolved_at: null,
    resolved_by: null,
    decision: null,
  };
}

function resolved(
  change: ReviewChange,
  entry: Entry,
  decision: string | null,
  before: ReviewRow | undefined,
): ReviewRow {
  return {
    ...(before ?? opened(change, entry)),
    resolved_at: entry.recordedAt,
    resolved_by: entry.actor,
    decision,
  };
}
