/** The schedules of reconciliation, one for each pair. */
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import {
  PAIRS,
  RECONCILE_ON_SCHEDULE,
  RECONCILIATION_TASK_QUEUE,
  scheduleId,
  type Pair,
  type RunRequest,
} from '../workflows/reconciliation/pairs.js';

/** Runs that were missed while the server was away are not made up for beyond this: each compares everything. */
const CATCH_UP = '1 minute';

/**
 * Creates the schedules that are not there. One that is stays as it is: operators pause it, or change how often it strikes, in Temporal.
 * @param everyMs how often, by pair
 */
export async function scheduleReconciliation(client: Client, everyMs: Readonly<Record<Pair, number>>): Promise<void> {
  for (const [n, pair] of PAIRS.entries()) {
    const every = everyMs[pair];
    const request: RunRequest = { pair };
    try {
      await client.schedule.create({
        scheduleId: scheduleId(pair),
        // One after the other, so that the records and the services are not asked everything at once.
        spec: { intervals: [{ every, offset: Math.floor((every * n) / PAIRS.length) }] },
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: CATCH_UP },
        action: {
          type: 'startWorkflow',
          workflowType: RECONCILE_ON_SCHEDULE,
          workflowId: `scheduled/${scheduleId(pair)}`,
          taskQueue: RECONCILIATION_TASK_QUEUE,
          args: [request],
        },
      });
    } catch (err) {
      if (!(err instanceof ScheduleAlreadyRunning)) throw err;
    }
  }
}
