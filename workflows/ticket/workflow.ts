/**
 * The ticket: from the submission to the solution, by an expert who has the skill, is near, and has accepted it.
 *
 *   Submitted → ValidationPending → AwaitingExpert → ExpertAssigned → AwaitingAcceptance → InProgress → Resolved → Closed
 *
 * The core is orchestrated here. What comes after the solution (billing, survey, notifications) is not: the ticket publishes that it is
 * resolved, and waits for the word that the chain of subscribers has ended. What brings it to a supervisor (nobody free, too many hops, a
 * broken promise, a service that failed) is remembered, so that `continue` leads back to where it was.
 */
import { proxyActivities } from '@temporalio/workflow';
import { PLANS_TASK_QUEUE, type PlansActivities } from '../../activities/plans/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Patch } from '../lifecycle/entry.js';
import { instant } from '../lifecycle/clockwork.js';
import type { LifecycleSpec, Move } from '../lifecycle/spec.js';
import {
  changePriority,
  handOver,
  moved,
  noShow,
  reopen,
  resolve,
  supervise,
  takeFollowUp,
  takeReply,
  takeThirdParty,
  withdraw,
} from './decisions.js';
import {
  awaitAnswer,
  findAnswer,
  isAsked,
  letGo,
  notify,
  search,
  searchAnew,
  searchAtOnce,
  takeAcceptance,
  takeRefusal,
} from './dispatch.js';
import { hopEnds, stateOfHop, type Resolution, type Ticket, type TicketFacts } from './facts.js';
import { hopsOf, type TicketMessages, type TicketNotice, type TicketOutcome, type TicketResult } from './messages.js';
import { askCustomer } from './notices.js';
import { ticketRemedies } from './remedies.js';
import { ticketShapes } from './shapes.js';
import { ticketLifecycle, type TicketState } from './states.js';

type Next = Promise<Move<TicketState>>;

const plans = proxyActivities<PlansActivities>(serviceCalls(PLANS_TASK_QUEUE));

export const ticketSpec: LifecycleSpec<TicketState, TicketFacts, TicketMessages, TicketNotice, TicketResult> = {
  lifecycle: ticketLifecycle,
  shapes: ticketShapes,
  remedies: ticketRemedies,
  key: (notice) => notice.ticketId,
  born: (notice) => {
    const receivedAt = instant(Date.now());
    return { facts: { notice, priority: notice.priority, receivedAt, countedFrom: receivedAt } };
  },

  steps: {
    Submitted: async () => ({ to: 'ValidationPending' }),
    ValidationPending: validate,
    AwaitingExpert: search,
    ExpertAssigned: notify,
    AwaitingAcceptance: awaitAnswer,
    InProgress: awaitMessage,
    AwaitingCustomer: async (ticket) => {
      await askCustomer(ticket); // yields
      return awaitMessage(ticket); // yields
    },
    AwaitingThirdParty: awaitMessage,
    SupervisorReview: awaitMessage,
    Resolved: async (ticket) => {
      await letGo(ticket); // yields
      await ticket.until(() => Boolean(ticket.facts.followUp)); // yields
      return { to: 'Closed' };
    },
    Reopened: async () => ({ to: 'AwaitingExpert' }),
    Closed: letGo,
  },

  effects: {
    expertAvailable: searchAtOnce,
    expertAccepted: takeAcceptance,
    expertDeclined: takeRefusal,
    askCustomer: (_ticket, because) => moved('AwaitingCustomer', because),
    askThirdParty: (_ticket, because) => moved('AwaitingThirdParty', because),
    customerReplied: takeReply,
    thirdPartyReplied: takeThirdParty,
    noShow,
    handOver,
    changePriority,
    resolveTicket: resolve,
    supervise,
    withdrawTicket: withdraw,
    reopenTicket: reopen,
    followUpCompleted: takeFollowUp,
  },

  entering: {
    AwaitingExpert: (ticket, from) => ({
      ...searchAnew(ticket),
      ...hopEnds(ticket, from === 'AwaitingAcceptance' && stateOfHop(ticket) === 'Notified' ? 'Silent' : 'Released'),
      // Nobody is asked any more.
      ...(ticket.received('acceptance').expectations && { expectations: { acceptance: null } }),
    }),
    // The answer may have come before the call that asked for it was answered.
    AwaitingAcceptance: (ticket) => (isAsked(ticket) ? ticket.expect('acceptance') : {}),
    AwaitingCustomer: (ticket) => ticket.expect('customer'),
    AwaitingThirdParty: (ticket) => ticket.expect('thirdParty'),
    // A decision that is overdue is still about what brought the ticket here.
    SupervisorReview: (_ticket, from, reason) =>
      from === 'SupervisorReview' ? {} : { facts: { review: { from, code: reason?.code ?? 'unknown' } } },
    Resolved: resolved,
    Reopened: reopened,
    Closed: (ticket, from) => ({
      outcome: ticket.facts.outcome ?? 'resolved',
      ...hopEnds(ticket, 'Released'),
      ...(from === 'Resolved' && !ticket.facts.followUp && { attention: 'followUpIncomplete' }),
    }),
  },

  // Nobody gives up a customer's problem alone.
  needsSecondPerson: (_ticket, message, data) =>
    message === 'supervise' && (data as TicketMessages['supervise']).decision === 'close',

  remind: (ticket, expectation, ordinal) =>
    expectation === 'acceptance' ? findAnswer(ticket) : askCustomer(ticket, ordinal), // yields

  result: (ticket) => ({
    ticketId: ticket.id,
    outcome: (ticket.state.outcome ?? 'resolved') as TicketOutcome,
    closedAt: ticket.state.since,
    hops: hopsOf(ticket.state.parts),
  }),
};

async function validate(ticket: Ticket): Next {
  const { customerId, product } = ticket.facts.notice;
  const plan = await plans.lookUpPlan({ key: ticket.key('plan'), ticketId: ticket.id, customerId, product }); // yields
  if (!plan.covered) {
    const reason = { code: plan.code, visibility: 'customer' as const };
    const outcome: TicketOutcome = 'notCovered';
    return { to: 'Closed', reason, patch: { outcome, facts: { outcome } } };
  }
  // It may have become more urgent meanwhile.
  return { to: 'AwaitingExpert', patch: { facts: { plan, promise: plan.levels[ticket.facts.priority] } } };
}

async function awaitMessage(ticket: Ticket): Next {
  await ticket.until(() => false); // yields: only a message or a clock leads out
  return { to: 'SupervisorReview' };
}

/** What others act upon. A customer who never answered has no solution. */
function resolved(ticket: Ticket, from: TicketState): Patch {
  const { hop, solution, resolution: last } = ticket.facts;
  const resolvedAt = ticket.now();
  const resolution: Resolution = {
    number: (last?.number ?? 0) + 1,
    ...(solution ?? { solution: 'noReply', workMinutes: 0 }),
    ...(hop?.expertId !== undefined && { expertId: hop.expertId }),
    hops: hopsOf(ticket.state.parts),
    resolvedAt,
  };
  const outcome: TicketOutcome = from === 'AwaitingCustomer' ? 'noReply' : 'resolved';
  return {
    facts: { resolution, resolvedAt, outcome },
    ...hopEnds(ticket, 'Done'),
    ...ticket.expect('followUp'),
  };
}

/** The same expert is asked first; both clocks go on counting from the submission, what they stood still left out. */
function reopened({ facts, state }: Ticket): Patch {
  const { had = [], receivedAt, hop } = facts;
  const last = had.at(-1);
  const stoodStill = ['AwaitingCustomer', 'AwaitingThirdParty'].reduce(
    (sum, name) => sum + (state.visits[name]?.totalMs ?? 0),
    0,
  );
  return {
    facts: {
      resolvedAt: null,
      solution: null,
      followUp: null,
      outcome: null,
      search: null,
      hopsBefore: had.length,
      prefer: last === undefined ? null : { expertId: last },
      // It is being given back.
      ...(hop && hop.expertId === undefined && { lostHop: hop.number }),
      countedFrom: instant(Date.parse(receivedAt) + stoodStill),
    },
  };
}
