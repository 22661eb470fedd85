/** Entities of a catastrophe: how their work yields to everyday work, also where they learn of it only after they have begun. */
import type { EntityState } from './entry.js';

/**
 * What the tasks of an entity, and of its activities, which inherit it, yield to in a backlog: those of a catastrophe let everyday
 * ones pass, and catastrophes share what is left. Temporal's priority keys; 3 is its default.
 */
export const PRIORITY = { everyday: 3, catastrophe: 4 } as const;

/**
 * Name of the catastrophe that an entity was attached to after its submission; undefined where it belongs to none, or named it when
 * it was submitted: then it was labelled and routed at its start, as far as the catastrophe was declared.
 */
export function attachedTo({ facts }: Pick<EntityState, 'facts'>): string | undefined {
  const { catastrophe, notice } = facts;
  if (typeof catastrophe !== 'string') return undefined;
  const submitted = (notice as { readonly catastrophe?: unknown } | undefined)?.catastrophe;
  return submitted === catastrophe ? undefined : catastrophe;
}
