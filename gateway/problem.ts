/** Refusals and failures as `application/problem+json` (RFC 9457). */
import { Catch, HttpException, HttpStatus, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ConflictingSubmission,
  EntityClosed,
  EntityStopped,
  InvalidMessage,
  MessageRefused,
  NoAnswer,
  ThroughlineError,
  UnknownEntity,
  UnknownLifecycle,
  UnknownMessage,
  UnknownTask,
  Unreachable,
} from '../client/errors.js';
import { PROBLEM_PREFIX, type Problem as ProblemBody } from '../client/gateway.js';

/** Media type of problem bodies. */
const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** Seconds after which a request that met an outage is worth repeating. */
const RETRY_AFTER = '1';

/** A refusal that the caller can act on. */
export class Problem extends Error {
  /**
   * @param status HTTP status
   * @param code constant name, e.g. `UnknownEntity`
   * @param detail a sentence that names field, value and remedy
   * @param more further members of the problem document
   * @param headers of the answer
   */
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    private readonly more: Partial<ProblemBody> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }

  /** The answer's body. */
  body(): ProblemBody {
    const { status, code, message: detail, more } = this;
    return {
      ...more,
      type: PROBLEM_PREFIX + code,
      title: code.replace(/(?<=[a-z])(?=[A-Z])/g, ' '),
      status,
      detail,
    };
  }
}

const NOT_FOUND = [UnknownEntity, UnknownLifecycle, UnknownMessage, UnknownTask] as const;

/** An error as the problem that its caller is told. */
function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error;
  if (!(error instanceof ThroughlineError)) return undefined;
  const { type, message } = error;
  if (error instanceof InvalidMessage) return new Problem(422, type, message, { issues: error.issues });
  if (NOT_FOUND.some((kind) => error instanceof kind)) return new Problem(404, type, message);
  if (error instanceof ConflictingSubmission) return new Problem(409, type, message);
  if (error instanceof EntityStopped) return new Problem(409, type, message, { how: error.how });
  if (error instanceof EntityClosed) {
    const { late, outcome, reopenableUntil } = error;
    return new Problem(410, type, message, {
      late,
      ...(outcome === undefined ? {} : { outcome }),
      ...(reopenableUntil === undefined ? {} : { reopenableUntil }),
    });
  }
  if (error instanceof MessageRefused) {
    const { code, state } = error;
    return new Problem(code === 'malformed' ? 422 : 409, type, message, {
      code,
      ...(state === undefined ? {} : { state }),
    });
  }
  if (error instanceof NoAnswer) {
    const { messageId, waitedMs } = error;
    return new Problem(504, type, message, { messageId, waitedMs });
  }
  if (error instanceof Unreachable) return new Problem(503, type, message);
  return undefined;
}

/** Answers every error as a problem; only what nobody foresaw is logged, and never shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = problemOf(error) ?? this.foresee(error, http.getRequest<FastifyRequest>());
    const reply = http.getResponse<FastifyReply>();
    http.getRequest<{ problem?: string }>().problem = problem.code;
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER);
    if (problem.status === 401) void reply.header('www-authenticate', challenge(problem));
    void reply.headers(problem.headers);
    void reply.status(problem.status).header('content-type', PROBLEM_JSON).send(JSON.stringify(problem.body()));
  }

  private foresee(error: unknown, request: FastifyRequest): Problem {
    const where = `${request.method} ${request.url.split('?')[0]}`;
    if (error instanceof HttpException) {
      return new Problem(
        error.getStatus(),
        pascal(HttpStatus[error.getStatus()] ?? 'REFUSED'),
        `${where}: ${error.message}`,
      );
    }
    // Fastify's own refusals: broken JSON, a body above the limit, an unknown media type.
    const status = (error as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status >= 400 && status < 500) {
      return new Problem(status, 'InvalidRequest', `${where}: ${(error as Error).message}; correct the request`);
    }
    this.log.error({ err: error, where }, 'unforeseen failure');
    return new Problem(500, 'InternalError', `${where} failed unexpectedly; the log of the gateway has the cause`);
  }
}

/** RFC 6750: says that a token is expected, and whether the one that came is the trouble. */
const challenge = ({ code }: Problem): string =>
  `Bearer realm="throughline"${code === 'InvalidToken' ? ', error="invalid_token"' : ''}`;

/** `NOT_FOUND` → `NotFound`. */
function pascal(constant: string): string {
  return constant.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
