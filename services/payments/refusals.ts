/** What the payment ledger says no with. */
import { Problem } from '../platform/problem.js';

/** The payment that is refused; amounts in cents. */
interface Refused {
  readonly claimId: string;
  readonly coverage: string;
  readonly ordinal: number;
  readonly amount: { readonly minor: number };
  readonly approved: { readonly minor: number };
  readonly replaces?: number;
}

/** With what is paid already it would be more than is approved. */
export const exceeds = ({ claimId, coverage, amount, approved }: Refused): Problem =>
  new Problem(
    422,
    'PaymentExceedsApproval',
    `amount is ${amount.minor} cents: with what is paid on ${coverage} of ${claimId} it exceeds the approved ` +
      `${approved.minor} cents; approve more or pay less`,
  );

/** Another call has made the payment of this ordinal. */
export const ordinalUsed = ({ claimId, coverage, ordinal }: Refused): Problem =>
  new Problem(
    409,
    'PaymentOrdinalUsed',
    `ordinal is ${ordinal}: payment ${ordinal} on ${coverage} of ${claimId} was made under another Idempotency-Key; ` +
      'look that up, or give a new payment the next ordinal',
  );

/** What it is to replace has not come back. */
export const notReturned = ({ claimId, coverage, replaces }: Refused): Problem =>
  new Problem(
    409,
    'PaymentNotReturned',
    `replaces is ${replaces}: payment ${replaces} on ${coverage} of ${claimId} was neither returned nor voided; ` +
      'void it first, or pay without replacing',
  );

/** @param status of the payment; undefined: there is none of this id */
export function notOpen(paymentId: string, status: string | undefined): Problem {
  if (status === undefined) {
    return new Problem(404, 'PaymentNotFound', `paymentId is ${paymentId}: there is no such payment; look its id up`);
  }
  return new Problem(
    409,
    'PaymentNotOpen',
    `paymentId is ${paymentId}: it is ${status}; an outcome is taken once, of a payment that was issued`,
  );
}
