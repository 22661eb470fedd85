/** What every HTTP server of the fleet tells of its requests: a span, a duration, a line of log. */
import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AsyncResource } from 'node:async_hooks';
import type { Logger } from 'pino';
import { PROMETHEUS_TEXT, type Metrics } from './metrics.js';
import { scrapeRefusal } from './scrape.js';
import { inScope, type Scope } from './scope.js';
import { contextOf } from './tracing.js';

/** Asked every few seconds by machines: not worth a line, a span or a sample each. */
const UNTOLD = /^\/(health\/(live|ready)|livez|readyz|metrics)(\?|$)/;

/** A request under way. */
interface Seen {
  readonly span: Span;
  readonly own: Scope;
  /** What holds while it is worked on: its scope and its span. */
  readonly surroundings: AsyncResource;
}

/** Watches every request of a server; to be called before its routes are added. */
export function observeRequests(server: FastifyInstance, metrics: Metrics, log: Logger): void {
  const duration = metrics.histogram('requests');
  const seen = new WeakMap<FastifyRequest, Seen>();
  server.addHook('onRequest', (request, _reply, done) => {
    if (UNTOLD.test(request.url)) return done();
    const { traceparent } = request.headers;
    const parent = contextOf(typeof traceparent === 'string' ? traceparent : undefined);
    const span = tracer().startSpan(`${request.method} ${routeOf(request)}`, { kind: SpanKind.SERVER }, parent);
    inScope({}, (own) =>
      context.with(trace.setSpan(parent, span), () => {
        seen.set(request, { span, own, surroundings: new AsyncResource('request') });
        done();
      }),
    );
  });
  // A body arrives by events of its connection, which know nothing of the request.
  server.addHook('preValidation', (request, _reply, done) => {
    const surroundings = seen.get(request)?.surroundings;
    if (surroundings) surroundings.runInAsyncScope(done);
    else done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const about = seen.get(request);
    if (!about) return done();
    const { method } = request;
    const [route, status] = [routeOf(request), reply.statusCode];
    duration.observe({ method, route, status: String(status) }, reply.elapsedTime / 1000);
    end(about, { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status });
    const { traceId: trace_id, spanId: span_id } = about.span.spanContext();
    const traced = about.span.isRecording() || /[1-9a-f]/.test(trace_id) ? { trace_id, span_id } : {};
    // Reads that went well are the many.
    const level = status >= 500 ? 'error' : method === 'GET' && status < 400 ? 'debug' : 'info';
    log[level]({ ...about.own, ...traced, method, route, status, ms: Math.round(reply.elapsedTime) }, 'request');
    done();
  });
}

/** Serves `GET /metrics`. @param refresh brings up to date what is not counted where it happens */
export function serveMetrics(server: FastifyInstance, metrics: Metrics, refresh?: () => Promise<void>): void {
  server.get('/metrics', async (request, reply) => {
    const refusal = scrapeRefusal(request.raw);
    if (refusal !== undefined) return reply.status(403).type('text/plain').send(`${refusal}\n`);
    await refresh?.();
    return reply.type(PROMETHEUS_TEXT).send(await metrics.text());
  });
}

const tracer = () => trace.getTracer('throughline');

/** As a template: what no route has is one name, whatever was asked for. */
function routeOf({ routeOptions }: FastifyRequest): string {
  const { url } = routeOptions;
  return url === undefined || url === '/*' ? 'other' : url;
}

function end({ span, own }: Seen, attributes: Record<string, string | number>): void {
  const { correlationId, workflowId } = own;
  span.setAttributes({
    ...attributes,
    ...(correlationId !== undefined && { 'throughline.correlation_id': correlationId }),
    ...(workflowId !== undefined && { 'temporal.workflow.id': workflowId }),
  });
  if (Number(attributes['http.response.status_code']) >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
