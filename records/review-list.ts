/** Lists of review tasks: filters and keyset pages. */
import { sql, type Kysely, type Selectable } from 'kysely';
import type { Actor, Instant, Proposal } from '../workflows/lifecycle/entry.js';
import { cursorOf, isInstant, isText, keyOf } from './cursor.js';
import type { Database, ReviewTaskTable } from './schema.js';

const DEFAULT_LIMIT = 50;
/** Most tasks on one page. */
const MAX_PAGE = 500;

/** A piece of human work, open or done. */
export interface ReviewTaskRecord {
  readonly taskId: string;
  readonly lifecycle: string;
  /** The entity's business key. */
  readonly id: string;
  readonly queue: string;
  /** Why a person is needed, as a code. */
  readonly reason: string;
  /** 1 is most urgent, 5 least. */
  readonly priority: number;
  readonly openedAt: Instant;
  readonly dueAt?: Instant;
  /** A message decides it; other tasks are just resolved. */
  readonly ofState: boolean;
  /** How far its escalation has gone; 0: not escalated. */
  readonly level: number;
  readonly escalatesAt?: Instant;
  readonly assignee?: string;
  readonly parkedUntil?: Instant;
  /** Sequence of the message's entry that it is about. */
  readonly about?: number;
  /** A decision that waits for a second person. */
  readonly proposal?: Proposal;
  /** Who proposed or changed what is to be approved. */
  readonly contributors: readonly string[];
  readonly resolvedAt?: Instant;
  readonly resolvedBy?: Actor;
  readonly decision?: string;
}

/** Which tasks; absent fields do not restrict. */
export interface ReviewFilter {
  readonly queue?: string;
  /** Taken by any of these people. */
  readonly assignees?: readonly string[];
  /** Taken by nobody. */
  readonly unassigned?: boolean;
  /** Those whose due has passed, by the database's clock. */
  readonly overdue?: boolean;
  /** Due before this instant. */
  readonly dueBefore?: Instant;
  /** Of these lifecycles. */
  readonly lifecycles?: readonly string[];
  /** Of entities that are in one of these states. */
  readonly states?: readonly string[];
  /** Business key of the entity. */
  readonly id?: string;
  readonly taskIds?: readonly string[];
  /** Also those that nobody needs to look at yet. */
  readonly includeParked?: boolean;
  /** Also those that are done. */
  readonly includeResolved?: boolean;
}

export interface PageRequest {
  /** `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 500; default 50. */
  readonly limit?: number;
}

export interface ReviewPage {
  readonly tasks: readonly ReviewTaskRecord[];
  /** Cursor of the page that follows; absent on the last one. */
  readonly next?: string;
}

/** A task without a due date comes behind all that have one. */
const DUE = sql<Date>`coalesce(due_at, 'infinity')`;
const NEVER = 'infinity';

/**
 * One page, ordered by priority, then by due date. A task that changes either between two pages may appear again on a later one, and
 * none that stays is skipped.
 * @throws InvalidCursor
 */
export async function reviewPage(
  db: Kysely<Database>,
  filter: ReviewFilter,
  { cursor, limit: wanted }: PageRequest,
): Promise<ReviewPage> {
  const limit = Math.min(Math.max(wanted ?? DEFAULT_LIMIT, 1), MAX_PAGE);
  let query = found(db, filter).selectAll();
  if (cursor !== undefined) {
    const [priority, due, taskId] = keyOf(cursor, isKey);
    query = query.where(sql<boolean>`(priority, ${DUE}, task_id) > (${priority}, ${due}::timestamptz, ${taskId})`);
  }
  // One more than asked tells whether another page follows.
  const rows = await query
    .orderBy('priority')
    .orderBy(DUE)
    .orderBy('task_id')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    tasks: page.map(reviewTask),
    ...(rows.length > limit &&
      last && { next: cursorOf([last.priority, last.due_at?.toISOString() ?? NEVER, last.task_id]) }),
  };
}

/** The tasks that a filter finds, whatever is selected of them. */
export function found(db: Kysely<Database>, filter: ReviewFilter) {
  let query = db.selectFrom('review_task');
  if (filter.queue !== undefined) query = query.where('queue', '=', filter.queue);
  if (filter.assignees !== undefined) query = query.where('assignee', '=', anyOf(filter.assignees));
  if (filter.unassigned === true) query = query.where('assignee', 'is', null);
  if (filter.lifecycles !== undefined) query = query.where('lifecycle', '=', anyOf(filter.lifecycles));
  if (filter.id !== undefined) query = query.where('entity_id', '=', filter.id);
  if (filter.taskIds !== undefined) query = query.where('task_id', '=', anyOf(filter.taskIds));
  if (filter.overdue === true) query = query.where('due_at', '<', sql<Date>`now()`);
  if (filter.dueBefore !== undefined) query = query.where('due_at', '<', new Date(filter.dueBefore));
  if (filter.states !== undefined) {
    const states = anyOf(filter.states);
    query = query.where((where) =>
      where.exists(
        where
          .selectFrom('entity')
          .select(sql`1`.as('one'))
          .whereRef('entity.lifecycle', '=', 'review_task.lifecycle')
          .whereRef('entity.entity_id', '=', 'review_task.entity_id')
          .where('entity.state', '=', states),
      ),
    );
  }
  if (filter.includeResolved !== true) query = query.where('resolved_at', 'is', null);
  if (filter.includeParked !== true) query = query.where(sql<boolean>`coalesce(parked_until <= now(), true)`);
  return query;
}

const anyOf = (texts: readonly string[]) => sql<string>`any(${[...texts]}::text[])`;

type Key = readonly [priority: number, due: string, taskId: string];

const isKey = (key: readonly unknown[]): key is Key =>
  key.length === 3 &&
  Number.isInteger(key[0]) &&
  Math.abs(key[0] as number) < 10_000 &&
  (key[1] === NEVER || isInstant(key[1])) &&
  isText(key[2]);

/** A row as readers see it. */
function reviewTask(row: Selectable<ReviewTaskTable>): ReviewTaskRecord {
  return {
    taskId: row.task_id,
    lifecycle: row.lifecycle,
    id: row.entity_id,
    queue: row.queue,
    reason: row.reason,
    priority: row.priority,
    openedAt: row.opened_at.toISOString(),
    ...(row.due_at && { dueAt: row.due_at.toISOString() }),
    ofState: row.of_state,
    level: row.level,
    ...(row.escalates_at && { escalatesAt: row.escalates_at.toISOString() }),
    ...(row.assignee !== null && { assignee: row.assignee }),
    ...(row.parked_until && { parkedUntil: row.parked_until.toISOString() }),
    ...(row.about !== null && { about: row.about }),
    ...(row.proposal && { proposal: row.proposal }),
    contributors: row.contributors,
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
    ...(row.resolved_by && { resolvedBy: row.resolved_by }),
    ...(row.decision !== null && { decision: row.decision }),
  };
}
