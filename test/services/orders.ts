/** What the tests of the orders' services share. */
import { eventually } from '../support/eventually.js';
import type { Received, Stage } from './support.js';

/** Milliseconds from now as an instant. */
export const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Callbacks of an event to an order, `shipping.delivered`; waits until there are `n`. */
export const told = (stage: Stage, order: string, event: string, n = 1): Promise<Received['event']['data'][]> =>
  eventually(
    () =>
      stage.gateway
        .to(`order/${order}`)
        .filter((callback) => callback.event.type === `com.throughline.${event}.v1`)
        .map((callback) => callback.event.data),
    (all) => all.length >= n,
  );

/** All items of a list, page by page. */
export async function listed(stage: Stage, path: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `${path.includes('?') ? '&' : '?'}cursor=${cursor}`;
    const { body } = await stage.call('GET', `${path}${query}`);
    items.push(...(body['items'] as Record<string, unknown>[]));
    cursor = body['next'] as string | undefined;
  } while (cursor !== undefined);
  return items;
}
