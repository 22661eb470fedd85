/** What the failure of a call says. */
import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

/** A call has failed after all its tries, or was refused; what belongs to the run itself (cancelled, a foreign run) is none. */
export function isRefusal(err: unknown): err is ActivityFailure {
  return err instanceof ActivityFailure && !isCancellation(err) && !isForeignRun(err);
}

/** The name of a service's refusal, which no retry would change; undefined where the service just failed. */
export function refusalOf(err: ActivityFailure): string | undefined {
  const { cause } = err;
  return cause instanceof ApplicationFailure && cause.nonRetryable ? (cause.type ?? undefined) : undefined;
}

/** The entity already lives under another run: this one has to end without doing anything. */
export function isForeignRun(err: unknown): boolean {
  return err instanceof ActivityFailure && err.cause instanceof ApplicationFailure && err.cause.type === 'ForeignRun';
}
