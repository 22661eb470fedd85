/**
 * What a claim says and hears: the submission, the messages, the query, the outcome, and the workflow id.
 *
 * Wire names never change. Every message travels as one argument `{ envelope, data }` ({@link Message}); amounts are integers of
 * the minor unit; instants and dates are ISO-8601 strings. The zod schemas in `events/claim.ts` describe the same shapes for
 * everything outside the workflow; `shapes.ts` is generated from them for the workflow itself.
 */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { Answer, Message, Submission } from '../lifecycle/message.js';
import type { EntityState, Money } from '../lifecycle/entry.js';

export const CLAIM = 'claim';
export const CLAIM_TASK_QUEUE = 'throughline-claim';

/** Workflow id of a claim: `claim/<claimId>`. */
export const claimWorkflowId = (claimId: string): string => `${CLAIM}/${claimId}`;

/** A coverage of a property policy; each is a part of the claim with its own amount, outcome and reason. */
export type Coverage = 'building' | 'contents';

/**
 * First notice of loss: what the claimant or agent knows on the day. No amounts: damage is found by the adjuster, limits and
 * deductibles are known by the policy service.
 */
export interface ClaimNotice {
  /** Business key, e.g. `CLM-2012-000123`: letters, digits and dashes, at most 64 characters. Never made from personal data. */
  readonly claimId: string;
  readonly policyNumber: string;
  /** Calendar date of the loss, `YYYY-MM-DD`. */
  readonly dateOfLoss: string;
  /** NFIP cause of damage code (`1` tidal water, `4` rainfall or snowmelt, …); empty when unknown. */
  readonly causeOfLoss: string;
  /** The insured property, as coarse as the lists need: state or territory code and ZIP code. */
  readonly property: { readonly state: string; readonly postalCode: string };
  /** Name of the catastrophe, where the loss belongs to one: `Hurricane Sandy`. */
  readonly catastrophe?: string;
  /** Salted digest of the claimant's record in the erasable subject store. */
  readonly claimant?: string;
}

/** Input of the `claim` workflow. */
export type ClaimSubmission = Submission<ClaimNotice>;

/** A document of a kind that the claim waits for has arrived. Sent by the documents service. */
export interface DocumentReceived {
  readonly requestId: string;
  readonly documentId: string;
  /** The kind, as it was requested: `proofOfLoss`, `contentsInventory`. */
  readonly kind: string;
  /** SHA-256 of the document, hex. */
  readonly digest: string;
}

/** The fraud screen's decision. A score at or above the service's referral line comes with `verdict: 'refer'`. */
export interface FraudDecision {
  readonly screenId: string;
  readonly verdict: 'clear' | 'refer';
  /** 0 (no sign) to 1000. */
  readonly score: number;
  /** Which rule decided, e.g. `loss-within-waiting-period`. */
  readonly rule: string;
}

/** What the adjuster found on one coverage: a damage amount, or an NFIP non-payment reason, or (not yet) neither. */
export interface CoverageFinding {
  readonly coverage: Coverage;
  /** Actual cash value of the damage. */
  readonly damage?: Money;
  /** NFIP non-payment reason, `01` … `20`, `97`, `98`, `99`. */
  readonly nonPaymentReason?: string;
}

/** The assessment's result, sent by the assessment service; one finding per coverage asked for. */
export interface AssessmentResult {
  readonly assignmentId: string;
  readonly findings: readonly CoverageFinding[];
}

/** The payment system has paid. */
export interface PaymentAcknowledged {
  readonly paymentId: string;
  readonly coverage: Coverage;
  /** Number of the payment on its coverage, from 1. */
  readonly ordinal: number;
  readonly amount: Money;
}

/** The payment system will not pay (account closed, limit, …). */
export interface PaymentFailed {
  readonly paymentId: string;
  readonly coverage: Coverage;
  readonly ordinal: number;
  readonly code: string;
}

/** The claimant takes the claim back; possible until a payment is requested. */
export interface WithdrawClaim {
  readonly reasonCode: string;
  readonly note?: string;
}

/** An adjuster with skill, area and capacity is free and has been asked. Sent by the assessment service. */
export interface AdjusterAssigned {
  readonly requestId: string;
  readonly assignmentId: string;
  /** Non-personal identifier of the adjuster. */
  readonly adjusterId: string;
}

/** The adjuster takes the claim. */
export interface AdjusterAccepted {
  readonly assignmentId: string;
  readonly adjusterId: string;
}

/** The adjuster does not take the claim; somebody else is asked. */
export interface AdjusterDeclined {
  readonly assignmentId: string;
  readonly adjusterId: string;
  readonly code: string;
}

/** A payment that was issued has been cashed. */
export interface PaymentCleared {
  readonly paymentId: string;
  readonly coverage: Coverage;
  readonly ordinal: number;
}

/** A payment that was issued has come back; the money is with the insurer again, and the payment may be issued anew. */
export interface PaymentReturned {
  readonly paymentId: string;
  readonly coverage: Coverage;
  readonly ordinal: number;
  /** `returned`: by the bank or the post. `voided`: by the insurer. */
  readonly how: 'returned' | 'voided';
  readonly code: string;
}

/** What is set aside for a coverage from now on. */
export interface SetReserve {
  readonly coverage: Coverage;
  readonly amount: Money;
  readonly reasonCode: string;
  readonly note?: string;
}

/** Money before the settlement, deducted from it later. */
export interface PayAdvance {
  /** `advance`: for what cannot wait. `partial`: what nobody disputes. Default: `advance`. */
  readonly kind?: 'advance' | 'partial';
  readonly coverage: Coverage;
  readonly amount: Money;
  readonly reasonCode: string;
  readonly note?: string;
}

/** Hands the claim to special investigation or to the lawyers; it comes back to where it was. */
export interface ReferClaim {
  readonly to: 'investigation' | 'legal';
  readonly reasonCode: string;
  readonly note?: string;
}

/** What special investigation or the lawyers have found: the claim goes on, is denied, or is settled by a reviewer. */
export interface ConcludeReferral {
  readonly finding: 'continue' | 'deny' | 'settle';
  readonly reasonCode: string;
  readonly note?: string;
}

/** The loss belongs to a declared catastrophe. */
export interface AttachCatastrophe {
  /** Its name: `Hurricane Sandy`. */
  readonly catastrophe: string;
  /** Number of the bulletin that declares it. */
  readonly reference: string;
}

/** The insured says whether a repair by the insurer's vendor is taken in place of the money. */
export interface AnswerRepairOffer {
  readonly accept: boolean;
  /** Whose offer is meant, so that a late answer to an earlier one does not count for the next. Absent: the present one. */
  readonly vendorId?: string;
  readonly reasonCode: string;
}

/** The vendor has repaired what a coverage insures. */
export interface RepairCompleted {
  readonly coverage: Coverage;
  readonly vendorId: string;
  readonly invoice: Money;
}

/** Another claim for the same loss was merged into this one. */
export interface ClaimMerged {
  readonly claimId: string;
  /** Kinds of documents that had arrived there. */
  readonly documents: readonly string[];
}

/** More damage has come to light on coverages that were settled; they are assessed again. */
export interface RequestSupplement {
  readonly coverages: readonly Coverage[];
  readonly reasonCode: string;
  readonly note?: string;
}

/** The insured appeals a denial. */
export interface AppealDenial {
  /** The appeal as it is filed: its document or docket number. */
  readonly reference: string;
  readonly reasonCode: string;
  readonly note?: string;
}

/** What becomes of an appeal: the denial stands, or a reviewer settles the claim. */
export interface DecideAppeal {
  readonly decision: 'uphold' | 'overturn';
  readonly reasonCode: string;
  readonly note?: string;
}

/** The claim is in court. */
export interface OpenLitigation {
  /** Docket number. */
  readonly reference: string;
  readonly reasonCode: string;
  readonly note?: string;
}

/** What a person decides on an escalated claim. Amounts replace what was calculated, per coverage. */
export type ManualDecision =
  /** It is the same loss as another claim, which survives. */
  | { readonly decision: 'merge'; readonly into: string; readonly reasonCode: string; readonly note?: string }
  | { readonly decision: 'continue'; readonly reasonCode: string; readonly note?: string }
  | { readonly decision: 'deny'; readonly reasonCode: string; readonly note?: string }
  | {
      readonly decision: 'settle';
      readonly amounts: ReadonlyArray<{ readonly coverage: Coverage; readonly amount: Money }>;
      readonly reasonCode: string;
      readonly note?: string;
    };

export const documentReceivedSignal = defineSignal<[Message<DocumentReceived>]>('documentReceived');
export const fraudDecisionSignal = defineSignal<[Message<FraudDecision>]>('fraudDecision');
export const assessmentResultSignal = defineSignal<[Message<AssessmentResult>]>('assessmentResult');
export const paymentAcknowledgedSignal = defineSignal<[Message<PaymentAcknowledged>]>('paymentAcknowledged');
export const paymentFailedSignal = defineSignal<[Message<PaymentFailed>]>('paymentFailed');
export const adjusterAssignedSignal = defineSignal<[Message<AdjusterAssigned>]>('adjusterAssigned');
export const adjusterAcceptedSignal = defineSignal<[Message<AdjusterAccepted>]>('adjusterAccepted');
export const adjusterDeclinedSignal = defineSignal<[Message<AdjusterDeclined>]>('adjusterDeclined');
export const paymentClearedSignal = defineSignal<[Message<PaymentCleared>]>('paymentCleared');
export const paymentReturnedSignal = defineSignal<[Message<PaymentReturned>]>('paymentReturned');
export const repairCompletedSignal = defineSignal<[Message<RepairCompleted>]>('repairCompleted');
export const claimMergedSignal = defineSignal<[Message<ClaimMerged>]>('claimMerged');
export const setReserveUpdate = defineUpdate<Answer, [Message<SetReserve>]>('setReserve');
export const payAdvanceUpdate = defineUpdate<Answer, [Message<PayAdvance>]>('payAdvance');
export const referClaimUpdate = defineUpdate<Answer, [Message<ReferClaim>]>('refer');
export const concludeReferralUpdate = defineUpdate<Answer, [Message<ConcludeReferral>]>('concludeReferral');
export const attachCatastropheUpdate = defineUpdate<Answer, [Message<AttachCatastrophe>]>('attachCatastrophe');
export const answerRepairOfferUpdate = defineUpdate<Answer, [Message<AnswerRepairOffer>]>('answerRepairOffer');
export const requestSupplementUpdate = defineUpdate<Answer, [Message<RequestSupplement>]>('requestSupplement');
export const appealDenialUpdate = defineUpdate<Answer, [Message<AppealDenial>]>('appeal');
export const decideAppealUpdate = defineUpdate<Answer, [Message<DecideAppeal>]>('decideAppeal');
export const openLitigationUpdate = defineUpdate<Answer, [Message<OpenLitigation>]>('openLitigation');
export const withdrawClaimUpdate = defineUpdate<Answer, [Message<WithdrawClaim>]>('withdraw');
export const manualDecisionUpdate = defineUpdate<Answer, [Message<ManualDecision>]>('manualDecision');
/** The entity's state as the workflow itself knows it; needs a worker. Lists and `explain` read the records instead. */
export const claimStatusQuery = defineQuery<EntityState>('status');

/** The data of each message by wire name. */
export interface ClaimMessages {
  readonly documentReceived: DocumentReceived;
  readonly fraudDecision: FraudDecision;
  readonly assessmentResult: AssessmentResult;
  readonly paymentAcknowledged: PaymentAcknowledged;
  readonly paymentFailed: PaymentFailed;
  readonly withdraw: WithdrawClaim;
  readonly manualDecision: ManualDecision;
  readonly adjusterAssigned: AdjusterAssigned;
  readonly adjusterAccepted: AdjusterAccepted;
  readonly adjusterDeclined: AdjusterDeclined;
  readonly paymentCleared: PaymentCleared;
  readonly paymentReturned: PaymentReturned;
  readonly repairCompleted: RepairCompleted;
  readonly claimMerged: ClaimMerged;
  readonly setReserve: SetReserve;
  readonly payAdvance: PayAdvance;
  readonly refer: ReferClaim;
  readonly concludeReferral: ConcludeReferral;
  readonly attachCatastrophe: AttachCatastrophe;
  readonly answerRepairOffer: AnswerRepairOffer;
  readonly requestSupplement: RequestSupplement;
  readonly appeal: AppealDenial;
  readonly decideAppeal: DecideAppeal;
  readonly openLitigation: OpenLitigation;
}

/** How a claim ended. */
export type ClaimOutcome =
  'paid' | 'partlyPaid' | 'closedWithoutPayment' | 'openedInError' | 'denied' | 'withdrawn' | 'merged';

/** Result of the `claim` workflow. */
export interface ClaimResult {
  readonly claimId: string;
  readonly outcome: ClaimOutcome;
  readonly closedAt: string;
  readonly coverages: ReadonlyArray<{
    readonly coverage: Coverage;
    readonly state: string;
    readonly reason?: string;
    readonly paid?: Money;
  }>;
}
