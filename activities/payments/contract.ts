/** What the claim asks the payment service: checks that are issued; and what the order asks it: cards. */
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { Coverage } from '../../workflows/claim/messages.js';
import type { CallbackTo } from '../callback.js';
import type { Found } from '../found.js';

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

export interface AuthorizeCardInput {
  /** Idempotency-Key of the call. What is authorised anew, before it lapses or for another amount, is another call. */
  readonly key: string;
  readonly orderId: string;
  readonly amount: Money;
  /** The customer's card as the vault of the payment service knows it; never a number. */
  readonly methodToken: string;
  readonly callback: CallbackTo;
}

/** `pending`: the bank is slow; `authorizationDecided` follows. */
export type CardAuthorized =
  | {
      readonly outcome: 'authorized';
      readonly authorizationId: string;
      readonly amount: Money;
      /** ISO-8601 instant: nothing can be captured from then on. */
      readonly expiresAt: string;
    }
  | { readonly outcome: 'declined'; readonly authorizationId: string; readonly code: string }
  | { readonly outcome: 'pending'; readonly authorizationId: string };

export interface CaptureCardInput {
  /** Idempotency-Key of the call: one per order and shipment. */
  readonly key: string;
  readonly orderId: string;
  readonly authorizationId: string;
  /** What is captured for; one capture per shipment that was not declined. */
  readonly shipmentId: string;
  readonly amount: Money;
  readonly callback: CallbackTo;
}

/** `pending`: `captureDecided` follows. */
export type CardCaptured =
  | { readonly outcome: 'captured'; readonly captureId: string; readonly amount: Money }
  | { readonly outcome: 'declined'; readonly captureId: string; readonly code: string }
  | { readonly outcome: 'pending'; readonly captureId: string };

/** Exactly one of `authorizationId` and `authorizationKey` is given. */
export interface VoidAuthorizationInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly orderId: string;
  readonly authorizationId?: string;
  /**
   * Idempotency-Key of the {@link AuthorizeCardInput}, known before it is called: whether that call took effect need not be
   * known. Where it did not, it never will: it is refused as `RequestWithdrawn` when it arrives later.
   */
  readonly authorizationKey?: string;
}

/**
 * `voided`: what was not captured is the customer's again, also when asked twice; a pending one is voided as soon as it would be
 * authorised. `expired`, `declined`: it was over already. `none`: there is no such authorisation, and there will be none.
 */
export interface AuthorizationVoided {
  readonly outcome: 'voided' | 'expired' | 'declined' | 'none';
  /** Captured before, and untouched; refund it where it is to be given back. Absent with `none`. */
  readonly captured?: Money;
}

/** Exactly one of `captureId` and `captureKey` is given. */
export interface RefundCaptureInput {
  /** Idempotency-Key of the call; the next refund of the same capture has another. */
  readonly key: string;
  readonly orderId: string;
  readonly captureId?: string;
  /** Idempotency-Key of the {@link CaptureCardInput}; as {@link VoidAuthorizationInput.authorizationKey}. */
  readonly captureKey?: string;
  /** Absent: all that is captured and not refunded; a capture that is pending is then called off. */
  readonly amount?: Money;
  readonly callback: CallbackTo;
}

/**
 * `pending`: `refundDecided` follows. `failed`: the bank does not take it, e.g. a closed account. `none`: nothing was captured,
 * and nothing will be; or nothing is left to refund. Never `none` where an amount is given for a capture that is known.
 */
export type CaptureRefunded =
  | { readonly outcome: 'refunded'; readonly refundId: string; readonly amount: Money }
  | { readonly outcome: 'failed'; readonly refundId: string; readonly code: string }
  | { readonly outcome: 'pending'; readonly refundId: string }
  | { readonly outcome: 'none' };

/** Data of `com.throughline.payments.authorizationDecided.v1`, after a {@link CardAuthorized} that was pending. */
export type AuthorizationDecided = Exclude<CardAuthorized, { readonly outcome: 'pending' }>;

/** Data of `com.throughline.payments.captureDecided.v1`, after a {@link CardCaptured} that was pending. */
export type CaptureDecided = Exclude<CardCaptured, { readonly outcome: 'pending' }>;

/** Data of `com.throughline.payments.refundDecided.v1`, after a {@link CaptureRefunded} that was pending. */
export type RefundDecided = Exclude<CaptureRefunded, { readonly outcome: 'pending' | 'none' }>;

/** Data of `com.throughline.payments.chargedBack.v1`: the bank has taken a capture's money back for the customer. */
export interface PaymentChargedBack {
  readonly chargebackId: string;
  readonly captureId: string;
  readonly amount: Money;
  /** The card network's reason. */
  readonly code: string;
  /** ISO-8601 instant until which evidence can be brought. */
  readonly evidenceDueAt: string;
}

export interface PaymentsActivities {
  /**
   * Accepted (202); `paymentAcknowledged` (it was issued) or `paymentFailed` follows, and later, at any time, `paymentCleared`
   * or `paymentReturned`.
   * @throws ApplicationFailure `PaymentExceedsApproval`, non-retryable.
   */
  requestPayment(input: RequestPaymentInput): Promise<PaymentRequested>;
  /**
   * Keeps an amount of the customer's card for the order.
   * @throws ApplicationFailure `RequestWithdrawn`, non-retryable: it was voided before it was made
   */
  authorizeCard(input: AuthorizeCardInput): Promise<CardAuthorized>;
  /**
   * Takes part of what is authorised.
   * @throws ApplicationFailure, non-retryable: `AuthorizationNotFound`; `AuthorizationNotOpen`, where it is pending, declined,
   *   voided or expired; `CaptureExceedsAuthorization`; `ShipmentCaptured`, under another key; `RequestWithdrawn`, where it was
   *   refunded before it was made
   */
  captureCard(input: CaptureCardInput): Promise<CardCaptured>;
  /** @throws ApplicationFailure `AuthorizationNotFound`, non-retryable: the order has none of this id */
  voidAuthorization(input: VoidAuthorizationInput): Promise<AuthorizationVoided>;
  /**
   * Gives part or all of a capture back.
   * @throws ApplicationFailure, non-retryable: `CaptureNotFound`; `RefundExceedsCapture`, also where it is pending or declined;
   *   `CaptureChargedBack`, where the bank has given it back already
   */
  refundCapture(input: RefundCaptureInput): Promise<CaptureRefunded>;
  /** What became of an {@link authorizeCard} under this Idempotency-Key. Changes nothing; so do the next two. */
  lookUpAuthorization(input: { readonly key: string }): Promise<Found<CardAuthorized>>;
  lookUpCapture(input: { readonly key: string }): Promise<Found<CardCaptured>>;
  lookUpRefund(input: { readonly key: string }): Promise<Found<CaptureRefunded>>;
}
