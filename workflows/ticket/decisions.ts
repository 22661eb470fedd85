/** What people decide about a ticket: its expert, its customer, a supervisor. */
import type { Effect } from '../lifecycle/spec.js';
import { hopEnds, hopIs, reasonOf, stateOfHop, type Ticket } from './facts.js';
import type { Because, ChangePriority, FollowUpCompleted, NoShow, ResolveTicket, Supervise } from './messages.js';
import type { TicketState } from './states.js';

type Taken = Effect<TicketState>;

/** It goes to another state, for that reason. */
export function moved(to: TicketState, because: Because): Extract<Taken, { apply: unknown }> {
  const reason = reasonOf(because);
  return { apply: {}, reason, move: { to, reason } };
}

/** The expert gives it back. */
export const handOver = (ticket: Ticket, because: Because): Taken => ({
  ...moved('AwaitingExpert', because),
  apply: hopIs(ticket, 'HandedOver'),
});

/** An expert who did not come is replaced; a customer who was not there is asked for another appointment. */
export function noShow(ticket: Ticket, { who, ...because }: NoShow): Taken {
  const noShows = [...(ticket.facts.noShows ?? []), { who, hop: ticket.facts.hop?.number ?? 0, at: ticket.now() }];
  const byExpert = who === 'expert';
  return {
    ...moved(byExpert ? 'AwaitingExpert' : 'AwaitingCustomer', because),
    apply: { facts: { noShows }, ...(byExpert && hopIs(ticket, 'NoShow')) },
  };
}

/** In a supervisor's hands it can be solved too, by whoever has accepted it. */
export function resolve(ticket: Ticket, { solution, workMinutes, ...because }: ResolveTicket): Taken {
  if (stateOfHop(ticket) !== 'Accepted') return { reject: 'nobodyAtWork' };
  return { ...moved('Resolved', because), apply: { facts: { solution: { solution, workMinutes } } } };
}

/** What the plan promises at the other priority; its clocks are moved by the difference. */
export function changePriority(ticket: Ticket, { priority, ...because }: ChangePriority): Taken {
  if (priority === ticket.facts.priority) return { reject: 'samePriority' };
  const promise = ticket.facts.plan?.levels[priority];
  return { apply: { facts: { priority, ...(promise && { promise }) } }, reason: reasonOf(because) };
}

/** What the customer says is on record; where it was waited for, the work goes on. */
export function takeReply(ticket: Ticket): Taken {
  if (ticket.state.state !== 'AwaitingCustomer') return { apply: {} };
  return { apply: ticket.received('customer'), move: { to: 'InProgress', reason: { code: 'customerReplied' } } };
}

/** So does a third party; where a supervisor has the ticket because it did not, the work goes on with the decision. */
export function takeThirdParty(ticket: Ticket): Taken {
  const apply = ticket.received('thirdParty');
  const reason = { code: 'thirdPartyReplied' };
  if (ticket.state.state === 'AwaitingThirdParty') return { apply, move: { to: 'InProgress', reason } };
  const { review } = ticket.facts;
  if (review?.from !== 'AwaitingThirdParty') return { reject: 'notAwaited' };
  return { apply: { ...apply, facts: { review: { ...review, from: 'InProgress' } } }, reason };
}

export function supervise(ticket: Ticket, { decision, expertId, ...because }: Supervise): Taken {
  const { review, plan, had = [] } = ticket.facts;
  // What was in vain before the decision counts no more.
  const hopsBefore = had.length;
  if (decision === 'close') {
    const closed = moved('Closed', because);
    return { ...closed, apply: { facts: { outcome: 'closedBySupervisor' } } };
  }
  if (decision === 'continue') {
    return { ...moved(review?.from ?? 'AwaitingExpert', because), apply: { facts: { hopsBefore } } };
  }
  if (!plan) return { reject: 'notValidated' };
  if (decision === 'assign' && expertId === undefined) return { reject: 'expertMissing' };
  const prefer = decision === 'assign' ? { expertId, only: true } : null;
  return {
    ...moved('AwaitingExpert', because),
    apply: { facts: { hopsBefore, prefer, search: null }, ...hopEnds(ticket, 'Released') },
  };
}

export const withdraw = (_ticket: Ticket, because: Because): Taken => {
  const reason = { ...reasonOf(because), visibility: 'customer' as const };
  return { apply: { facts: { outcome: 'withdrawn' } }, reason, move: { to: 'Closed', reason } };
};

/** What nobody was ever to solve cannot be reopened. */
export function reopen(ticket: Ticket, because: Because): Taken {
  const { plan, outcome } = ticket.facts;
  return !plan || outcome === 'withdrawn' ? { reject: 'neverWorkedOn' } : moved('Reopened', because);
}

/** The end of the follow-up; that of an earlier resolution is no news. */
export function takeFollowUp(ticket: Ticket, { steps, resolution }: FollowUpCompleted): Taken {
  if (resolution !== ticket.facts.resolution?.number) return { reject: 'otherResolution' };
  return { apply: { facts: { followUp: { steps, completedAt: ticket.now() } }, ...ticket.received('followUp') } };
}
