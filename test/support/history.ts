/** Reads the journal out of a workflow's history: what the run handed to its activities, whether or not it was ever written. */
import { isDeepStrictEqual } from 'node:util';
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import type { Entry, RideAlong } from '../../workflows/lifecycle/entry.js';

/** A workflow's history as a client fetches it. */
export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/**
 * The entries that rode along with activities, in order and each once.
 * @throws Error where one sequence says two things, or where the sequences are not 1..n.
 */
export function journalInHistory(history: History): Entry[] {
  const entries = new Map<number, Entry>();
  for (const load of loadsInHistory(history)) {
    for (const entry of load.entries) {
      const before = entries.get(entry.sequence);
      if (before && !isDeepStrictEqual(before, entry)) {
        throw new Error(`history says two things under entry ${entry.sequence}: ${JSON.stringify([before, entry])}`);
      }
      entries.set(entry.sequence, entry);
    }
  }
  const journal = [...entries.values()].sort((a, b) => a.sequence - b.sequence);
  const gap = journal.findIndex((entry, i) => entry.sequence !== i + 1);
  if (gap >= 0) throw new Error(`history lacks entry ${gap + 1} of ${journal.at(-1)?.sequence ?? 0}`);
  return journal;
}

/** What every activity carried beside its own arguments, in the order of scheduling. */
function loadsInHistory(history: History): RideAlong[] {
  return (history.events ?? []).flatMap((event) => {
    const payload = event.activityTaskScheduledEventAttributes?.input?.payloads?.at(-1);
    const value: unknown = payload && defaultPayloadConverter.fromPayload(payload);
    return isRideAlong(value) ? [value] : [];
  });
}

function isRideAlong(value: unknown): value is RideAlong {
  return typeof value === 'object' && value !== null && 'entity' in value && 'entries' in value;
}
