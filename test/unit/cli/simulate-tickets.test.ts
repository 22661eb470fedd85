/** Simulated tickets: the mix, those who play, and what is checked at the end. */
import { describe, expect, test } from 'vitest';
import { broken, type Assignment } from '../../../cli/simulate/tickets/books.js';
import { Characters } from '../../../cli/simulate/characters.js';
import { decisionOf, speaker, usual } from '../../../cli/simulate/tickets/people.js';
import { Roster } from '../../../cli/simulate/tickets/roster.js';
import { plansOf } from '../../../cli/simulate/tickets/scene.js';
import { STORIES, type Plan } from '../../../cli/simulate/tickets/stories.js';
import type { EntitySummary, ReviewView } from '../../../client/views.js';
import { ticketMessages, ticketNotice } from '../../../events/ticket.js';
import { dispatchSeed, expertSeed } from '../../../services/experts/roster.js';
import { planSeed } from '../../../services/plans/plans.service.js';
import type { Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { ticketLifecycle, type TicketState } from '../../../workflows/ticket/states.js';

const table: Lifecycle = ticketLifecycle;
const roster = new Roster('run');
const plans = plansOf({ run: 'run', count: 400, seed: 7 }, roster);

const of = (story: string): Plan => {
  const plan = [...plans.values()].find((one) => one.story === story);
  if (!plan) throw new Error(`no ticket is ${story}`);
  return plan;
};

const ticket = (id: string, state: TicketState, since = '2026-11-20T09:00:00.000Z') =>
  ({ id, state, since, closed: state === 'Closed', clocks: {}, parts: {} }) as unknown as EntitySummary;

describe('the mix', () => {
  test('is of a hundred, every story is told, and it is the same again with the same seed', () => {
    expect(STORIES.reduce((sum, { share }) => sum + share, 0)).toBe(100);
    expect(new Set([...plans.values()].map(({ story }) => story))).toEqual(new Set(STORIES.map(({ name }) => name)));
    const again = plansOf({ run: 'other', count: 50, seed: 7 }, new Roster('other'));
    const told = (from: Map<string, Plan>) =>
      [...from.values()].slice(0, 50).map(({ story, notice }) => [story, notice.priority, notice.product]);
    expect(told(again)).toEqual(told(plans));
  });

  test('is made of notices, messages and seeds that are taken, and told where the table takes them', () => {
    const kinds = { plans: planSeed, experts: expertSeed, dispatches: dispatchSeed };
    const taken = (seeds: Readonly<Record<string, readonly object[]>>) => {
      for (const [kind, rows] of Object.entries(seeds)) {
        for (const row of rows) expect(kinds[kind as keyof typeof kinds].safeParse(row).error, kind).toBeUndefined();
      }
    };
    taken(roster.seeds);
    for (const { notice, seeds, acts } of plans.values()) {
      expect(ticketNotice.safeParse(notice).error).toBeUndefined();
      taken(seeds);
      for (const { seeds: given = {}, tell, in: states } of acts) {
        taken(given);
        if (!tell) continue;
        expect(ticketMessages[tell.name].safeParse(tell.data).error).toBeUndefined();
        for (const state of states) {
          const reopens = table.states[state]?.reopens?.by.includes(tell.name);
          expect(reopens ?? table.messages[tell.name]?.in.includes(state), `${tell.name} in ${state}`).toBe(true);
        }
      }
    }
  });
});

describe('those who play', () => {
  const play = () => {
    const said: string[] = [];
    const means = {
      seed: (seeds: object) => Promise.resolve(void said.push(`seed ${Object.keys(seeds).join()}`)),
      tell: (_: string, __: string, { name }: { readonly name: string }) => Promise.resolve(said.push(name) > 0),
    };
    const characters = new Characters(plans, means, usual);
    return { said, does: async (seen: EntitySummary) => void (await characters.react(seen)?.()) };
  };

  test('solve what they work on once, and only in another visit of the state again', async () => {
    const { ticketId } = of('handedOver').notice;
    const { said, does } = play();
    await does(ticket(ticketId, 'InProgress'));
    await does(ticket(ticketId, 'InProgress'));
    await does(ticket(ticketId, 'AwaitingExpert'));
    await does(ticket(ticketId, 'InProgress', '2026-11-20T10:00:00.000Z'));
    expect(said).toEqual(['handOver', 'resolveTicket']);
  });

  test('go on in the same visit after what moves the ticket nowhere', async () => {
    const { ticketId } = of('moreUrgent').notice;
    const { said, does } = play();
    for (let look = 0; look < 3; look++) await does(ticket(ticketId, 'InProgress'));
    expect(said).toEqual(['changePriority', 'resolveTicket']);
  });

  test('say what they say in their own name', () => {
    expect(speaker({ name: 'reopenTicket' }, 'C-1')).toMatchObject({ kind: 'customer', id: 'C-1' });
    expect(speaker({ name: 'resolveTicket' }, 'C-1')).toMatchObject({ kind: 'staff' });
  });

  test.each(['nobodyAvailable', 'tooManyHops', 'resolutionElapsed', 'serviceFailed'])(
    'decide a review because of %s by data that the ticket takes',
    (reason) => {
      const decided = decisionOf({ decidedBy: ['supervise'], reason } as unknown as ReviewView);
      expect('data' in decided && ticketMessages.supervise.safeParse(decided.data).success).toBe(true);
    },
  );
});

test.each<[string, boolean, readonly (readonly [number, string])[], boolean, number]>([
  ['one expert at work', false, [[1, 'accepted']], false, 0],
  ['one after the other', false, [[1, 'ended'], [2, 'notified']], false, 0], // prettier-ignore
  ['two at once', false, [[1, 'accepted'], [2, 'notified']], true, 0], // prettier-ignore
  ['two for one hop', false, [[1, 'ended'], [1, 'accepted']], true, 0], // prettier-ignore
  ['ended, and let go', true, [[1, 'ended']], false, 0],
  ['ended, and held', true, [[1, 'accepted']], false, 1],
])('%s', (_, closed, rows, chargedTwice, holdsLeft) => {
  const assignments = rows.map(([hop, status], i): Assignment => ({ ticketId: 'T', hop, expertId: `E-${i}`, status }));
  expect(broken({ closed }, assignments)).toEqual({ chargedTwice, holdsLeft });
});
