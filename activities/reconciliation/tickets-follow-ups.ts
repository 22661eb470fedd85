/** Tickets and what the subscribers of their resolution have done: the front controller's own check. */
import type { TicketFacts } from '../../workflows/ticket/facts.js';
import { latest, type Discrepancy, type Recorded } from './discrepancy.js';
import type { Kind } from './kinds.js';
import type { ChainRow } from './lists.js';

type Ticket = Recorded<TicketFacts>;

/** A resolution starts one chain of follow-up steps; a ticket that was reopened has several. */
export function compareFollowUps(
  ticket: Ticket | undefined,
  { chains }: { readonly chains: readonly ChainRow[] },
): Discrepancy[] {
  if (!ticket) return chains.map((chain) => disagree('follow-up-unknown', chain));
  const { resolution } = ticket.facts;
  if (!resolution) return chains.map((chain) => disagree('follow-up-unknown', chain, ticket));
  const compared = chains.flatMap((chain): Discrepancy[] => {
    if (chain.number > resolution.number) return [disagree('follow-up-unknown', chain, ticket)];
    const isLast = chain.number === resolution.number;
    if (chain.completedAt === undefined) return isGivenUp(ticket, isLast) ? [incomplete(ticket, chain)] : [];
    return isLast && isWaiting(ticket) ? [untold(ticket, chain)] : [];
  });
  const known = chains.some(({ number }) => number === resolution.number);
  return known || ticket.facts.followUp ? compared : [...compared, missing(ticket, resolution)];
}

const isWaiting = ({ state, facts }: Ticket): boolean => state === 'Resolved' && !facts.followUp;

/** Nobody waits for it any more: the ticket has closed without it, or was reopened meanwhile. */
const isGivenUp = ({ closed }: Ticket, isLast: boolean): boolean => closed || !isLast;

const incomplete = (ticket: Ticket, chain: ChainRow): Discrepancy => disagree('follow-up-incomplete', chain, ticket);

function untold(ticket: Ticket, chain: ChainRow): Discrepancy {
  const { done: steps, changedAt: occurredAt } = chain;
  return {
    ...disagree('follow-up-untold', chain, ticket),
    missed: { name: 'followUpCompleted', data: { steps, resolution: chain.number }, occurredAt },
  };
}

/** The event of the resolution has reached nobody who counts. */
function missing(ticket: Ticket, { number, resolvedAt }: NonNullable<TicketFacts['resolution']>): Discrepancy {
  return {
    kind: 'follow-up-missing',
    key: String(number),
    since: resolvedAt,
    evidence: { here: hereOf(ticket), there: null },
  };
}

function disagree(kind: Kind, chain: ChainRow, ticket?: Ticket): Discrepancy {
  return {
    kind,
    key: String(chain.number),
    since: latest(chain.changedAt, kind === 'follow-up-incomplete' ? ticket?.since : undefined),
    evidence: { here: ticket ? hereOf(ticket) : null, there: chain },
  };
}

const hereOf = ({ state, since, facts: { resolution, followUp } }: Ticket) => ({
  state,
  since,
  ...(resolution && { resolution: { number: resolution.number, resolvedAt: resolution.resolvedAt } }),
  ...(followUp && { followUp }),
});
