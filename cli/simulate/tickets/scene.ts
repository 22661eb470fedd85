/** Tickets, as `throughline simulate tickets` plays them. */
import { ticketLifecycle } from '../../../workflows/ticket/states.js';
import { Dice } from '../dice.js';
import type { Scene } from '../scene.js';
import { idsOf } from '../stories.js';
import { assignmentsOf, broken } from './books.js';
import { decisionOf, speaker, usual } from './people.js';
import { Roster } from './roster.js';
import { planOf, STORIES, type Plan } from './stories.js';

export const TICKETS: Scene = {
  lifecycle: ticketLifecycle,
  plural: 'tickets',
  summary: 'tickets of all kinds, while things go wrong',
  description:
    'Submits tickets at a rate while the reference services go wrong on purpose, plays customers, experts and supervisors by a stated mix, ' +
    "heals by reconciliation what got lost, and checks the invariants against the dispatch's books and the journals.",
  // In a day that takes a second no expert could answer before silence counts.
  speeds: ['brisk'],
  stories: STORIES,
  pairs: ['tickets-followUps', 'records-temporal'],
  cast: (flags) => {
    const roster = new Roster(flags.run);
    const plans = plansOf(flags, roster);
    return {
      plans,
      house: roster.seeds,
      usual,
      speaker: (told, id) => speaker(told, plans.get(id)?.notice.customerId ?? id),
      decide: (task) => decisionOf(task),
      books: async (services, tickets) => {
        const assignments = await assignmentsOf(services, tickets);
        return { of: (id) => broken({ closed: tickets.get(id)?.closed === true }, assignments.get(id) ?? []) };
      },
    };
  },
};

/** Plans of tickets by their ids: those of the same number and seed are alike in every run. */
export function plansOf(
  { run, count, seed }: { readonly run: string; readonly count: number; readonly seed: number },
  roster: Roster,
): Map<string, Plan> {
  return new Map(
    idsOf({ run, count }).map((id, i) => [id, planOf({ id, dice: new Dice(seed, `ticket/${i + 1}`), roster })]),
  );
}
