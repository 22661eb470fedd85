/** What the claim asks the fraud service. */
import type { CallbackTo } from '../callback.js';

export const FRAUD_TASK_QUEUE = 'throughline-fraud';

export interface RequestFraudScreenInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly policyNumber: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfLoss: string;
  /** `YYYY-MM-DD`. */
  readonly inceptionDate: string;
  readonly callback: CallbackTo;
}

export interface FraudScreenRequested {
  readonly screenId: string;
}

export interface FraudActivities {
  /** Accepted (202); the decision comes as a `fraudDecision` message. */
  requestFraudScreen(input: RequestFraudScreenInput): Promise<FraudScreenRequested>;
}
