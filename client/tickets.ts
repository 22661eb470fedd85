/** Tickets: the entity client with what customers, experts and supervisors ask most. */
import type { Answer } from '../workflows/lifecycle/message.js';
import { hopsOf } from '../workflows/ticket/messages.js';
import type {
  Because,
  ChangePriority,
  ResolveTicket,
  Supervise,
  TicketMessages,
  TicketNotice,
  TicketOutcome,
  TicketResult,
} from '../workflows/ticket/messages.js';
import { ticketBinding } from './bindings.js';
import { EntityClient, type MessageOptions, type Sender } from './entities.js';
import type { Explanation } from './views.js';

/** Submits, messages and reads tickets. */
export class TicketsClient extends EntityClient<TicketNotice, TicketMessages, TicketResult> {
  constructor(sender: Sender) {
    super(sender, ticketBinding, resultOf);
  }

  /** The expert has solved it. */
  resolve(id: string, data: ResolveTicket, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'resolveTicket', data, options) as Promise<Answer>;
  }

  /** The customer says that it is not solved: up to a month after its end. */
  reopen(id: string, data: Because, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'reopenTicket', data, options) as Promise<Answer>;
  }

  /** It is more urgent, or less: its clocks are moved by what the plan promises otherwise. */
  changePriority(id: string, data: ChangePriority, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'changePriority', data, options) as Promise<Answer>;
  }

  /** A supervisor says how it goes on; to give it up takes a second one. */
  supervise(id: string, data: Supervise, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'supervise', data, options) as Promise<Answer>;
  }

  /** The customer no longer needs help. */
  withdraw(id: string, data: Because, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'withdrawTicket', data, options) as Promise<Answer>;
  }
}

/** The result of an ended ticket as its record tells it. */
function resultOf({ id, outcome, since, parts }: Explanation): TicketResult | undefined {
  if (outcome === undefined) return undefined;
  return { ticketId: id, outcome: outcome as TicketOutcome, closedAt: since, hops: hopsOf(parts) };
}
