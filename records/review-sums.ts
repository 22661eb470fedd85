/** What review tasks come to: how many, how late, and the amounts of their entities. */
import { sql, type Kysely } from 'kysely';
import type { AmountTotals } from './entity-list.js';
import { found, type ReviewFilter } from './review-list.js';
import type { Database } from './schema.js';

/** Sums over the tasks of a filter. */
export interface ReviewTotals {
  readonly tasks: number;
  readonly overdue: number;
  /** Of their entities, each counted once. */
  readonly amounts: readonly AmountTotals[];
}

/** What one person has taken. */
export interface Workload {
  readonly person: string;
  /** Parked ones left out. */
  readonly open: number;
  readonly overdue: number;
  /** Due until the next midnight, UTC, and not overdue. */
  readonly dueToday: number;
  readonly parked: number;
  readonly amounts: readonly AmountTotals[];
}

interface Sums extends Omit<AmountTotals, 'currency'> {
  /** Null: of entities that keep no account. */
  readonly currency: string | null;
  readonly tasks: number;
  readonly overdue: number;
  readonly dueToday: number;
  readonly parked: number;
}

/** In one pass over the tasks and their entities. */
export async function reviewTotals(db: Kysely<Database>, filter: ReviewFilter): Promise<ReviewTotals> {
  const rows = await sums(db, filter);
  return { tasks: add(rows, 'tasks'), overdue: add(rows, 'overdue'), amounts: rows.flatMap(amounts) };
}

/** Amounts of the open tasks that are not parked, by queue. */
export async function amountsByQueue(
  db: Kysely<Database>,
  lifecycles: readonly string[],
): Promise<ReadonlyMap<string, readonly AmountTotals[]>> {
  const rows = await sums(db, { lifecycles }, 'queue');
  return new Map([...groups(rows)].map(([queue, of]) => [queue, of.flatMap(amounts)]));
}

/** Everybody who has taken a task, those with the most first. */
export async function workloads(db: Kysely<Database>, lifecycles: readonly string[]): Promise<readonly Workload[]> {
  const rows = await sums(db, { lifecycles, includeParked: true }, 'assignee');
  return [...groups(rows)]
    .map(([person, of]) => ({
      person,
      open: add(of, 'tasks') - add(of, 'parked'),
      overdue: add(of, 'overdue'),
      dueToday: add(of, 'dueToday'),
      parked: add(of, 'parked'),
      amounts: of.flatMap(amounts),
    }))
    .sort((a, b) => b.open - a.open || (a.person < b.person ? -1 : 1));
}

/** By currency; with `by` also by that column, which then is `group`; tasks without a value in it are left out. */
async function sums(
  db: Kysely<Database>,
  filter: ReviewFilter,
  by?: 'queue' | 'assignee',
): Promise<readonly (Sums & { readonly group: string | null })[]> {
  const group = by ? sql.ref(by) : sql`NULL::text`;
  const amount = (of: string) => sql`coalesce(sum(${sql.ref(of)}), 0)::double precision`;
  const tasks = found(db, filter).select([
    'lifecycle',
    'entity_id',
    sql<string | null>`${group}`.as('grp'),
    sql<number>`count(*)`.as('tasks'),
    sql<number>`count(*) FILTER (WHERE due_at < now())`.as('overdue'),
    sql<number>`count(*) FILTER (WHERE due_at >= now() AND due_at <
      (date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') + interval '1 day')`.as('due_today'),
    sql<number>`count(*) FILTER (WHERE parked_until > now())`.as('parked'),
  ]);
  // Each entity once for a group, however many tasks it has there.
  const perEntity = tasks.groupBy(['lifecycle', 'entity_id', sql`grp`]);
  const { rows } = await sql<Sums & { group: string | null }>`
    SELECT grp AS "group", currency, sum(tasks)::integer AS tasks, sum(overdue)::integer AS overdue,
           sum(due_today)::integer AS "dueToday", sum(parked)::integer AS parked, ${amount('reserved')} AS reserved,
           ${amount('approved')} AS approved, ${amount('paid')} AS paid, ${amount('unpaid')} AS open
      FROM (${perEntity}) task LEFT JOIN entity USING (lifecycle, entity_id)
     GROUP BY grp, currency ORDER BY grp, currency`.execute(db);
  return rows;
}

const amounts = ({ currency, reserved, approved, paid, open }: Sums): AmountTotals[] =>
  currency === null ? [] : [{ currency, reserved, approved, paid, open }];

const add = (rows: readonly Sums[], of: 'tasks' | 'overdue' | 'dueToday' | 'parked'): number =>
  rows.reduce((sum, row) => sum + row[of], 0);

function groups<Row extends { readonly group: string | null }>(
  rows: readonly Row[],
): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) if (row.group !== null) found.set(row.group, [...(found.get(row.group) ?? []), row]);
  return found;
}
