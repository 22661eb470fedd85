/** How far the clocks are apart: deadlines are Temporal's, records the database's, callbacks and tokens everybody's own. */
import { ok, warning, type Finding } from './check.js';

/** Beyond this callbacks and tokens come to be refused, and the order of things is told wrong. In milliseconds. */
const MOST_SKEW_MS = 5_000;

/** A reading of another clock, and when it was asked for and had, by ours. In milliseconds since 1970. */
export interface Reading {
  readonly asked: number;
  readonly theirs: number;
  readonly had: number;
}

/** Somewhere between asking and having is when it was read: no more than that is known. */
export function skewOf({ asked, theirs, had }: Reading): number {
  if (theirs < asked) return theirs - asked;
  return theirs > had ? theirs - had : 0;
}

/** @param whose `database`, `Temporal` */
export function clockFinding(whose: string, reading: Reading): Finding {
  const name = `clock of ${whose}`;
  const skewMs = skewOf(reading);
  if (Math.abs(skewMs) <= MOST_SKEW_MS)
    return ok(name, `within ${Math.max(1, Math.ceil(Math.abs(skewMs) / 1000))} s of ours`);
  return warning(
    name,
    `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`,
    'keep the clocks of all machines in step (NTP): beyond 5 minutes callbacks and tokens are refused',
  );
}
