/** The backlog by state: what is counted, drawn and written down. Pure. */
import type { EntitySummary } from '../../client/index.js';
import { claimLifecycle } from '../../workflows/claim/states.js';

/** How many claims are where, at one moment of the storm. */
export interface Snapshot {
  /** `YYYY-MM-DD` of the storm. */
  readonly day: string;
  /** Claims that have come in. */
  readonly arrived: number;
  /** Of those, not yet taken by the fleet. */
  readonly waiting: number;
  /** Open claims by state; those that the records do not know yet count as being in the first. */
  readonly states: Readonly<Record<string, number>>;
  readonly closed: number;
  /** Paid on all of them, in cents. */
  readonly paidMinor: number;
}

const COLUMNS = Object.entries(claimLifecycle.states).flatMap(([state, { terminal }]) => (terminal ? [] : [state]));

/** Counts claims. `accepted` are the ids that the fleet has taken. */
export function snapshotOf(
  day: string,
  arrived: number,
  accepted: readonly string[],
  claims: ReadonlyMap<string, EntitySummary>,
): Snapshot {
  const states: Record<string, number> = {};
  let closed = 0;
  let paidMinor = 0;
  for (const id of accepted) {
    const claim = claims.get(id);
    paidMinor += claim?.amounts?.paid ?? 0;
    if (claim?.closed) closed += 1;
    else states[claim?.state ?? claimLifecycle.initial] = (states[claim?.state ?? claimLifecycle.initial] ?? 0) + 1;
  }
  return { day, arrived, waiting: arrived - accepted.length, states, closed, paidMinor };
}

/** Open claims, those that wait for admission among them. */
export const backlogOf = ({ waiting, states }: Snapshot): number =>
  waiting + Object.values(states).reduce((sum, n) => sum + n, 0);

const withPeople = ({ states }: Snapshot): number => states['EscalatedForManualReview'] ?? 0;

/** One line for people: a bar as long as the backlog, then where it is, the most crowded states first. */
export function lineOf(snapshot: Snapshot, widest: number, width = 24): string {
  const backlog = backlogOf(snapshot);
  const bar = '█'.repeat(Math.round((backlog / Math.max(1, widest)) * width)).padEnd(width, '·');
  const where = Object.entries(snapshot.states)
    .sort(([, a], [, b]) => b - a)
    .map(([state, n]) => `${n} ${state}`);
  const all = [...(snapshot.waiting > 0 ? [`${snapshot.waiting} not yet taken`] : []), ...where.slice(0, 4)];
  return `${snapshot.day} ${bar} ${String(backlog).padStart(5)} open, ${snapshot.closed} closed${all.length > 0 ? `: ${all.join(', ')}` : ''}`;
}

/** All figures as CSV, a line per snapshot. */
export function reportOf(snapshots: readonly Snapshot[]): string {
  const head = ['day', 'arrived', 'waiting', ...COLUMNS, 'closed', 'paid'];
  const lines = snapshots.map(({ day, arrived, waiting, states, closed, paidMinor }) => [
    day,
    arrived,
    waiting,
    ...COLUMNS.map((state) => states[state] ?? 0),
    closed,
    (paidMinor / 100).toFixed(2),
  ]);
  return [head, ...lines].map((cells) => `${cells.join(',')}\n`).join('');
}

/** What the storm came to. */
export interface Summary {
  readonly claims: number;
  readonly days: number;
  readonly peak: { readonly backlog: number; readonly day: string };
  /** The first day after the peak on which at most a tenth of it still moved by itself; absent: it did not come to that. */
  readonly drainedOn?: string;
  readonly closed: number;
  /** Those that wait for a person. */
  readonly withPeople: number;
  readonly paidMinor: number;
}

/** Sums up; at least one snapshot. */
export function summaryOf(snapshots: readonly Snapshot[]): Summary {
  const peak = snapshots.reduce((most, next) => (backlogOf(next) > backlogOf(most) ? next : most));
  const last = snapshots.at(-1) ?? peak;
  const after = snapshots.slice(snapshots.indexOf(peak));
  const drained = after.find((snapshot) => backlogOf(snapshot) - withPeople(snapshot) <= backlogOf(peak) / 10);
  return {
    claims: last.arrived,
    days: new Set(snapshots.map(({ day }) => day)).size,
    peak: { backlog: backlogOf(peak), day: peak.day },
    ...(drained && { drainedOn: drained.day }),
    closed: last.closed,
    withPeople: withPeople(last),
    paidMinor: last.paidMinor,
  };
}
