/** How a ticket comes to an expert: rounds of searching, assignment, notification, the expert's answer, and how it leaves one again. */
import { proxyActivities } from '@temporalio/workflow';
import {
  EXPERTS_TASK_QUEUE,
  type ExpertAnswered,
  type ExpertDeclined,
  type ExpertsActivities,
  type Reach,
} from '../../activities/experts/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { hours, minutes } from '../lifecycle/definition.js';
import type { Patch } from '../lifecycle/entry.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import { hopIs, lastHopOf, stateOfHop, type Hop, type Ticket } from './facts.js';
import type { TicketState } from './states.js';

/**
 * How the search goes on where nobody is free, by the rounds that were in vain: how far each reaches, and how long until the next. After
 * the last the whole country is looked through once more, and then a supervisor is asked.
 */
export const ROUNDS: ReadonlyArray<{ readonly reach: Reach; readonly againAfterMs: number }> = [
  { reach: 'area', againAfterMs: minutes(5) },
  { reach: 'region', againAfterMs: minutes(15) },
  { reach: 'country', againAfterMs: hours(1) },
];

/** So many experts may have it in vain before a supervisor looks at it. */
const MOST_HOPS = 4;

const experts = proxyActivities<ExpertsActivities>(serviceCalls(EXPERTS_TASK_QUEUE));

/** What nobody else would ever give back is given back however long that takes. */
const untilDone = proxyActivities<Pick<ExpertsActivities, 'releaseExpert'>>({
  ...serviceCalls(EXPERTS_TASK_QUEUE),
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** Looks for an expert once; where nobody is free, the clock `nextSearch` or the news of somebody who is enters the state anew. */
export async function search(ticket: Ticket): Promise<Move<TicketState>> {
  const { hop, lostHop = 0 } = ticket.facts;
  if (hop && (hop.expertId !== undefined || hop.number <= lostHop)) await release(ticket, experts); // yields
  const { notice, priority, had = [], hopsBefore = 0, prefer, search: last } = ticket.facts;
  if (had.length - hopsBefore >= MOST_HOPS) return { to: 'SupervisorReview', reason: { code: 'tooManyHops' } };
  // Asked again it is the same assignment: what an earlier call may have brought about, this one finds.
  const number = lastHopOf(ticket) + 1;
  if (ticket.facts.hop?.number !== number) ticket.learn({ facts: { hop: { number } } });
  const inVain = last?.inVain ?? 0;
  const round = ROUNDS[inVain];
  const reach = prefer?.only ? 'country' : (round?.reach ?? 'country');
  const found = await experts.assignExpert({
    key: ticket.key('assign', `${number}.${ticket.state.visits['AwaitingExpert']?.entered ?? 1}`),
    ticketId: ticket.id,
    hop: number,
    skill: notice.skill,
    location: notice.location,
    priority,
    reach,
    except: had.slice(hopsBefore),
    ...(prefer && { prefer: prefer.expertId, ...(prefer.only && { only: true }) }),
    callback: { reference: ticket.workflowId },
  }); // yields
  if (found.outcome === 'assigned') {
    const { expertId } = found;
    const facts = { hop: { number, expertId }, had: [...had, expertId], prefer: null, search: null };
    return { to: 'ExpertAssigned', patch: { facts, ...hopIs(ticket, 'Assigned') } };
  }
  if (prefer?.only) {
    return { to: 'SupervisorReview', reason: { code: 'expertNotFree' }, patch: { facts: { prefer: null } } };
  }
  if (!round) return { to: 'SupervisorReview', reason: { code: 'nobodyAvailable' } };
  const { againAfterMs } = round;
  ticket.learn({
    facts: { search: { inVain: inVain + 1, reach, skilled: found.skilled, at: ticket.now(), againAfterMs } },
  });
  await ticket.until(() => false); // yields: the clock, or the news that somebody is free, leads out
  return { to: 'SupervisorReview' };
}

/** What a new search begins with: the clock of the next one starts anew once this one was in vain. */
export function searchAnew({ facts, state }: Ticket): Patch {
  return {
    ...(state.clocks['nextSearch'] && { clocks: { nextSearch: null } }),
    ...(facts.search && { facts: { search: { ...facts.search, at: null } } }),
  };
}

/** Somebody is free: the round that was in vain is made again, at once. */
export function searchAtOnce({ facts: { search: last } }: Ticket): Effect<TicketState> {
  const facts = last && { search: { ...last, inVain: Math.max(last.inVain - 1, 0) } };
  return { apply: facts ? { facts } : {}, move: { to: 'AwaitingExpert', reason: { code: 'expertAvailable' } } };
}

/** Tells the expert, unless that was done. */
export async function notify(ticket: Ticket): Promise<Move<TicketState>> {
  const { number, expertId } = assigned(ticket);
  if (stateOfHop(ticket) !== 'Assigned') return { to: 'AwaitingAcceptance' };
  const { notifiedAt } = await experts.notifyExpert({
    key: ticket.key('notify', number),
    ticketId: ticket.id,
    expertId,
    hop: number,
    callback: { reference: ticket.workflowId },
  }); // yields: the answer may be here before
  const told = stateOfHop(ticket) === 'Assigned' ? hopIs(ticket, 'Notified') : {};
  return { to: 'AwaitingAcceptance', patch: { facts: { hop: { ...ticket.facts.hop, notifiedAt } }, ...told } };
}

/** Waits for the expert's answer. */
export async function awaitAnswer(ticket: Ticket): Promise<Move<TicketState>> {
  await ticket.until(() => stateOfHop(ticket) !== 'Notified'); // yields
  const declined = ticket.facts.hop?.declined;
  return declined === undefined ? { to: 'InProgress' } : { to: 'AwaitingExpert', reason: { code: declined } };
}

/** The expert has accepted; where a supervisor has the ticket meanwhile, it is known when it goes on. */
export function takeAcceptance(ticket: Ticket, answer: ExpertAnswered): Effect<TicketState> {
  return isAwaited(ticket, answer) ? { apply: accepted(ticket) } : { reject: 'otherAssignment' };
}

export function takeRefusal(ticket: Ticket, answer: ExpertDeclined): Effect<TicketState> {
  return isAwaited(ticket, answer)
    ? { apply: declined(ticket, answer.code), reason: { code: answer.code } }
    : { reject: 'otherAssignment' };
}

/** Silence may be an answer that was lost: dispatch is asked, and what it has on record is taken as if it had been told. */
export async function findAnswer(ticket: Ticket): Promise<void> {
  if (!isAsked(ticket)) return;
  const { number, expertId } = assigned(ticket);
  const { status, code = 'declined' } = await experts.lookUpAnswer({ ticketId: ticket.id, hop: number }); // yields
  if (!isAwaited(ticket, { expertId, hop: number })) return;
  if (status === 'accepted') ticket.learn(accepted(ticket));
  if (status === 'declined') ticket.learn(declined(ticket, code));
}

/** Nobody has it any more, at dispatch too, and nobody will get it by a call that is still on its way. */
export async function letGo(ticket: Ticket): Promise<void> {
  if (ticket.facts.hop) await release(ticket, untilDone); // yields
}

async function release(ticket: Ticket, calls: Pick<ExpertsActivities, 'releaseExpert'>): Promise<void> {
  const { number, expertId } = ticket.facts.hop as Hop;
  await calls.releaseExpert({ key: ticket.key('release', number), ticketId: ticket.id, hop: number }); // yields
  ticket.learn({ facts: { hop: null, ...(expertId === undefined && { lostHop: number }) } });
}

/** In the states in which it is asked, somebody has the ticket. */
function assigned({ facts: { hop } }: Ticket): Hop & { readonly expertId: string } {
  if (hop?.expertId === undefined) throw new Error('nobody has the ticket: the flow contradicts its table');
  return { ...hop, expertId: hop.expertId };
}

function isAwaited(ticket: Ticket, { expertId, hop: number }: ExpertAnswered): boolean {
  const { hop } = ticket.facts;
  return isAsked(ticket) && hop?.expertId === expertId && hop.number === number;
}

/** Somebody has the ticket, and has neither accepted nor declined it. */
export const isAsked = (ticket: Ticket): boolean => ['Assigned', 'Notified'].includes(stateOfHop(ticket) ?? '');

function accepted(ticket: Ticket): Patch {
  const { respondedAt = ticket.now() } = ticket.facts;
  return { facts: { respondedAt }, ...hopIs(ticket, 'Accepted'), ...ticket.received('acceptance') };
}

function declined(ticket: Ticket, code: string): Patch {
  const hop = { ...ticket.facts.hop, declined: code };
  return { facts: { hop }, ...hopIs(ticket, 'Declined', code), ...ticket.received('acceptance') };
}
