/** What becomes of a delivery that failed. */
import { EventRefused, NotNow, type Patience } from './broker.js';

/** Longest reason that is kept, in characters. */
const LONGEST_REASON = 500;

/** Tried again after a pause, or set aside. */
export type Fate =
  | { readonly parked: false; readonly failures: number; readonly pauseMs: number; readonly reason: string }
  | { readonly parked: true; readonly failures: number; readonly reason: string };

/** @param before failures of this delivery so far */
export function fateOf(error: unknown, before: number, patience: Patience): Fate {
  const reason = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, LONGEST_REASON);
  if (error instanceof EventRefused) return { parked: true, failures: before + 1, reason };
  const failures = error instanceof NotNow ? before : before + 1;
  if (failures >= patience.attempts) return { parked: true, failures, reason };
  return { parked: false, failures, pauseMs: pauseAfter(failures, patience), reason };
}

/** Milliseconds until the next try after so many failures. */
export function pauseAfter(failures: number, { firstPauseMs, longestPauseMs }: Patience): number {
  const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(Math.max(failures - 1, 0), 30));
  return Math.round(pause * (0.8 + 0.2 * Math.random()));
}
