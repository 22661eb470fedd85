/**
 * What the steps of a follow-up tell each other. A chain begins with an event of an entity (a ticket is resolved); each step tells when it
 * is done; the last event tells that all are. No step knows another, but for one that works from another's event.
 */
import { z } from 'zod';
import { code, instant, reference } from './common.js';

/** Largest stamp, in bytes of JSON: it is passed on and on, so it holds what a later step needs, and references for the rest. */
export const MAX_STAMP_BYTES = 16 * 1024;

const facts = z.record(z.string(), z.unknown());

/** What has been learnt on the way, passed on from event to event: whoever gets it need not ask anybody. */
export const stamp = z.strictObject({
  schemaVersion: z.literal(1),
  chain: reference.describe(
    'Id of the event that began the chain: another resolution of the same ticket is another chain',
  ),
  begins: z.string().describe('Type of that event'),
  subject: reference,
  at: instant.describe('When the chain began'),
  facts: facts.describe('What that event told of its entity'),
  steps: z.record(z.string(), facts).describe('By step: what it has done'),
});

export type Stamp = z.infer<typeof stamp>;

/** A step is done. */
export const stepCompleted = z.strictObject({
  schemaVersion: z.literal(1),
  chain: reference,
  step: code,
  done: facts.describe('What it has done'),
  stamp: stamp.describe('Where the step declares it: all that has been learnt so far').exactOptional(),
});

export type StepCompleted = z.infer<typeof stepCompleted>;

/** Every step of a chain is done. */
export const chainCompleted = z.strictObject({
  schemaVersion: z.literal(1),
  chain: reference,
  steps: z.array(code).max(50).describe('Those that were awaited, in alphabetical order'),
  stamp: stamp.describe('The whole story'),
});

export type ChainCompleted = z.infer<typeof chainCompleted>;

/** What a ticket's `Resolved` tells of it, as `facts`, as far as the steps need it. */
export const resolvedTicket = z.object({
  resolution: z.int().min(1).describe('1, and one more whenever a reopened ticket is resolved again'),
  customerId: reference,
  product: code,
  priority: z.int().min(1).max(4),
  planId: reference,
  expertId: reference.optional(),
  solution: code.describe('`noReply` where the customer never answered'),
  workMinutes: z.int().min(0),
});

/** The event by which a step of a chain tells that it is done: `com.throughline.ticket.billing.completed.v1`. */
export const completedType = (begins: string, step: string): string =>
  `${begins.split('.').slice(0, 3).join('.')}.${step}.completed.v1`;
