/**
 * What a ticket asks the dispatch of experts, and what experts say. An assignment is a hop of its ticket, counted from 1: one expert at a
 * time, and never two for one hop, however often it is asked for.
 */
export const EXPERTS_TASK_QUEUE = 'throughline-experts';

/** How far away an expert may be: the same three-digit ZIP area, the same first digit, the same country. */
export type Reach = 'area' | 'region' | 'country';

export interface AssignExpertInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly ticketId: string;
  /** Number of the assignment; where one is made already under it, that is the answer. */
  readonly hop: number;
  readonly skill: string;
  readonly location: { readonly country: string; readonly postalCode: string };
  /** 1 is most urgent: who waits for an expert to become free is told in this order. */
  readonly priority: number;
  readonly reach: Reach;
  /** Who is not asked again. */
  readonly except: readonly string[];
  /** Who is asked first, wherever they are. */
  readonly prefer?: string;
  /** Nobody but the preferred one. */
  readonly only?: true;
  readonly callback: { readonly reference: string };
}

/** `nobody`: of those within reach who have the skill, so many, none is free; `ExpertAvailable` follows where one becomes so. */
export type ExpertAssigned =
  | { readonly outcome: 'assigned'; readonly expertId: string }
  | { readonly outcome: 'nobody'; readonly skilled: number };

export interface NotifyExpertInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly ticketId: string;
  readonly expertId: string;
  readonly hop: number;
  readonly callback: { readonly reference: string };
}

export interface ExpertNotified {
  /** ISO-8601 instant. */
  readonly notifiedAt: string;
}

export interface ReleaseExpertInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly ticketId: string;
  readonly hop: number;
}

/** What an expert has said of an assignment; `none`: there is no such assignment. `code`: why it was declined. */
export interface AnswerFound {
  readonly status: 'none' | 'assigned' | 'notified' | 'accepted' | 'declined' | 'ended';
  readonly code?: string;
}

/** Data of `com.throughline.experts.accepted.v1`: the expert takes the ticket. */
export interface ExpertAnswered {
  readonly expertId: string;
  readonly hop: number;
}

/** Data of `com.throughline.experts.declined.v1`: the expert does not, and why. */
export interface ExpertDeclined extends ExpertAnswered {
  readonly code: string;
}

/** Data of `com.throughline.experts.available.v1`: somebody for whom the ticket waited is free. */
export interface ExpertAvailable {
  readonly skill: string;
}

export interface ExpertsActivities {
  /**
   * By skill, location within reach, and least load.
   * @throws ApplicationFailure `AssignmentOver`, non-retryable: that hop was released
   */
  assignExpert(input: AssignExpertInput): Promise<ExpertAssigned>;
  /**
   * Tells the expert, who answers later: {@link ExpertAnswered}, {@link ExpertDeclined}, or nothing at all.
   * @throws ApplicationFailure `AssignmentNotFound`, non-retryable: there is no such assignment, or it is over
   */
  notifyExpert(input: NotifyExpertInput): Promise<ExpertNotified>;
  /** The ticket's assignments up to this hop are over: made, or still on their way to be made. Never refused. */
  releaseExpert(input: ReleaseExpertInput): Promise<{ readonly released: true }>;
  /** What the expert has said. Changes nothing. */
  lookUpAnswer(input: { readonly ticketId: string; readonly hop: number }): Promise<AnswerFound>;
}
