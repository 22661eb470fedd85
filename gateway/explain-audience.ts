/** Cuts what an explanation is made from to what the asker may see. Everything after that may show all it has. */
import type { Entry, Reason } from '../workflows/lifecycle/entry.js';
import type { ExplainInput } from './explain.js';

/** Who asks: `staff` sees what is general, `restricted` everything, `customer` only what is meant for customers. */
export type Audience = 'staff' | 'restricted' | 'customer';

/** Stands where a code is that the asker may not see. */
export const WITHHELD = 'withheld';

/** The same input without what the audience may not see. Pure; cutting twice changes nothing more. */
export function cutFor(audience: Audience, input: ExplainInput): ExplainInput {
  if (audience === 'restricted') return input;
  const { record, tail, enteredBy, causedBy, openings } = audience === 'customer' ? forCustomers(input) : input;
  const cut = new Cut(audience, [
    ...[...tail, ...openings, enteredBy, causedBy].map((entry) => entry?.reason),
    record.reason,
    ...Object.values(record.holds).map(({ reason }) => reason),
    ...Object.values(record.deferrals).map(({ move }) => move?.reason),
  ]);
  const { reason, attention } = record;
  return {
    ...input,
    ...(audience === 'customer' && {
      run: { error: 'not shown to customers' },
      backlog: { error: 'not shown to customers' },
    }),
    record: {
      ...record,
      ...(reason && { reason: cut.reason(reason) }),
      ...(attention !== undefined && { attention: cut.code(attention) }),
      parts: each(record.parts, (part) =>
        part.reason === undefined ? part : { ...part, reason: cut.code(part.reason) },
      ),
      holds: each(record.holds, (hold) => ({ ...hold, reason: cut.reason(hold.reason) })),
      deferrals: each(record.deferrals, (deferral) => ({ ...deferral, reason: cut.code(deferral.reason) })),
      reviews: each(record.reviews, (task) => ({ ...task, reason: cut.code(task.reason) })),
    },
    tail: tail.map((entry) => cut.entry(entry)),
    openings: [],
    ...(enteredBy && { enteredBy: cut.entry(enteredBy) }),
    ...(causedBy && { causedBy: cut.entry(causedBy) }),
  };
}

/** One entry, as the audience may see it. */
export function cutEntry(audience: Audience, entry: Entry): Entry {
  return audience === 'restricted' ? entry : new Cut(audience, [entry.reason]).entry(entry);
}

/** Reasons say themselves who may see them; bare codes repeat a reason's code, and are as secret as that. */
class Cut {
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

  private shows({ code, visibility = 'general' }: Reason): boolean {
    return code === WITHHELD || visibility === 'customer' || (visibility === 'general' && this.audience === 'staff');
  }
}

/** Customers see what happened and what is asked of them; how the house works on it, and who does, is not theirs. */
function forCustomers(input: ExplainInput): ExplainInput {
  const { attention: _attention, ...record } = input.record;
  return {
    ...input,
    record: {
      ...record,
      holds: {},
      deferrals: {},
      reviews: {},
      compensations: {},
      parts: each(record.parts, ({ reason: _reason, ...part }) => part),
    },
    tail: input.tail
      .filter(({ kind, actor }) => kind === 'transition' || actor.kind === 'customer')
      .map(({ guard: _guard, ...entry }) => anonymous(entry)),
    ...(input.enteredBy && { enteredBy: anonymous(input.enteredBy) }),
  };
}

/** Members of staff are not named. */
function anonymous(entry: Entry): Entry {
  const { actor } = entry;
  return actor.kind === 'staff'
    ? { ...entry, actor: { kind: 'staff', id: 'staff', authenticated: actor.authenticated } }
    : entry;
}

function each<T, R>(map: Readonly<Record<string, T>>, change: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
