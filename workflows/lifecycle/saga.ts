/**
 * What is undone when an entity does not go through with it. As data: registered before the step's call, on record with it, undone in
 * reverse order, and forgotten at the pivot. Pure.
 */
import { instant } from './clockwork.js';
import type { Lifecycle } from './definition.js';
import type { Compensation, EntityState, Patch } from './entry.js';

/** One that is registered, by its name. */
export type Registered = readonly [name: string, compensation: Compensation];

/**
 * Registers an undo; registered again under its name it is the new one.
 * @throws Error where the table does not know it, or the pivot has been passed: defects of the flow.
 */
export function registered(
  lifecycle: Lifecycle,
  state: EntityState,
  name: string,
  undo: string,
  given: Readonly<Record<string, unknown>>,
  now: number,
): Patch {
  if (!lifecycle.compensations?.[undo]) {
    throw new Error(`lifecycle ${lifecycle.name} registers ${undo}, but its table has no such compensation`);
  }
  const passed = Object.keys(state.visits).find((visited) => lifecycle.states[visited]?.pivot);
  if (passed) throw new Error(`${undo} is registered after ${passed}, from which the flow goes forward only`);
  const nth = 1 + Math.max(0, ...Object.values(state.compensations ?? {}).map((each) => each.nth));
  return { compensations: { [name]: { undo, given, nth, registeredAt: instant(now) } } };
}

/** What is to be undone: groups one after the other, the members of each at the same time. */
export function undoable({ compensations }: Lifecycle, state: EntityState): Registered[][] {
  const groups: Registered[][] = [];
  const parallel = ([, { undo }]: Registered) => compensations?.[undo]?.parallel === true;
  for (const next of toUndo(state)) {
    const group = groups.at(-1);
    const [neighbour] = group ?? [];
    if (group && neighbour && parallel(next) && parallel(neighbour)) group.push(next);
    else groups.push([next]);
  }
  return groups;
}

/** Everything that is still to be undone, the last registered first. */
export function toUndo({ compensations = {} }: Pick<EntityState, 'compensations'>): Registered[] {
  return Object.entries(compensations).sort(([, a], [, b]) => b.nth - a.nth);
}

/** What would still have to be undone after a patch. */
export function dangling(state: EntityState, patch: Patch): string[] {
  const after = Object.entries({ ...state.compensations, ...patch.compensations });
  return after.flatMap(([name, compensation]) => (compensation ? [name] : []));
}

/** At the pivot nothing is undone any more. */
export function forwardOnly(state: EntityState): Patch {
  const names = Object.keys(state.compensations ?? {});
  return names.length > 0 ? { compensations: Object.fromEntries(names.map((name) => [name, null])) } : {};
}
