/** What requests about applicants share. */
import { z } from 'zod';
import { code } from '../../events/common.js';
import { applicantId, matchOf, variantsOf } from '../../events/onboarding.js';
import { paging } from './pages.js';

/** How a check comes out. */
export const outcome = z.union([...variantsOf({}), matchOf({})]);
export type Outcome = z.infer<typeof outcome>;

/** Query of a list by applicant. */
export const ofApplicant = z.strictObject({ ...paging, applicant: applicantId.exactOptional() });

/** What an applicant does comes one after the other, within each service. */
export const turnOfApplicant = (applicant: string): string => `applicant/${applicant}`;

const milliseconds = z
  .int('a whole number of milliseconds')
  .min(0)
  .max(365 * 86_400_000);

/** What is foreseen for a check of an applicant, whatever the rule would say. */
export const checkSeed = z.strictObject({
  applicantId,
  /** Which of the service's checks; one that makes a single kind of them needs none. */
  check: z.enum(['identity', 'screening', 'eligibility', 'compliance']).exactOptional(),
  /** Absent: as the rule says. */
  outcome: z.enum(['passed', 'failed', 'referred', 'missing', 'match']).exactOptional(),
  code: code.default('seeded'),
  /** With `missing`. */
  documents: z.array(code).min(1).max(20).default(['source-of-funds']),
  /** For how long the answer is good. Absent: as the rule says. */
  validMs: milliseconds.exactOptional(),
  /** How long a check that is answered later takes. */
  afterMs: milliseconds.default(0),
  /** It holds for so many calls, then the rule does. Absent: for all. */
  times: z.int().min(1).max(1_000).exactOptional(),
});
export type CheckSeed = z.infer<typeof checkSeed>;
