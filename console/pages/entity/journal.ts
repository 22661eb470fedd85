/** The journal of the entity that is shown, read page by page from the beginning. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { JournalDetail } from '../../../client/console-views.js';
import { entityApi } from '../../http/paths.js';
import { keyOfPath } from '../../http/keys.js';
import { query, request } from '../../http/request.js';

/** Entries of one page; few entities have more. */
const PAGE_SIZE = 500;

/** All entries that have been read, the oldest first. */
export function useJournal(lifecycle: string, id: string) {
  const path = `${entityApi(lifecycle, id)}/journal`;
  const pages = useInfiniteQuery({
    queryKey: keyOfPath(path),
    queryFn: ({ pageParam, signal }) =>
      request<{ readonly items: readonly JournalDetail[] }>(`${path}${query({ after: pageParam, limit: PAGE_SIZE })}`, {
        signal,
      }),
    initialPageParam: 0,
    getNextPageParam: ({ items }) => (items.length === PAGE_SIZE ? items.at(-1)?.sequence : undefined),
  });
  const { data } = pages;
  const lines = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  return { pages, lines };
}
