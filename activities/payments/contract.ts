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
  /** What was approved on the coverage, all its payments together; the ledger refuses to exceed it. */
  readonly approved: Money;
  /** Absent: the only payment on its coverage. */
  readonly kind?: 'advance' | 'partial' | 'final' | 'supplement';
  /** Who is named on the check, by reference: `insured`, `mortgagee:<reference>`. Absent: the insured alone. */
  readonly payees?: readonly string[];
  /** Number of the returned or voided payment on the coverage that this one replaces. */
  readonly replaces?: number;
  readonly callback: CallbackTo;
}

export interface PaymentRequested {
  readonly paymentId: string;
}

export interface PaymentsActivities {
  /**
   * Accepted (202); `paymentAcknowledged` (it was issued) or `paymentFailed` follows, and later, at any time, `paymentCleared`
   * or `paymentReturned`.
   * @throws ApplicationFailure `PaymentExceedsApproval`, non-retryable.
   */
  requestPayment(input: RequestPaymentInput): Promise<PaymentRequested>;
}
