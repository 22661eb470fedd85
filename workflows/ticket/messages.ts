/**
 * What a ticket says and hears: the submission, the messages, the outcome, and the workflow id.
 *
 * Wire names never change. Every message travels as one argument `{ envelope, data }` (`Message`); instants are ISO-8601 strings. The zod
 * schemas in `events/ticket.ts` describe the same shapes for everything outside the workflow; `shapes.ts` is generated from them for the
 * workflow itself.
 */
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ExpertAnswered, ExpertAvailable, ExpertDeclined } from '../../activities/experts/contract.js';
import type { PartState } from '../lifecycle/entry.js';
import type { Answer, Message, Submission } from '../lifecycle/message.js';

export const TICKET = 'ticket';
export const TICKET_TASK_QUEUE = 'throughline-ticket';

/** Workflow id of a ticket: `ticket/<ticketId>`. */
export const ticketWorkflowId = (ticketId: string): string => `${TICKET}/${ticketId}`;

/** 1 is most urgent. */
export type Priority = 1 | 2 | 3 | 4;

/** Where the problem is, as far as the search for an expert needs it: no name, no street. */
export interface Location {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly postalCode: string;
}

export interface TicketNotice {
  /** Business key: letters, digits and dashes, at most 64 characters. Never made from personal data. */
  readonly ticketId: string;
  readonly customerId: string;
  /** The product that does not work, as the support plan names it. */
  readonly product: string;
  /** The skill that it takes. */
  readonly skill: string;
  readonly location: Location;
  readonly priority: Priority;
  /** Reference of the description in the erasable subject store; never the words themselves. */
  readonly problemRef?: string;
}

/** Input of the `ticket` workflow. */
export type TicketSubmission = Submission<TicketNotice>;

/** Why somebody does something: a code, and a reference to a note, never free text. */
export interface Because {
  readonly reasonCode: string;
  readonly note?: string;
}

/** Somebody has answered. */
export interface Replied {
  /** Reference of what was said. */
  readonly reference?: string;
}

/** Who did not come to an appointment. */
export interface NoShow extends Because {
  readonly who: 'expert' | 'customer';
}

export interface ChangePriority extends Because {
  readonly priority: Priority;
}

export interface ResolveTicket extends Because {
  /** What the problem was, as a code of the knowledge base. */
  readonly solution: string;
  /** Minutes of work, for billing. */
  readonly workMinutes: number;
}

/**
 * A supervisor's decision. `continue`: it goes on where it was; `search`: dispatch begins anew; `assign`: to that expert and no other;
 * `close`: it is given up, which takes two people.
 */
export interface Supervise extends Because {
  readonly decision: 'continue' | 'search' | 'assign' | 'close';
  /** With `assign`. */
  readonly expertId?: string;
}

/** The chain of subscribers has ended. */
export interface FollowUpCompleted {
  /** Steps that were done, e.g. `billing`, `survey`. */
  readonly steps: readonly string[];
  /** Which resolution they followed, as its event said: `resolution.number`. */
  readonly resolution: number;
}

/** Each message's data by wire name. */
export interface TicketMessages {
  readonly expertAvailable: ExpertAvailable;
  readonly expertAccepted: ExpertAnswered;
  readonly expertDeclined: ExpertDeclined;
  readonly askCustomer: Because;
  readonly askThirdParty: Because;
  readonly customerReplied: Replied;
  readonly thirdPartyReplied: Replied;
  readonly noShow: NoShow;
  readonly handOver: Because;
  readonly changePriority: ChangePriority;
  readonly resolveTicket: ResolveTicket;
  readonly supervise: Supervise;
  readonly withdrawTicket: Because;
  readonly reopenTicket: Because;
  readonly followUpCompleted: FollowUpCompleted;
}

type Takes<Name extends keyof TicketMessages> = [Message<TicketMessages[Name]>];

export const customerRepliedSignal = defineSignal<Takes<'customerReplied'>>('customerReplied');
export const followUpCompletedSignal = defineSignal<Takes<'followUpCompleted'>>('followUpCompleted');
export const changePriorityUpdate = defineUpdate<Answer, Takes<'changePriority'>>('changePriority');
export const resolveTicketUpdate = defineUpdate<Answer, Takes<'resolveTicket'>>('resolveTicket');
export const withdrawTicketUpdate = defineUpdate<Answer, Takes<'withdrawTicket'>>('withdrawTicket');
export const reopenTicketUpdate = defineUpdate<Answer, Takes<'reopenTicket'>>('reopenTicket');

/**
 * How a ticket ended. `resolved`: by an expert; `noReply`: the customer never answered; `closedBySupervisor`: it was given up; `withdrawn`:
 * the customer no longer needed help; `notCovered`: no support plan of the customer covers the product.
 */
export type TicketOutcome = 'resolved' | 'noReply' | 'closedBySupervisor' | 'withdrawn' | 'notCovered';

/** Result of the workflow. */
export interface TicketResult {
  readonly ticketId: string;
  readonly outcome: TicketOutcome;
  readonly closedAt: string;
  /** How many experts have had it. */
  readonly hops: number;
}

/** How many experts have had a ticket: what its parts say of it. */
export const hopsOf = (parts: Readonly<Record<string, PartState>>): number =>
  Object.keys(parts).filter((name) => name.startsWith('hop:')).length;
