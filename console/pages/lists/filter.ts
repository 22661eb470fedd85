/** What a list is cut to: the address says it, so that it can be kept and passed on. */
import { useSearchParams } from 'wouter';
import { withChanges } from '../../http/paths.js';
import type { ListFilter, ListSort } from '../../../client/views.js';

/** Everything that a list's address may say. */
export const FILTER_NAMES = [
  'lifecycle',
  'state',
  'late',
  'overdue',
  'attention',
  'closed',
  'catastrophe',
  'longerThan',
  'owner',
  'waitsFor',
  'reason',
  'deferredBy',
  'text',
  'enteredSince',
  'updatedSince',
  'dueBefore',
] as const satisfies readonly (keyof ListFilter | 'lifecycle')[];

/** One of them. */
export type FilterName = (typeof FILTER_NAMES)[number];

/** As the address has it: all texts. */
export type Filter = Partial<Record<FilterName, string>>;

/** The filter of the address, its order, and how both are changed. */
export function useFilter(): {
  readonly filter: Filter;
  readonly sort: ListSort;
  /** `undefined` takes a part of the filter away. */
  readonly change: (changes: Partial<Record<FilterName | 'sort', string | undefined>>) => void;
  readonly clear: () => void;
} {
  const [search, setSearch] = useSearchParams();
  const filter: Filter = {};
  for (const name of FILTER_NAMES) {
    const value = search.get(name);
    if (value !== null && value !== '') filter[name] = value;
  }
  return {
    filter,
    sort: (search.get('sort') as ListSort | null) ?? 'age',
    change: (changes) => setSearch((before) => withChanges(before, changes)),
    clear: () => setSearch({}),
  };
}
