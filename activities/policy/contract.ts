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
  /**
   * Line of business. Absent: the policy record does not say, and the claim goes the short way: no triage, no letters and no
   * clocks of a regulator.
   */
  readonly line?: 'flood' | 'homeowners';
  /** References of the lenders with an interest in the building; payments on it name them beside the insured. */
  readonly mortgagees?: readonly string[];
  /** Other claims on the same policy or the same insured property, with the same date of loss. */
  readonly similarClaims?: readonly string[];
  /** The insurer lets a claim end as denied without a person, where the findings leave nothing to pay. */
  readonly automaticDenial?: true;
}

export interface PolicyActivities {
  /** @throws ApplicationFailure `PolicyNotFound`, non-retryable: no such policy. */
  validatePolicy(input: ValidatePolicyInput): Promise<PolicyValidation>;
}
