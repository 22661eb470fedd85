/** Which tasks the inbox shows, and which one is open: the address says it. */
import { useCallback } from 'react';
import { useSearchParams } from 'wouter';
import { withChanges } from '../../http/paths.js';
import type { ReviewFilter } from '../../../client/views.js';

const NAMES = [
  'lifecycle',
  'queue',
  'assignee',
  'overdue',
  'parked',
  'delegated',
  'unassigned',
  'dueBefore',
  'state',
] as const satisfies readonly (keyof ReviewFilter)[];

/** One part of the filter. */
export type ReviewFilterName = (typeof NAMES)[number];

/** As the address has it: all texts. */
export type AddressFilter = Partial<Record<ReviewFilterName, string>>;

/** The filter of the address and the task that is open. */
export function useReviewFilter(): {
  readonly filter: AddressFilter;
  readonly task: string | undefined;
  readonly change: (changes: Partial<Record<ReviewFilterName | 'task', string | undefined>>) => void;
} {
  const [search, setSearch] = useSearchParams();
  const filter: AddressFilter = {};
  for (const name of NAMES) {
    const value = search.get(name);
    if (value !== null && value !== '') filter[name] = value;
  }
  return {
    filter,
    task: search.get('task') ?? undefined,
    change: useCallback(
      (changes) =>
        // Going through the list is no history worth keeping.
        setSearch((before) => withChanges(before, changes), { replace: Object.keys(changes).join() === 'task' }),
      [setSearch],
    ),
  };
}
