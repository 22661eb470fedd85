/** What stands between an entity and the state that it wants to enter. Pure. */
import type { Lifecycle } from './definition.js';
import type { EntityState } from './entry.js';
import type { Verdict } from './spec.js';

/** The verdict of the first guard that objects, by its name; undefined where all agree. */
export type Objection =
  | { readonly guard: string; readonly verdict: 'defer'; readonly reason: string }
  | { readonly guard: string; readonly verdict: 'cancel'; readonly reason: string; readonly to: string };

/** The hold that blocks a state, as a guard's objection. */
export function blockedByHold(lifecycle: Lifecycle, state: EntityState, target: string): Objection | undefined {
  for (const [name, hold] of Object.entries(state.holds)) {
    if (lifecycle.holds?.[name]?.blocks.includes(target)) {
      return { guard: `hold:${name}`, verdict: 'defer', reason: hold.reason.code };
    }
  }
  return undefined;
}

/** A lifecycle's guard, asked. */
export function objectionOf(guard: string, verdict: Verdict<string>): Objection | undefined {
  return verdict.verdict === 'proceed' ? undefined : { guard, ...verdict };
}
