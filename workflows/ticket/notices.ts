/** What the customer is told while somebody is at work: courtesies, whose failure or slowness holds nothing up. */
import { proxyActivities } from '@temporalio/workflow';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Ticket } from './facts.js';

// A courtesy gives up soon: whoever waits for an answer does not wait for a notice.
const notifications = proxyActivities<Pick<NotificationsActivities, 'sendNotice'>>({
  ...serviceCalls(NOTIFICATIONS_TASK_QUEUE),
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** Asks the customer for what the expert needs, or reminds of it for the `reminder`th time. */
export async function askCustomer(ticket: Ticket, reminder?: number): Promise<void> {
  const nth = ticket.state.visits['AwaitingCustomer']?.entered ?? 1;
  const template = reminder === undefined ? 'ticketCustomerNeeded' : 'ticketCustomerReminder';
  const ordinal = reminder === undefined ? `${nth}` : `${nth}.${reminder}`;
  await notifications
    .sendNotice({
      key: ticket.key('notice', `${template}.${ordinal}`),
      ticketId: ticket.id,
      template,
      values: { reason: ticket.state.reason?.code ?? '' },
    })
    .catch(() => undefined); // yields; a courtesy that fails changes nothing
}
