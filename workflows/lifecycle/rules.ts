/** The message rules and shapes of a lifecycle: its own, and the kernel's for every state. */
import type { LifecycleSpec } from './spec.js';
import type { Lifecycle, MessageRule } from './definition.js';
import { KERNEL_MESSAGES } from './kernel-messages.js';
import { kernelShapes } from './kernel-shapes.js';
import type { Shape } from './shape.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnySpec = LifecycleSpec<any, any, any, any, any>;

let ruled: { readonly spec: AnySpec; readonly rules: Readonly<Record<string, MessageRule>> } | undefined;
let shaped: { readonly spec: AnySpec; readonly shapes: Readonly<Record<string, Shape>> } | undefined;

/** Every rule by wire name. */
export function messageRules(spec: AnySpec): Readonly<Record<string, MessageRule>> {
  if (ruled?.spec !== spec) {
    const { messages, states } = spec.lifecycle as Lifecycle;
    const everywhere = Object.keys(states);
    const kernel = Object.entries(KERNEL_MESSAGES).map(([name, rule]) => [name, { ...rule, in: everywhere }]);
    ruled = { spec, rules: { ...Object.fromEntries(kernel), ...messages } };
  }
  return ruled.rules;
}

/** Every shape by wire name, the submission's among them. */
export function messageShapes(spec: AnySpec): Readonly<Record<string, Shape>> {
  if (shaped?.spec !== spec) shaped = { spec, shapes: { ...kernelShapes, ...spec.shapes } };
  return shaped.shapes;
}
