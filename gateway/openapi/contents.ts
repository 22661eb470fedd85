/** What the requests of each lifecycle hold: its notice and its messages, under names of their own. */
import { z } from 'zod';
import { kernelMessages } from '../../events/kernel.js';
import type { ServedLifecycle } from '../lifecycles.js';

/** By name: `claim.notice`, `claim.withdraw`; those that every lifecycle understands `every.placeHold`. */
export function contents(lifecycles: readonly ServedLifecycle[]): Record<string, z.ZodType> {
  return Object.fromEntries([
    ...lifecycles.map(({ binding }) => [`${binding.name}.notice`, binding.notice] as const),
    ...lifecycles.flatMap(({ binding, table }) =>
      Object.keys(table.messages).map(
        (name) =>
          [
            `${binding.name}.${name}`,
            (binding.messages as Record<string, { schema: z.ZodType }>)[name]!.schema,
          ] as const,
      ),
    ),
    ...Object.entries(kernelMessages).map(([name, schema]) => [`every.${name}`, schema] as const),
  ]);
}
