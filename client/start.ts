/** How an entity is started: one workflow per key, labelled for Temporal's lists, and routed behind or before others. */
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowStartOptions } from '@temporalio/client';
import type { Priority } from '@temporalio/common';
import { PRIORITY } from '../workflows/lifecycle/catastrophe.js';
import type { Submission } from '../workflows/lifecycle/message.js';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';
import type { LifecycleBinding } from './binding.js';
import { CONTENT_HASH } from './content-hash.js';
import { ConflictingSubmission, Unreachable } from './errors.js';
import { callTemporal, isNotFound } from './temporal.js';
import type { SubmissionRecord } from './views.js';

/** What became of a start. A repeat with the same content gets the same answer, with `started: false`. */
export interface Started {
  readonly started: boolean;
  readonly id: string;
  readonly workflowId: string;
  /** Run id of the entity's first run. */
  readonly firstRunId: string;
}

/** Looks a submission up in the records; undefined where they know nothing. */
export type LookUp = (lifecycle: string, id: string) => Promise<SubmissionRecord | undefined>;

/** Names and addresses of a lifecycle. */
export type Startable = Pick<LifecycleBinding, 'name' | 'taskQueue' | 'workflowId' | 'initialState'>;

/** What is to be started. */
export interface Start {
  readonly lifecycle: Startable;
  readonly id: string;
  /** Digest of the submission's content. */
  readonly contentHash: string;
  readonly submission: Submission<unknown>;
  /** Name of its catastrophe. */
  readonly catastrophe: string | undefined;
  /** Code of its catastrophe, where that is a declared one: it is then routed as such. */
  readonly route: string | undefined;
}

/**
 * Starts an entity unless it exists.
 * @param lookUp is asked where Temporal says that it exists and has forgotten what it was
 * @throws ConflictingSubmission, Unreachable
 */
export async function start(temporal: Client, lookUp: LookUp, given: Start): Promise<Started> {
  const { lifecycle, id, contentHash, submission, catastrophe, route } = given;
  const workflowId = lifecycle.workflowId(id);
  try {
    const handle = await callTemporal(temporal, () =>
      temporal.workflow.start(lifecycle.name, {
        ...startOptions(lifecycle, id, {
          ...{ contentHash, correlationId: submission.envelope?.correlationId ?? workflowId },
          ...{ state: lifecycle.initialState, since: new Date(), catastrophe },
        }),
        priority: priorityOf(route),
        args: [submission],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      }),
    );
    return { started: true, id, workflowId, firstRunId: handle.firstExecutionRunId };
  } catch (err) {
    if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw err;
  }
  const earlier = (await describeFirst(temporal, workflowId)) ?? (await lookUp(lifecycle.name, id));
  if (earlier?.firstRunId === undefined) {
    throw new Unreachable('Temporal', `it says that ${workflowId} exists, but cannot describe it`);
  }
  if (earlier.contentHash !== contentHash) throw new ConflictingSubmission(lifecycle.name, id);
  return { started: false, id, workflowId, firstRunId: earlier.firstRunId };
}

async function describeFirst(
  temporal: Client,
  workflowId: string,
): Promise<{ contentHash: unknown; firstRunId: string } | undefined> {
  try {
    const description = await callTemporal(temporal, () => temporal.workflow.getHandle(workflowId).describe());
    const { firstRunId } = description.raw.workflowExecutionInfo ?? {};
    return { contentHash: description.memo?.[CONTENT_HASH], firstRunId: firstRunId || description.runId };
  } catch (err) {
    if (isNotFound(err)) return undefined;
    throw err;
  }
}

/** Of an entity that begins, or begins its next stage. @param route code of its declared catastrophe */
export function priorityOf(route: string | undefined): Priority {
  if (route === undefined) return { priorityKey: PRIORITY.everyday };
  return { priorityKey: PRIORITY.catastrophe, fairnessKey: route };
}

/** What is on the label of each first run of an entity's stage. */
export interface Label {
  /** Digest of the submission's content. */
  readonly contentHash: string;
  /** Ties together everything that the submission caused: history, journal, events, logs, traces. */
  readonly correlationId: string;
  readonly state: string;
  /** When it entered the state. */
  readonly since: Date;
  readonly catastrophe: string | undefined;
}

/** How every stage of an entity is started; what may be started twice is the caller's to say. */
export function startOptions(
  lifecycle: Pick<Startable, 'name' | 'taskQueue' | 'workflowId'>,
  id: string,
  { contentHash: hash, correlationId, state, since, catastrophe }: Label,
): Pick<
  WorkflowStartOptions,
  'workflowId' | 'taskQueue' | 'workflowIdConflictPolicy' | 'memo' | 'typedSearchAttributes' | 'staticSummary'
> {
  return {
    workflowId: lifecycle.workflowId(id),
    taskQueue: lifecycle.taskQueue,
    workflowIdConflictPolicy: 'FAIL',
    memo: { [CONTENT_HASH]: hash, correlationId },
    // Attributes at the start cost no action and no event, so the lists of the Temporal UI are right from the first moment.
    typedSearchAttributes: [
      { key: searchAttributes.state, value: state },
      { key: searchAttributes.since, value: since },
      ...(catastrophe === undefined ? [] : [{ key: searchAttributes.catastrophe, value: catastrophe }]),
    ],
    staticSummary: `${lifecycle.name} ${id}`,
  };
}
