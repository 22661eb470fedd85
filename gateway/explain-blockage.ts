/** What keeps an entity from moving: one answer, the most telling first. */
import type { Blockage, PendingCall, RunView } from '../client/views.js';
import type { ExplainInput } from './explain.js';
import { spell } from './explain-words.js';

/** How long a task may wait for a worker before that counts as what blocks, in milliseconds. */
const QUEUE_LAG_MS = 15_000;

/** What blocks the entity; null where it is closed or simply moving. */
export function blockageOf(input: ExplainInput): Blockage | null {
  const { record, run, now } = input;
  if (record.closed) return null;
  const view = 'view' in run ? run.view : undefined;
  return (view && ofRun(view, now)) ?? ofHold(record.retention.legalHold) ?? ofGuard(input) ?? ofOwner(input) ?? null;
}

/** Technical trouble: paused, failing, or nobody takes the work. */
function ofRun(run: RunView, now: Date): Blockage | undefined {
  if (run.status !== 'RUNNING' && run.status !== 'PAUSED' && run.status !== 'CONTINUED_AS_NEW') {
    return {
      kind: 'failing',
      detail: `its run has ended (${run.status.toLowerCase()}) before the entity did; nothing moves it on by itself`,
    };
  }
  if (run.status === 'PAUSED') return { kind: 'paused', detail: 'its run is paused in Temporal' };
  const paused = run.pendingActivities.find((call) => call.state === 'paused');
  if (paused) return { kind: 'paused', detail: `the call ${paused.activity} is paused in Temporal` };
  const failing = run.pendingActivities.find((call) => call.attempt > 1 && call.lastFailure !== undefined);
  if (failing) return failingCall(failing);
  const task = run.pendingTask;
  if (task && task.attempt > 1) {
    return {
      kind: 'failing',
      detail: `its workflow task failed ${times(task.attempt - 1)} and is tried again; the worker's log says why`,
      attempts: task.attempt - 1,
    };
  }
  const untaken = [
    ...run.pendingActivities
      .filter((call) => call.state === 'scheduled')
      .map((call) => [call.activity, call.scheduledAt]),
    ...(task?.state === 'scheduled' ? [['its workflow task', task.since]] : []),
  ].find(([, since]) => since !== undefined && now.getTime() - Date.parse(since) > QUEUE_LAG_MS);
  if (!untaken) return undefined;
  const [what, since = ''] = untaken;
  return { kind: 'queueLag', detail: `no worker has taken ${what} for ${spell(now.getTime() - Date.parse(since))}` };
}

function failingCall(call: PendingCall): Blockage {
  // While a try is under way, the attempt counts it; what failed are those before.
  const attempts = call.attempt - 1;
  return {
    kind: 'failing',
    detail: `the call ${call.activity} failed ${times(attempts)} and is tried again`,
    attempts,
    ...(call.lastFailure === undefined ? {} : { lastFailure: call.lastFailure }),
    ...(call.nextTryAt === undefined ? {} : { nextTryAt: call.nextTryAt }),
  };
}

function ofHold(legalHold: boolean): Blockage | undefined {
  return legalHold ? { kind: 'hold', detail: 'a hold is placed on it; whoever placed it must release it' } : undefined;
}

/** The last word of a guard since the state was entered, if it was "not now". One that called a person has had its way. */
function ofGuard({ tail, record, definition }: ExplainInput): Blockage | undefined {
  if (definition.states[record.state]?.review) return undefined;
  const last = tail.findLast((entry) => entry.guard !== undefined && entry.sequence >= record.enteredBy)?.guard;
  if (last?.verdict !== 'defer') return undefined;
  return {
    kind: 'guard',
    detail: `the check ${last.guard} said not now${last.reason === undefined ? '' : ` (${last.reason})`}`,
  };
}

/** Nothing is wrong: somebody's turn is awaited. */
function ofOwner({ record, definition }: ExplainInput): Blockage | undefined {
  const state = definition.states[record.state];
  if (!state?.waitsFor) return undefined;
  const detail = `waits for ${state.waitsFor}`;
  if (state.review) return { kind: 'person', detail };
  const kind = kindOf(state.owner);
  return kind && { kind, detail };
}

/** Whose turn it is, by the words that the tables use for owners. Our own operations are no blockage. */
function kindOf(owner: string): Blockage['kind'] | undefined {
  if (/^(claimant|customer|buyer|applicant|requester)$/.test(owner)) return 'customer';
  if (/reviewer|supervisor|agent$/.test(owner)) return 'person';
  return /operations$/.test(owner) ? undefined : 'thirdParty';
}

const times = (n: number): string => (n === 1 ? 'once' : `${n} times`);
