/** What an entity's record says, as lists with what follows from the time: overdue, blocking now, running. */
import type {
  ClockView,
  CompensationView,
  DeferralView,
  Explanation,
  ExpectationView,
  HoldView,
  OpenReview,
} from '../client/views.js';
import type { EntityRecord } from '../records/entity-record.js';

/** Open ones first, of those the earliest due first. */
export function expectationsOf({ expectations }: EntityRecord, now: Date): ExpectationView[] {
  return Object.entries(expectations)
    .map(([name, it]) => ({ name, ...it, overdue: it.receivedAt === undefined && isPast(it.dueAt, now) }))
    .sort(
      (a, b) =>
        Number(a.receivedAt !== undefined) - Number(b.receivedAt !== undefined) ||
        (a.dueAt ?? LAST).localeCompare(b.dueAt ?? LAST),
    );
}

/** The earliest due first. */
export function clocksOf({ clocks }: EntityRecord, now: Date): ClockView[] {
  return Object.entries(clocks)
    .map(([name, it]) => ({
      name,
      ...it,
      overdue: it.pausedAt === undefined && it.breachedAt === undefined && isPast(it.dueAt, now),
    }))
    .sort((a, b) => a.dueAt.localeCompare(b.dueAt));
}

/** Those that block now first. */
export function holdsOf({ holds, deferrals }: EntityRecord): HoldView[] {
  return Object.entries(holds)
    .map(([name, it]) => ({ name, ...it, blocksNow: deferrals[`hold:${name}`] !== undefined }))
    .sort((a, b) => Number(b.blocksNow) - Number(a.blocksNow) || a.placedAt.localeCompare(b.placedAt));
}

/** The oldest first. What a deferred transition will bring stays inside. */
export function deferralsOf({ deferrals }: EntityRecord): DeferralView[] {
  return Object.entries(deferrals)
    .map(([guard, { since, reason, move, call }]) => ({
      guard,
      since,
      reason,
      ...(move && { to: move.to }),
      ...(call === undefined ? {} : { call }),
    }))
    .sort((a, b) => a.since.localeCompare(b.since));
}

/** In the order in which they would be undone. */
export function compensationsOf({ compensations = {} }: EntityRecord): CompensationView[] {
  return Object.entries(compensations)
    .map(([name, it]) => ({ name, ...it }))
    .sort((a, b) => b.nth - a.nth);
}

/** The task of the state first, then by urgency. */
export function reviewsOf({ reviews }: EntityRecord, now: Date): OpenReview[] {
  return Object.entries(reviews)
    .map(([taskId, { proposal, ...it }]) => ({
      taskId,
      ...it,
      overdue: isPast(it.dueAt, now),
      ...(proposal && { proposal: { message: proposal.message, by: proposal.by, digest: proposal.digest } }),
    }))
    .sort(
      (a, b) =>
        Number(b.ofState ?? false) - Number(a.ofState ?? false) ||
        a.priority - b.priority ||
        a.openedAt.localeCompare(b.openedAt),
    );
}

/** How often each state was entered and how long the entity was in it; of the current one up to now. */
export function visitsOf({ visits, state, since }: EntityRecord, now: Date): Explanation['visits'] {
  const { entered, totalMs } = visits[state] ?? { entered: 1, totalMs: 0 };
  return { ...visits, [state]: { entered, totalMs: totalMs + now.getTime() - Date.parse(since) } };
}

/** Sorts behind every instant. */
const LAST = '9999';

const isPast = (at: string | undefined, now: Date): boolean => at !== undefined && Date.parse(at) < now.getTime();
