/**
 * Schemas of everything that enters a claim, for every boundary outside the workflow: client, gateway, CLI, intake. The types in
 * `workflows/claim/messages.ts` and the workflow's own validators (`workflows/claim/shapes.ts`, generated) say the same.
 */
import { z } from 'zod';
import type {
  AdjusterAccepted,
  AdjusterAssigned,
  AdjusterDeclined,
  AnswerRepairOffer,
  AppealDenial,
  AssessmentResult,
  AttachCatastrophe,
  ClaimMerged,
  ClaimNotice,
  ConcludeReferral,
  DecideAppeal,
  DocumentReceived,
  FraudDecision,
  ManualDecision,
  OpenLitigation,
  PayAdvance,
  PaymentAcknowledged,
  PaymentCleared,
  PaymentFailed,
  PaymentReturned,
  ReferClaim,
  RepairCompleted,
  RequestSupplement,
  SetReserve,
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

/** Why a person does it. */
const because = { reasonCode: code, note: reference.exactOptional() };

const adjusterAssigned = z
  .strictObject({ requestId: reference, assignmentId: reference, adjusterId: reference })
  .describe('An adjuster is free and has been asked') satisfies z.ZodType<AdjusterAssigned>;

const adjusterAccepted = z
  .strictObject({ assignmentId: reference, adjusterId: reference })
  .describe('The adjuster takes the claim') satisfies z.ZodType<AdjusterAccepted>;

const adjusterDeclined = z
  .strictObject({ assignmentId: reference, adjusterId: reference, code })
  .describe('The adjuster does not take the claim') satisfies z.ZodType<AdjusterDeclined>;

const paymentCleared = z
  .strictObject({ paymentId: reference, coverage, ordinal })
  .describe('A payment has been cashed') satisfies z.ZodType<PaymentCleared>;

const paymentReturned = z
  .strictObject({ paymentId: reference, coverage, ordinal, how: z.enum(['returned', 'voided']), code })
  .describe('A payment has come back') satisfies z.ZodType<PaymentReturned>;

const repairCompleted = z
  .strictObject({ coverage, vendorId: reference, invoice: money })
  .describe('The vendor has repaired the damage') satisfies z.ZodType<RepairCompleted>;

const claimMerged = z
  .strictObject({ claimId, documents: z.array(code).max(50) })
  .describe('Another claim for the same loss was merged into this one') satisfies z.ZodType<ClaimMerged>;

const setReserve = z
  .strictObject({ coverage, amount: money, ...because })
  .describe('What is set aside for a coverage') satisfies z.ZodType<SetReserve>;

const payAdvance = z
  .strictObject({ kind: z.enum(['advance', 'partial']).exactOptional(), coverage, amount: money, ...because })
  .describe('Money before the settlement, deducted from it later') satisfies z.ZodType<PayAdvance>;

const refer = z
  .strictObject({ to: z.enum(['investigation', 'legal']), ...because })
  .describe('Hands the claim to special investigation or to the lawyers') satisfies z.ZodType<ReferClaim>;

const concludeReferral = z
  .strictObject({ finding: z.enum(['continue', 'deny', 'settle']), ...because })
  .describe('What special investigation or the lawyers have found') satisfies z.ZodType<ConcludeReferral>;

const attachCatastrophe = z
  .strictObject({ catastrophe: z.string().min(1).max(100), reference })
  .describe('The loss belongs to a declared catastrophe') satisfies z.ZodType<AttachCatastrophe>;

const answerRepairOffer = z
  .strictObject({
    accept: z.boolean(),
    vendorId: reference.exactOptional().describe('Whose offer is meant; absent: the present one'),
    reasonCode: code,
  })
  .describe('Whether a repair is taken in place of the money') satisfies z.ZodType<AnswerRepairOffer>;

const requestSupplement = z
  .strictObject({ coverages: z.array(coverage).min(1).max(2), ...because })
  .describe('More damage has come to light') satisfies z.ZodType<RequestSupplement>;

const appeal = z
  .strictObject({ reference, ...because })
  .describe('The insured appeals a denial') satisfies z.ZodType<AppealDenial>;

const decideAppeal = z
  .strictObject({ decision: z.enum(['uphold', 'overturn']), ...because })
  .describe('What becomes of an appeal') satisfies z.ZodType<DecideAppeal>;

const openLitigation = z
  .strictObject({ reference, ...because })
  .describe('The claim is in court') satisfies z.ZodType<OpenLitigation>;

const manualDecision = z
  .discriminatedUnion('decision', [
    z.strictObject({ decision: z.literal('merge'), into: claimId, ...because }),
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
  adjusterAssigned,
  adjusterAccepted,
  adjusterDeclined,
  paymentCleared,
  paymentReturned,
  repairCompleted,
  claimMerged,
  setReserve,
  payAdvance,
  refer,
  concludeReferral,
  attachCatastrophe,
  answerRepairOffer,
  requestSupplement,
  appeal,
  decideAppeal,
  openLitigation,
} as const;
