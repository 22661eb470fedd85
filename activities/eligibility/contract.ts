/** What the onboarding asks the eligibility service: whether the products are for this applicant, and whether the rules let them be. */
import type { Checked } from '../checked.js';

export const ELIGIBILITY_TASK_QUEUE = 'throughline-eligibility';

export interface CheckApplicantInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly applicantId: string;
  /** ISO 3166-1 alpha-2, e.g. `US`. */
  readonly country: string;
  /** Reference of name, address and date of birth in the subject store. */
  readonly profileRef: string;
  /** Codes of the products that are applied for. */
  readonly products: readonly string[];
}

export interface EligibilityActivities {
  /** Whether the products are offered to such an applicant. Answers at once. */
  checkEligibility(input: CheckApplicantInput): Promise<Checked>;
  /** Whether the rules of the applicant's country let them be offered. Answers at once. */
  checkCompliance(input: CheckApplicantInput): Promise<Checked>;
}
