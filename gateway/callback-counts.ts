/** Counts callbacks by what became of them. */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { Metrics } from '../telemetry/metrics.js';
import { eventTypesOf } from './cloud-event.js';

/** Where a name that nobody knows is counted: it is the caller's to choose. */
const UNKNOWN = 'unknown';

@Injectable()
export class CallbackCounts implements NestInterceptor {
  constructor(private readonly metrics: Metrics) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { service: given } = context
      .switchToHttp()
      .getRequest<FastifyRequest<{ Params: { service: string } }>>().params;
    const service = eventTypesOf(given).length > 0 ? given : UNKNOWN;
    return next.handle().pipe(
      tap({
        next: () => this.metrics.counter('callbacks').inc({ service }),
        error: (err: unknown) => this.metrics.counter('callbacksRefused').inc({ service, reason: reasonOf(err) }),
      }),
    );
  }
}

/** The constant name that problems and the client's errors bear. */
function reasonOf(err: unknown): string {
  const { code, type, name } = (err ?? {}) as {
    readonly code?: unknown;
    readonly type?: unknown;
    readonly name?: unknown;
  };
  return (
    ([type, code, name].find((one) => typeof one === 'string' && /^[A-Z]\w{2,63}$/.test(one)) as string | undefined) ??
    'Error'
  );
}
