/** What can be said of an entity whose record cannot be read, or is not written yet: what Temporal knows of its run. */
import type { RunView } from '../client/views.js';
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
  return {
    recordError: error,
    record: {
      ...UNBORN,
      lifecycle: table.name,
      id,
      state,
      since,
      startedAt,
      visits: { [state]: { entered: 1, totalMs: 0 } },
      clocks: clock ? { state: clock } : {},
      closed: false,
      next: table.states[state]?.to ?? [],
      deadline: clock ? { at: clock.dueAt, leadsTo } : null,
      stage: 1,
      firstRunId: runId,
      runId,
      correlationId: `${table.name}/${id}`,
      contentHash: '',
      kernelVersion: 0,
      lifecycleVersion: table.version,
      authority: 'own',
      retention: { class: 'standard', legalHold: false },
      lastHash: '',
      updatedAt: since,
    },
    definition: table,
    tail: [],
    openings: [],
    dependencies: [],
  };
}
