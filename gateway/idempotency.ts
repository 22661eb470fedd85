/** Writes that carry an `Idempotency-Key`: the same request under the same key is done once, and gets the first answer again. */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { z } from 'zod';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { AskedRequest } from './asker.js';
import { OPERATION, type OperationSpec } from './operation.js';
import { Operations } from './operations.js';
import { Valid } from './valid.pipe.js';

/** The header's value. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,128}$/, 'an Idempotency-Key of 1 to 128 visible ASCII characters')
  .optional()
  .describe('The same request under the same key is done once, and gets the first answer again');

/** Says that an answer is an earlier one. */
const REPLAYED = 'idempotency-replayed';

/** An answer as it is kept. */
interface Kept {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Keeps the answers of what was done, not of what was refused: that may be tried again. Keys are those of one asker and one address.
 * Of two requests under one key at the same time, be it to two gateways, one is done and the other is told to come back.
 */
@Injectable()
export class Idempotency implements NestInterceptor {
  constructor(
    private readonly operations: Operations,
    private readonly reflector: Reflector,
  ) {}

  /** @throws InvalidMessage; Problem 409 `KeyReused`, `KeyInUse` */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<AskedRequest>();
    const spec = this.reflector.get<OperationSpec>(OPERATION, context.getHandler());
    const given = request.headers['idempotency-key'];
    if (given === undefined || request.method === 'GET' || !request.asker || spec.keeps === 'itself')
      return next.handle();
    const key = new Valid(idempotencyKey, 'header Idempotency-Key').transform(given) ?? '';
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.once(request, key, reply, () => lastValueFrom(next.handle(), { defaultValue: undefined })));
  }

  private async once(
    request: AskedRequest,
    key: string,
    reply: FastifyReply,
    handle: () => Promise<unknown>,
  ): Promise<unknown> {
    const [path, query] = request.url.split('?');
    const signature = `${request.asker?.id} ${request.method} ${path} ${key}`;
    const body = request.body ?? null;
    const asked = digest(query === undefined ? body : { query, body });
    const { answer, first } = await this.operations.once(signature, asked, async (): Promise<Kept> => {
      const told = await handle();
      return { status: reply.statusCode, ...(told !== undefined && { body: told }) };
    });
    const kept = answer as Kept;
    if (!first) void reply.status(kept.status).header(REPLAYED, 'true');
    return kept.body;
  }
}
