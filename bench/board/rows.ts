/** Rows of claims in any number: those that the fleet has written, over and over, each under a key, a place and an age of its own. */
import { sql, type Kysely } from 'kysely';
import type { Database } from '../../records/schema.js';

const BATCH = 10_000;
/** How far the claims are scattered. */
export const SPREAD = { zips: 300, adjusters: 250, days: 90 } as const;

/** What is different in each copy; `n` counts them. All other columns are those of the claim that is copied. */
const CHANGED: Readonly<Record<string, string>> = {
  entity_id: `entity_id || '-' || n`,
  started_at: `now() - (n * 7919 % (${SPREAD.days} * 24)) * interval '1 hour'`,
  facts: `jsonb_set(
    CASE WHEN facts->'adjuster' ? 'adjusterId'
         THEN jsonb_set(facts, '{adjuster,adjusterId}', to_jsonb('ADJ-' || n % ${SPREAD.adjusters})) ELSE facts END,
    '{notice,property,postalCode}', to_jsonb((10000 + n % ${SPREAD.zips})::text))`,
};

/**
 * Copies the claims of a catastrophe until there are so many, and leaves the table as PostgreSQL's own upkeep would.
 * @param db one connection of the table's owner, which alone may tidy it up, with time enough
 * @param progress hears how many there are
 * @returns how many there are, and what the table and its indexes take, in bytes
 * @throws Error where the catastrophe has no claim on record
 */
export async function multiply(
  db: Kysely<Database>,
  { catastrophe, to }: { readonly catastrophe: string; readonly to: number },
  progress: (claims: number) => void,
): Promise<{ readonly claims: number; readonly bytes: number }> {
  const { rows: columns } = await sql<{ name: string }>`
    SELECT column_name AS name FROM information_schema.columns
     WHERE table_schema = 'throughline' AND table_name = 'entity' AND is_generated = 'NEVER'`.execute(db);
  const originals = await count(db, catastrophe);
  if (originals === 0) throw new Error(`${catastrophe} has no claim on record that could be copied`);
  // The copies are claims of the catastrophe too, and are not to be copied.
  await sql`CREATE TEMPORARY TABLE original AS
    SELECT *, (row_number() OVER (ORDER BY entity_id))::integer - 1 AS place FROM entity WHERE catastrophe = ${catastrophe}`.execute(
    db,
  );
  const names = columns.map(({ name }) => name);
  for (let have = originals; have < to;) {
    const until = Math.min(have + BATCH, to);
    await sql`
      INSERT INTO entity (${sql.join(names.map((name) => sql.ref(name)))})
      SELECT ${sql.join(names.map((name) => (CHANGED[name] === undefined ? sql.ref(name) : sql.raw(CHANGED[name]))))}
        FROM generate_series(${have}::integer, ${until - 1}::integer) AS n
        JOIN original ON place = n % ${originals}`.execute(db);
    have = until;
    progress(have);
  }
  await sql`DROP TABLE original`.execute(db);
  await sql`VACUUM ANALYZE entity`.execute(db);
  const { rows } = await sql<{
    bytes: number;
  }>`SELECT pg_total_relation_size('entity')::double precision AS bytes`.execute(db);
  return { claims: await count(db, catastrophe), bytes: rows[0]?.bytes ?? NaN };
}

/** The plain count that the board is measured against. */
export async function count(db: Kysely<Database>, catastrophe: string): Promise<number> {
  const { rows } = await sql<{
    claims: number;
  }>`SELECT count(*)::integer AS claims FROM entity WHERE catastrophe = ${catastrophe}`.execute(db);
  return rows[0]?.claims ?? 0;
}
