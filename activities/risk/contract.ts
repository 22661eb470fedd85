/** What the order asks the risk service. */
import type { Money } from '../../workflows/lifecycle/entry.js';

export const RISK_TASK_QUEUE = 'throughline-risk';

export interface AssessRiskInput {
  /** Idempotency-Key of the call. An order that was changed is assessed anew, under a new key. */
  readonly key: string;
  readonly orderId: string;
  /** Non-personal identifier of the customer. */
  readonly customerId: string;
  /** What the order comes to. */
  readonly amount: Money;
  readonly lines: ReadonlyArray<{
    readonly sku: string;
    readonly quantity: number;
  }>;
  /** As far as risk needs it: no name, no street. */
  readonly destination: {
    /** ISO 3166-1 alpha-2, e.g. `US`. */
    readonly country: string;
    /** As the country writes it; empty where it has none. */
    readonly postalCode: string;
  };
}

export interface RiskAssessed {
  readonly assessmentId: string;
  readonly verdict: 'approved' | 'review' | 'declined';
  /** 0 (no sign) to 1000. */
  readonly score: number;
  /** Codes of what counted, heaviest first: `large-amount`, `many-pieces`, …; empty where nothing did. */
  readonly reasons: readonly string[];
}

export interface RiskActivities {
  /** Answers at once. */
  assessRisk(input: AssessRiskInput): Promise<RiskAssessed>;
}
