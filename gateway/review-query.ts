/** The filter of a list of review tasks, from the address bar to the records. */
import { z } from 'zod';
import type { ReviewFilter } from '../records/review-list.js';
import { comingMoment } from './moments.js';

const flag = z.stringbool({ error: 'true or false' }).optional();

/** As `ReviewFilter` in client/views.ts says. */
export const reviewFilterQuery = z.strictObject({
  lifecycle: z.string().optional(),
  queue: z.string().max(128).optional(),
  assignee: z.string().max(128).optional(),
  delegated: flag,
  unassigned: flag,
  overdue: flag,
  parked: flag,
  dueBefore: comingMoment.optional(),
  state: z.string().max(2000).optional(),
});

export type ReviewFilterQuery = z.infer<typeof reviewFilterQuery>;

/**
 * @param readable of these lifecycles alone
 * @param represented the people for whom the assignee stands in now
 */
export function reviewFilterOf(
  query: ReviewFilterQuery,
  readable: readonly string[],
  represented: readonly string[] = [],
): ReviewFilter {
  const { queue, assignee, unassigned, overdue, parked, dueBefore, state } = query;
  return {
    lifecycles: readable,
    ...(queue !== undefined && { queue }),
    ...(assignee !== undefined && { assignees: [assignee, ...represented] }),
    ...(unassigned === true && { unassigned }),
    ...(overdue === true && { overdue }),
    ...(parked === true && { includeParked: parked }),
    ...(dueBefore !== undefined && { dueBefore }),
    ...(state !== undefined && { states: state.split(',').map((name) => name.trim()) }),
  };
}
