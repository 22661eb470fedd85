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

/** What a person decides on an escalated claim. Amounts replace what was calculated, per coverage. */
export type ManualDecision =
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
}

/** How a claim ended. */
export type ClaimOutcome = 'paid' | 'partlyPaid' | 'closedWithoutPayment' | 'openedInError' | 'denied' | 'withdrawn';

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
