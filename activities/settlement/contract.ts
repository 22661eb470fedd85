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

/** How much may be approved on one claim, in all its payments. */
export interface Authority {
  /** By nobody in particular: an automatic decider, or anybody who has no limit of their own. */
  readonly limit: Money;
  /** By each person, by the person's id. */
  readonly people?: Readonly<Record<string, Money>>;
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
    /**
     * The insurer offers a repair by one of its vendors in place of the money; the insured may accept it. `next`: whom it offers,
     * one after the other, where the insured or the vendor declines.
     */
    readonly repair?: { readonly vendorId: string; readonly next?: readonly string[] };
  }>;
  /** Sum of the lines. */
  readonly total: Money;
  /** Who may approve how much; `within`: the total, with what was paid before, needs no person. */
  readonly authority: Authority & { readonly within: boolean };
}

export interface SettlementActivities {
  calculateSettlement(input: CalculateSettlementInput): Promise<Settlement>;
}
