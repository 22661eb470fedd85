/**
 * Joins every workflow bundle: a run hands the header that says where it was started on to its activities and to the run after it. Nothing
 * is awaited, made or looked into, so that neither commands nor their order change, with tracing or without.
 */
import type { WorkflowInterceptors } from '@temporalio/workflow';

/** As in `telemetry/temporal.ts`, which workflow code must not load. */
const TRACE_HEADER = '_tracer-data';

export const interceptors = (): WorkflowInterceptors => {
  let handedOn = {};
  const withHeader = <Input extends { readonly headers: object }>(input: Input): Input => ({
    ...input,
    headers: { ...input.headers, ...handedOn },
  });
  return {
    inbound: [
      {
        execute(input, next) {
          const payload = input.headers[TRACE_HEADER];
          if (payload) handedOn = { [TRACE_HEADER]: payload };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(withHeader(input)),
        startChildWorkflowExecution: (input, next) => next(withHeader(input)),
        continueAsNew: (input, next) => next(withHeader(input)),
      },
    ],
  };
};
