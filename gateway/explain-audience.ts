/** Cuts what an explanation is made from to what the asker may see. Everything after that may show all it has. */
import { Cut, each, type Audience } from '../records/audience.js';
import type { EntityRecord } from '../records/entity-record.js';
import type { Entry, Reason } from '../workflows/lifecycle/entry.js';
import type { ExplainInput } from './explain.js';

/** The same input without what the audience may not see. Pure; cutting twice changes nothing more. */
export function cutFor(audience: Audience, input: ExplainInput): ExplainInput {
  if (audience === 'restricted') return input;
  const { record, tail, enteredBy, causedBy, openings } = audience === 'customer' ? forCustomers(input) : input;
  const cut = new Cut(audience, [
    ...[...tail, ...openings, enteredBy, causedBy].map((entry) => entry?.reason),
    ...reasonsOf(record),
  ]);
  return {
    ...input,
    ...(audience === 'customer' && {
      run: { error: 'not shown to customers' },
      backlog: { error: 'not shown to customers' },
    }),
    record: cutBy(cut, record),
    tail: tail.map((entry) => cut.entry(entry)),
    openings: [],
    ...(enteredBy && { enteredBy: cut.entry(enteredBy) }),
    ...(causedBy && { causedBy: cut.entry(causedBy) }),
  };
}

/** A record by itself, for lists: it knows fewer secrets than its journal does, and shows less. */
export function cutRecord(audience: Exclude<Audience, 'customer'>, record: EntityRecord): EntityRecord {
  return audience === 'restricted' ? record : cutBy(new Cut(audience, reasonsOf(record)), record);
}

const reasonsOf = ({ reason, holds, deferrals }: EntityRecord): (Reason | undefined)[] => [
  reason,
  ...Object.values(holds).map((hold) => hold.reason),
  ...Object.values(deferrals).map(({ move }) => move?.reason),
];

function cutBy(cut: Cut, record: EntityRecord): EntityRecord {
  const { reason, attention } = record;
  return {
    ...record,
    ...(reason && { reason: cut.reason(reason) }),
    ...(attention !== undefined && { attention: cut.code(attention) }),
    parts: each(record.parts, (part) =>
      part.reason === undefined ? part : { ...part, reason: cut.code(part.reason) },
    ),
    holds: each(record.holds, (hold) => ({ ...hold, reason: cut.reason(hold.reason) })),
    deferrals: each(record.deferrals, (deferral) => ({ ...deferral, reason: cut.code(deferral.reason) })),
    reviews: each(record.reviews, (task) => ({ ...task, reason: cut.code(task.reason) })),
  };
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
