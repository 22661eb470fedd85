/** Writes journal entries by an activity of their own, where no other activity carries them. */
import { CancellationScope, condition, proxyActivities } from '@temporalio/workflow';
import { RECORDS_TASK_QUEUE, type RecordsActivities } from '../../activities/records/contract.js';
import type { Journal } from './journal.js';

const records = proxyActivities<RecordsActivities>({
  taskQueue: RECORDS_TASK_QUEUE,
  startToCloseTimeout: '30 seconds',
  retry: { initialInterval: '250 milliseconds', backoffCoefficient: 2, maximumInterval: '10 seconds' },
});

export class Recorder {
  private writing = false;
  private failure: Error | undefined;

  constructor(private readonly journal: Journal) {}

  /** Everything is written and nothing is being written: a run must not end under an activity of its own. */
  get settled(): boolean {
    return !this.journal.pending && !this.writing;
  }

  /** A write in the background has failed for good: {@link rethrow} tells the flow. */
  get failed(): boolean {
    return this.failure !== undefined;
  }

  /** Something is to be written, and nobody is doing so. */
  get called(): boolean {
    return this.journal.waiting && !this.writing;
  }

  /** Writes every entry; returns when nothing is pending or being written. */
  async flush(): Promise<void> {
    while (!this.settled) {
      if (this.writing)
        await condition(() => !this.writing); // yields
      else await this.write(); // yields
    }
    this.rethrow();
  }

  /** Begins to write, if there is something to write. */
  flushInBackground(): void {
    if (!this.called) return;
    // Retries are unlimited: what comes here is final and belongs to the flow.
    void this.write().catch((err: unknown) => {
      this.failure = err as Error;
    });
  }

  rethrow(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private async write(): Promise<void> {
    this.writing = true;
    try {
      await CancellationScope.nonCancellable(() => records.record({})); // yields
    } finally {
      this.writing = false;
    }
  }
}
