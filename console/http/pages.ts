/** Lists that are read page by page, as far as somebody goes through them. */
import {
  keepPreviousData,
  notifyManager,
  useInfiniteQuery,
  useQueryClient,
  type InfiniteData,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { Page } from '../../client/views.js';
import { keyOfPath } from './keys.js';
import { request } from './request.js';

/** So many pages are read again whenever something changes. Of a longer list it is said that it has changed: it would be read without end. */
const LIVE_PAGES = 3;

type Read<Item> = InfiniteData<Page<Item>>;

/** A list as far as it has been read. */
export interface Pages<Item> {
  readonly items: readonly Item[];
  readonly query: UseInfiniteQueryResult<Read<Item>>;
  /** What it is a list of: names the place in it that is kept. */
  readonly path: string;
  /** It has changed since it was read, and is too long to be read again unasked. */
  readonly outdated: boolean;
  /** Reads it again, from its beginning. */
  readonly startAgain: () => void;
}

/** Reads a list. @param path without `cursor` */
export function usePages<Item>(path: string): Pages<Item> {
  const client = useQueryClient();
  const queryKey = useMemo(() => [...keyOfPath(path), 'pages'], [path]);
  const isLive = (data: Read<Item> | undefined): boolean => (data?.pages.length ?? 0) <= LIVE_PAGES;
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => request<Page<Item>>(withCursor(path, pageParam), { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<Item>) => last.cursor,
    placeholderData: keepPreviousData,
    enabled: ({ state }) => isLive(state.data),
  });
  const invalidated = useInvalidated(queryKey);
  const { data } = query;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const startAgain = useCallback(() => {
    client.setQueryData<Read<Item>>(
      queryKey,
      (read) => read && { pages: read.pages.slice(0, 1), pageParams: read.pageParams.slice(0, 1) },
    );
    void client.invalidateQueries({ queryKey, exact: true });
  }, [client, queryKey]);
  return { items, query, path, outdated: invalidated && !isLive(data), startAgain };
}

/** Whether a change was told of what is kept under a key. */
function useInvalidated(queryKey: readonly string[]): boolean {
  const client = useQueryClient();
  const subscribe = useCallback(
    (changed: () => void) => client.getQueryCache().subscribe(notifyManager.batchCalls(changed)),
    [client],
  );
  return useSyncExternalStore(subscribe, () => client.getQueryState(queryKey)?.isInvalidated === true);
}

function withCursor(path: string, cursor: string | undefined): string {
  if (cursor === undefined) return path;
  return `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
}
