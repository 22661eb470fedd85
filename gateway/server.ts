/** The gateway as an HTTP server. */
import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Audit } from './audit/audit.js';
import { serveConsole } from './console.js';
import { GatewayModule } from './gateway.module.js';
import { Lifecycles } from './lifecycles.js';
import { Limits } from './limits.js';
import { Problem, ProblemFilter } from './problem.js';
import { isLoopbackName, type GatewaySettings } from './settings.js';
import { observeRequests, serveMetrics } from '../telemetry/http.js';
import { createLogger, NestLogger } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { Vitals } from './vitals.js';

/** Largest body that is read, in bytes: a look-up of 500 ids fits many times over. */
const BODY_LIMIT = 256 * 1024;

/** No answer is for a browser to keep, sniff, frame or run. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Makes the server; the caller listens and closes. @param lifecycles that it serves; default: those of the fleet */
export async function createGateway(
  settings: GatewaySettings,
  lifecycles = new Lifecycles(),
): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: BODY_LIMIT, genReqId: () => randomUUID() });
  const fastify = adapter.getInstance();
  const log = createLogger('gateway');
  const metrics = new Metrics('gateway');
  observeRequests(fastify, metrics, log);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    if (!settings.loopbackOnly || isLoopbackName(request.headers.host)) return done();
    const problem = new Problem(
      421,
      'ForeignHost',
      `header Host is ${JSON.stringify(request.headers.host ?? '')}; this gateway answers to 127.0.0.1 and localhost only`,
    );
    void reply.status(problem.status).type('application/problem+json').send(JSON.stringify(problem.body()));
  });
  // A callback's signature covers its bytes: they are handed on as they came.
  fastify.addContentTypeParser('application/cloudevents+json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  serveConsole(fastify, settings.identity);
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.with(settings, lifecycles, metrics),
    adapter,
    {
      logger: new NestLogger(log),
      abortOnError: false,
    },
  );
  const vitals = app.get(Vitals);
  serveMetrics(fastify, metrics, () => vitals.refresh());
  app.useGlobalFilters(new ProblemFilter());
  await app.get(Limits).watch(fastify);
  app.get(Audit).watch(fastify);
  return app;
}
