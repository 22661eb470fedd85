/** What must hold at the end of a run, whatever went wrong on the way. Pure, and of every lifecycle. */
import type { EntitySummary, JournalLine } from '../../client/index.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';

/** The closing report of a run: what `--json` prints. All but the first and the last are to be 0. */
export interface ClosingReport {
  /** Submitted. */
  readonly entities: number;
  /** Neither ended nor waiting for something that has a name and a clock. */
  readonly lost: number;
  /** More money was taken than for what the customer has. */
  readonly chargedTwice: number;
  /** Goods or money that are kept for something that has ended. */
  readonly holdsLeft: number;
  /** Journal entries that the lifecycle's table does not allow. */
  readonly illegalTransitions: number;
  /** Findings of the reconciliation that nobody has dealt with. */
  readonly openFindings: number;
  /** How many ended per second, until nine of ten of those that ended had. */
  readonly perSecond: number;
}

/** Whether nothing is broken. */
export function isSound({ entities: _, perSecond: __, ...broken }: ClosingReport): boolean {
  return Object.values(broken).every((count) => count === 0);
}

/** A deadline strikes once a worker comes round to it; later than this nobody does, in milliseconds. */
const STRIKES_WITHIN_MS = 60_000;

/** Whether nobody will ever hear of an entity again. @param entity undefined: the records do not know it */
export function isLost(entity: EntitySummary | undefined, now: number): boolean {
  if (!entity) return true;
  if (entity.closed) return false;
  const clocks = [entity.deadline?.at, ...Object.values(entity.clocks).map(({ dueAt }) => dueAt)];
  const running = clocks.some((at) => at !== undefined && Date.parse(at) > now - STRIKES_WITHIN_MS);
  // What waits for nothing goes on by itself, at once.
  const moves = entity.waitsFor !== undefined || Date.parse(entity.since) > now - STRIKES_WITHIN_MS;
  return !running || !moves;
}

/** The transitions of a journal that the table does not have, and those that do not begin where the one before ended. */
export function illegalIn({ initial, states }: Lifecycle, journal: readonly JournalLine[]): JournalLine[] {
  let at: string | undefined;
  return journal.filter(({ kind, from, to }) => {
    if (kind !== 'transition' || to === undefined) return false;
    const before = at;
    at = to;
    if (from !== before) return true;
    if (from === undefined) return to !== initial;
    const { to: next = [], reopens } = states[from] ?? {};
    return !next.includes(to) && reopens?.to !== to;
  });
}
