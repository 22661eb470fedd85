/**
 * A run of the reconciliation of one pair. It knows how far it is, and nothing of what it compares: stretch after stretch, and after many
 * of them as a new run, so that neither its history nor its memory grows with the number of entities.
 */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  defineQuery,
  executeChild,
  proxyActivities,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Position, ReconciliationActivities } from '../../activities/reconciliation/contract.js';
import type { Instant } from '../lifecycle/entry.js';
import {
  NOTHING,
  PROGRESS,
  RECONCILIATION_TASK_QUEUE,
  runWorkflowId,
  together,
  type Counts,
  type RunRequest,
  type RunResult,
} from './pairs.js';

/** A stretch takes seconds; one that is silent for longer is begun again elsewhere, from its last heartbeat. */
const activities = proxyActivities<ReconciliationActivities>({
  taskQueue: RECONCILIATION_TASK_QUEUE,
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** Stretches before the run continues as new. */
const MOST_STRETCHES = 500;
/** How often those that were told are looked at again, and the pauses in between, in milliseconds: they double. */
const LOOKS = 6;
const FIRST_PAUSE_MS = 250;

/** How far a run is that continues as new. */
interface Continued {
  readonly startedAt: Instant;
  readonly counts: Counts;
  readonly from: Position;
}

/** Compares one pair from beginning to end. */
export async function reconcile(request: RunRequest, continued?: Continued): Promise<RunResult> {
  const { pair, dryRun = false, graceMs } = request;
  let counts = continued?.counts ?? NOTHING;
  setHandler(defineQuery<Counts>(PROGRESS), () => counts);
  const startedAt = continued?.startedAt ?? (await activities.beginReconciliation());
  let from: Position | undefined = continued?.from ?? {};
  for (let stretches = 0; from !== undefined; stretches++) {
    if (stretches >= MOST_STRETCHES || workflowInfo().continueAsNewSuggested) {
      return continueAsNew<typeof reconcile>(request, { startedAt, counts, from });
    }
    const { next, ...seen }: Counts & { readonly next?: Position } = await activities.compareStretch({
      pair,
      dryRun,
      from,
      ...(graceMs !== undefined && { graceMs }),
    });
    counts = together(counts, seen);
    from = next;
  }
  // What an entity does with what it was told is on record a moment later.
  for (let look = 0; counts.told > 0 && look < LOOKS; look++) {
    await sleep(FIRST_PAUSE_MS * 2 ** look);
    if ((await activities.lookAgain({ pair, startedAt })) === 0) break;
  }
  const stand = await activities.concludeReconciliation({ pair, startedAt, dryRun });
  return { pair, dryRun, startedAt, ...counts, ...stand };
}

/** What a schedule starts: a run, unless one is under way, which somebody may have asked for. */
export async function reconcileOnSchedule(request: RunRequest): Promise<RunResult | undefined> {
  try {
    return await executeChild(reconcile, {
      workflowId: runWorkflowId(request.pair, request.dryRun ?? false),
      args: [request],
    });
  } catch (err) {
    if (err instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw err;
  }
}
