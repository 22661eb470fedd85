/** The adjusters: what each knows, where each works, how much each can carry. */
import { z } from 'zod';
import { code, reference } from '../../events/common.js';

/** An hour: what an adjuster does by itself in a demo or a test is not put off longer. */
const pauseMs = z.int().min(0).max(3_600_000);

/** An adjuster, as seeded. */
export const adjusterSeed = z.strictObject({
  /** Non-personal identifier. */
  id: reference,
  /** Claims that it can have at once; 0: off duty. */
  capacity: z.int().min(0).max(100_000),
  skills: z.array(code).min(1).max(20),
  /** First three digits of ZIP codes, or states; `*`: everywhere. */
  areas: z.array(z.string().min(1).max(8)).min(1).max(100),
  /** What it says by itself when it is asked; `never`: nothing, so that a person answers, or nobody. */
  answers: z.enum(['accept', 'decline', 'never']).default('accept'),
  /** How long it takes to say so, in milliseconds. */
  afterMs: pauseMs.default(0),
  /** How long an inspection takes where the findings are known already, in milliseconds. */
  inspectionMs: pauseMs.default(0),
});

export type AdjusterSeed = z.infer<typeof adjusterSeed>;

/** Non-personal identifiers of the adjusters that are there without a seed. */
export const DEFAULT_ADJUSTERS = [
  'ADJ-01',
  'ADJ-02',
  'ADJ-03',
  'ADJ-04',
  'ADJ-05',
  'ADJ-06',
  'ADJ-07',
  'ADJ-08',
] as const;

/** They know everything, work everywhere, accept at once, and have more room than a day of a catastrophe brings. */
export const DEFAULT_ROSTER: readonly AdjusterSeed[] = DEFAULT_ADJUSTERS.map((id) => ({
  id,
  capacity: 1_000,
  skills: ['flood', 'homeowners', 'largeLoss'],
  areas: ['*'],
  answers: 'accept',
  afterMs: 0,
  inspectionMs: 0,
}));
