/** The journal as Temporal's history tells it: the entries that a run handed to its activities. */
import type { WorkflowHandle } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { contentHashAs } from '../../records/hash.js';
import { storable } from '../../records/storable.js';
import type { EntityRef, Entry, RideAlong } from '../../workflows/lifecycle/entry.js';

/** One event of a history, as Temporal gives it. */
export type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** An entry as a run handed it over, in the form in which the database can keep it. */
export interface CarriedEntry {
  readonly entity: EntityRef;
  readonly entry: Entry;
  /** SHA-256 over what it says, as the journal computes it; hex. */
  readonly contentHash: string;
  /** An activity with it has succeeded: it must be on record. */
  readonly confirmed: boolean;
}

/** What a run's history says of the journal. */
export interface RunHistory {
  readonly entries: ReadonlyMap<number, CarriedEntry>;
  /** Sequences under which the history says two things. */
  readonly contradictory: readonly number[];
  /** The run whose history this one took over when somebody reset it. */
  readonly resetFrom?: string;
  /** The run that made way for this one by continue-as-new. */
  readonly continuedFrom?: string;
}

/** What an event's activity carries beside its own arguments; undefined where it is no activity, or carries nothing. */
export function rideAlongOf(event: HistoryEvent): RideAlong | undefined {
  const payload = event.activityTaskScheduledEventAttributes?.input?.payloads?.at(-1);
  const value: unknown = payload && defaultPayloadConverter.fromPayload(payload);
  return isRideAlong(value) ? value : undefined;
}

/** Reads a run's history. Keeps its entries, not its events. */
export async function readRun(events: AsyncIterable<HistoryEvent>): Promise<RunHistory> {
  const entries = new Map<number, CarriedEntry>();
  const contradictory = new Set<number>();
  /** By scheduling event: the sequences that the activity carries. */
  const underWay = new Map<string, readonly number[]>();
  let resetFrom: string | undefined;
  let continuedFrom: string | undefined;
  for await (const event of events) {
    continuedFrom = event.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || continuedFrom;
    // Only the task that stands for a reset names another run.
    resetFrom = event.workflowTaskFailedEventAttributes?.baseRunId || resetFrom;
    const load = rideAlongOf(event);
    if (load) {
      underWay.set(String(event.eventId), keep(load, entries, contradictory));
      continue;
    }
    const done = event.activityTaskCompletedEventAttributes?.scheduledEventId;
    for (const sequence of underWay.get(String(done)) ?? []) {
      const carried = entries.get(sequence);
      if (carried) entries.set(sequence, { ...carried, confirmed: true });
    }
  }
  return {
    entries,
    contradictory: [...contradictory],
    ...(resetFrom !== undefined && { resetFrom }),
    ...(continuedFrom !== undefined && { continuedFrom }),
  };
}

function keep(given: RideAlong, entries: Map<number, CarriedEntry>, contradictory: Set<number>): number[] {
  const { entity, entries: carried } = storable(given);
  return carried.map((entry) => {
    const before = entries.get(entry.sequence);
    const hash = contentHashAs(before?.entity ?? entity, entity, entry).toString('hex');
    if (!before) entries.set(entry.sequence, { entity, entry, contentHash: hash, confirmed: false });
    else if (before.contentHash !== hash) contradictory.add(entry.sequence);
    return entry.sequence;
  });
}

function isRideAlong(value: unknown): value is RideAlong {
  return typeof value === 'object' && value !== null && 'entity' in value && 'entries' in value;
}
