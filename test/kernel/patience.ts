/** Patience with the time-skipping server. */
import { isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError, type Client } from '@temporalio/client';

const PATIENCE_MS = 4_000;
const MOST_ATTEMPTS = 5;

const isTimeout = (err: unknown): boolean => err instanceof WorkflowUpdateRPCTimeoutOrCancelledError;

/** This server never answers what it handed to a run that then continued as new: it is asked again, as clients do. */
export async function answered<T>(client: Pick<Client, 'withDeadline'>, ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await client.withDeadline(Date.now() + PATIENCE_MS, ask);
    } catch (err) {
      const cutOff = isGrpcServiceError(err) || isGrpcServiceError((err as Error).cause) || isTimeout(err);
      if (!cutOff || attempt === MOST_ATTEMPTS) throw err;
    }
  }
}
