/** Where a saved view leads: it is a filter of a list, and the address says it. */
import type { SavedView } from '../../../client/console-views.js';

/** The page that shows it. */
export function savedViewPage({ of, filter }: Pick<SavedView, 'of' | 'filter'>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) search.set(name, String(value));
  return `/${of}?${search.toString()}`;
}
