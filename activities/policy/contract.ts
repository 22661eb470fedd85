/** What the claim asks the policy service. */
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { Coverage } from '../../workflows/claim/messages.js';

export const POLICY_TASK_QUEUE = 'throughline-policy';

export interface ValidatePolicyInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly policyNumber: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfLoss: string;
}

export interface PolicyValidation {
  /**
   * `covered`: in force on the date of loss. `startsAfterLoss`: the policy's first inception lies after the loss; a person
   * decides. `noCoverage`: it insures neither building nor contents; a person decides.
   */
  readonly verdict: 'covered' | 'startsAfterLoss' | 'noCoverage';
  /** `YYYY-MM-DD`: date of the policy's original new business. */
  readonly inceptionDate: string;
  /** The coverages bought (limit above zero). `deductible` absent: the policy record does not say. */
  readonly coverages: ReadonlyArray<{
    readonly coverage: Coverage;
    readonly limit: Money;
    readonly deductible?: Money;
    /** Kinds of documents that the policy's conditions ask for after a loss; absent: the policy record does not say. */
    readonly documents?: readonly string[];
  }>;
}

export interface PolicyActivities {
  /** @throws ApplicationFailure `PolicyNotFound`, non-retryable: no such policy. */
  validatePolicy(input: ValidatePolicyInput): Promise<PolicyValidation>;
}
