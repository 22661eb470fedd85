/** The lives of tickets that are recorded: together they are in every state, and in every stage. */
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import { ROUNDS } from '../../workflows/ticket/dispatch.js';
import { eventually } from '../support/eventually.js';
import type { TestDesk, TestedTicket } from '../lifecycles/ticket/support.js';

type Life = (desk: TestDesk, ticketId: string) => Promise<TestedTicket>;

const followedUp = async (ticket: TestedTicket, resolution = 1): Promise<TestedTicket> => {
  await ticket.followUp(resolution);
  await ticket.ends();
  return ticket;
};

const hopIs = (ticket: TestedTicket, number: number) =>
  eventually(async () => (await ticket.facts()).hop?.number === number);

/** Nobody is free, and dispatch has looked for the `n`th time. */
async function inVain(ticket: TestedTicket, n: number): Promise<void> {
  await eventually(async () => (await ticket.facts()).search?.inVain === n);
  await ticket.entity.settled();
}

/** By name. */
export const TICKETS: Readonly<Record<string, Life>> = {
  solved: async ({ submit }, ticketId) => {
    const ticket = await submit({ ticketId });
    await ticket.isResolved();
    return followedUp(ticket);
  },
  'passed-on': async ({ submit, sleep }, ticketId) => {
    const ticket = await submit({ ticketId });
    await ticket.reaches('AwaitingAcceptance');
    await ticket.expert('Declined');
    await hopIs(ticket, 2);
    await ticket.reaches('AwaitingAcceptance');
    await sleep(hours(1) + 1_000);
    await hopIs(ticket, 3);
    await ticket.isInProgress();
    await ticket.ask('handOver');
    await hopIs(ticket, 4);
    await ticket.isInProgress();
    await ticket.ask('noShow', { who: 'expert' });
    await ticket.reaches('SupervisorReview');
    await ticket.ask('withdrawTicket');
    await ticket.ends();
    return ticket;
  },
  'answer-found': async ({ submit, sleep, agency }, ticketId) => {
    const ticket = await submit({ ticketId });
    await ticket.reaches('AwaitingAcceptance');
    agency.answered(ticketId, 1, 'accepted');
    await sleep(minutes(41));
    await ticket.reaches('InProgress');
    await ticket.isSolved();
    return followedUp(ticket);
  },
  'nobody-free': async ({ submit, sleep, agency }, ticketId) => {
    agency.busy.add(ticketId);
    const ticket = await submit({ ticketId });
    for (const [i, { againAfterMs }] of ROUNDS.entries()) {
      await inVain(ticket, i + 1);
      await sleep(againAfterMs + 1_000);
    }
    await ticket.reaches('SupervisorReview');
    await sleep(hours(4) + minutes(1));
    await eventually(async () => (await ticket.task()).queue === 'service-managers');
    agency.busy.delete(ticketId);
    await ticket.ask('supervise', { decision: 'assign', expertId: 'E-3' });
    await ticket.isResolved();
    return followedUp(ticket);
  },
  'somebody-becomes-free': async ({ submit, agency }, ticketId) => {
    agency.busy.add(ticketId);
    const ticket = await submit({ ticketId });
    await inVain(ticket, 1);
    agency.busy.delete(ticketId);
    await ticket.entity.tell('expertAvailable', { skill: 'network' });
    await ticket.isInProgress();
    await ticket.ask('withdrawTicket');
    await ticket.ends();
    return ticket;
  },
  'promises-broken': async ({ submit, sleep, agency }, ticketId) => {
    agency.promise(ticketId, minutes(30), hours(4), { 1: [minutes(30), hours(2)] });
    const ticket = await submit({ ticketId });
    await ticket.reaches('AwaitingAcceptance');
    await sleep(minutes(31));
    await ticket.reaches('SupervisorReview');
    await ticket.expert('Accepted');
    await ticket.entity.settled();
    await ticket.ask('supervise', { decision: 'continue' });
    await ticket.reaches('InProgress');
    await ticket.ask('changePriority', { priority: 1 });
    await sleep(hours(2));
    await ticket.reaches('SupervisorReview');
    await ticket.isSolved();
    return followedUp(ticket);
  },
  'stood-still': async ({ submit, sleep }, ticketId) => {
    const ticket = await submit({ ticketId });
    await ticket.isInProgress();
    await ticket.ask('askCustomer');
    await ticket.reaches('AwaitingCustomer');
    await sleep(days(7) + minutes(1));
    await ticket.entity.tell('customerReplied', {});
    await ticket.reaches('InProgress');
    await ticket.ask('askThirdParty');
    await ticket.reaches('AwaitingThirdParty');
    await ticket.ask('changePriority', { priority: 2 });
    await ticket.entity.tell('thirdPartyReplied', {});
    await ticket.reaches('InProgress');
    await ticket.isSolved();
    return followedUp(ticket);
  },
  'no-reply': async ({ submit, sleep }, ticketId) => {
    const ticket = await submit({ ticketId });
    await ticket.isInProgress();
    await ticket.ask('noShow', { who: 'customer' });
    await ticket.reaches('AwaitingCustomer');
    await sleep(days(14) + minutes(1));
    await ticket.reaches('Resolved');
    await sleep(days(7) + minutes(1));
    await ticket.ends();
    return ticket;
  },
  reopened: async (desk, ticketId) => {
    const ticket = await desk.submit({ ticketId });
    await ticket.isResolved();
    await ticket.ask('reopenTicket');
    await ticket.isResolved();
    await ticket.followUp(1);
    await followedUp(ticket, 2);
    await desk.reopen(ticket);
    await ticket.isResolved();
    return followedUp(ticket, 3);
  },
  'validated-again': async ({ submit, agency }, ticketId) => {
    agency.misbehave(ticketId, 'lookUpPlan', 'refused');
    const ticket = await submit({ ticketId });
    await ticket.reaches('SupervisorReview');
    await ticket.ask('supervise', { decision: 'continue' });
    await ticket.isInProgress();
    await ticket.entity.tell('thirdPartyReplied', {});
    await ticket.ask('askThirdParty');
    await ticket.reaches('AwaitingThirdParty');
    await ticket.ask('placeHold', { hold: 'safety', reference: 'CASE-7' });
    await ticket.ask('withdrawTicket');
    await ticket.ends();
    return ticket;
  },
  'given-up': async ({ submit, agency }, ticketId) => {
    agency.misbehave(ticketId, 'assignExpert', 'refused');
    const ticket = await submit({ ticketId });
    await ticket.reaches('SupervisorReview');
    await ticket.isGivenUp();
    await ticket.ends();
    return ticket;
  },
  'not-covered': async ({ submit, agency }, ticketId) => {
    agency.uncovered.add(ticketId);
    const ticket = await submit({ ticketId }, 'fast');
    await ticket.ends();
    return ticket;
  },
};
