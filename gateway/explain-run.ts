/** Technical trouble, as Temporal tells it: the run has ended or is paused, a call or a task fails, or nobody takes the work. */
import type { Blockage, PendingCall, QueueView, RunView } from '../client/views.js';
import type { ExplainInput } from './explain.js';
import { spell, times } from './explain-words.js';

/** How long a task may wait for a worker before that counts as what blocks, in milliseconds. */
const QUEUE_LAG_MS = 15_000;

/** What in the run's description keeps the entity from moving. */
export function runBlockage({ run, backlog, now }: ExplainInput): Blockage | undefined {
  if (!('view' in run)) return undefined;
  const { view } = run;
  const queues = 'queues' in backlog ? backlog.queues : [];
  return (
    ofStatus(view.status) ??
    ofPause(view.pendingActivities) ??
    ofLag(view, queues, now) ??
    ofFailingCall(view.pendingActivities) ??
    ofFailingTask(view.pendingTask)
  );
}

function ofStatus(status: string): Blockage | undefined {
  if (status === 'PAUSED') return { kind: 'paused', detail: 'its run is paused in Temporal' };
  if (status === 'RUNNING' || status === 'CONTINUED_AS_NEW') return undefined;
  return {
    kind: 'failing',
    detail: `its run has ended (${status.toLowerCase()}) before the entity did; nothing moves it on by itself`,
  };
}

function ofPause(calls: readonly PendingCall[]): Blockage | undefined {
  const paused = calls.find((call) => call.state === 'paused');
  return paused && { kind: 'paused', detail: `the call ${paused.activity} is paused in Temporal` };
}

/** A task that waits for a worker although it could be worked on: a retry that is not due yet does not. */
function ofLag(
  { pendingTask: task, pendingActivities }: RunView,
  queues: readonly QueueView[],
  now: Date,
): Blockage | undefined {
  const untaken = [
    ...(task?.state === 'scheduled'
      ? [{ what: 'its workflow task', since: task.since, queue: queues.find(({ kind }) => kind === 'workflow') }]
      : []),
    ...pendingActivities
      .filter(({ state }) => state === 'scheduled')
      .map(({ activity, taskQueue, nextTryAt, scheduledAt }) => ({
        what: `the call ${activity}`,
        since: nextTryAt ?? scheduledAt,
        queue: queues.find(({ kind, queue }) => kind === 'activity' && queue === taskQueue),
      })),
  ];
  for (const { what, since, queue } of untaken) {
    if (since === undefined) continue;
    const waitedMs = now.getTime() - Date.parse(since);
    if (waitedMs <= QUEUE_LAG_MS) continue;
    const detail = `no worker has taken ${what} for ${spell(waitedMs)}${queue ? `; ${queueInWords(queue)}` : ''}`;
    return { kind: 'queueLag', detail, ...(queue && { queue }) };
  }
  return undefined;
}

function queueInWords({ queue, backlog, oldestMs, pollers }: QueueView): string {
  const workers =
    pollers === 0
      ? 'no worker asks for its tasks'
      : `${pollers} ${pollers === 1 ? 'worker asks' : 'workers ask'} for its tasks`;
  const whoActs = pollers === 0 ? 'somebody has to start one' : 'nobody needs to act';
  if (backlog === 0) return `on the queue ${queue} ${workers}, and ${whoActs}`;
  const waiting = `${backlog} ${backlog === 1 ? 'task waits' : 'tasks wait'}, the oldest for ${spell(oldestMs)}`;
  return `on the queue ${queue} ${waiting}, ${workers}, and ${whoActs}`;
}

function ofFailingCall(calls: readonly PendingCall[]): Blockage | undefined {
  const call = calls.find(({ attempt, lastFailure }) => attempt > 1 && lastFailure !== undefined);
  if (!call) return undefined;
  // While a try is under way, or awaited, the attempt counts it; what failed are those before.
  const attempts = call.attempt - 1;
  return {
    kind: 'failing',
    detail: `the call ${call.activity} failed ${times(attempts)} and is tried again`,
    attempts,
    ...(call.lastFailure === undefined ? {} : { lastFailure: call.lastFailure }),
    ...(call.nextTryAt === undefined ? {} : { nextTryAt: call.nextTryAt }),
  };
}

function ofFailingTask(task: RunView['pendingTask']): Blockage | undefined {
  if (!task || task.attempt <= 1) return undefined;
  const attempts = task.attempt - 1;
  return {
    kind: 'failing',
    detail: `its workflow task failed ${times(attempts)} and is tried again; the worker's log says why`,
    attempts,
  };
}
