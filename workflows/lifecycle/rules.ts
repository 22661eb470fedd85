/** The message rules and shapes of a lifecycle: its own, and the kernel's for every state. */
import type { LifecycleSpec } from './spec.js';
import type { Lifecycle, MessageRule } from './definition.js';
import { KERNEL_MESSAGES } from './kernel-messages.js';
import { kernelShapes } from './kernel-shapes.js';
import type { Shape } from './shape.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnySpec = LifecycleSpec<any, any, any, any, any>;

const rules = new WeakMap<AnySpec, Readonly<Record<string, MessageRule>>>();
const shapes = new WeakMap<AnySpec, Readonly<Record<string, Shape>>>();

/** Every rule by wire name. */
export function messageRules(spec: AnySpec): Readonly<Record<string, MessageRule>> {
  return once(rules, spec, () => {
    const { messages, states } = spec.lifecycle as Lifecycle;
    const everywhere = Object.keys(states);
    const kernel = Object.entries(KERNEL_MESSAGES).map(([name, rule]): [string, MessageRule] => [
      name,
      { ...rule, in: everywhere },
    ]);
    return { ...Object.fromEntries(kernel), ...messages };
  });
}

/** Every shape by wire name, the submission's among them. */
export function messageShapes(spec: AnySpec): Readonly<Record<string, Shape>> {
  return once(shapes, spec, () => ({ ...kernelShapes, ...spec.shapes }));
}

/** What follows from a lifecycle alone is made once for all its entities. */
function once<T>(made: WeakMap<AnySpec, T>, spec: AnySpec, make: () => T): T {
  const before = made.get(spec);
  if (before !== undefined) return before;
  const now = make();
  made.set(spec, now);
  return now;
}
