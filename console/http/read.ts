/** Reading from the gateway: one cache for all pages, keyed by the parts of the path so that changes can be told to it. */
import { keepPreviousData, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { keyOfPath } from './keys.js';
import { RequestFailed } from './problem.js';
import { request } from './request.js';

/** Answers are taken as current for so long, in milliseconds; the stream says earlier where something has changed. */
const FRESH_MS = 10_000;
/** A read that failed for a passing reason is tried so often again. */
const MOST_RETRIES = 2;

/** The cache of this page. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < MOST_RETRIES && isPassing(error),
      },
    },
  });
}

/** Nobody answered, or the gateway says that it will later. */
function isPassing(error: unknown): boolean {
  return error instanceof RequestFailed && (error.status === 0 || error.status >= 500);
}

/** How a read is kept current. */
export interface ReadOptions {
  /** Read again so often, in milliseconds, for what no event tells. */
  readonly everyMs?: number;
  /** Show the answer to the question before while this one is asked: for filters. */
  readonly keepPrevious?: boolean;
}

/** Reads a path; undefined: nothing to read yet. */
export function useRead<Answer>(path: string | undefined, options: ReadOptions = {}): UseQueryResult<Answer> {
  return useQuery<Answer>({
    queryKey: keyOfPath(path ?? ''),
    queryFn: ({ signal }) => request<Answer>(path ?? '', { signal }),
    enabled: path !== undefined,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  });
}
