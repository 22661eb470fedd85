/** Temporal's time-skipping server, as tests use it. */
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { inject } from 'vitest';

/** The SDK gives the server five seconds to come up, which a busy machine may need for Java alone. */
const ATTEMPTS = 3;

/** Starts one of its own; the caller tears it down. */
export async function timeSkippingServer(): Promise<TestWorkflowEnvironment> {
  const executable = { type: 'existing-path', path: inject('testServerPath') } as const;
  for (let attempt = 1; ; attempt++) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
    } catch (err) {
      if (attempt === ATTEMPTS || !String(err).includes('Failed to start ephemeral server')) throw err;
    }
  }
}
