/** What a run of the reconciliation has done outside its workflow. */
import type { Instant } from '../../workflows/lifecycle/entry.js';
import type { Counts, Pair } from '../../workflows/reconciliation/pairs.js';

/** How far a comparison is: names and cursors of its own. Empty at the beginning. */
export type Position = Readonly<Record<string, string>>;

export interface StretchInput {
  readonly pair: Pair;
  readonly dryRun: boolean;
  /** See `RunRequest`. */
  readonly graceMs?: number;
  readonly from: Position;
}

/** A stretch of the comparison: what it saw, and where the next begins; without `next` both sides are at their ends. */
export interface Stretch extends Counts {
  readonly next?: Position;
}

export interface RunRef {
  readonly pair: Pair;
  /** As {@link ReconciliationActivities.beginReconciliation} has said. */
  readonly startedAt: Instant;
}

export interface ReconciliationActivities {
  /** The records' time, by which the findings of a run are told from those before. */
  beginReconciliation(): Promise<Instant>;
  /**
   * Compares both sides for some time, puts what disagrees on record and tells the entities that only missed a message. A stretch that is
   * cut off goes on from its last heartbeat.
   */
  compareStretch(input: StretchInput): Promise<Stretch>;
  /** Looks again at those that were told in this run; how many still disagree. */
  lookAgain(run: RunRef): Promise<number>;
  /** Ends what a whole run has not seen again, unless it is a dry one, and counts what is left. */
  concludeReconciliation(
    run: RunRef & { readonly dryRun: boolean },
  ): Promise<{ readonly healed: number; readonly open: number }>;
}
