/** Tracing of a process: on where an OTLP receiver is named, by OpenTelemetry's own variables; else nothing of it is even loaded. */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanKind,
} from '@opentelemetry/api';

/** A process that ends must not wait longer for a receiver that is away, in milliseconds. */
const LAST_EXPORT_MS = 3_000;
let shutdown: () => Promise<void> = () => Promise.resolve();

/**
 * Begins to trace where `OTEL_EXPORTER_OTLP_ENDPOINT` (or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is set; the other variables of
 * OpenTelemetry's specification hold too (`OTEL_TRACES_SAMPLER`, `OTEL_RESOURCE_ATTRIBUTES`, …).
 * @param name of the process, as `service.name`, unless `OTEL_SERVICE_NAME` says another
 */
export async function startTracing(name: string, env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint || env['OTEL_SDK_DISABLED'] === 'true') return;
  const { startSdk } = await import('./sdk.js');
  const provider = startSdk(env['OTEL_SERVICE_NAME'] || `throughline-${name}`);
  shutdown = () => provider.shutdown().catch(() => undefined);
}

/** Sends what has not been sent yet; never rejects, and does not wait long for a receiver that is away. */
export async function stopTracing(): Promise<void> {
  await Promise.race([shutdown(), new Promise<void>((resolve) => setTimeout(resolve, LAST_EXPORT_MS).unref())]);
}

/** Where a process of another kind was when it asked or told: W3C's `traceparent`. */
export type Traceparent = string;

/** The place in the trace at which this process is; undefined where it traces nothing. */
export function traceparent(at: Context = context.active()): Traceparent | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(at, carrier);
  return carrier.traceparent;
}

/** The context of what somebody else said; the outermost where that was nothing. */
export function contextOf(given: Traceparent | undefined): Context {
  return given === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent: given });
}

/** A span to be. */
export interface SpanGiven {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
  /** Under what it stands; default: what is active. */
  readonly parent?: Context;
}

const tracer = () => trace.getTracer('throughline');

/** Does something within a span of its own, which bears its failure. */
export function traced<T>(
  { name, kind, attributes = {}, parent }: SpanGiven,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { kind, attributes }, parent ?? context.active(), async (span) => {
    try {
      return await work(span);
    } catch (err) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: nameOf(err) });
      throw err;
    } finally {
      span.end();
    }
  });
}

/** A span of something that is over. @param from and until in milliseconds since 1970 */
export function tracedBefore({ name, kind, attributes = {}, parent }: SpanGiven, from: number, until: number): void {
  tracer()
    .startSpan(name, { kind, attributes, startTime: from }, parent ?? context.active())
    .end(until);
}

/** Not the message: what others say in it may be personal. */
function nameOf(err: unknown): string {
  if (!(err instanceof Error)) return 'Error';
  const { type } = err as { type?: unknown };
  return typeof type === 'string' ? type : err.name;
}
