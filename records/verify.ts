/**
 * Proves a journal: complete, unchanged since it was written, and what the entity's row says follows from it. An attacker who can
 * rewrite a whole chain *and* the row is only found by comparing with Temporal's history, for which {@link loadJournal} is here.
 */
import { sql, type Kysely, type Transaction } from 'kysely';
import { fold, UNBORN, type EntityState } from '../workflows/lifecycle/entry.js';
import { JOURNAL_CONFLICT } from './admission.js';
import { Definitions } from './definitions.js';
import { firstDifference } from './difference.js';
import { foldedColumns } from './entity-row.js';
import { CHAIN_START, chainHash, contentHash } from './hash.js';
import { inTodaysTerms } from './older-entries.js';
import type { Database, EntityRow, JournalRow } from './schema.js';

const JOURNAL_PAGE = 500;
const ENTITY_PAGE = 100;

/** An entity and what is wrong with its records, in words; no faults: proven. */
export interface Verdict {
  readonly lifecycle: string;
  readonly id: string;
  readonly faults: readonly string[];
}

/** The journal rows of an entity in order, a page at a time. */
export async function* loadJournal(
  db: Kysely<Database>,
  lifecycle: string,
  id: string,
): AsyncGenerator<JournalRow, void, undefined> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('journal')
      .selectAll()
      .where('lifecycle', '=', lifecycle)
      .where('entity_id', '=', id)
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(JOURNAL_PAGE)
      .execute();
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < JOURNAL_PAGE) return;
    after = last.sequence;
  }
}

/** The faults of one entity's records, as of one instant; writers may go on meanwhile. */
export async function verifyEntity(db: Kysely<Database>, lifecycle: string, id: string): Promise<string[]> {
  return atOneInstant(db, (snapshot) => verify(snapshot, new Definitions(snapshot), lifecycle, id));
}

/** The verdict on every entity that has a row or a journal, in the order of their keys. Holds one page of keys at a time. */
export async function* verifyAll(db: Kysely<Database>): AsyncGenerator<Verdict, void, undefined> {
  let after = { lifecycle: '', id: '' };
  for (;;) {
    const verdicts = await atOneInstant(db, async (snapshot) => {
      const definitions = new Definitions(snapshot);
      const page: Verdict[] = [];
      for (const { lifecycle, id } of await nextKeys(snapshot, after)) {
        page.push({ lifecycle, id, faults: await verify(snapshot, definitions, lifecycle, id) });
      }
      return page;
    });
    yield* verdicts;
    const last = verdicts.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

/** Row and journal must be read as of the same moment, or every write in between would look like a fault. */
export function atOneInstant<T>(
  db: Kysely<Database>,
  read: (snapshot: Transaction<Database>) => Promise<T>,
): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);
}

/** Keys from both tables: a journal without a row, and a row without a journal, are faults too. */
async function nextKeys(db: Kysely<Database>, after: { readonly lifecycle: string; readonly id: string }) {
  const { rows } = await sql<{ lifecycle: string; id: string }>`
    (SELECT lifecycle, entity_id AS id FROM entity
      WHERE (lifecycle, entity_id) > (${after.lifecycle}, ${after.id}) ORDER BY 1, 2 LIMIT ${ENTITY_PAGE})
    UNION
    (SELECT DISTINCT lifecycle, entity_id AS id FROM journal
      WHERE (lifecycle, entity_id) > (${after.lifecycle}, ${after.id}) ORDER BY 1, 2 LIMIT ${ENTITY_PAGE})
    ORDER BY 1, 2 LIMIT ${ENTITY_PAGE}`.execute(db);
  return rows;
}

async function verify(
  db: Kysely<Database>,
  definitions: Definitions,
  lifecycle: string,
  id: string,
): Promise<string[]> {
  const row = await db
    .selectFrom('entity')
    .selectAll()
    .where('lifecycle', '=', lifecycle)
    .where('entity_id', '=', id)
    .executeTakeFirst();
  const { faults, state, last } = await walk(loadJournal(db, lifecycle, id));
  if (row === undefined)
    return last === undefined
      ? [`${lifecycle}/${id} is not on record`]
      : [...faults, 'there is a journal but no entity row'];
  if (last === undefined) return [`there is an entity row at entry ${row.sequence} but no journal`];

  faults.push(...compareEnds(row, last));
  if (row.attention === JOURNAL_CONFLICT) {
    faults.push("the journal and the workflow's history have parted: see the findings of kind journal-conflict");
  }
  // Where the chain ends before its time, the fold says nothing about the row.
  if (state !== undefined && state.sequence === row.sequence) {
    const definition = await definitions.find(lifecycle, last.lifecycle_version);
    if (definition === undefined) faults.push(`the table of version ${last.lifecycle_version} is not on record`);
    const closed = definition ? definition.states[state.state]?.terminal === true : row.closed;
    faults.push(...compareFold(row, state, closed));
  }
  return faults;
}

/** Follows the chain to its end; the state is undefined where the entries cannot be folded. */
async function walk(rows: AsyncIterable<JournalRow>) {
  const faults: string[] = [];
  let state: EntityState | undefined = UNBORN;
  let last: JournalRow | undefined;
  for await (const row of rows) {
    const expected: number = (last?.sequence ?? 0) + 1;
    if (row.sequence !== expected) faults.push(missing(expected, row.sequence - 1));
    faults.push(...verifyLink(row, row.sequence === expected ? (last?.hash ?? CHAIN_START) : undefined));
    try {
      state = state && fold(state, inTodaysTerms(state, row.entry));
    } catch (error) {
      faults.push(`entry ${row.sequence} does not continue the journal: ${(error as Error).message}`);
      state = undefined;
    }
    last = row;
  }
  return { faults, state, last };
}

function missing(from: number, to: number): string {
  return from === to ? `entry ${from} is missing` : `entries ${from} to ${to} are missing`;
}

/** @param previous hash of the entry before; undefined where that one is missing. */
function verifyLink(row: JournalRow, previous: Buffer | undefined): string[] {
  const faults: string[] = [];
  const content = contentHash(
    {
      lifecycle: row.lifecycle,
      id: row.entity_id,
      stage: row.stage,
      firstRunId: row.first_run_id,
      kernelVersion: row.kernel_version,
      lifecycleVersion: row.lifecycle_version,
      correlationId: row.correlation_id,
    },
    row.entry,
  );
  if (!content.equals(row.content_hash)) faults.push(`entry ${row.sequence} was changed after it was written`);
  if (row.entry.sequence !== row.sequence) {
    faults.push(`entry ${row.sequence} says that it is entry ${row.entry.sequence}: entries were exchanged`);
  }
  if (row.recorded_at.getTime() !== Date.parse(row.entry.recordedAt)) {
    faults.push(
      `entry ${row.sequence} was recorded at ${row.entry.recordedAt}, but its column says ${row.recorded_at.toISOString()}`,
    );
  }
  if (previous !== undefined && !previous.equals(row.prev_hash)) {
    faults.push(
      `the chain is broken before entry ${row.sequence}: it does not follow from the entry on record before it`,
    );
  }
  if (!chainHash(row.prev_hash, row.content_hash).equals(row.hash)) {
    faults.push(`the hash of entry ${row.sequence} does not follow from its content`);
  }
  return faults;
}

function compareEnds(row: EntityRow, last: JournalRow): string[] {
  const faults: string[] = [];
  if (row.sequence > last.sequence)
    faults.push(`${missing(last.sequence + 1, row.sequence)} at the end of the journal`);
  else if (row.sequence < last.sequence) {
    faults.push(`the entity row stands at entry ${row.sequence}, the journal ends with ${last.sequence}`);
  } else if (!row.last_hash.equals(last.hash)) {
    faults.push(`the entity row names another hash than entry ${last.sequence}`);
  }
  const run = (of: EntityRow | JournalRow): unknown => ({
    stage: of.stage,
    first_run_id: of.first_run_id,
    lifecycle_version: of.lifecycle_version,
  });
  const difference = row.sequence === last.sequence ? firstDifference(run(row), run(last)) : undefined;
  if (difference !== undefined) faults.push(`the entity row does not name the run of its last entry: ${difference}`);
  return faults;
}

function compareFold(row: EntityRow, state: EntityState, closed: boolean): string[] {
  const folded = foldedColumns(state, closed);
  return Object.entries(folded).flatMap(([name, value]) => {
    const column = name as keyof typeof folded;
    // Set by the writer beside the journal, and reported by itself.
    if (column === 'attention' && row.attention === JOURNAL_CONFLICT) return [];
    const difference = firstDifference(comparable(row[column]), comparable(value), column);
    return difference === undefined
      ? []
      : [`the entity row does not follow from the journal: ${difference} by the journal`];
  });
}

/** Instants in one notation, whatever their column gives back. */
function comparable(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value).toISOString() : value;
}
