/** Declared catastrophes: what they are, and the claims that they met before anybody had declared them. */
import { sql, type Kysely } from 'kysely';
import type { Actor, Instant } from '../workflows/lifecycle/entry.js';
import { cursorOf, keyOf } from './cursor.js';
import type { Database } from './schema.js';

/** What somebody declares. */
export interface Declaration {
  /** The key: `SANDY-2012`. */
  readonly code: string;
  /** What its claims bear: `Hurricane Sandy`. */
  readonly name: string;
  /** First and last date of loss, `YYYY-MM-DD`. */
  readonly from: string;
  readonly to: string;
  /** State codes; at least one. */
  readonly states: readonly string[];
  /** ZIP codes, or beginnings of them with a star (`116*`), that narrow the states down; none: all of each state. */
  readonly zips: readonly string[];
  /** Number of the bulletin that declares it. */
  readonly bulletin: string;
  /** Claims started per second, at most; null: as they come. */
  readonly rate: number | null;
  readonly declaredBy: Actor;
}

/** A catastrophe on record. */
export interface Catastrophe extends Declaration {
  readonly declaredAt: Instant;
  /** Once the last of its claims was closed, and somebody said so. */
  readonly closedBy?: Actor;
  readonly closedAt?: Instant;
}

const COLUMNS = sql`code, name, loss_from::text AS "from", loss_to::text AS "to", states, zips, bulletin, rate,
  declared_by AS "declaredBy", declared_at AS "declaredAt", closed_by AS "closedBy", closed_at AS "closedAt"`;

type Row = Declaration & { readonly declaredAt: Date; readonly closedBy: Actor | null; readonly closedAt: Date | null };

/**
 * Puts a catastrophe on record.
 * @returns false, and nothing is changed, where its code or its name is taken; whoever holds them is told by {@link namesakes}.
 */
export async function declare(db: Kysely<Database>, given: Declaration): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('catastrophe')
    .values({
      code: given.code,
      name: given.name,
      loss_from: given.from,
      loss_to: given.to,
      states: [...given.states],
      zips: [...given.zips],
      bulletin: given.bulletin,
      rate: given.rate,
      declared_by: JSON.stringify(given.declaredBy),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Those that have a code or a name: one, or two different ones. */
export function namesakes(
  db: Kysely<Database>,
  { code, name }: Pick<Declaration, 'code' | 'name'>,
): Promise<Catastrophe[]> {
  return select(db, sql`code = ${code} OR name = ${name}`);
}

/** All of them, or the open ones, in the order in which they were declared. */
export function catastrophes(db: Kysely<Database>, which: { readonly open: boolean }): Promise<Catastrophe[]> {
  return select(db, which.open ? sql`closed_at IS NULL` : sql`true`);
}

/** One by its code. */
export async function findCatastrophe(db: Kysely<Database>, code: string): Promise<Catastrophe | undefined> {
  return (await select(db, sql`code = ${code}`))[0];
}

/** What became of an order to close. */
export interface Closing {
  /** Closed by this order; false also where it was closed before. */
  readonly closed: boolean;
  /** Its claims that are not closed; it stays open for as long as there is one. */
  readonly open: number;
}

/** Closes a catastrophe unless one of its claims is open, waits for admission, or was admitted and is not on record yet. */
export async function close(db: Kysely<Database>, code: string, by: Actor): Promise<Closing> {
  const { rows } = await sql<Closing>`
    WITH still AS (
      SELECT (SELECT count(*) FROM entity WHERE catastrophe = declared.name AND NOT closed)
           + (SELECT count(*) FROM admission
               WHERE catastrophe = declared.code AND refused IS NULL
                 AND NOT EXISTS (SELECT FROM entity
                                  WHERE entity.lifecycle = admission.lifecycle
                                    AND entity.entity_id = admission.entity_id)) AS open
        FROM catastrophe AS declared WHERE code = ${code}
    ), changed AS (
      UPDATE catastrophe SET closed_by = ${JSON.stringify(by)}, closed_at = now()
       WHERE code = ${code} AND closed_at IS NULL AND (SELECT open FROM still) = 0
      RETURNING code
    )
    SELECT open::integer, EXISTS (SELECT FROM changed) AS closed FROM still`.execute(db);
  return rows[0] ?? { closed: false, open: 0 };
}

/** Claims on record that a catastrophe met before it was declared: dates of loss and area fit, and they belong to none. */
export interface Attachable {
  /** Open ones, which can be attached. */
  readonly count: number;
  /** Closed ones, which stay as they are. */
  readonly closed: number;
  /** What is set aside, approved, paid and still open on the open ones, in minor units by currency. */
  readonly amounts: readonly Amounts[];
}

/** Sums in minor units of one currency. */
export interface Amounts {
  readonly currency: string;
  readonly reserved: number;
  readonly approved: number;
  readonly paid: number;
  readonly open: number;
}

/** How many there are, and what they amount to. */
export async function attachable(db: Kysely<Database>, to: Catastrophe): Promise<Attachable> {
  const { rows } = await sql<Amounts & { currency: string | null; count: number; closed: number; total: boolean }>`
    SELECT amounts->>'currency' AS currency, grouping(amounts->>'currency') = 1 AS total,
           (count(*) FILTER (WHERE NOT closed))::integer AS count, (count(*) FILTER (WHERE closed))::integer AS closed,
           ${sumOf('reserved')}, ${sumOf('approved')}, ${sumOf('paid')}, ${sumOf('open')}
      FROM entity WHERE ${met(to)}
     GROUP BY GROUPING SETS ((), (amounts->>'currency'))`.execute(db);
  const all = rows.find(({ total }) => total);
  return {
    count: all?.count ?? 0,
    closed: all?.closed ?? 0,
    amounts: rows.flatMap(({ total, currency, reserved, approved, paid, open }) =>
      total || currency === null ? [] : [{ currency, reserved, approved, paid, open }],
    ),
  };
}

/** A claim that can be attached. */
export interface AttachableClaim {
  readonly lifecycle: string;
  readonly id: string;
}

/**
 * One page of the open ones, by date of loss and id.
 * @param page `cursor` as the page before gave it; at most `limit`
 * @throws InvalidCursor
 */
export async function attachableClaims(
  db: Kysely<Database>,
  to: Catastrophe,
  { cursor, limit }: { readonly cursor?: string; readonly limit: number },
): Promise<{ readonly claims: readonly AttachableClaim[]; readonly next?: string }> {
  const [lossOn, id] = cursor === undefined ? ['', ''] : keyOf(cursor, isKey);
  const { rows } = await sql<AttachableClaim & { lossOn: string }>`
    SELECT lifecycle, entity_id AS id, loss_on AS "lossOn" FROM entity
     WHERE ${met(to)} AND NOT closed AND (loss_on, entity_id) > (${lossOn}, ${id})
     ORDER BY loss_on, entity_id LIMIT ${limit + 1}`.execute(db);
  const claims = rows.slice(0, limit);
  const last = claims.at(-1);
  return {
    claims: claims.map((row) => ({ lifecycle: row.lifecycle, id: row.id })),
    ...(rows.length > limit && last && { next: cursorOf([last.lossOn, last.id]) }),
  };
}

/** The same rule as `fits` in `client/catastrophes.ts`, which looks at claims before they are on record. */
const met = ({ from, to, states, zips }: Catastrophe) => sql<boolean>`
  lifecycle = 'claim' AND catastrophe IS NULL AND loss_on IS NOT NULL AND loss_on BETWEEN ${from} AND ${to}
  AND facts->'notice'->'property'->>'state' = any(${[...states]}::text[])
  AND (${zips.length === 0} OR zip LIKE any(${zips.map((zip) => zip.replace('*', '%'))}::text[]))`;

/** Open claims alone; text to number, since sums of bigint come back as text. */
const sumOf = (amount: keyof Omit<Amounts, 'currency'>) =>
  sql`coalesce(sum((amounts->>${sql.lit(amount)})::numeric) FILTER (WHERE NOT closed), 0)::double precision AS ${sql.ref(amount)}`;

const isKey = (key: readonly unknown[]): key is readonly [string, string] =>
  key.length === 2 && key.every((part) => typeof part === 'string');

async function select(db: Kysely<Database>, where: ReturnType<typeof sql>): Promise<Catastrophe[]> {
  const { rows } = await sql<Row>`SELECT ${COLUMNS} FROM catastrophe WHERE ${where} ORDER BY declared_at, code`.execute(
    db,
  );
  return rows.map(({ declaredAt, closedBy, closedAt, ...row }) => ({
    ...row,
    declaredAt: declaredAt.toISOString(),
    ...(closedBy && { closedBy }),
    ...(closedAt && { closedAt: closedAt.toISOString() }),
  }));
}
