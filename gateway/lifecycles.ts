/** The lifecycles that this gateway serves: their names on the wire and their tables. */
import { claimBinding, type LifecycleBinding } from '../client/binding.js';
import { UnknownEntity } from '../client/errors.js';
import { claimLifecycle } from '../workflows/claim/states.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { Problem } from './problem.js';

/** A lifecycle with everything that the gateway knows of it. */
export interface ServedLifecycle {
  // What the notice and the messages hold is checked by their schemas; the gateway passes them on.
  readonly binding: LifecycleBinding;
  readonly table: Lifecycle;
}

const SERVED: Readonly<Record<string, ServedLifecycle>> = {
  claim: { binding: claimBinding as unknown as LifecycleBinding, table: claimLifecycle },
};

/** All lifecycles by name. */
export const lifecycleNames: readonly string[] = Object.keys(SERVED);

/** @throws Problem 404 `UnknownLifecycle` */
export function servedLifecycle(name: string): ServedLifecycle {
  const served = Object.hasOwn(SERVED, name) ? SERVED[name] : undefined;
  if (served) return served;
  throw new Problem(
    404,
    'UnknownLifecycle',
    `there is no lifecycle ${JSON.stringify(name)}; use ${lifecycleNames.join(', ')}`,
  );
}

/** A workflow id `<lifecycle>/<key>` in its two parts. @throws UnknownEntity where no served lifecycle has such ids */
export function entityOf(workflowId: string): { readonly served: ServedLifecycle; readonly id: string } {
  const slash = workflowId.indexOf('/');
  const name = workflowId.slice(0, Math.max(slash, 0));
  const id = workflowId.slice(slash + 1);
  const served = Object.hasOwn(SERVED, name) ? SERVED[name] : undefined;
  if (!served || id === '') throw new UnknownEntity(name || 'entity', id);
  return { served, id };
}
