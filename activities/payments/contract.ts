/** What the claim asks the payment service. */
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { Coverage } from '../../workflows/claim/messages.js';
import type { CallbackTo } from '../callback.js';

export const PAYMENTS_TASK_QUEUE = 'throughline-payments';

export interface RequestPaymentInput {
  /** Idempotency-Key of the call: one per claim, coverage and ordinal, whatever the number of technical retries. */
  readonly key: string;
  readonly claimId: string;
  readonly coverage: Coverage;
  /** Number of the payment on its coverage, from 1. A payment that failed and is tried anew gets the next one. */
  readonly ordinal: number;
  readonly amount: Money;
  /** What was approved on the coverage; the ledger refuses to exceed it. */
  readonly approved: Money;
  readonly callback: CallbackTo;
}

export interface PaymentRequested {
  readonly paymentId: string;
}

export interface PaymentsActivities {
  /**
   * Accepted (202); `paymentAcknowledged` or `paymentFailed` follows.
   * @throws ApplicationFailure `PaymentExceedsApproval`, non-retryable.
   */
  requestPayment(input: RequestPaymentInput): Promise<PaymentRequested>;
}
