/**
 * What becomes of written entries beside the records: the counts of what entities do, and their states as spans of their traces. Both once
 * per entry, since the writer tells of each once.
 */
import { Logger } from '@nestjs/common';
import { SpanKind } from '@opentelemetry/api';
import type { Metrics } from '../telemetry/metrics.js';
import { startOfRun } from '../telemetry/temporal.js';
import { tracedBefore } from '../telemetry/tracing.js';
import type { Written } from '../records/writer.js';
import { fold, type EntityRef, type EntityState, type Entry } from '../workflows/lifecycle/entry.js';
import { KERNEL_MESSAGES } from '../workflows/lifecycle/kernel-messages.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';

/** Where a name that the code does not know is counted. */
const OTHER = 'other';

const log = new Logger('journal');

/** @returns what the writer is to tell */
export function tallies(metrics: Metrics): (written: Written) => void {
  return ({ entity, before, entries }) => {
    let state = before;
    for (const entry of entries) {
      const { sequence, kind, from, to } = entry;
      log.debug({ sequence, kind, from, to }, 'on record');
      count(metrics, entity.lifecycle, state, entry);
      if (entry.kind === 'transition' && entry.from !== undefined) spanOfState(entity, state, entry);
      state = fold(state, entry);
    }
  };
}

function count(metrics: Metrics, lifecycle: string, state: EntityState, entry: Entry): void {
  const { kind, from, to, guard, breach, message, escalation, compensates, reason } = entry;
  const recordedAt = Date.parse(entry.recordedAt);
  if (kind === 'transition' && to !== undefined) {
    metrics.counter('transitions').inc({ lifecycle, from: from ?? '', to });
    metrics.histogram('transitionLatency').observe({ lifecycle }, Math.max(0, Date.now() - recordedAt) / 1000);
    if (from !== undefined)
      metrics
        .histogram('timeInState')
        .observe({ lifecycle, state: from }, Math.max(0, recordedAt - Date.parse(state.since)) / 1000);
  }
  if (breach) metrics.counter('breaches').inc({ lifecycle, clock: breach.name });
  if (escalation) metrics.counter('escalations').inc({ lifecycle, queue: escalation.queue });
  if (kind === 'reminder') metrics.counter('reminders').inc({ lifecycle });
  if (guard && guard.verdict !== 'proceed')
    metrics.counter('verdicts').inc({ lifecycle, guard: kindOfGuard(guard.guard), verdict: guard.verdict });
  if (message)
    metrics.counter('messages').inc({ lifecycle, message: known(lifecycle, message.name), outcome: message.outcome });
  if (compensates !== undefined) {
    const said = reason?.code ?? '';
    const outcome = said === 'begun' || said === 'undone' ? said : 'failed';
    metrics.counter('compensations').inc({ lifecycle, undo: kindOfUndo(compensates), outcome });
  }
}

/** `hold:legal` and whatever a hold may be called are one; dependencies are few. */
const kindOfGuard = (guard: string): string => (guard.startsWith('hold:') ? 'hold' : guard);

/** Without its ordinal: `payment:2`. */
const kindOfUndo = (name: string): string => name.split(':')[0] ?? name;

/** Anybody may send a signal of any name, and it is journaled. */
function known(lifecycle: string, message: string): string {
  const table = LIFECYCLES.find(({ name }) => name === lifecycle);
  return Object.hasOwn(table?.messages ?? {}, message) || Object.hasOwn(KERNEL_MESSAGES, message) ? message : OTHER;
}

/** The state that was left, from its first moment to its last, where the run was started: so a trace shows the entity's whole life. */
function spanOfState({ lifecycle, id, correlationId, stage }: EntityRef, state: EntityState, entry: Entry): void {
  const attributes = {
    'temporal.workflow.id': `${lifecycle}/${id}`,
    'throughline.correlation_id': correlationId,
    'throughline.stage': stage,
    'throughline.sequence': entry.sequence,
    'throughline.to': entry.to ?? '',
  };
  const span = { name: `${lifecycle}: ${state.state}`, kind: SpanKind.INTERNAL, attributes, parent: startOfRun() };
  tracedBefore(span, Date.parse(state.since), Date.parse(entry.recordedAt));
}
