/** A workflow that carries journal entries as the kernel does, and nothing else: each signal is a transition, each by a call of its own. */
import {
  ApplicationFailure,
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { EntityRef, Entry, RideAlong } from '../../workflows/lifecycle/entry.js';

/** `to` a state; or `renew` the run, or `fail` it. */
export interface Step {
  readonly to?: 'Travelling' | 'Announced' | 'Delivered';
  readonly then?: 'renew' | 'fail';
}

interface Past {
  readonly sequence: number;
  readonly state: string;
  readonly firstRunId: string;
}

const activities = proxyActivities<{ call(load: RideAlong): Promise<void> }>({
  taskQueue: 'calls',
  startToCloseTimeout: '10 seconds',
  retry: { maximumAttempts: 1 },
});

export async function parcel(past?: Past): Promise<void> {
  const steps: Step[] = [];
  setHandler(defineSignal<[Step]>('step'), (step) => void steps.push(step));
  const { workflowId, firstExecutionRunId } = workflowInfo();
  const entity: EntityRef = {
    lifecycle: 'parcel',
    id: workflowId.slice('parcel/'.length),
    stage: 1,
    firstRunId: past?.firstRunId ?? firstExecutionRunId,
    correlationId: workflowId,
    contentHash: 'c0ffee',
    kernelVersion: 1,
    lifecycleVersion: 1,
  };
  let { sequence, state } = past ?? { sequence: 0, state: '' };
  const walk = async (to: string) => {
    const entry: Entry = {
      sequence: ++sequence,
      kind: 'transition',
      recordedAt: new Date(Date.now()).toISOString(),
      causationId: 'activity:call',
      actor: { kind: 'system', id: 'test', authenticated: 'temporal' },
      ...(state !== '' && { from: state }),
      to,
      reason: { code: 'walked' },
    };
    state = to;
    await activities.call({ entity, entries: [entry] }); // yields
  };
  if (!past) await walk('Announced'); // yields
  while (state !== 'Delivered') {
    await condition(() => steps.length > 0); // yields
    const { to, then } = steps.shift() ?? {};
    if (to !== undefined) await walk(to); // yields
    if (then === 'renew') await continueAsNew<typeof parcel>({ sequence, state, firstRunId: entity.firstRunId }); // yields
    if (then === 'fail') throw ApplicationFailure.nonRetryable('lost its way');
  }
}
