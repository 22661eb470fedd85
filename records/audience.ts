/** Who may see why: reasons say it themselves, and what repeats their code is as secret as they are. */
import type { Entry, Patch, Reason } from '../workflows/lifecycle/entry.js';

/** Who asks: `staff` sees what is general, `restricted` everything, `customer` only what is meant for customers. */
export type Audience = 'staff' | 'restricted' | 'customer';

/** Stands where a code is that the asker may not see. */
export const WITHHELD = 'withheld';

/** One entry, as the audience may see it. */
export function cutEntry(audience: Audience, entry: Entry): Entry {
  return audience === 'restricted' ? entry : new Cut(audience, [entry.reason]).entry(entry);
}

/** Reasons say themselves who may see them; bare codes repeat a reason's code, and are as secret as that. */
export class Cut {
  private readonly secrets: ReadonlySet<string>;

  constructor(
    private readonly audience: 'staff' | 'customer',
    reasons: readonly (Reason | undefined)[],
  ) {
    this.secrets = new Set(reasons.flatMap((reason) => (reason && !this.shows(reason) ? [reason.code] : [])));
  }

  reason(reason: Reason): Reason {
    if (this.shows(reason)) return reason;
    return { code: WITHHELD, ...(reason.visibility !== undefined && { visibility: reason.visibility }) };
  }

  code(code: string): string {
    // A customer is told no code that was not meant for customers.
    return this.secrets.has(code) ? WITHHELD : code;
  }

  entry(entry: Entry): Entry {
    const { reason, guard } = entry;
    return {
      ...entry,
      ...(reason && { reason: this.reason(reason) }),
      ...(guard?.reason !== undefined && { guard: { ...guard, reason: this.code(guard.reason) } }),
    };
  }

  /** What an entry changes. */
  patch(patch: Patch): Patch {
    const { parts, holds, reviews } = patch;
    return {
      ...patch,
      ...(parts && {
        parts: each(parts, (part) => (part.reason === undefined ? part : { ...part, reason: this.code(part.reason) })),
      }),
      ...(holds && { holds: each(holds, (hold) => hold && { ...hold, reason: this.reason(hold.reason) }) }),
      ...(reviews && {
        reviews: each(reviews, (task) => ('resolved' in task ? task : { ...task, reason: this.code(task.reason) })),
      }),
    };
  }

  private shows({ code, visibility = 'general' }: Reason): boolean {
    return code === WITHHELD || visibility === 'customer' || (visibility === 'general' && this.audience === 'staff');
  }
}

/**
 * Any value, as the audience may see it: reasons in it say themselves who may see them, at any depth, and texts that repeat the code
 * of one that is withheld are withheld too.
 */
export function cutValue<T>(audience: Audience, value: T): T {
  if (audience === 'restricted') return value;
  const cut = new Cut(audience, reasonsIn(value));
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return cut.code(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return isReason(part) ? cut.reason(part) : each(part as Record<string, unknown>, walk);
  };
  return walk(value) as T;
}

const isReason = (value: object): value is Reason =>
  typeof (value as Partial<Reason>).code === 'string' && typeof (value as Partial<Reason>).visibility === 'string';

function reasonsIn(value: unknown): Reason[] {
  if (typeof value !== 'object' || value === null) return [];
  return isReason(value) ? [value] : Object.values(value).flatMap(reasonsIn);
}

/** A map with each of its values changed. */
export function each<T, R>(map: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
