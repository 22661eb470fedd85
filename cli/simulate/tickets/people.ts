/** Experts, customers and supervisors, where a story says nothing of them. */
import type { EntitySummary, Resolution, ReviewView } from '../../../client/index.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import type { TicketMessages } from '../../../workflows/ticket/messages.js';
import type { Told } from './stories.js';

const because = { reasonCode: 'simulated' };
/** Why a ticket is with a supervisor because dispatch has come to its end, and is begun anew. */
const IN_VAIN = ['nobodyAvailable', 'tooManyHops', 'expertNotFree'];
/** What customers say themselves. */
const BY_CUSTOMER: readonly string[] = ['customerReplied', 'withdrawTicket', 'reopenTicket'];

/** An expert at work solves it; who is asked answers. */
export function usual({ state, id }: EntitySummary): Told | undefined {
  switch (state) {
    case 'InProgress':
      return { name: 'resolveTicket', data: { solution: 'replaced', workMinutes: 45, reasonCode: 'done' } };
    case 'AwaitingCustomer':
      return { name: 'customerReplied', data: { reference: `${id}-reply` } };
    case 'AwaitingThirdParty':
      return { name: 'thirdPartyReplied', data: {} };
    default:
      return undefined;
  }
}

/** Who says it. */
export const speaker = ({ name }: { readonly name: string }, customerId: string): Actor =>
  BY_CUSTOMER.includes(name)
    ? { kind: 'customer', id: customerId, authenticated: 'none' }
    : { kind: 'staff', id: 'simulated-expert', authenticated: 'none' };

/** How supervisors decide. */
export function decisionOf({ decidedBy, reason }: ReviewView): Resolution {
  // Late news: somebody has read them.
  if (!decidedBy.includes('supervise')) return { decision: 'noted', ...because };
  const decision = IN_VAIN.includes(reason) ? 'search' : 'continue';
  return { data: { decision, ...because } satisfies TicketMessages['supervise'] };
}
