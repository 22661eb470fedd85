/** Turns an {@link Answer} into the HTTP response, so that controllers only call their service. */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { PROBLEM_JSON } from './problem.js';
import { Answer } from './service-store.js';

@Injectable()
export class AnswerInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((value: unknown) => {
        if (!(value instanceof Answer)) return value;
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        void reply.status(value.status);
        if (value.status < 400) return value.body;
        void reply.header('content-type', PROBLEM_JSON);
        return JSON.stringify(value.body);
      }),
    );
  }
}
