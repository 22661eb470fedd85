/** What can be said of an entity whose record cannot be read, or is not written yet: what Temporal knows of its run, or its place in line. */
import type { AdmissionView, RunView } from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { UNBORN } from '../workflows/lifecycle/entry.js';
import type { ExplainInput } from './explain.js';

/**
 * Stands in for the records. The state is the one that the run published last; that is done where an entity waits, so it may have
 * gone on since, and a deadline leads where the table says.
 * @param error why there is no record, as a clause
 */
export function unrecorded(
  { runId, startedAt, published }: RunView,
  table: Lifecycle,
  id: string,
  error: string,
): Omit<ExplainInput, 'run' | 'backlog' | 'now'> {
  const { state = table.initial, since = startedAt, deadline } = published;
  const leadsTo = table.states[state]?.onDeadline ?? state;
  const clock = deadline !== undefined && { basis: `entered ${state}`, startedAt: since, dueAt: deadline, leadsTo };
  return standIn(table, error, {
    ...blank(table, id, state, since),
    startedAt,
    clocks: clock ? { state: clock } : {},
    deadline: clock ? { at: clock.dueAt, leadsTo } : null,
    firstRunId: runId,
    runId,
  });
}

/** An entity that was submitted and waits for its turn to be started. */
export function inLine(place: AdmissionView, table: Lifecycle, id: string): Omit<ExplainInput, 'backlog' | 'now'> {
  const error = 'it waits for admission and has not been started';
  return {
    ...standIn(table, error, blank(table, id, table.initial, place.since)),
    run: { error },
    admission: place,
  };
}

function standIn(
  definition: Lifecycle,
  recordError: string,
  record: EntityRecord,
): Omit<ExplainInput, 'run' | 'backlog' | 'now'> {
  return { recordError, record, definition, tail: [], openings: [], dependencies: [] };
}

function blank(table: Lifecycle, id: string, state: string, since: string): EntityRecord {
  return {
    ...UNBORN,
    lifecycle: table.name,
    id,
    state,
    since,
    startedAt: since,
    visits: { [state]: { entered: 1, totalMs: 0 } },
    closed: false,
    next: table.states[state]?.to ?? [],
    deadline: null,
    stage: 1,
    firstRunId: '',
    runId: '',
    correlationId: `${table.name}/${id}`,
    contentHash: '',
    kernelVersion: 0,
    lifecycleVersion: table.version,
    authority: 'own',
    retention: { class: 'standard', legalHold: false },
    lastHash: '',
    updatedAt: since,
  };
}
