/** Refusals and failures as `application/problem+json` (RFC 9457). */
import { Catch, HttpException, HttpStatus, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AnswerLost } from './answer-lost.js';

/** One thing wrong with a request: which field, what it was, what would be right. */
export interface Issue {
  readonly field: string;
  /** JSON of the value, cut to 64 characters; `(missing)` where there is none. */
  readonly value: string;
  readonly remedy: string;
}

/** Body of an error answer. `type` is `urn:throughline:problem:<name>`; the name is the error type that the activities see. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly issues?: readonly Issue[];
}

/**
 * A refusal that the caller can act on. Thrown by a service's rule it is a business refusal, and is kept as the answer to its
 * Idempotency-Key.
 */
export class Problem extends Error {
  /**
   * @param status HTTP status
   * @param type constant name, e.g. `PolicyNotFound`
   * @param detail a sentence that names field, value and remedy
   * @param retryAfterSeconds with 503: when to ask again
   */
  constructor(
    readonly status: number,
    readonly type: string,
    detail: string,
    readonly issues?: readonly Issue[],
    readonly retryAfterSeconds?: number,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** The answer's body. */
  body(): ProblemBody {
    const { status, message: detail, issues } = this;
    return {
      type: `urn:throughline:problem:${this.type}`,
      title: this.type.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
      status,
      detail,
      ...(issues && { issues }),
    };
  }
}

/** Media type of problem bodies. */
export const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** Answers every error as a problem; only what nobody foresaw is logged, and never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    if (error instanceof AnswerLost) {
      // A fault switch has it so: the caller sees its connection break.
      http.getResponse<FastifyReply>().hijack().raw.destroy();
      return;
    }
    const problem = error instanceof Problem ? error : this.#foresee(error, http.getRequest<FastifyRequest>());
    const reply = http.getResponse<FastifyReply>();
    if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds));
    void reply.status(problem.status).header('content-type', PROBLEM_JSON).send(JSON.stringify(problem.body()));
  }

  #foresee(error: unknown, request: FastifyRequest): Problem {
    const where = `${request.method} ${request.url.split('?')[0]}`;
    if (error instanceof HttpException) {
      const name = HttpStatus[error.getStatus()] ?? 'REFUSED';
      return new Problem(error.getStatus(), pascal(name), `${where}: ${error.message}`);
    }
    // Fastify's own refusals: broken JSON, a body above the limit, an unknown media type.
    const status = (error as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      return new Problem(status, 'InvalidRequest', `${where}: ${(error as Error).message}; correct the request`);
    }
    this.#log.error({ err: error, where }, 'unforeseen failure');
    return new Problem(
      500,
      'InternalError',
      `${where} failed unexpectedly; ask again, the log of the services has the cause`,
    );
  }
}

/** `NOT_FOUND` → `NotFound`. */
function pascal(constant: string): string {
  return constant.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
