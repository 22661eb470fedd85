/** What a ticket asks the support plan service. */
export const PLANS_TASK_QUEUE = 'throughline-plans';

export interface LookUpPlanInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly ticketId: string;
  readonly customerId: string;
  readonly product: string;
}

/** What a plan promises at one priority. */
export interface ServiceLevel {
  /** From the submission to the acceptance by an expert, in milliseconds. */
  readonly responseMs: number;
  /** From the submission to the solution, in milliseconds, waiting for the customer and third parties left out. */
  readonly resolutionMs: number;
}

/** A plan of the customer covers the product. */
export interface PlanCovers {
  readonly covered: true;
  readonly planId: string;
  /** What it promises, by priority. */
  readonly levels: Readonly<Record<1 | 2 | 3 | 4, ServiceLevel>>;
}

/** Whether a plan of the customer covers the product; `code` says why not. */
export type PlanLookedUp = PlanCovers | { readonly covered: false; readonly code: string };

export interface PlansActivities {
  lookUpPlan(input: LookUpPlanInput): Promise<PlanLookedUp>;
}
