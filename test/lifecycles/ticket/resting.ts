/** How a ticket comes to rest in each state of its table: a new state without a way to it fails to compile. */
import type { StateDefinition } from '../../../workflows/lifecycle/definition.js';
import { ticketLifecycle, type TicketState } from '../../../workflows/ticket/states.js';
import type { TestDesk, TestedTicket } from './support.js';

export type OpenState = Exclude<TicketState, 'Closed'>;

/** The states that are no end, with what the table says of them. */
export const OPEN_STATES = Object.entries<StateDefinition<TicketState>>(ticketLifecycle.states).filter(
  ([, { terminal }]) => !terminal,
) as [OpenState, StateDefinition<TicketState>][];

let count = 0;

/** A ticket at rest in a state; the desk must run the bent workflows. */
export async function restingIn(desk: TestDesk, state: OpenState, ticketId = `REST-${++count}`): Promise<TestedTicket> {
  const ticket = await WAYS[state](desk, ticketId);
  await ticket.reaches(state);
  return ticket;
}

type Way = (desk: TestDesk, ticketId: string) => Promise<TestedTicket>;

/** Its step waits for ever at the first visit. */
const stalled =
  (state: OpenState): Way =>
  ({ submit }, ticketId) =>
    submit({ ticketId, customerId: `stall:${state}` });

const inProgress: Way = async ({ submit }, ticketId) => {
  const ticket = await submit({ ticketId });
  await ticket.isInProgress();
  return ticket;
};

const asking =
  (whom: 'askCustomer' | 'askThirdParty'): Way =>
  async (desk, ticketId) => {
    const ticket = await inProgress(desk, ticketId);
    await ticket.ask(whom);
    return ticket;
  };

const WAYS: Readonly<Record<OpenState, Way>> = {
  Submitted: stalled('Submitted'),
  ValidationPending: stalled('ValidationPending'),
  AwaitingExpert: stalled('AwaitingExpert'),
  ExpertAssigned: stalled('ExpertAssigned'),
  AwaitingAcceptance: ({ submit }, ticketId) => submit({ ticketId }),
  InProgress: inProgress,
  AwaitingCustomer: asking('askCustomer'),
  AwaitingThirdParty: asking('askThirdParty'),
  SupervisorReview: ({ submit, agency }, ticketId) => {
    agency.misbehave(ticketId, 'assignExpert', 'refused');
    return submit({ ticketId });
  },
  Resolved: async ({ submit }, ticketId) => {
    const ticket = await submit({ ticketId });
    await ticket.isResolved();
    return ticket;
  },
  Reopened: async ({ submit }, ticketId) => {
    const ticket = await submit({ ticketId, customerId: 'stall:Reopened' });
    await ticket.isResolved();
    await ticket.ask('reopenTicket');
    return ticket;
  },
};
