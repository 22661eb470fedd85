/** Reads the journal out of a workflow's history: what the run handed to its activities, whether or not it was ever written. */
import { isDeepStrictEqual } from 'node:util';
import type { WorkflowHandle } from '@temporalio/client';
import { rideAlongOf } from '../../cli/journal/carriers.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';

/** A workflow's history as a client fetches it. */
export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/**
 * The entries that rode along with activities, in order and each once.
 * @throws Error where one sequence says two things, or where the sequences are not 1..n.
 */
export function journalInHistory(history: History): Entry[] {
  const entries = new Map<number, Entry>();
  for (const event of history.events ?? []) {
    for (const entry of rideAlongOf(event)?.entries ?? []) {
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

/** Whether a task of the run, or an activity of it that was not abandoned, has begun and not ended. */
export function taskUnderWay(events: NonNullable<History['events']>): boolean {
  const count = (name: keyof (typeof events)[number]) => events.filter((event) => event[name]).length;
  const ended =
    count('workflowTaskCompletedEventAttributes') +
    count('workflowTaskFailedEventAttributes') +
    count('workflowTaskTimedOutEventAttributes');
  const answered =
    count('activityTaskCompletedEventAttributes') +
    count('activityTaskFailedEventAttributes') +
    count('activityTaskTimedOutEventAttributes') +
    count('activityTaskCanceledEventAttributes');
  const abandoned = count('activityTaskCancelRequestedEventAttributes');
  return (
    count('workflowTaskScheduledEventAttributes') > ended ||
    count('activityTaskScheduledEventAttributes') > answered + abandoned
  );
}
