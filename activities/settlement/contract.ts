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
  }>;
}

export interface Settlement {
  readonly settlementId: string;
  readonly lines: ReadonlyArray<{
    readonly coverage: Coverage;
    /** `min(max(damage − deductible, 0), limit)`. */
    readonly amount: Money;
    /** `01` where the damage does not exceed the deductible. */
    readonly nonPaymentReason?: string;
    /** The sum worked out in one line, for people. */
    readonly explanation: string;
  }>;
  /** Sum of the lines. */
  readonly total: Money;
  /** What may be paid without a person's approval, and whether the total is within it. */
  readonly authority: { readonly limit: Money; readonly within: boolean };
}

export interface SettlementActivities {
  calculateSettlement(input: CalculateSettlementInput): Promise<Settlement>;
}
