/** Starting the next stage of an entity that has ended, where its table lets a message reopen it. */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { Addressed } from '../client/deliver.js';
import { priorityOf, startOptions } from '../client/start.js';
import { callTemporal, isNotFound } from '../client/temporal.js';
import type { EntityRecord } from '../records/entity-record.js';
import { PROFILES, type Lifecycle } from '../workflows/lifecycle/definition.js';
import type { Continuation, Profile } from '../workflows/lifecycle/message.js';
import type { ServedLifecycle } from './lifecycles.js';

/** How long the next stage may take until it is on record, in milliseconds; less than a caller of the gateway waits. */
export const ON_RECORD_TIMEOUT_MS = 10_000;
/** Pauses between looks at the record, in milliseconds. */
const PAUSE_MS = { first: 25, longest: 500 } as const;

/** Until when a message may reopen an entity; undefined where it never could. */
export function reopenableUntil(table: Lifecycle, record: EntityRecord, message: string): Date | undefined {
  const reopens = record.closed ? table.states[record.state]?.reopens : undefined;
  if (!reopens?.by.includes(message)) return undefined;
  return new Date(Date.parse(record.since) + reopens.within * PROFILES[(record.profile ?? 'standard') as Profile]);
}

/** Whether Temporal has an open run of an entity. @throws Unreachable */
export async function isRunning(temporal: Client, { binding }: ServedLifecycle, id: string): Promise<boolean> {
  try {
    const handle = temporal.workflow.getHandle(binding.workflowId(id));
    return (await callTemporal(temporal, () => handle.describe())).status.name === 'RUNNING';
  } catch (err) {
    if (isNotFound(err)) return false;
    throw err;
  }
}

/** What is known of the stage that was started. */
export interface NextStage {
  readonly number: number;
  readonly runId: string;
}

/**
 * Starts the next stage, which judges the message first. The run refuses to go on from a reading that is no longer true, before
 * it has done anything.
 * @param route code of its catastrophe, while that is open
 * @returns undefined where somebody else has started one meanwhile
 * @throws Unreachable
 */
export async function startNextStage(
  temporal: Client,
  { binding }: ServedLifecycle,
  record: EntityRecord,
  continued: Continuation['continued'],
  reopening: { readonly name: string; readonly message: Addressed },
  route?: string,
): Promise<NextStage | undefined> {
  const input: Continuation = { continued: { ...continued, reopening } };
  try {
    const handle = await callTemporal(temporal, () =>
      temporal.workflow.start(binding.name, {
        ...startOptions(binding, record.id, {
          contentHash: continued.ref.contentHash,
          correlationId: continued.ref.correlationId,
          state: record.state,
          since: new Date(record.since),
          catastrophe: record.catastrophe,
        }),
        priority: priorityOf(route),
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
    return { number: continued.ref.stage, runId: handle.firstExecutionRunId };
  } catch (err) {
    if (err instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw err;
  }
}

/**
 * Waits until a stage has written itself down. Only then is its message safe: a run that refuses to go on takes along what was
 * sent to it.
 * @returns `begun`; `refused` where its run ended without; `silent` where no worker ran it in time
 */
export async function settled(
  temporal: Client,
  { binding }: ServedLifecycle,
  id: string,
  stage: NextStage,
  stageOnRecord: () => Promise<{ readonly stage: number; readonly firstRunId: string } | undefined>,
): Promise<'begun' | 'refused' | 'silent'> {
  const deadline = Date.now() + ON_RECORD_TIMEOUT_MS;
  const handle = temporal.workflow.getHandle(binding.workflowId(id), stage.runId);
  let pauseMs: number = PAUSE_MS.first;
  for (;;) {
    // First the run, then the record: a run that has ended well has been on record before.
    const { status } = await callTemporal(temporal, () => handle.describe());
    const onRecord = await stageOnRecord();
    if (onRecord && onRecord.stage >= stage.number) return onRecord.firstRunId === stage.runId ? 'begun' : 'refused';
    if (status.name !== 'RUNNING') return 'refused';
    if (Date.now() >= deadline) return 'silent';
    await pause(pauseMs);
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS.longest);
  }
}
