/** Writes that carry an `Idempotency-Key`: the same request under the same key is done once, and gets the first answer again. */
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { z } from 'zod';
import { findOperation, rememberOperation } from '../records/operations.js';
import { digest } from '../workflows/lifecycle/canonical.js';
import type { AskedRequest } from './asker.js';
import { OPERATION, type OperationSpec } from './operation.js';
import { Problem } from './problem.js';
import { Records } from './records.js';
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
 * Of two requests under one key at the same time one is done and the other is told to come back.
 */
@Injectable()
export class Idempotency implements NestInterceptor {
  private readonly underWay = new Set<string>();

  constructor(
    private readonly records: Records,
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
    const address = `${request.method} ${request.url.split('?')[0]}`;
    const signature = `${request.asker?.id} ${address} ${key}`;
    const asked = digest(request.body ?? null);
    const earlier = await this.records.write((db) => findOperation(db, signature));
    if (earlier) return replay(reply, asked, earlier);
    if (this.underWay.has(signature)) {
      throw new Problem(409, 'KeyInUse', 'a request under this Idempotency-Key is being done; repeat it in a moment');
    }
    this.underWay.add(signature);
    try {
      const body = await handle();
      const answer: Kept = { status: reply.statusCode, ...(body !== undefined && { body }) };
      const kept = await this.records.write((db) => rememberOperation(db, signature, { digest: asked, answer }));
      return kept.first ? body : replay(reply, asked, kept);
    } finally {
      this.underWay.delete(signature);
    }
  }
}

function replay(
  reply: FastifyReply,
  asked: string,
  { digest: first, answer }: { digest: string; answer: unknown },
): unknown {
  if (first !== asked) {
    throw new Problem(
      409,
      'KeyReused',
      'this Idempotency-Key was used for a request with other content; use a new one',
    );
  }
  const { status, body } = answer as Kept;
  void reply.status(status).header(REPLAYED, 'true');
  return body;
}
