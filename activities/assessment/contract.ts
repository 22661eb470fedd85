/** What the claim asks the assessment service. */
import type { Coverage } from '../../workflows/claim/messages.js';
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { CallbackTo } from '../callback.js';
import type { Authority } from '../settlement/contract.js';

export const ASSESSMENT_TASK_QUEUE = 'throughline-assessment';

export interface RequestAssessmentInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly coverages: readonly Coverage[];
  /** The adjuster who has taken the claim; absent: the service assigns one by itself. */
  readonly adjusterId?: string;
  readonly callback: CallbackTo;
}

export interface AssessmentRequested {
  readonly assignmentId: string;
  /** Non-personal identifier of the adjuster. */
  readonly adjusterId: string;
}

export interface TriageInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
  readonly line: 'flood' | 'homeowners';
  /** NFIP cause of damage code; empty when unknown. */
  readonly causeOfLoss: string;
  readonly property: { readonly state: string; readonly postalCode: string };
  readonly coverages: readonly Coverage[];
  readonly catastrophe?: string;
}

export interface Triage {
  /** `fastTrack`: a desk adjuster settles it from photos and documents. `field`: somebody has to see it. */
  readonly lane: 'fastTrack' | 'field';
  /** Whether people can live there, where it was asked; in a catastrophe those who cannot come first. */
  readonly habitable?: boolean;
  /** What the adjuster has to know: `flood`, `largeLoss`. */
  readonly skill: string;
  /** Where: the first three digits of the ZIP code, or the state. */
  readonly area: string;
  /** 1 is most urgent, 5 least. */
  readonly priority: number;
  /** What is set aside for each coverage until more is known. */
  readonly reserves: ReadonlyArray<{ readonly coverage: Coverage; readonly amount: Money }>;
  /** Who may advance how much, until a settlement says it anew; absent: an advance is bound by reserve and limit alone. */
  readonly authority?: Authority;
}

export interface AssignAdjusterInput {
  /** Idempotency-Key of the call; each further attempt to find somebody has the next ordinal. */
  readonly key: string;
  readonly claimId: string;
  readonly skill: string;
  readonly area: string;
  readonly priority: number;
  /** Adjusters who were asked before and did not take it; an earlier assignment of the claim ends. */
  readonly excluded: readonly string[];
  readonly callback: CallbackTo;
}

export interface AdjusterAwaited {
  readonly requestId: string;
  /** Claims that wait for an adjuster with this skill and area before this one; 0: it is next, or was assigned at once. */
  readonly ahead: number;
}

export interface ReleaseAdjusterInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly claimId: string;
}

export interface AssessmentActivities {
  /** Says how the claim is handled. */
  triageClaim(input: TriageInput): Promise<Triage>;
  /** The claim needs no adjuster any more: whoever has it, or waits for it, is free for others. */
  releaseAdjuster(input: ReleaseAdjusterInput): Promise<void>;
  /**
   * Accepted (202). `adjusterAssigned` follows when somebody with skill, area and capacity is free, and then `adjusterAccepted`,
   * `adjusterDeclined`, or nothing where that person never answers.
   */
  assignAdjuster(input: AssignAdjusterInput): Promise<AdjusterAwaited>;
  /** Assigns an adjuster (202); the findings come as an `assessmentResult` message. */
  requestAssessment(input: RequestAssessmentInput): Promise<AssessmentRequested>;
}
