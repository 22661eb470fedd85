/** Temporal's description of an entity's current run, in the words of the read API. */
import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import type { PendingCall, RunView } from '../client/views.js';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';
import { callTemporal, isNotFound } from '../client/temporal.js';
import type { RunAnswer } from './explain.js';

/** How long explain waits for Temporal before it answers from the record alone, in milliseconds. */
const DESCRIBE_TIMEOUT_MS = 3_000;

/** `temporal.api.enums.v1.PendingActivityState` */
const ACTIVITY_STATES: readonly PendingCall['state'][] = [
  'scheduled',
  'scheduled',
  'started',
  'cancelling',
  'paused',
  'paused',
];
/** `temporal.api.enums.v1.PendingWorkflowTaskState.STARTED` */
const TASK_STARTED = 2;

/** Describes the run; never throws: without Temporal there is still the record. */
export async function describeRun(temporal: Client, workflowId: string): Promise<RunAnswer> {
  try {
    const description = await callTemporal(
      temporal,
      () => temporal.workflow.getHandle(workflowId).describe(),
      DESCRIBE_TIMEOUT_MS,
    );
    return { view: runView(description), asOf: new Date().toISOString() };
  } catch (err) {
    if (isNotFound(err)) return { error: 'Temporal no longer keeps its run' };
    return { error: err instanceof Error ? err.message : String(err) };
  }
}

/** The parts of a description that explain uses. */
function runView(description: WorkflowExecutionDescription): RunView {
  const { pendingActivities, pendingWorkflowTask: task } = description.raw;
  // Of this attempt: a task that keeps failing is scheduled anew each time.
  const since = instant(task?.scheduledTime);
  return {
    workflowId: description.workflowId,
    runId: description.runId,
    status: description.status.name,
    historyLength: description.historyLength,
    startedAt: description.startTime.toISOString(),
    published: published(description),
    pendingActivities: (pendingActivities ?? []).map(pendingCall),
    ...(task && {
      pendingTask: {
        ...(since === undefined ? {} : { since }),
        attempt: task.attempt ?? 1,
        state: Number(task.state) === TASK_STARTED ? 'started' : 'scheduled',
      },
    }),
  };
}

function published({ typedSearchAttributes: attributes }: WorkflowExecutionDescription): RunView['published'] {
  const state = attributes.get(searchAttributes.state);
  const since = attributes.get(searchAttributes.since);
  const deadline = attributes.get(searchAttributes.deadline);
  return {
    ...(state === undefined ? {} : { state }),
    ...(since === undefined ? {} : { since: since.toISOString() }),
    ...(deadline === undefined ? {} : { deadline: deadline.toISOString() }),
  };
}

type RawPending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

function pendingCall(raw: RawPending): PendingCall {
  const scheduledAt = instant(raw.scheduledTime);
  const nextTryAt = instant(raw.nextAttemptScheduleTime);
  const lastFailure = raw.lastFailure?.message;
  const taskQueue = raw.activityOptions?.taskQueue?.name;
  return {
    activity: raw.activityType?.name ?? 'unknown',
    ...(taskQueue ? { taskQueue } : {}),
    attempt: raw.attempt ?? 1,
    state: raw.paused ? 'paused' : (ACTIVITY_STATES[raw.state ?? 0] ?? 'scheduled'),
    ...(scheduledAt === undefined ? {} : { scheduledAt }),
    ...(lastFailure ? { lastFailure } : {}),
    ...(nextTryAt === undefined ? {} : { nextTryAt }),
  };
}

/** A protobuf timestamp as ISO-8601; seconds are a Long. Zero means that it is not set. */
function instant(timestamp: { seconds?: unknown; nanos?: number | null } | null | undefined): string | undefined {
  const seconds = Number(timestamp?.seconds ?? 0);
  return seconds === 0 ? undefined : new Date(seconds * 1000 + (timestamp?.nanos ?? 0) / 1e6).toISOString();
}
