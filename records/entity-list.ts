/** Lists of entities: filters and keyset pages. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import { cursorOf, isInstant, keyOf } from './cursor.js';
import type { Definitions } from './definitions.js';
import { entityRecord, type EntityRecord } from './entity-record.js';
import type { Database } from './schema.js';

const DEFAULT_LIMIT = 50;
/** Most entities on one page. */
const MAX_PAGE = 500;

/** What to list; absent fields do not restrict. */
export interface EntityFilter {
  readonly lifecycle?: string;
  /** Of these alone. */
  readonly lifecycles?: readonly string[];
  readonly state?: string;
  /** Open entities whose earliest clock was due before this instant. */
  readonly overdueAt?: Instant;
  /** A code, or `true` for any. */
  readonly attention?: string | true;
  readonly catastrophe?: string;
  readonly closed?: boolean;
  readonly idPrefix?: string;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 500; default 50. */
  readonly limit?: number;
}

/** What entities come to, in minor units. */
export interface EntityTotals {
  readonly entities: number;
  readonly amounts: ReadonlyArray<{
    readonly currency: string;
    readonly reserved: number;
    readonly approved: number;
    readonly paid: number;
    readonly open: number;
  }>;
}

export interface EntityPage {
  readonly entities: readonly EntityRecord[];
  /** Cursor of the page that follows; absent on the last one. */
  readonly next?: string;
}

/**
 * One page, ordered by the time of entering the state, then by id: who waits longest comes first. An entity that changes its
 * state between two pages may appear again on a later one, and none that stays is skipped.
 * @throws InvalidCursor
 */
export async function entityPage(
  db: Kysely<Database>,
  definitions: Definitions,
  filter: EntityFilter,
): Promise<EntityPage> {
  const limit = Math.min(Math.max(filter.limit ?? DEFAULT_LIMIT, 1), MAX_PAGE);
  let query = found(db, filter).selectAll();
  if (filter.cursor !== undefined) {
    const [since, id, lifecycle] = keyOf(filter.cursor, isKey);
    query = query.where(sql<boolean>`(since, entity_id, lifecycle) > (${since}::timestamptz, ${id}, ${lifecycle})`);
  }
  // One more than asked tells whether another page follows.
  const rows = await query
    .orderBy('since')
    .orderBy('entity_id')
    .orderBy('lifecycle')
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  const entities = await Promise.all(page.map((row) => entityRecord(row, definitions)));
  const last = page.at(-1);
  return {
    entities,
    ...(rows.length > limit &&
      last && {
        next: cursorOf([last.since.toISOString(), last.entity_id, last.lifecycle]),
      }),
  };
}

/** What the entities that a filter finds come to, per currency, in one pass; `cursor` and `limit` do not restrict. */
export async function entityTotals(db: Kysely<Database>, filter: EntityFilter): Promise<EntityTotals> {
  const sum = (of: string) => sql<string>`coalesce(sum((amounts->>${sql.lit(of)})::bigint), 0)`;
  const groups = await found(db, filter)
    .select([
      // Null: they keep no account.
      sql<string | null>`amounts->>'currency'`.as('currency'),
      sql<number>`count(*)::integer`.as('entities'),
      sum('reserved').as('reserved'),
      sum('approved').as('approved'),
      sum('paid').as('paid'),
      sum('open').as('open'),
    ])
    .groupBy('currency')
    .orderBy('currency')
    .execute();
  return {
    entities: groups.reduce((all, { entities }) => all + entities, 0),
    amounts: groups.flatMap(({ currency, reserved, approved, paid, open }) =>
      currency === null
        ? []
        : [
            {
              currency,
              reserved: Number(reserved),
              approved: Number(approved),
              paid: Number(paid),
              open: Number(open),
            },
          ],
    ),
  };
}

function found(db: Kysely<Database>, filter: EntityFilter) {
  let query = db.selectFrom('entity');
  if (filter.lifecycle !== undefined) query = query.where('lifecycle', '=', filter.lifecycle);
  if (filter.lifecycles) query = query.where(sql<boolean>`lifecycle = ANY(${filter.lifecycles}::text[])`);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.overdueAt !== undefined) {
    query = query.where('closed', '=', false).where('deadline_at', '<', new Date(filter.overdueAt));
  }
  if (filter.attention === true) query = query.where('attention', 'is not', null);
  else if (filter.attention !== undefined) query = query.where('attention', '=', filter.attention);
  if (filter.catastrophe !== undefined) query = query.where('catastrophe', '=', filter.catastrophe);
  if (filter.closed !== undefined) query = query.where('closed', '=', filter.closed);
  if (filter.idPrefix !== undefined) {
    query = query.where('entity_id', 'like', `${filter.idPrefix.replace(/[\\%_]/g, '\\$&')}%`);
  }
  return query;
}

type Key = readonly [since: string, id: string, lifecycle: string];

const isKey = (key: readonly unknown[]): key is Key =>
  key.length === 3 && key.every((part) => typeof part === 'string') && isInstant(key[0]);
