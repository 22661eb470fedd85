/** What becomes of each message in each state, driven from the table: what its rule promises there is what the journal says. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import type { TicketMessages } from '../../../workflows/ticket/messages.js';
import { ticketLifecycle, type TicketState } from '../../../workflows/ticket/states.js';
import type { Ruling } from '../../edges/universe.js';
import { bundleOf } from '../support/bundle.js';
import { becomeOf, unawaitedIn } from '../support/rulings.js';
import { OPEN_STATES, restingIn, type OpenState } from './resting.js';
import { useTickets, type TestedTicket } from './support.js';

const desk = useTickets({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { sleep } = desk;

type Name = keyof TicketMessages;

const BECAUSE = { reasonCode: 'asked' } as const;

/** Of the right shape, whether or not it is news to the ticket. */
const DATA: { readonly [N in Name]: TicketMessages[N] } = {
  expertAvailable: { skill: 'network' },
  expertAccepted: { expertId: 'E-1', hop: 1 },
  expertDeclined: { expertId: 'E-1', hop: 1, code: 'too-far' },
  askCustomer: BECAUSE,
  askThirdParty: BECAUSE,
  customerReplied: { reference: 'MAIL-1' },
  thirdPartyReplied: {},
  noShow: { who: 'customer', ...BECAUSE },
  handOver: BECAUSE,
  changePriority: { priority: 1, ...BECAUSE },
  resolveTicket: { solution: 'cable', workMinutes: 10, ...BECAUSE },
  supervise: { decision: 'continue', ...BECAUSE },
  withdrawTicket: BECAUSE,
  reopenTicket: BECAUSE,
  followUpCompleted: { steps: ['billing'], resolution: 1 },
};

const unawaited = (state: TicketState) => unawaitedIn<Name>(ticketLifecycle, state);
const become = ({ entity }: TestedTicket, expected: readonly (readonly [Name, Ruling])[]) =>
  becomeOf(entity, ticketLifecycle, DATA, expected);

describe('messages that are not awaited', () => {
  test.each(OPEN_STATES)('in %s are late, rejected or ignored, each by its rule', async (state) => {
    const expected = unawaited(state);
    const ticket = await restingIn(desk, state);
    expect(await become(ticket, expected)).toEqual(expected);
    expect((await ticket.entity.state()).state).toBe(state);
  });

  test('after the end, while the run goes on since somebody has to look at late news, too', async () => {
    const ticket = await restingIn(desk, 'Resolved');
    await ticket.entity.tell('customerReplied', {});
    await ticket.followUp();
    await ticket.reaches('Closed');
    const expected = unawaited('Closed');
    expect(await become(ticket, expected)).toEqual(expected);
    for (const taskId of Object.keys((await ticket.entity.state()).reviews)) {
      await ticket.ask('resolveReview', { taskId, decision: 'filed' });
    }
    await ticket.ends();
  });
});

/** What is applied without more ado where a ticket rests: it may say no to what is no news to it. */
const AWAITED: readonly [OpenState, readonly Name[]][] = [
  ['ValidationPending', ['changePriority']],
  ['AwaitingExpert', ['changePriority', 'expertAvailable']],
  ['ExpertAssigned', ['changePriority', 'expertAccepted']],
  ['AwaitingAcceptance', ['changePriority', 'expertDeclined']],
  ['InProgress', ['changePriority', 'customerReplied', 'noShow']],
  ['AwaitingCustomer', ['changePriority', 'customerReplied']],
  ['AwaitingThirdParty', ['changePriority', 'customerReplied', 'thirdPartyReplied']],
  ['SupervisorReview', ['changePriority', 'customerReplied', 'supervise']],
];

describe('messages that are awaited', () => {
  test.each(AWAITED)('in %s are applied', async (state, names) => {
    const ticket = await restingIn(desk, state);
    const expected = names.map((name) => [name, 'applied'] as const);
    expect(await become(ticket, expected)).toEqual(expected);
  });

  test('an expert declines before the notification is answered, and another is looked for', async () => {
    const ticket = await restingIn(desk, 'ExpertAssigned');
    await ticket.entity.tell('expertDeclined', DATA.expertDeclined);
    await ticket.entity.settled();
    expect(await ticket.hops()).toEqual(['Declined']);
  });

  test('a third party answers while a supervisor has the ticket: the work goes on with the decision', async () => {
    const ticket = await restingIn(desk, 'AwaitingThirdParty');
    await sleep(days(30) + minutes(1));
    await ticket.reaches('SupervisorReview');
    await ticket.entity.tell('thirdPartyReplied', DATA.thirdPartyReplied);
    expect(await ticket.ask('supervise', { decision: 'continue' })).toMatchObject({ state: 'InProgress' });
  });
});
