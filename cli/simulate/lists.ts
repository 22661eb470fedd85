/** The services' own lists, read page by page: what they have on their books, whatever the entities themselves believe. */
import { z } from 'zod';

/** Rows of a page. */
const PAGE = 1_000;
/** How long one call may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * All rows of a list.
 * @param services URL without a slash at its end
 * @throws Error where the services do not answer as expected; a repeat may mend it
 */
export async function* listed<T extends z.ZodType>(services: string, path: string, row: T): AsyncGenerator<z.infer<T>> {
  const page = z.object({ items: z.array(row), next: z.string().optional() });
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor !== undefined && { cursor }) });
    const response = await fetch(`${services}/${path}?${query.toString()}`, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the services answer ${response.status} to GET ${path}; look at their log`);
    const { items, next } = page.parse(await response.json());
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
