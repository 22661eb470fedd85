/**
 * Schemas of everything that enters an onboarding, for every boundary outside the workflow, and of what checks come to. The types in
 * `workflows/onboarding/messages.ts` and the workflow's own validators (`workflows/onboarding/shapes.ts`, generated) say the same.
 */
import { z } from 'zod';
import type { OnboardingMessages, OnboardingNotice } from '../workflows/onboarding/messages.js';
import { code, instant, isoDate, reference } from './common.js';

export const applicantId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    'an applicant id is 1 to 64 letters, digits and dashes, starting with a letter or digit',
  )
  .describe('Business key of the onboarding: one for each applicant, never made from personal data');

export const country = z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code such as US');

export const profileRef = reference.describe(
  'Where name, address and date of birth are kept: a reference into the subject store, never the data',
);

export const products = z.array(code).min(1).max(20).describe('Codes of the products');

export const documents = z
  .array(
    z.strictObject({
      kind: code,
      documentRef: reference.describe('The document as the vault knows it'),
      expiresOn: isoDate.exactOptional().describe('The last day on which it is good; absent: it does not expire'),
    }),
  )
  .max(20);

/** How the check of an applicant has come out: the variants, each with more fields in front. */
export const variantsOf = <Frame extends z.ZodRawShape>(frame: Frame) =>
  [
    z.strictObject({ ...frame, outcome: z.literal('passed'), validUntil: instant }),
    z.strictObject({ ...frame, outcome: z.literal('failed'), code }),
    z.strictObject({ ...frame, outcome: z.literal('referred'), code, validUntil: instant.exactOptional() }),
    z.strictObject({ ...frame, outcome: z.literal('missing'), documents: z.array(code).min(1).max(20) }),
  ] as const;

/** The variant of a screening that may have found somebody on a list of sanctions. */
export const matchOf = <Frame extends z.ZodRawShape>(frame: Frame) =>
  z.strictObject({ ...frame, outcome: z.literal('match'), validUntil: instant.exactOptional() });

const told = {
  requestId: reference,
  ordinal: z.int().min(1).max(9_999).describe('The how-manieth check of its kind of this applicant'),
};

const content = { country, profileRef, products, documents };

export const onboardingNotice = z.strictObject({ applicantId, ...content }) satisfies z.ZodType<OnboardingNotice>;

const because = { reasonCode: code, note: reference.exactOptional() };

export const onboardingMessages = {
  identityVerified: z.union(variantsOf(told)),
  screeningCompleted: z.union([...variantsOf(told), matchOf(told)]),
  provideDocuments: z.strictObject({ documents: documents.min(1) }),
  withdrawApplication: z.strictObject(because),
  applyAgain: z.strictObject(content),
  decideApplication: z.strictObject({
    decision: z.enum(['retry', 'accept', 'askCustomer', 'reject', 'settled']),
    documents: z.array(code).min(1).max(20).exactOptional(),
    reference: reference.exactOptional(),
    ...because,
  }),
  decideCompliance: z.strictObject({ decision: z.enum(['clear', 'confirm']), ...because }),
  decideProvisioning: z.strictObject({ decision: z.enum(['retry', 'keepRest', 'reject']), ...because }),
} satisfies { [Name in keyof OnboardingMessages]: z.ZodType<OnboardingMessages[Name]> };
