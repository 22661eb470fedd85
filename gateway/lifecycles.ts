/** The lifecycles that a gateway serves: their names on the wire and their tables. */
import { BINDINGS } from '../client/bindings.js';
import type { LifecycleBinding } from '../client/binding.js';
import { UnknownEntity, UnknownLifecycle } from '../client/errors.js';
import type { Lifecycle } from '../workflows/lifecycle/definition.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';

/** A lifecycle with everything that the gateway knows of it. */
export interface ServedLifecycle {
  // What the notice and the messages hold is checked by their schemas; the gateway passes them on.
  readonly binding: LifecycleBinding;
  readonly table: Lifecycle;
}

/** A class, so that NestJS can inject it. */
export class Lifecycles {
  private readonly served: ReadonlyMap<string, ServedLifecycle>;

  /** @throws Error where a binding has no table */
  constructor(bindings: readonly LifecycleBinding[] = BINDINGS, tables: readonly Lifecycle[] = LIFECYCLES) {
    this.served = new Map(
      bindings.map((binding) => {
        const table = tables.find(({ name }) => name === binding.name);
        if (!table) throw new Error(`lifecycle ${binding.name} has no table: add it to workflows/lifecycles.ts`);
        return [binding.name, { binding, table }];
      }),
    );
  }

  get names(): readonly string[] {
    return [...this.served.keys()];
  }

  get all(): readonly ServedLifecycle[] {
    return [...this.served.values()];
  }

  /** @throws UnknownLifecycle (404) */
  get(name: string): ServedLifecycle {
    const served = this.served.get(name);
    if (served) return served;
    throw new UnknownLifecycle(name, this.names);
  }

  /** A workflow id `<lifecycle>/<key>` in its two parts. @throws UnknownEntity where no served lifecycle has such ids */
  entityOf(workflowId: string): { readonly served: ServedLifecycle; readonly id: string } {
    const slash = workflowId.indexOf('/');
    const name = workflowId.slice(0, Math.max(slash, 0));
    const id = workflowId.slice(slash + 1);
    const served = this.served.get(name);
    if (!served || id === '') throw new UnknownEntity(name || 'entity', id);
    return { served, id };
  }
}
