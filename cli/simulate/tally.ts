/** Where the entities of a run are, at one moment: counted, and told in a line. Pure. */
import type { EntitySummary } from '../../client/index.js';
import type { Lifecycle } from '../../workflows/lifecycle/definition.js';

/** How many entities are where. */
export interface Tally {
  /** That the run has in all. */
  readonly total: number;
  readonly submitted: number;
  /** Open ones by state; those that the records do not know yet are in the first. */
  readonly states: Readonly<Record<string, number>>;
  readonly ended: number;
  /** Of the open ones, those that wait for a person of the house. */
  readonly withPeople: number;
  /** Submitted per second up to now. */
  readonly perSecond: number;
}

/** Most states that a line names. */
const MOST_NAMED = 4;

/** Whether an entity waits for a person of the house. */
export function isWithPeople({ states }: Lifecycle, { state, closed }: EntitySummary): boolean {
  return !closed && states[state]?.review !== undefined;
}

/** Counts. @param seconds since the first was submitted */
export function tallyOf(
  lifecycle: Lifecycle,
  total: number,
  submitted: readonly string[],
  entities: ReadonlyMap<string, EntitySummary>,
  seconds: number,
): Tally {
  const states: Record<string, number> = {};
  let ended = 0;
  let withPeople = 0;
  for (const id of submitted) {
    const entity = entities.get(id);
    if (entity?.closed) ended += 1;
    else states[entity?.state ?? lifecycle.initial] = (states[entity?.state ?? lifecycle.initial] ?? 0) + 1;
    if (entity && isWithPeople(lifecycle, entity)) withPeople += 1;
  }
  return {
    total,
    submitted: submitted.length,
    states,
    ended,
    withPeople,
    perSecond: submitted.length / Math.max(seconds, 1),
  };
}

/** One line for people: how many come in, where they are, how many have ended. */
export function lineOf({ submitted, total, states, ended, withPeople, perSecond }: Tally): string {
  const named = Object.entries(states)
    .sort(([, a], [, b]) => b - a)
    .map(([state, n]) => `${n} ${state}`);
  const more = named.length > MOST_NAMED ? [`${named.length - MOST_NAMED} states more`] : [];
  const where = named.length === 0 ? '' : ` (${[...named.slice(0, MOST_NAMED), ...more].join(', ')})`;
  const coming = submitted < total ? `${submitted} in, ${perSecond.toFixed(1)}/s, ` : '';
  return `${coming}${submitted - ended} in flight${where}, ${ended} ended, ${withPeople} with people`;
}
