/** Reconciliation: asks for runs, and waits for what they come to. */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError, type Client, type WorkflowHandle } from '@temporalio/client';
import {
  PAIRS,
  PROGRESS,
  RECONCILE,
  RECONCILIATION_TASK_QUEUE,
  runWorkflowId,
  type Counts,
  type Pair,
  type RunRequest,
  type RunResult,
} from '../workflows/reconciliation/pairs.js';
import { Unreachable } from './errors.js';
import { callTemporal, unreachable } from './temporal.js';

/** Pause between two looks at how far a run is, in milliseconds. */
const LOOK_MS = 500;

/** What is to be compared. */
export interface ReconciliationOptions {
  /** Default: all. */
  readonly pairs?: readonly Pair[];
  /** Finds, and changes nothing. Default: false. */
  readonly dryRun?: boolean;
  /** How long two sides may disagree before it is a finding, in milliseconds. Default: what the workers are set to. */
  readonly graceMs?: number;
  /** Told how far a run is, about twice a second. */
  readonly onProgress?: (pair: Pair, counts: Counts) => void;
}

/** What the runs came to, in the order in which they were asked for. */
export type Reconciled = readonly RunResult[];

/** Compares what entities say with what the services and Temporal say. */
export class ReconciliationClient {
  constructor(private readonly temporal: Client) {}

  /**
   * Runs one pair after the other and waits for each. Of a pair there is one run at a time: where one is under way, this one begins
   * when that has ended, so that it sees everything that was there when it was asked for. Needs a worker of the role `reconciliation`.
   * @throws Unreachable; WorkflowFailedError where a side cannot be compared, with the reason as its cause
   */
  async run({ pairs = PAIRS, onProgress, ...request }: ReconciliationOptions = {}): Promise<Reconciled> {
    const results: RunResult[] = [];
    for (const pair of pairs) {
      const handle = await this.begin({ pair, ...request });
      results.push(await this.ended(handle, onProgress && ((counts) => onProgress(pair, counts))));
    }
    return results;
  }

  private async begin(request: RunRequest): Promise<WorkflowHandle> {
    const workflowId = runWorkflowId(request.pair, request.dryRun ?? false);
    for (;;) {
      try {
        return await callTemporal(this.temporal, () =>
          this.temporal.workflow.start(RECONCILE, {
            workflowId,
            taskQueue: RECONCILIATION_TASK_QUEUE,
            args: [request],
          }),
        );
      } catch (err) {
        if (!(err instanceof WorkflowExecutionAlreadyStartedError)) throw err;
      }
      // However that one ends.
      await this.ended(this.temporal.workflow.getHandle(workflowId)).catch(passOver);
    }
  }

  private async ended(handle: WorkflowHandle, tell?: (counts: Counts) => void): Promise<RunResult> {
    const over = new AbortController();
    const watching = tell && this.watch(handle, tell, over.signal);
    try {
      return (await handle.result()) as RunResult;
    } catch (err) {
      throw unreachable(err) ?? err;
    } finally {
      over.abort();
      await watching;
    }
  }

  /** How far it is, until it is over; a look that fails is made again. */
  private async watch(handle: WorkflowHandle, tell: (counts: Counts) => void, over: AbortSignal): Promise<void> {
    for (;;) {
      await pause(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) return;
      const counts = await handle.query<Counts>(PROGRESS).catch(() => undefined);
      if (counts && !over.aborted) tell(counts);
    }
  }
}

/** That one failed is for whoever asked for it; without Temporal, the next start says so. */
function passOver(err: unknown): void {
  if (err instanceof Unreachable) throw err;
}
