/**
 * Traces across Temporal. A call of a client leaves its place in the trace in a header of the run; the run hands that header on to its
 * activities (`workers/trace-headers.ts`), and an activity goes on there. No span is made within workflow code, whose histories and
 * replay stay what they are (docs/decisions/0027).
 */
import { context, SpanKind, type Context } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { inScope, type Scope } from './scope.js';
import { contextOf, traced, traceparent } from './tracing.js';

/** The header that Temporal's own tracing uses in every SDK; readable in history, and no more than two ids. */
const TRACE_HEADER = '_tracer-data';

/** Interceptor of a client: each start, signal and update is a span, and the run is told of it. */
export function tracesClientCalls(): WorkflowClientInterceptor {
  return {
    startWithDetails: (input, next) =>
      leave(`StartWorkflow:${input.workflowType}`, input.options.workflowId, (headers) =>
        next({ ...input, headers: { ...input.headers, ...headers } }),
      ),
    signal: (input, next) =>
      leave(`SignalWorkflow:${input.signalName}`, input.workflowExecution.workflowId, (headers) =>
        next({ ...input, headers: { ...input.headers, ...headers } }),
      ),
    startUpdate: (input, next) =>
      leave(`UpdateWorkflow:${input.updateName}`, input.workflowExecution.workflowId, (headers) =>
        next({ ...input, headers: { ...input.headers, ...headers } }),
      ),
  };
}

function leave<T>(name: string, workflowId: string, call: (headers: Headers) => Promise<T>): Promise<T> {
  return traced({ name, kind: SpanKind.PRODUCER, attributes: { 'temporal.workflow.id': workflowId } }, () =>
    call(headersOf(traceparent())),
  );
}

function headersOf(given: string | undefined): Headers {
  if (given === undefined) return {};
  return { [TRACE_HEADER]: defaultPayloadConverter.toPayload({ traceparent: given }) };
}

/** Where the run was started, as a header says; the outermost context where it says nothing. */
function startOf(headers: Headers): Context {
  const payload = headers[TRACE_HEADER];
  if (!payload) return contextOf(undefined);
  const carried = defaultPayloadConverter.fromPayload<{ traceparent?: unknown } | null>(payload);
  return contextOf(typeof carried?.traceparent === 'string' ? carried.traceparent : undefined);
}

/**
 * Interceptor of every worker's activities, before all others: a span for each attempt, and the ids of its entity on every line logged
 * meanwhile.
 * @param correlationOf the correlation id in an activity's arguments, where they hold one
 */
export function tracesActivities(
  correlationOf: (args: readonly unknown[]) => string | undefined,
): ActivityInterceptorsFactory {
  return ({ info }) => ({
    inbound: {
      execute(input, next) {
        const { workflowId = '', runId = '' } = info.workflowExecution ?? {};
        const correlationId = correlationOf(input.args);
        const scope: Scope = {
          ...(correlationId !== undefined && { correlationId }),
          ...{ workflowId, runId, activity: info.activityType, attempt: info.attempt },
        };
        const attributes = {
          'temporal.workflow.id': workflowId,
          'temporal.run.id': runId,
          'temporal.activity.attempt': info.attempt,
          'temporal.task_queue': info.taskQueue,
          ...(correlationId !== undefined && { 'throughline.correlation_id': correlationId }),
        };
        const name = `RunActivity:${info.activityType}`;
        return inScope(scope, () =>
          traced({ name, kind: SpanKind.CONSUMER, attributes, parent: whence(input.headers) }, () => next(input)),
        );
      },
    },
  });
}

const STARTED = Symbol.for('throughline.run.started');

/** The context of an activity remembers that of its run: what the run did meanwhile stands there, beside the activity. */
function whence(headers: Headers): Context {
  const start = startOf(headers);
  return start.setValue(STARTED, start);
}

/** Where the run of the activity at hand was started. */
export function startOfRun(): Context {
  return (context.active().getValue(STARTED) as Context | undefined) ?? contextOf(undefined);
}
