/** An entity as it was at a moment that has passed: the fold of its journal up to then. */
import type { Kysely } from 'kysely';
import { fold, UNBORN, type EntityState, type Instant } from '../workflows/lifecycle/entry.js';
import type { Definitions } from './definitions.js';
import { entityRecord, type EntityRecord } from './entity-record.js';
import { foldedColumns } from './entity-row.js';
import { inTodaysTerms } from './older-entries.js';
import type { Database, EntityRow, JournalRow } from './schema.js';
import { loadJournal } from './verify.js';

/**
 * The record of an entity as of a moment; undefined where it was not on record by then. What is no part of the journal, whether its
 * records are to be kept, is left out.
 *
 * @param at by the journal's own time, `recordedAt`: an entry that was recorded by then counts, whenever it was written
 */
export async function recordAsOf(
  db: Kysely<Database>,
  definitions: Definitions,
  row: EntityRow,
  at: Instant,
): Promise<EntityRecord | undefined> {
  let state: EntityState = UNBORN;
  let last: JournalRow | undefined;
  for await (const line of loadJournal(db, row.lifecycle, row.entity_id)) {
    if (Date.parse(line.entry.recordedAt) > Date.parse(at)) break;
    state = fold(state, inTodaysTerms(state, line.entry));
    last = line;
  }
  if (last === undefined) return undefined;
  const { states } = await definitions.stored(row.lifecycle, last.lifecycle_version);
  const closed = states[state.state]?.terminal === true;
  return entityRecord({ ...row, ...asColumns(state, closed), ...runOf(last) }, definitions);
}

/** The columns of a state as they are read. */
function asColumns(state: EntityState, closed: boolean) {
  const { since, started_at, deadline_at, compensations, reason, ...columns } = foldedColumns(ordered(state), closed);
  return {
    ...columns,
    since: new Date(since),
    started_at: new Date(started_at),
    deadline_at: deadline_at === null ? null : new Date(deadline_at),
    compensations: compensations ?? null,
    reason: reason ?? null,
  };
}

/** The same with the names of its maps in the order in which the database keeps them: the shorter first. */
function ordered<T>(value: T): T {
  if (Array.isArray(value)) return value.map(ordered) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => {
    const [one, other] = [Buffer.from(a), Buffer.from(b)];
    return one.length - other.length || Buffer.compare(one, other);
  });
  return Object.fromEntries(entries.map(([name, each]) => [name, ordered(each as unknown)])) as T;
}

/** What the last entry says of the run that spoke for the entity. */
function runOf(last: JournalRow) {
  return {
    stage: last.stage,
    first_run_id: last.first_run_id,
    run_id: last.run_id,
    correlation_id: last.correlation_id,
    kernel_version: last.kernel_version,
    lifecycle_version: last.lifecycle_version,
    last_hash: last.hash,
    updated_at: last.written_at,
    retain_until: null,
    legal_hold: false,
  };
}
