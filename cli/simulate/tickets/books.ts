/** What the dispatch has on its books for tickets: its own list, whatever the tickets themselves believe. */
import { z } from 'zod';
import type { EntitySummary } from '../../../client/index.js';
import type { Discrepancies } from '../scene.js';
import { listed } from '../lists.js';
import { rest } from '../rest.js';

const assignment = z.object({ ticketId: z.string(), hop: z.int(), expertId: z.string(), status: z.string() });

export type Assignment = z.infer<typeof assignment>;

/** Experts who have a ticket. */
const OPEN = ['assigned', 'notified', 'accepted'];

/** What an expert had a moment ago may be on its way back: so long it is looked at again, and how often in that time. */
const AGAIN = { afterMs: 2_000, times: 30 };

/**
 * The assignments of tickets.
 * @param services URL without a slash at its end
 * @throws Error where the services do not answer as expected; a repeat may mend it
 */
export async function assignmentsOf(
  services: string,
  tickets: ReadonlyMap<string, EntitySummary>,
): Promise<ReadonlyMap<string, readonly Assignment[]>> {
  for (let again = 1; ; again++) {
    const byTicket = new Map<string, Assignment[]>();
    for await (const row of listed(services, 'experts/assignments', assignment)) {
      if (tickets.has(row.ticketId)) byTicket.set(row.ticketId, [...(byTicket.get(row.ticketId) ?? []), row]);
    }
    const held = [...tickets.values()].some((ticket) => broken(ticket, byTicket.get(ticket.id) ?? []).holdsLeft > 0);
    if (!held || again > AGAIN.times) return byTicket;
    await rest(AGAIN.afterMs, new AbortController().signal);
  }
}

/** A ticket has two experts at once, or two for one hop; or has ended, and an expert still has it. Pure. */
export function broken({ closed }: Pick<EntitySummary, 'closed'>, assignments: readonly Assignment[]): Discrepancies {
  const open = assignments.filter(({ status }) => OPEN.includes(status)).length;
  const hops = new Set(assignments.map(({ hop }) => hop)).size;
  return { chargedTwice: open > 1 || hops < assignments.length, holdsLeft: closed ? open : 0 };
}
