/** How a catastrophe stands, counted from the records when somebody looks; no entity counts anything. */
import { sql, type Kysely } from 'kysely';
import type { Instant } from '../workflows/lifecycle/entry.js';
import type { Amounts, Catastrophe } from './catastrophes.js';
import type { Database } from './schema.js';

/** Most ZIP codes and adjusters that are told one by one: those with the most open claims. */
const MOST_GROUPS = 200;

/** Claims by how far they are. */
export interface Counts {
  readonly received: number;
  /** Somebody has found out what is damaged. */
  readonly inspected: number;
  /** Closed, and all or some of it was paid. */
  readonly paid: number;
  /** Not closed. */
  readonly open: number;
}

/** Closed claims on which nothing was paid. */
export interface Unpaid {
  readonly outcome: string;
  /** Why, by the reasons of their coverages; none where no coverage has one. */
  readonly reasons: readonly string[];
  readonly count: number;
}

/** What waits to be started. */
export interface Line {
  readonly waiting: number;
  /** Since when the first in line has waited, and when the last will have its turn; absent where nobody waits. */
  readonly since?: Instant;
  readonly lastAt?: Instant;
  /** Had their turn, and are not on record yet. */
  readonly starting: number;
  /** Never to be started: their key was used for other content meanwhile. */
  readonly refused: number;
}

/** The board of one catastrophe. Those in line have been received and are open, and belong to no ZIP code and no adjuster yet. */
export interface Board extends Counts {
  readonly line: Line;
  /** Open, and begun more than thirty days ago. */
  readonly openOver30Days: number;
  readonly unpaid: readonly Unpaid[];
  readonly amounts: readonly Amounts[];
  readonly byZip: readonly (Counts & { readonly zip: string })[];
  readonly byAdjuster: readonly (Counts & { readonly adjuster: string })[];
}

/** Reads the board in one pass over the claims of the catastrophe, and one over its line. */
export async function board(db: Kysely<Database>, of: Catastrophe): Promise<Board> {
  const [groups, line] = await Promise.all([groupsOf(db, of.name), lineOf(db, of.code)]);
  const all = groups.find(({ by }) => by === BY.all);
  const by = (what: number) => groups.filter((group) => group.by === what && group.key !== null);
  const inLine = line.waiting + line.starting;
  return {
    received: (all?.received ?? 0) + inLine,
    inspected: all?.inspected ?? 0,
    paid: all?.paid ?? 0,
    open: (all?.open ?? 0) + inLine,
    line,
    openOver30Days: all?.openOver30Days ?? 0,
    unpaid: by(BY.unpaid)
      .map(({ key, reasons, received }) => ({ outcome: key ?? '', reasons: reasons ?? [], count: received }))
      .sort((a, b) => b.count - a.count),
    amounts: by(BY.currency).map(({ key, reserved, approved, paidAmount, openAmount }) => ({
      currency: key ?? '',
      reserved,
      approved,
      paid: paidAmount,
      open: openAmount,
    })),
    byZip: largest(by(BY.zip)).map((group) => ({ zip: group.key ?? '', ...countsOf(group) })),
    byAdjuster: largest(by(BY.adjuster)).map((group) => ({ adjuster: group.key ?? '', ...countsOf(group) })),
  };
}

/** `grouping(zip, adjuster, currency, unpaid)`: a bit for each that a group is not by. */
const BY = { zip: 0b0111, adjuster: 0b1011, currency: 0b1101, unpaid: 0b1110, all: 0b1111 } as const;

interface Group extends Counts {
  readonly by: number;
  readonly key: string | null;
  readonly reasons: string[] | null;
  readonly openOver30Days: number;
  /** Minor units. */
  readonly reserved: number;
  readonly approved: number;
  readonly paidAmount: number;
  readonly openAmount: number;
}

/** A claim that does not say what it amounts to has paid what its coverages have. */
async function groupsOf(db: Kysely<Database>, name: string): Promise<Group[]> {
  const { rows } = await sql<Group>`
    WITH claim AS (
      SELECT closed, inspected, zip, adjuster, amounts,
             coalesce(outcome IN ('paid', 'partlyPaid'), false) AS is_paid,
             NOT closed AND started_at < now() - interval '30 days' AS is_old,
             CASE WHEN closed AND outcome NOT IN ('paid', 'partlyPaid') THEN outcome END AS unpaid,
             CASE WHEN closed AND outcome NOT IN ('paid', 'partlyPaid') THEN (
               SELECT array_agg(DISTINCT part->>'reason') FILTER (WHERE part->>'reason' IS NOT NULL)
                 FROM jsonb_each(parts) AS each (name, part)
             ) END AS reasons,
             CASE WHEN amounts IS NOT NULL THEN amounts->>'currency' WHEN closed THEN (
               SELECT min(part #>> '{amount,currency}')
                 FROM jsonb_each(parts) AS each (name, part) WHERE part->>'state' = 'Paid'
             ) END AS currency,
             CASE WHEN amounts IS NOT NULL THEN (amounts->>'paid')::numeric WHEN closed THEN (
               SELECT sum((part #>> '{amount,minor}')::numeric)
                 FROM jsonb_each(parts) AS each (name, part) WHERE part->>'state' = 'Paid'
             ) END AS paid_amount
        FROM entity WHERE catastrophe = ${name}
    )
    SELECT grouping(zip, adjuster, currency, unpaid) AS by, coalesce(zip, adjuster, currency, unpaid) AS key, reasons,
           count(*)::integer AS received,
           (count(*) FILTER (WHERE inspected))::integer AS inspected,
           (count(*) FILTER (WHERE is_paid))::integer AS paid,
           (count(*) FILTER (WHERE NOT closed))::integer AS open,
           (count(*) FILTER (WHERE is_old))::integer AS "openOver30Days",
           coalesce(sum((amounts->>'reserved')::numeric), 0)::double precision AS reserved,
           coalesce(sum((amounts->>'approved')::numeric), 0)::double precision AS approved,
           coalesce(sum(paid_amount), 0)::double precision AS "paidAmount",
           coalesce(sum((amounts->>'open')::numeric), 0)::double precision AS "openAmount"
      FROM claim
     GROUP BY GROUPING SETS ((), (zip), (adjuster), (currency), (unpaid, reasons))`.execute(db);
  return rows;
}

async function lineOf(db: Kysely<Database>, code: string): Promise<Line> {
  const { rows } = await sql<Omit<Line, 'since' | 'lastAt'> & { since: Date | null; lastAt: Date | null }>`
    SELECT waiting, since, starting, refused,
           greatest(free_at, now()) + make_interval(secs => greatest(waiting - 1, 0) / rate) AS "lastAt"
      FROM catastrophe, (
        SELECT (count(*) FILTER (WHERE admitted_at IS NULL))::integer AS waiting,
               min(received_at) FILTER (WHERE admitted_at IS NULL) AS since,
               (count(*) FILTER (WHERE admission.run_id IS NOT NULL AND entity.entity_id IS NULL))::integer AS starting,
               (count(*) FILTER (WHERE refused IS NOT NULL))::integer AS refused
          FROM admission
          LEFT JOIN entity ON entity.lifecycle = admission.lifecycle AND entity.entity_id = admission.entity_id
         WHERE admission.catastrophe = ${code}
      ) AS line
     WHERE code = ${code}`.execute(db);
  const { since = null, lastAt = null, ...counts } = rows[0] ?? { waiting: 0, starting: 0, refused: 0 };
  // Without a rate nothing ever waits.
  if (since === null || lastAt === null) return counts;
  return { ...counts, since: since.toISOString(), lastAt: lastAt.toISOString() };
}

const largest = (groups: readonly Group[]): readonly Group[] =>
  groups
    .toSorted((a, b) => b.open - a.open || b.received - a.received || (String(a.key) < String(b.key) ? -1 : 1))
    .slice(0, MOST_GROUPS);

const countsOf = ({ received, inspected, paid, open }: Group): Counts => ({ received, inspected, paid, open });
