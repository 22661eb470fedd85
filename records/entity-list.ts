/** Lists of entities: orders, keyset pages, totals. */
import { sql, type Kysely, type RawBuilder } from 'kysely';
import { cursorOf, isInstant, isText, keyOf } from './cursor.js';
import type { Definitions } from './definitions.js';
import {
  allOf,
  conditionOf,
  narrowing,
  walkable,
  type Condition,
  type EntityFilter,
  type Within,
} from './entity-filter.js';
import { entityRecord, type EntityRecord } from './entity-record.js';
import type { Database, EntityRow } from './schema.js';

const DEFAULT_LIMIT = 50;
/** Most entities on one page. */
const MAX_PAGE = 500;
/** Each lane is a query of its own within the statement: more of them are planned for longer than one search takes. */
const MOST_LANES = 24;

/** Longest in the state, earliest deadline, largest amount that is open, or lately written, each first. */
export type EntityOrder = 'age' | 'deadline' | 'amount' | 'updated';

/** What to list. */
export interface EntityQuery extends EntityFilter {
  /** Default `age`. */
  readonly order?: EntityOrder;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** 1 to 500; default 50. */
  readonly limit?: number;
}

/** What entities come to, in minor units. */
export interface EntityTotals {
  readonly entities: number;
  readonly amounts: readonly AmountTotals[];
}

/** Sums of one currency, in minor units. */
export interface AmountTotals {
  readonly currency: string;
  readonly reserved: number;
  readonly approved: number;
  readonly paid: number;
  readonly open: number;
}

export interface EntityPage {
  readonly entities: readonly EntityRecord[];
  /** Cursor of the page that follows; absent on the last one. */
  readonly next?: string;
}

/** How an order is made: an expression that ascends, its type, what a cursor may hold of it, and what it is of a row. */
interface Order {
  readonly key: RawBuilder<unknown>;
  readonly type: RawBuilder<unknown>;
  readonly fits: (text: string) => boolean;
  readonly of: (row: EntityRow, key: string) => string;
}

const isNumber = (text: string): boolean => /^-?\d{1,16}(\.\d{1,6})?$/.test(text);
const NEVER = 'infinity';

const ORDERS: Readonly<Record<EntityOrder, Order>> = {
  age: { key: sql`since`, type: sql`timestamptz`, fits: isInstant, of: ({ since }) => since.toISOString() },
  // What is closed has no deadline any more; it comes last.
  deadline: {
    key: sql`coalesce(CASE WHEN NOT closed THEN deadline_at END, 'infinity')`,
    type: sql`timestamptz`,
    fits: (text) => text === NEVER || isInstant(text),
    of: ({ closed, deadline_at }) => (closed ? NEVER : (deadline_at?.toISOString() ?? NEVER)),
  },
  // What keeps no account comes last.
  amount: { key: sql`-coalesce(unpaid, -1)`, type: sql`bigint`, fits: isNumber, of: (_, key) => key },
  updated: { key: sql`-extract(epoch FROM updated_at)`, type: sql`numeric`, fits: isNumber, of: (_, key) => key },
};

/**
 * One page in the order asked for, then by id. An entity that changes between two pages what the order goes by may appear again on a
 * later one or be skipped; none that stays as it is, is.
 * @throws InvalidCursor
 */
export async function entityPage(
  db: Kysely<Database>,
  definitions: Definitions,
  query: EntityQuery,
): Promise<EntityPage> {
  const { order: name = 'age', cursor, limit: wanted } = query;
  const limit = Math.min(Math.max(wanted ?? DEFAULT_LIMIT, 1), MAX_PAGE);
  const order = ORDERS[name];
  const behind = cursor === undefined ? undefined : keyOf(cursor, isKeyOf(name, order));
  // One more than asked tells whether another page follows.
  const keys = name === 'age' ? byAge(query, behind, limit + 1) : searched(query, order, behind, limit + 1);
  const { rows } = await sql<EntityRow & { page_key: string }>`
    WITH page AS MATERIALIZED (${keys})
    SELECT e.*, page.key::text AS page_key FROM page JOIN entity e USING (lifecycle, entity_id)
     ORDER BY page.key, entity_id, lifecycle`.execute(db);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    entities: await Promise.all(page.map((row) => entityRecord(row, definitions))),
    ...(rows.length > limit &&
      last && { next: cursorOf([name, order.of(last, last.page_key), last.entity_id, last.lifecycle]) }),
  };
}

/** What the entities that a filter finds come to, per currency, in one pass. */
export async function entityTotals(db: Kysely<Database>, filter: EntityFilter): Promise<EntityTotals> {
  const sum = (of: string) => sql`coalesce(sum(${sql.ref(of)}), 0)::double precision`;
  // A group without a currency: they keep no account.
  const { rows } = await sql<Omit<AmountTotals, 'currency'> & { entities: number; currency: string | null }>`
    SELECT currency, count(*)::integer AS entities, ${sum('reserved')} AS reserved, ${sum('approved')} AS approved,
           ${sum('paid')} AS paid, ${sum('unpaid')} AS open
      FROM entity WHERE ${conditionOf(filter)} GROUP BY currency ORDER BY currency`.execute(db);
  return {
    entities: rows.reduce((all, { entities }) => all + entities, 0),
    amounts: rows.flatMap(({ currency, reserved, approved, paid, open }) =>
      currency === null ? [] : [{ currency, reserved, approved, paid, open }],
    ),
  };
}

type Key = readonly [order: string, key: string, id: string, lifecycle: string];

const isKeyOf =
  (name: EntityOrder, { fits }: Order) =>
  (key: readonly unknown[]): key is Key =>
    key.length === 4 && key.every(isText) && key[0] === name && fits(key[1] as string);

/**
 * Keys in the order in which states were entered. Where nothing narrows the list down, each state (or each half, open and closed) lies in
 * that order in an index, so that a page takes as many steps as it has rows; the lanes are merged.
 */
function byAge(query: EntityQuery, behind: Key | undefined, limit: number): RawBuilder<unknown> {
  const lanes = narrowing(query).length === 0 ? lanesOf(query) : [];
  if (lanes.length === 0 || lanes.length > MOST_LANES) return searched(query, ORDERS.age, behind, limit);
  const pages = lanes.map(
    (lane) => sql`(SELECT lifecycle, entity_id, since AS key FROM entity
      WHERE ${allOf([lane, ...walkable(query), ...after(ORDERS.age, behind)])} ORDER BY since, entity_id LIMIT ${limit})`,
  );
  return sql`SELECT * FROM (${sql.join(pages, sql` UNION ALL `)}) lanes ORDER BY key, entity_id, lifecycle LIMIT ${limit}`;
}

function lanesOf({ within = [], closed }: EntityQuery): Condition[] {
  const halves = closed === undefined ? [false, true] : [closed];
  return within.flatMap(({ lifecycle, states }: Within) =>
    states
      ? states.map((state) => sql<boolean>`lifecycle = ${lifecycle} AND state = ${state}`)
      : halves.map((half) => sql<boolean>`lifecycle = ${lifecycle} AND closed = ${half}`),
  );
}

/** Keys found first and then put in order: out of an index that holds all that is asked. The fence keeps the two apart. */
function searched(query: EntityQuery, order: Order, behind: Key | undefined, limit: number): RawBuilder<unknown> {
  return sql`SELECT lifecycle, entity_id, key FROM (
      SELECT lifecycle, entity_id, ${order.key} AS key FROM entity WHERE ${conditionOf(query)} OFFSET 0) found
     WHERE ${allOf(after({ ...order, key: sql`key` }, behind))} ORDER BY key, entity_id, lifecycle LIMIT ${limit}`;
}

function after({ key, type }: Pick<Order, 'key' | 'type'>, behind: Key | undefined): Condition[] {
  if (!behind) return [];
  const [, value, id, lifecycle] = behind;
  return [sql<boolean>`(${key}, entity_id, lifecycle) > (${value}::${type}, ${id}, ${lifecycle})`];
}
