/**
 * Writes what a workflow did: journal, current state, outbox and review tasks in one transaction.
 *
 * A write is two round trips: read the row with the entries in question, then one statement that moves the row *if it is still
 * the one that was read* and hangs everything else on that. The statement takes the row's lock before it compares, so that of two
 * writers one waits, then finds the row moved, writes nothing and reads again. No transaction is ever left open between them.
 */
import type { Pool } from 'pg';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { UNBORN, type EntityRef, type EntityState, type Entry, type RideAlong } from '../workflows/lifecycle/entry.js';
import { admit, hashed, type Admission, type Conflict, type HashedEntry, type Recorded } from './admission.js';
import { traceparent } from '../telemetry/tracing.js';
import { outboxEvents, reviewRows, type OutboxEvent } from './consequences.js';
import { Definitions } from './definitions.js';
import { foldedColumns, runColumns, stateOf, type StateColumns } from './entity-row.js';
import { CHAIN_START, chainHash } from './hash.js';
import { openDatabase } from './pool.js';
import { storable } from './storable.js';
import { APPEND, READ_FOR_WRITE, REPORT_CONFLICT } from './writer-sql.js';

/** Every lost race means that another writer moved the row; more than this is not a race. */
const MAX_RACES = 100;

/** The run that brings a carrier. */
export interface WritingRun {
  /** Temporal run id; changes with continue-as-new, while the entity's first run id stays. */
  readonly runId: string;
}

/** Entries that have just come on record, each told once however often it arrives. */
export interface Written {
  readonly entity: EntityRef;
  /** The entity's state before the first of them. */
  readonly before: EntityState;
  readonly entries: readonly Entry[];
}

interface RowForWrite extends StateColumns {
  readonly stage: number;
  readonly first_run_id: string;
  readonly last_hash: Buffer;
  readonly known: Recorded['known'];
}

/** The only writer of journal and entity rows. Safe to share; holds no state but the definitions it has read. */
export class JournalWriter {
  private readonly definitions: Definitions;

  /** @param told of what was written, once it is; must not throw, and is not waited for */
  constructor(
    private readonly pool: Pool,
    private readonly told: (written: Written) => void = () => undefined,
  ) {
    this.definitions = new Definitions(openDatabase(pool));
  }

  /**
   * Puts a lifecycle's table on record. Call it for each lifecycle before polling.
   * @throws DefinitionChanged where the version is on record with another table.
   */
  registerDefinition(lifecycle: Lifecycle): Promise<void> {
    return this.definitions.register(lifecycle);
  }

  /**
   * Writes a carrier's entries; repeats and overlaps with earlier carriers are recognised. When it resolves, each entry is in the
   * journal, or, where it contradicts the journal, in a finding.
   * @throws JournalGap where an entry before these is missing.
   * @throws ForeignRun where another life of the key is on record.
   * @throws anything else while the records are not available ({@link isRecordsUnavailable}); the entries may or may not be
   * written, and writing them again is right.
   */
  async write(carrier: RideAlong, run: WritingRun): Promise<void> {
    const { entity, entries: given } = storable(carrier);
    if (given.length === 0) return;
    const entries = hashed(entity, given);
    for (let race = 0; race < MAX_RACES; race++) {
      const row = await this.read(entity, entries);
      const admission = admit(row && recordedOf(row), entity, entries);
      if (admission.kind === 'nothing') return;
      const written =
        admission.kind === 'append'
          ? await this.append(row, entity, run, admission)
          : await this.report(row, entity, run, admission.conflicts);
      if (written) return;
    }
    throw new Error(`${entity.lifecycle}/${entity.id} was changed by others ${MAX_RACES} times while being written`);
  }

  private async read(entity: EntityRef, entries: readonly HashedEntry[]): Promise<RowForWrite | undefined> {
    const [first, last] = [entries.at(0)?.entry.sequence, entries.at(-1)?.entry.sequence];
    const { rows } = await this.pool.query<RowForWrite>({
      name: 'records-read-for-write',
      text: READ_FOR_WRITE,
      values: [entity.lifecycle, entity.id, first, last],
    });
    return rows[0];
  }

  /** @returns false where the row is no longer the one that was read. */
  private async append(
    row: RowForWrite | undefined,
    entity: EntityRef,
    run: WritingRun,
    { entries, state }: Extract<Admission, { kind: 'append' }>,
  ): Promise<boolean> {
    const links = chain(row?.last_hash ?? CHAIN_START, entries);
    const { states } = await this.definitions.stored(entity.lifecycle, entity.lifecycleVersion);
    const closed = states[state.state]?.terminal === true;
    const moved = {
      ...runColumns(entity, run.runId),
      ...foldedColumns(state, closed),
      last_hash: links.at(-1)?.hash,
    };
    const before = row ? stateOf(row) : UNBORN;
    const plain = entries.map(({ entry }) => entry);
    const written = await this.execute('records-append', APPEND, [
      JSON.stringify(moved),
      row?.sequence ?? 0,
      row?.last_hash ?? CHAIN_START,
      JSON.stringify(links),
      JSON.stringify(outboxEvents(entity, before, plain, states).map(traceable)),
      JSON.stringify(reviewRows(before.reviews, plain)),
    ]);
    if (written) this.told({ entity, before, entries: plain });
    return written;
  }

  /** @returns false where the row is no longer the one that was read. */
  private async report(
    row: RowForWrite | undefined,
    entity: EntityRef,
    run: WritingRun,
    conflicts: readonly Conflict[],
  ): Promise<boolean> {
    const findings = conflicts.map(({ sequence, problem, recorded, given }) => ({
      // The same entry of the same history is the same finding, however often it arrives.
      key: `${sequence}:${given.contentHash.toString('hex')}`,
      evidence: {
        sequence,
        problem,
        recorded,
        given: {
          contentHash: given.contentHash.toString('hex'),
          runId: run.runId,
          firstRunId: entity.firstRunId,
          entry: given.entry,
        },
      },
    }));
    return this.execute('records-report-conflict', REPORT_CONFLICT, [
      entity.lifecycle,
      entity.id,
      row?.sequence ?? 0,
      row?.last_hash ?? CHAIN_START,
      JSON.stringify(findings),
    ]);
  }

  private async execute(name: string, text: string, values: unknown[]): Promise<boolean> {
    const { rows } = await this.pool.query<{ moved: boolean }>({ name, text, values });
    return rows[0]?.moved === true;
  }
}

/** With the place in the trace at which it came about, where there is one. */
function traceable(event: OutboxEvent): OutboxEvent & { readonly traceparent?: string } {
  const at = traceparent();
  return at === undefined ? event : { ...event, traceparent: at };
}

function recordedOf(row: RowForWrite): Recorded {
  return { stage: row.stage, firstRunId: row.first_run_id, state: stateOf(row), known: row.known };
}

/** Journal rows as JSON: bytea in PostgreSQL's hex notation. */
function chain(previous: Buffer, entries: readonly HashedEntry[]) {
  let before = previous;
  return entries.map(({ entry, contentHash }) => {
    const hash = chainHash(before, contentHash);
    const link = {
      sequence: entry.sequence,
      recorded_at: entry.recordedAt,
      entry,
      content_hash: bytea(contentHash),
      prev_hash: bytea(before),
      hash: bytea(hash),
    };
    before = hash;
    return link;
  });
}

function bytea(bytes: Buffer): string {
  return `\\x${bytes.toString('hex')}`;
}
