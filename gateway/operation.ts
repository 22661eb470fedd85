/**
 * What every route says of itself, once: the guard reads who may use it, the OpenAPI document its schemas, the table of routes and
 * roles both. A route that says nothing stops the gateway when it starts.
 */
import { SetMetadata } from '@nestjs/common';
import type { z } from 'zod';
import type { Role } from '../client/roles.js';

/** Key of the metadata. */
export const OPERATION = 'throughline:operation';

/**
 * For which lifecycles a role must be granted:
 * `entity` for the one in the path (`:lifecycle`, or the one that `:taskId` begins with) ·
 * `some` for any, and the handler cuts its answer to those that the asker may see ·
 * `fleet` for all of them.
 */
export type Scope = 'entity' | 'some' | 'fleet';

/** An answer's body, or in a sentence what an answer without a body means. */
export type AnswerBody = z.ZodType | string;

/** One route. */
export interface OperationSpec {
  /** What it does, in a line. */
  readonly summary: string;
  /** Whatever else a caller should know. */
  readonly description?: string;
  /** Roles, any of which will do; `anyone` needs no token. */
  readonly may: 'anyone' | readonly Role[];
  /** Default: `entity` where the path names one, else `some` to read and `fleet` to write. */
  readonly scope?: Scope;
  /**
   * What it is to the audit log, beside refusals, which are always in it. Default: `write`, and `view` where a path with parameters is
   * read; routes for anyone and reads without parameters are not in it.
   */
  readonly audit?: 'write' | 'view' | 'search' | 'export' | 'none';
  /** `itself`: its handler sees to the `Idempotency-Key`, and keeps no answer that would hold personal data. */
  readonly keeps?: 'itself';
  /** Group in the document; default: the path's first word behind /api. */
  readonly tag?: string;
  /** Schemas of the request where no {@link Valid} pipe of the handler's parameters holds them already. */
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** By status. Problems need not be named. */
  readonly answers: Readonly<Record<number, AnswerBody>>;
}

/** Describes a handler. On every one of them. */
export const Operation = (spec: OperationSpec): MethodDecorator => SetMetadata(OPERATION, spec);
