/** The lifecycles' tables: they change with a deployment alone, and are read once. */
import type { LifecycleView } from '../../client/lifecycle-views.js';
import { useRead } from './read.js';

/** All of them; undefined while they are on their way. */
export function useLifecycles(): readonly LifecycleView[] | undefined {
  return useRead<{ readonly items: readonly LifecycleView[] }>('/api/lifecycles').data?.items;
}

/** One of them. */
export function useLifecycle(name: string): LifecycleView | undefined {
  return useLifecycles()?.find(({ lifecycle }) => lifecycle === name);
}
