/** What the claim asks the settlement service. */
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { Coverage } from '../../workflows/claim/messages.js';

export const SETTLEMENT_TASK_QUEUE = 'throughline-settlement';

export interface CalculateSettlementInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly lines: ReadonlyArray<{
    readonly coverage: Coverage;
    readonly damage: Money;
    readonly deductible: Money;
    readonly limit: Money;
    /** Paid on the coverage already: advances, and what an earlier settlement came to. Default: nothing. */
    readonly paid?: Money;
  }>;
}

export interface Settlement {
  readonly settlementId: string;
  readonly lines: ReadonlyArray<{
    readonly coverage: Coverage;
    /** `min(max(damage − deductible, 0), limit) − paid`, at least 0. */
    readonly amount: Money;
    /** `01` where the damage does not exceed the deductible. */
    readonly nonPaymentReason?: string;
    /** The sum worked out in one line, for people. */
    readonly explanation: string;
    /** The insurer offers a repair by one of its vendors in place of the money; the insured may accept it. */
    readonly repair?: { readonly vendorId: string };
  }>;
  /** Sum of the lines. */
  readonly total: Money;
  /** What may be paid without a person's approval, and whether the total is within it. */
  readonly authority: {
    readonly limit: Money;
    readonly within: boolean;
    /** How much each person may approve on one claim, in all its payments, by the person's id; anybody else: `limit`. */
    readonly people?: Readonly<Record<string, Money>>;
  };
}

export interface SettlementActivities {
  calculateSettlement(input: CalculateSettlementInput): Promise<Settlement>;
}
