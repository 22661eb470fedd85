/**
 * A call whose dependency's gate is not up is refused before it is made, and each call that is made tells how the dependency does.
 * Installed behind the writer of ride-along entries, so that what the entity did is on record although its call is refused; and on
 * the workers of domain services alone: the records must be writable whatever is paused.
 */
import { CancelledFailure, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

/** A gate that lets no call through. */
export interface ClosedGate {
  /** Name of the dependency: its task queue without the prefix, e.g. `payments`. */
  readonly dependency: string;
  /** `paused` by an operator, or `failing` by itself. */
  readonly status: 'paused' | 'failing';
  /** Why, as a code. */
  readonly reason: string;
  /** ISO-8601. */
  readonly since: string;
}

/** What the interceptor asks and tells. None of it waits: a call must not become slower by being watched. */
export interface GateKeeping {
  /** The dependency's gate, if it lets nothing through. */
  closed(dependency: string): ClosedGate | undefined;
  /** The dependency answered a call, if only by refusing it. */
  answered(dependency: string): void;
  /** A call failed in a way that another attempt may mend. `caller` is the workflow's id. */
  failed(dependency: string, caller: string, failure: unknown): void;
}

/**
 * Interceptor factory for the worker of one domain service.
 *
 * A refused call fails with a non-retryable ApplicationFailure `DependencyPaused` whose first detail is the {@link ClosedGate}: the
 * workflow waits for the gate, and then issues the call again with its retries whole. Being part of a workflow's history, type and
 * detail are a wire contract.
 */
export function respectsGates(gates: GateKeeping, dependency: string): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        const closed = gates.closed(dependency);
        if (closed) throw refusal(closed);
        try {
          const result = await next(input);
          gates.answered(dependency);
          return result;
        } catch (err) {
          const caller = info.workflowExecution?.workflowId ?? info.activityId;
          if (mayMend(err)) gates.failed(dependency, caller, err);
          else if (!(err instanceof CancelledFailure)) gates.answered(dependency);
          throw err;
        }
      },
    },
  });
}

function refusal(gate: ClosedGate): ApplicationFailure {
  const { dependency, status, reason, since } = gate;
  return ApplicationFailure.create({
    type: 'DependencyPaused',
    nonRetryable: true,
    message: `${dependency} is ${status} (${reason}) since ${since}; the call waits until its gate is up again`,
    details: [{ dependency, status, reason, since }],
  });
}

/**
 * Whether Temporal would try again. What it would not is the dependency's answer to this call, or its promise to answer later; a
 * cancellation says nothing.
 */
function mayMend(err: unknown): boolean {
  if (err instanceof CancelledFailure || err instanceof CompleteAsyncError) return false;
  return !(err instanceof ApplicationFailure && err.nonRetryable === true);
}
