/** Addresses: of the gateway's answers, and of this page's own pages. */

const part = encodeURIComponent;

/** Of one entity in the API. */
export const entityApi = (lifecycle: string, id: string): string => `/api/entities/${part(lifecycle)}/${part(id)}`;

/** Of one review task in the API. */
export const reviewApi = (taskId: string): string => `/api/reviews/${part(taskId)}`;

/** Of an entity's page. */
export const entityPage = (lifecycle: string, id: string): string => `/entities/${part(lifecycle)}/${part(id)}`;

/** Of the inbox with one task chosen. */
export const reviewPage = (taskId: string): string => `/reviews?task=${part(taskId)}`;

/** Of a list with a filter. */
export function listPage(filter: Readonly<Record<string, string | boolean | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) search.set(name, String(value));
  return `/entities?${search.toString()}`;
}

/** The entity that a task belongs to: a task id is `<lifecycle>/<id>#<sequence>`. */
export function entityOfTask(taskId: string): { readonly lifecycle: string; readonly id: string } {
  const [, lifecycle = '', id = ''] = /^([^/]+)\/(.+)#\d+$/.exec(taskId) ?? [];
  return { lifecycle, id };
}

/** What an address says, changed: nothing, or an empty text, takes a part away. */
export function withChanges(
  search: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): URLSearchParams {
  const after = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') after.delete(name);
    else after.set(name, value);
  }
  return after;
}
