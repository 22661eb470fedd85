/** What a ticket knows, and what follows from it. */
import type { Reach } from '../../activities/experts/contract.js';
import type { PlanCovers, ServiceLevel } from '../../activities/plans/contract.js';
import type { Entity } from '../lifecycle/entity.js';
import type { Instant, PartState, Patch, Reason } from '../lifecycle/entry.js';
import type { Because, Priority, ResolveTicket, TicketNotice, TicketOutcome } from './messages.js';
import type { TicketState } from './states.js';

export type Ticket = Entity<TicketState, TicketFacts>;

/** The ticket's facts, as its journal builds them. */
export interface TicketFacts {
  readonly notice: TicketNotice;
  readonly receivedAt: Instant;
  /** What the resolution clock counts from: the submission, later by what it had stood still when the ticket was reopened. */
  readonly countedFrom: Instant;
  readonly priority: Priority;
  readonly plan?: PlanCovers;
  /** What the plan promises at the priority of now. */
  readonly promise?: ServiceLevel;
  /** The assignment under way: asked for, and made once an expert is known. */
  readonly hop?: Hop | null;
  /** Everybody who has had it, in order. */
  readonly had?: readonly string[];
  /** The last hop that was given back before anybody was known to have it: its number is never used again. */
  readonly lostHop?: number;
  /** How many had it when somebody last said how it goes on: they may be asked again. */
  readonly hopsBefore?: number;
  /** Whom the next search begins with; `only`: and ends with. */
  readonly prefer?: { readonly expertId: string; readonly only?: true } | null;
  readonly search?: Search | null;
  /** First acceptance by an expert. */
  readonly respondedAt?: Instant;
  readonly solution?: Pick<ResolveTicket, 'solution' | 'workMinutes'> | null;
  /** The last resolution. */
  readonly resolution?: Resolution;
  /** Of the resolution that stands; null: the ticket is reopened. */
  readonly resolvedAt?: Instant | null;
  readonly outcome?: TicketOutcome | null;
  readonly noShows?: ReadonlyArray<{ readonly who: 'expert' | 'customer'; readonly hop: number; readonly at: Instant }>;
  /** What brought it to a supervisor, and from where. */
  readonly review?: { readonly from: TicketState; readonly code: string };
  readonly followUp?: { readonly steps: readonly string[]; readonly completedAt: Instant } | null;
}

/** An assignment: `number` counts them from 1. */
export interface Hop {
  readonly number: number;
  readonly expertId?: string;
  readonly notifiedAt?: Instant;
  /** Why it was declined. */
  readonly declined?: string;
}

/** The search that was in vain. */
export interface Search {
  /** How many rounds were. */
  readonly inVain: number;
  /** How far the last one reached. */
  readonly reach: Reach;
  /** How many within that reach have the skill, free or not. */
  readonly skilled: number;
  /** When it was; null: the next is under way. */
  readonly at: Instant | null;
  readonly againAfterMs: number;
}

/** How it was resolved: with what the table publishes of it, what billing, survey and whoever else subscribes need to know. */
export interface Resolution {
  /** From 1; a ticket that was reopened is resolved again. */
  readonly number: number;
  /** `noReply` where the customer never answered. */
  readonly solution: string;
  readonly workMinutes: number;
  readonly expertId?: string;
  /** How many experts had had it. */
  readonly hops: number;
  readonly resolvedAt: Instant;
}

const hopPart = (number: number): string => `hop:${number}`;

/** The number of the last assignment that dispatch may know of. */
export const lastHopOf = ({ facts, state }: Ticket): number =>
  Object.keys(state.parts).reduce((last, name) => Math.max(last, Number(name.split(':')[1])), facts.lostHop ?? 0);

/** What has become of the assignment under way; undefined where none is made. */
export function stateOfHop({ facts, state }: Ticket): string | undefined {
  return facts.hop ? state.parts[hopPart(facts.hop.number)]?.state : undefined;
}

/** Somebody has it: was given it, and has not given it back. */
const isHeld = (ticket: Ticket): boolean => ['Assigned', 'Notified', 'Accepted'].includes(stateOfHop(ticket) ?? '');

/** The assignment under way comes to this. */
export function hopIs(
  ticket: Ticket,
  state: string,
  reason?: string,
): { readonly parts: Readonly<Record<string, PartState>> } {
  const { number } = ticket.facts.hop as Hop;
  return { parts: { [hopPart(number)]: { state, since: ticket.now(), ...(reason !== undefined && { reason }) } } };
}

/** Whoever has it has it no longer; empty where nobody has. */
export const hopEnds = (ticket: Ticket, state: string): Patch => (isHeld(ticket) ? hopIs(ticket, state) : {});

/** The reason of a message. */
export const reasonOf = ({ reasonCode, note }: Because): Reason => ({
  code: reasonCode,
  ...(note !== undefined && { note }),
});
