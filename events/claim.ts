/**
 * Schemas of everything that enters a claim, for every boundary outside the workflow: client, gateway, CLI, intake. The types in
 * `workflows/claim/messages.ts` and the workflow's own validators (`workflows/claim/shapes.ts`, generated) say the same.
 */
import { z } from 'zod';
import type {
  AssessmentResult,
  ClaimNotice,
  DocumentReceived,
  FraudDecision,
  ManualDecision,
  PaymentAcknowledged,
  PaymentFailed,
  WithdrawClaim,
} from '../workflows/claim/messages.js';
import { code, isoDate, money, reference } from './common.js';

const coverage = z.enum(['building', 'contents']);
const ordinal = z.int().min(1).max(999).describe('Number of the payment on its coverage, from 1');

/** NFIP non-payment reasons, as the published data's documentation lists them. */
export const NON_PAYMENT_REASONS = [
  ...Array.from({ length: 20 }, (_, i) => String(i + 1).padStart(2, '0')),
  '97',
  '98',
  '99',
] as const;

export const claimId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    'a claim id is 1 to 64 letters, digits and dashes, starting with a letter or digit',
  )
  .describe('Business key of the claim; never made from personal data');

export const claimNotice = z
  .strictObject({
    claimId,
    policyNumber: reference,
    dateOfLoss: isoDate,
    causeOfLoss: z.string().max(8).describe('NFIP cause of damage code; empty when unknown'),
    property: z.strictObject({
      state: z.string().regex(/^[A-Z]{2}$/, 'a two-letter state or territory code'),
      postalCode: z.string().regex(/^(\d{5})?$/, 'a five-digit ZIP code, or empty'),
    }),
    catastrophe: z.string().min(1).max(100).exactOptional(),
    claimant: z
      .string()
      .min(1)
      .max(128)
      .exactOptional()
      .describe("Digest of the claimant's record in the subject store"),
  })
  .describe('First notice of loss') satisfies z.ZodType<ClaimNotice>;

const documentReceived = z
  .strictObject({
    requestId: reference,
    documentId: reference,
    kind: code,
    digest: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 digest in hex'),
  })
  .describe('A requested document has arrived') satisfies z.ZodType<DocumentReceived>;

const fraudDecision = z
  .strictObject({
    screenId: reference,
    verdict: z.enum(['clear', 'refer']),
    score: z.int().min(0).max(1000),
    rule: code,
  })
  .describe("The fraud screen's decision") satisfies z.ZodType<FraudDecision>;

const assessmentResult = z
  .strictObject({
    assignmentId: reference,
    findings: z
      .array(
        z.strictObject({
          coverage,
          damage: money.exactOptional(),
          nonPaymentReason: z.enum(NON_PAYMENT_REASONS).exactOptional(),
        }),
      )
      .min(1)
      .max(2),
  })
  .describe("The adjuster's findings per coverage") satisfies z.ZodType<AssessmentResult>;

const paymentAcknowledged = z
  .strictObject({ paymentId: reference, coverage, ordinal, amount: money })
  .describe('The payment system has paid') satisfies z.ZodType<PaymentAcknowledged>;

const paymentFailed = z
  .strictObject({ paymentId: reference, coverage, ordinal, code })
  .describe('The payment system will not pay') satisfies z.ZodType<PaymentFailed>;

const withdraw = z
  .strictObject({ reasonCode: code, note: reference.exactOptional() })
  .describe('The claimant takes the claim back') satisfies z.ZodType<WithdrawClaim>;

const manualDecision = z
  .discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('continue'), reasonCode: code, note: reference.exactOptional() }),
    z.strictObject({ decision: z.literal('deny'), reasonCode: code, note: reference.exactOptional() }),
    z.strictObject({
      decision: z.literal('settle'),
      amounts: z
        .array(z.strictObject({ coverage, amount: money }))
        .min(1)
        .max(2),
      reasonCode: code,
      note: reference.exactOptional(),
    }),
  ])
  .describe("A claims reviewer's decision on an escalated claim") satisfies z.ZodType<ManualDecision>;

/** Data of each claim message by wire name. */
export const claimMessages = {
  documentReceived,
  fraudDecision,
  assessmentResult,
  paymentAcknowledged,
  paymentFailed,
  withdraw,
  manualDecision,
} as const;
