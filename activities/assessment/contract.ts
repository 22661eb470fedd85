/** What the claim asks the assessment service. */
import type { Coverage } from '../../workflows/claim/messages.js';
import type { CallbackTo } from '../callback.js';

export const ASSESSMENT_TASK_QUEUE = 'throughline-assessment';

export interface RequestAssessmentInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly coverages: readonly Coverage[];
  readonly callback: CallbackTo;
}

export interface AssessmentRequested {
  readonly assignmentId: string;
  /** Non-personal identifier of the adjuster. */
  readonly adjusterId: string;
}

export interface AssessmentActivities {
  /** Assigns an adjuster (202); the findings come as an `assessmentResult` message. */
  requestAssessment(input: RequestAssessmentInput): Promise<AssessmentRequested>;
}
