/** Schemas that every lifecycle shares: references, codes, dates, money, the envelope. */
import { z } from 'zod';
import type { Envelope, Money } from '../workflows/lifecycle/entry.js';

/** An identifier given by some system. */
export const reference = z.string().min(1).max(128);

/** A machine-readable code: letters, digits, `.`, `_`, `-`; at most 64. */
export const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a code of 1 to 64 letters, digits, dots, dashes and underscores');

/** A calendar date `YYYY-MM-DD` that exists. */
export const isoDate = z.iso.date('a date YYYY-MM-DD that exists');

/** An instant in UTC, `2012-10-29T23:10:00.000Z`. */
export const instant = z.iso.datetime({ error: 'an ISO-8601 instant in UTC, such as 2012-10-29T23:10:00.000Z' });

/** Money in integers of the minor unit; never negative. */
export const money = z
  .strictObject({
    minor: z.int().min(0).describe('Integer amount in the minor unit (cents)'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as USD'),
  })
  .describe('Money in integers of the minor unit') satisfies z.ZodType<Money>;

export const actor = z.strictObject({
  kind: z.enum(['customer', 'staff', 'service', 'system']),
  id: reference,
  onBehalfOf: reference.exactOptional(),
  authenticated: z.enum(['none', 'hmac', 'token', 'temporal']),
});

/** The envelope, whole. */
export const envelope = z
  .strictObject({
    entityId: reference,
    messageId: reference,
    correlationId: reference.exactOptional(),
    causationId: reference.exactOptional(),
    sequence: z.int().min(0).exactOptional(),
    occurredAt: instant,
    source: reference,
    actor,
    schemaVersion: z.int().min(1),
  })
  .describe('What every message carries beside its data') satisfies z.ZodType<Envelope>;
