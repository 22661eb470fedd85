/** Schemas of the fault switches of the reference services: what can be made to go wrong, how often, and where. */
import { z } from 'zod';

/** What goes wrong with a call, in the order in which it meets them. */
const CALL_FAULTS = ['latency', 'unavailable', 'declined', 'answerLost'] as const;
/** What goes wrong with a callback. */
const CALLBACK_FAULTS = ['callbackLost', 'callbackLate', 'callbackDuplicated', 'callbackOutOfOrder'] as const;

/**
 * - `latency`: the call waits before it is looked at.
 * - `unavailable`: 503 before any effect.
 * - `declined`: the service says no, as its business has it; where its business knows no no, only a switch of that very operation
 *   strikes, and the call is refused.
 * - `answerLost`: the call takes effect, and its connection breaks.
 * - `callbackLost`: the service believes that it has called back, and has not.
 * - `callbackLate`: it calls back later.
 * - `callbackDuplicated`: it calls back twice.
 * - `callbackOutOfOrder`: the next callback to the same entity overtakes this one.
 */
export const FAULT_KINDS = [...CALL_FAULTS, ...CALLBACK_FAULTS] as const;

/** One of {@link FAULT_KINDS}. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Milliseconds of those that take time, where a switch does not say. */
export const FAULT_MS: Readonly<Partial<Record<FaultKind, number>>> = {
  latency: 1_000,
  callbackLate: 5_000,
  callbackOutOfOrder: 3_000,
};

/** Whether it goes wrong with callbacks, whose operations are named as the events are: `delivered`. */
export const ofCallbacks = (kind: FaultKind): boolean => (CALLBACK_FAULTS as readonly string[]).includes(kind);

/** One switch. Of those that fit a call the most precise counts: its operation, then its service, then `*`. */
export const faultSwitch = z
  .strictObject({
    service: z.string().min(1).describe('Name of the service, or *: all'),
    operation: z
      .string()
      .min(1)
      .exactOptional()
      .describe(
        "As its look-up names it (captureCard; a look-up itself is lookUp), or the callback's event (delivered). Without: all",
      ),
    kind: z.enum(FAULT_KINDS, `one of ${FAULT_KINDS.join(', ')}`),
    rate: z
      .number()
      .min(0, 'a number from 0 to 1')
      .max(1, 'a number from 0 to 1')
      .exactOptional()
      .describe('Probability of each time, from 0 to 1'),
    next: z
      .int('a whole number')
      .min(0, 'a number from 0')
      .max(1_000_000, 'at most 1000000')
      .exactOptional()
      .describe('The next so many times, and then no more'),
    ms: z
      .int('a whole number of milliseconds')
      .min(0, 'at least 0')
      .max(60_000, 'at most 60000')
      .exactOptional()
      .describe('How long a latency or a delay takes, or how long the next callback is waited for, in milliseconds'),
  })
  .refine(({ rate, next }) => (rate === undefined) !== (next === undefined), {
    path: ['rate'],
    error: 'give either rate or next',
  })
  .refine(({ kind, ms }) => ms === undefined || FAULT_MS[kind] !== undefined, {
    path: ['ms'],
    error: `only ${Object.keys(FAULT_MS).join(', ')} take time, leave it out`,
  })
  .refine(({ service, operation }) => service !== '*' || operation === undefined, {
    path: ['operation'],
    error: 'name the service, or leave the operation out',
  });

export type FaultSwitch = z.infer<typeof faultSwitch>;

/** What `PUT /faults` takes. */
export const faultsRequest = z.strictObject({
  /** Absent: it stays. */
  seed: z.int('a whole number').min(0, 'at least 0').exactOptional(),
  /** Each in place of the one of the same service, operation and kind. */
  faults: z.array(faultSwitch).max(500, 'at most 500'),
});

/** Which switches `DELETE /faults` takes away; with nothing named, all. */
export const faultsQuery = z.strictObject({
  service: z.string().min(1).exactOptional(),
  operation: z.string().min(1).exactOptional(),
  kind: z.enum(FAULT_KINDS, `one of ${FAULT_KINDS.join(', ')}`).exactOptional(),
});

export type FaultsRequest = z.infer<typeof faultsRequest>;
export type FaultsQuery = z.infer<typeof faultsQuery>;

/** A bad day: what a system must bear without losing, doubling or forgetting anything. */
export const DEFAULT_FAULTS: ReadonlyArray<Pick<FaultSwitch, 'kind' | 'rate'>> = [
  { kind: 'answerLost', rate: 0.1 },
  { kind: 'callbackDuplicated', rate: 0.1 },
  { kind: 'unavailable', rate: 0.05 },
  { kind: 'callbackLost', rate: 0.05 },
  { kind: 'declined', rate: 0.02 },
];

/** What `GET /faults` and every change answer. */
export const faultsView = z.object({
  /** With the same seed the same calls meet the same faults, in whatever order they come. */
  seed: z.int(),
  faults: z.array(z.object({ ...faultSwitch.shape, struck: z.int().min(0).describe('How often it struck up to now') })),
});

export type FaultsView = z.infer<typeof faultsView>;
