/** Compares a journal with the history of one of its runs, entry by entry and both ways. Pure. */
import { firstDifference } from '../../records/difference.js';
import { contentHash, contentHashAs } from '../../records/hash.js';
import type { JournalRow } from '../../records/schema.js';
import type { CarriedEntry, RunHistory } from './carriers.js';

/** What a comparison showed. */
export interface Comparison {
  /** In words. */
  readonly faults: readonly string[];
  /** Confirmed entries that are not among the given rows: either just written, or lost. */
  readonly absent: readonly number[];
}

/**
 * @param rows the entity's whole journal, whatever runs wrote it.
 */
export function compareRun(runId: string, history: RunHistory, rows: readonly JournalRow[]): Comparison {
  const faults = history.contradictory.map(
    (sequence) => `the history of run ${runId} says two things as entry ${sequence}`,
  );
  const bySequence = new Map(rows.map((row) => [row.sequence, row]));
  const unheard = rows.filter((row) => row.run_id === runId && !history.entries.has(row.sequence));
  faults.push(
    ...spans(unheard.map(({ sequence }) => sequence)).map(
      ({ text, is }) => `${text} ${is} on record, but not in the history of run ${runId}, which is to have written it`,
    ),
  );
  const absent: number[] = [];
  for (const [sequence, carried] of history.entries) {
    const row = bySequence.get(sequence);
    // What no carrier confirmed is only held against the run that wrote it: another one may have been refused for good reason.
    if (!carried.confirmed && row?.run_id !== runId) continue;
    if (!row) absent.push(sequence);
    else if (!saysTheSame(row, carried)) {
      faults.push(`entry ${sequence} is not what the history of run ${runId} says: ${differenceOf(row, carried)}`);
    }
  }
  return { faults, absent };
}

/** What is to be said of confirmed entries that are not on record. */
export function lost(runId: string, sequences: readonly number[]): string[] {
  return spans(sequences).map(
    ({ text, is }) => `${text} ${is} not on record, but confirmed in the history of run ${runId}`,
  );
}

/** By what the row says now, not by the hash that is stored beside it. */
function saysTheSame(row: JournalRow, carried: CarriedEntry): boolean {
  const given = contentHashAs(refOf(row), carried.entity, carried.entry);
  return contentHash(refOf(row), row.entry).equals(given);
}

function differenceOf(row: JournalRow, { entity, entry }: CarriedEntry): string {
  const { lifecycle, id, stage, firstRunId, kernelVersion, lifecycleVersion, correlationId } = entity;
  const given = { lifecycle, id, stage, firstRunId, kernelVersion, lifecycleVersion, correlationId };
  return firstDifference({ ...refOf(row), entry: row.entry }, { ...given, entry }) ?? 'their hashes differ';
}

function refOf(row: JournalRow) {
  return {
    lifecycle: row.lifecycle,
    id: row.entity_id,
    stage: row.stage,
    firstRunId: row.first_run_id,
    kernelVersion: row.kernel_version,
    lifecycleVersion: row.lifecycle_version,
    correlationId: row.correlation_id,
  };
}

/** Numbers in words, those in a row as one span. */
function spans(sequences: readonly number[]): { readonly text: string; readonly is: 'is' | 'are' }[] {
  const ordered = [...sequences].sort((a, b) => a - b);
  const found: [first: number, last: number][] = [];
  for (const sequence of ordered) {
    const current = found.at(-1);
    if (current?.[1] === sequence - 1) current[1] = sequence;
    else found.push([sequence, sequence]);
  }
  return found.map(([first, last]) =>
    first === last ? { text: `entry ${first}`, is: 'is' } : { text: `entries ${first} to ${last}`, is: 'are' },
  );
}
