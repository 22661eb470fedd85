/**
 * Verifies entities: the records by themselves, and against what Temporal still knows of their runs. Whatever looks wrong because
 * time has passed between two readings is looked at again before it is told, so that entities may go on meanwhile.
 */
import type { Client } from '@temporalio/client';
import type { Kysely } from 'kysely';
import { JOURNAL_CONFLICT } from '../../records/admission.js';
import { raiseFinding } from '../../records/findings.js';
import type { Database, JournalRow } from '../../records/schema.js';
import { loadJournal, verifyAll, verifyEntity, type Verdict } from '../../records/verify.js';
import { compareRun, lost } from './comparison.js';
import { latestRun, runHistory, type LatestRun } from './histories.js';

/** Findings of runs that ended before their entity did. */
const RUN_ENDED = 'run-ended';

/** Entities whose histories are fetched at the same time. */
const LANES = 8;

const ENDED = new Set<LatestRun['status']>(['COMPLETED', 'FAILED', 'CANCELLED', 'TERMINATED', 'TIMED_OUT']);

/** The verdict on an entity, and whether all of its histories were still there. */
export interface FullVerdict extends Verdict {
  /** `whole`: every run was compared. `gone`: Temporal has forgotten some. `left out`: nobody asked. */
  readonly history: 'whole' | 'gone' | 'left out';
}

/**
 * The verdicts on one entity, or on all in the order of their keys, as they come.
 * @param temporal undefined: the records alone.
 * @throws Unreachable where Temporal does not answer; what the database throws as it is.
 */
export async function* verified(
  db: Kysely<Database>,
  temporal: Client | undefined,
  only?: { readonly lifecycle: string; readonly id: string },
): AsyncGenerator<FullVerdict, void, undefined> {
  const verdicts = only ? one(db, only) : verifyAll(db);
  const lanes: Promise<FullVerdict>[] = [];
  for await (const verdict of verdicts) {
    const full = against(db, temporal, verdict);
    // It is awaited in its turn; until then a failure is nobody's.
    full.catch(() => undefined);
    lanes.push(full);
    const first = lanes.length >= LANES ? lanes.shift() : undefined;
    if (first) yield await first;
  }
  for (const full of lanes) yield await full;
}

async function* one(db: Kysely<Database>, key: { readonly lifecycle: string; readonly id: string }) {
  yield { ...key, faults: await verifyEntity(db, key.lifecycle, key.id) };
}

async function against(db: Kysely<Database>, temporal: Client | undefined, verdict: Verdict): Promise<FullVerdict> {
  if (!temporal) return { ...verdict, history: 'left out' };
  const check = new HistoryCheck(db, temporal, verdict.lifecycle, verdict.id);
  return { ...verdict, ...(await check.run(verdict.faults)) };
}

/** Compares one entity's journal with the histories of its runs. */
class HistoryCheck {
  private readonly faults: string[] = [];
  private gone = false;

  constructor(
    private readonly db: Kysely<Database>,
    private readonly temporal: Client,
    private readonly lifecycle: string,
    private readonly id: string,
  ) {}

  private get workflowId(): string {
    return `${this.lifecycle}/${this.id}`;
  }

  async run(known: readonly string[]): Promise<Pick<FullVerdict, 'faults' | 'history'>> {
    const rows = await this.journal();
    if (rows.length === 0) return { faults: known, history: 'whole' };
    // The run before the row: when it had ended, all that it said was on record.
    const latest = await latestRun(this.temporal, this.workflowId);
    await this.compareEnd(latest);
    const runs = new Set(rows.map((row) => row.run_id));
    if (latest) runs.add(latest.runId);
    // A set is visited in the order of insertion, those added meanwhile included.
    for (const runId of runs) {
      const before = await this.compare(runId, rows);
      if (before !== undefined) runs.add(before);
    }
    return { faults: [...known, ...this.faults], history: this.gone ? 'gone' : 'whole' };
  }

  /** @returns the run that this one continues, if there is one */
  private async compare(runId: string, rows: readonly JournalRow[]): Promise<string | undefined> {
    const history = await runHistory(this.temporal, this.workflowId, runId);
    if (!history) {
      this.gone = true;
      return undefined;
    }
    const { faults, absent } = compareRun(runId, history, rows);
    this.faults.push(...faults);
    if (absent.length > 0) await this.compareAgain(runId, absent);
    if (history.resetFrom !== undefined) await this.tellReset(runId, history.resetFrom);
    return history.continuedFrom;
  }

  /** What was confirmed after the journal was read is on record by now. */
  private async compareAgain(runId: string, absent: readonly number[]): Promise<void> {
    const written = new Set((await this.journal()).map(({ sequence }) => sequence));
    this.faults.push(
      ...lost(
        runId,
        absent.filter((sequence) => !written.has(sequence)),
      ),
    );
  }

  private async compareEnd(latest: LatestRun | undefined): Promise<void> {
    if (latest && !ENDED.has(latest.status)) return;
    const row = await this.db
      .selectFrom('entity')
      .select(['state', 'sequence', 'closed', 'reviews'])
      .where('lifecycle', '=', this.lifecycle)
      .where('entity_id', '=', this.id)
      .executeTakeFirst();
    // A run outlives its entity's end for as long as late evidence is to be looked at.
    const unresolved = Object.keys(row?.reviews ?? {}).length > 0;
    if (!row || (row.closed && !unresolved)) return;
    if (!latest) {
      this.faults.push(`it is in ${row.state}, but Temporal knows no run of it: is this the server it runs on?`);
      return;
    }
    const { runId, status } = latest;
    const evidence = { runId, status, state: row.state, sequence: row.sequence };
    await this.raise(RUN_ENDED, runId, evidence);
    const where = row.closed ? `${row.state} with review tasks open` : row.state;
    this.faults.push(`run ${runId} has ended (${status}) while it was in ${where}: see the finding ${RUN_ENDED}`);
  }

  private async tellReset(runId: string, resetFrom: string): Promise<void> {
    await this.raise(JOURNAL_CONFLICT, `reset:${runId}`, { problem: 'reset', runId, resetFrom });
    this.faults.push(`run ${runId} was reset from run ${resetFrom}: see the finding ${JOURNAL_CONFLICT}`);
  }

  private async raise(kind: string, key: string, evidence: unknown): Promise<void> {
    await raiseFinding(this.db, { kind, lifecycle: this.lifecycle, id: this.id, key, evidence });
  }

  private async journal(): Promise<JournalRow[]> {
    const rows: JournalRow[] = [];
    for await (const row of loadJournal(this.db, this.lifecycle, this.id)) rows.push(row);
    return rows;
  }
}
