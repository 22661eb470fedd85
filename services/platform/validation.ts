/** Checks at the services' boundary: bodies and path parameters by zod, the Idempotency-Key by its header. */
import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Problem, type Issue } from './problem.js';

/** Money of the reference services: US dollars in cents, since the reference policies are American. */
export const usd = z.strictObject({
  minor: z.int('an integer amount in cents').min(0, 'an amount that is not negative'),
  currency: z.literal('USD', 'USD: the reference services know no other currency'),
});

/** As {@link usd}, above zero. */
export const positiveUsd = usd.refine((amount) => amount.minor > 0, { path: ['minor'], error: 'an amount above zero' });

/** Where a callback goes; see `activities/callback.ts`. */
export const callbackTo = z.strictObject({ reference: z.string().min(1).max(256) });

/** Parses a body or parameter. @throws Problem 400 `InvalidRequest`, which names each field, its value and the remedy. */
@Injectable()
export class Valid<T> implements PipeTransform<unknown, T> {
  constructor(
    private readonly schema: z.ZodType<T>,
    /** Name of the value where it is not an object: a path parameter. */
    private readonly name = 'body',
  ) {}

  transform(value: unknown): T {
    const parsed = this.schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issues = parsed.error.issues.map((issue) => describe(issue, value, this.name));
    const detail = issues.map(({ field, value: was, remedy }) => `${field} is ${was}: ${remedy}`).join('; ');
    throw new Problem(400, 'InvalidRequest', `${detail}; correct the request and send it again`, issues);
  }
}

/**
 * The request's `Idempotency-Key`.
 * @throws Problem 400 `IdempotencyKeyMissing` where it is absent, repeated, above 255 characters or not visible ASCII
 */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new Problem(
    400,
    'IdempotencyKeyMissing',
    `header Idempotency-Key is ${JSON.stringify(key)?.slice(0, 64) ?? '(missing)'}; ` +
      'send 1 to 255 visible ASCII characters, the same for every repeat of this call',
  );
});

function describe(issue: z.core.$ZodIssue, input: unknown, name: string): Issue {
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const path = unknown === undefined ? issue.path : [...issue.path, unknown];
  const value = path.reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown> | undefined)?.[step], input);
  return {
    field: path.join('.') || name,
    value: JSON.stringify(value)?.slice(0, 64) ?? '(missing)',
    remedy:
      unknown === undefined
        ? issue.message.replace(/^Invalid input: expected ([^,]+),.*$/, 'give a value of type $1')
        : 'unknown field, leave it out',
  };
}
