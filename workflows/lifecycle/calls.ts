/** How lifecycles call domain services. */
import type { ActivityOptions } from '@temporalio/workflow';

/**
 * Options of a call to a domain service on its own task queue: each attempt up to 20 s, about ten minutes of attempts in all;
 * after that the state's `onFailure` shows people what is wrong. Business refusals are non-retryable by themselves.
 */
export const serviceCalls = (taskQueue: string): ActivityOptions => ({
  taskQueue,
  startToCloseTimeout: '20 seconds',
  retry: {
    initialInterval: '500 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '1 minute',
    maximumAttempts: 16,
  },
});
