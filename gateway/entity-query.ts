/** The filter of a list of entities, from the address bar to the records. */
import { z } from 'zod';
import { InvalidMessage } from '../client/errors.js';
import type { EntityFilter, Within } from '../records/entity-filter.js';
import type { Lifecycles } from './lifecycles.js';
import { comingMoment, duration, pastMoment } from './moments.js';

const flag = z.stringbool({ error: 'true or false' }).optional();
/** What stands in the records, or does not; never a control character, which no key and no code has. */
const printable = z
  .string()
  .min(1)
  .max(128)
  .refine((text) => !/\p{Cc}/u.test(text), 'text without control characters');

/** As `ListFilter` in client/views.ts says. */
export const filterQuery = z.strictObject({
  lifecycle: z.string().optional(),
  state: z.string().max(2000).optional(),
  overdue: flag,
  late: flag,
  attention: flag,
  closed: flag,
  catastrophe: printable.optional(),
  longerThan: duration.optional(),
  owner: printable.optional(),
  waitsFor: printable.optional(),
  reason: printable.optional(),
  deferredBy: printable.optional(),
  text: printable.min(2).optional(),
  enteredSince: pastMoment.optional(),
  updatedSince: pastMoment.optional(),
  dueBefore: comingMoment.optional(),
});

export type FilterQuery = z.infer<typeof filterQuery>;

/**
 * @param readable of these lifecycles alone
 * @throws InvalidMessage where they have no such state, owner or awaited thing
 */
export function filterOf(query: FilterQuery, readable: readonly string[], lifecycles: Lifecycles): EntityFilter {
  const { overdue, late, attention, closed, catastrophe, longerThan, reason, deferredBy, enteredSince, updatedSince } =
    query;
  const now = new Date().toISOString();
  const due = [query.dueBefore, overdue === true ? now : undefined].filter((at) => at !== undefined).sort()[0];
  return {
    within: withinOf(query, readable, lifecycles),
    ...(closed !== undefined && { closed }),
    ...(longerThan !== undefined && { enteredBefore: new Date(Date.now() - longerThan).toISOString() }),
    ...(enteredSince !== undefined && { enteredSince }),
    ...(updatedSince !== undefined && { updatedSince }),
    ...(due !== undefined && { dueBefore: due }),
    ...(late === true && { late }),
    ...(attention === true && { attention }),
    ...(catastrophe !== undefined && { catastrophe }),
    ...(reason !== undefined && { reason }),
    ...(deferredBy !== undefined && { deferredBy }),
    ...textFilter(query.text),
  };
}

/** A star at the end asks for the beginning of a key; keys are in capitals as a rule, and people type as they like. */
function textFilter(text: string | undefined): Pick<EntityFilter, 'idPrefix' | 'idContains'> {
  if (text === undefined) return {};
  return text.endsWith('*') ? { idPrefix: text.slice(0, -1) } : { idContains: text };
}

/** Owner and what is waited for are the table's to say: each stands for the states that it names. */
function withinOf(
  { state, owner, waitsFor }: FilterQuery,
  readable: readonly string[],
  lifecycles: Lifecycles,
): Within[] {
  if (state === undefined && owner === undefined && waitsFor === undefined) {
    return readable.map((lifecycle) => ({ lifecycle }));
  }
  const wanted = state?.split(',').map((name) => name.trim());
  const tables = readable.map((lifecycle) => ({ lifecycle, states: lifecycles.get(lifecycle).table.states }));
  const all = tables.flatMap(({ states }) => Object.entries(states));
  requireKnown(
    'state',
    wanted ?? [],
    all.map(([name]) => name),
  );
  requireKnown(
    'owner',
    owner ?? [],
    all.map(([, definition]) => definition.owner),
  );
  requireKnown(
    'waitsFor',
    waitsFor ?? [],
    all.flatMap(([, definition]) => definition.waitsFor ?? []),
  );
  return tables.flatMap(({ lifecycle, states }) => {
    const fitting = Object.entries(states)
      .filter(([name]) => !wanted || wanted.includes(name))
      .filter(([, definition]) => owner === undefined || definition.owner === owner)
      .filter(([, definition]) => waitsFor === undefined || definition.waitsFor === waitsFor)
      .map(([name]) => name);
    return fitting.length === 0 ? [] : [{ lifecycle, states: fitting }];
  });
}

/** @throws InvalidMessage */
function requireKnown(field: string, wanted: string | readonly string[], known: readonly string[]): void {
  const unknown = [wanted].flat().find((value) => !known.includes(value));
  if (unknown === undefined) return;
  const names = [...new Set(known)].join(', ');
  throw new InvalidMessage('query', [{ field, value: unknown.slice(0, 64), remedy: `use one of ${names}` }]);
}
