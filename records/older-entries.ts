/** Entries as earlier releases wrote them, in today's terms. The journal keeps them as they are, and its hashes cover them so. */
import type { EntityState, Entry, Patch, ReviewTask } from '../workflows/lifecycle/entry.js';

/** An entity once had one review task at most, and a patch said what became of it. */
interface OlderReview extends Pick<ReviewTask, 'queue' | 'reason' | 'priority' | 'dueAt'> {
  readonly taskId: string;
  readonly action: 'open' | 'resolve';
  readonly decision?: string;
}

/** The entry with what `fold` understands today. `before` is the state that it meets. */
export function inTodaysTerms(before: EntityState, entry: Entry): Entry {
  const review = (entry.patch as { readonly review?: OlderReview } | undefined)?.review;
  if (review === undefined) return entry;
  return { ...entry, patch: { ...entry.patch, reviews: reviewsOf(before, entry, review) } };
}

function reviewsOf(before: EntityState, entry: Entry, review: OlderReview): NonNullable<Patch['reviews']> {
  const { taskId, action, queue, reason, priority, dueAt, decision = 'resolved' } = review;
  if (action === 'resolve') return { [taskId]: { resolved: decision } };
  const superseded = Object.keys(before.reviews).map((open) => [open, { resolved: 'superseded' }] as const);
  const task: ReviewTask = {
    ...{ queue, reason, priority, openedAt: entry.recordedAt, ofState: true },
    ...(dueAt !== undefined && { dueAt }),
  };
  return { ...Object.fromEntries(superseded), [taskId]: task };
}
