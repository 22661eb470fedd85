/** What the customer is told: courtesies, whose failure or slowness holds nothing up. */
import { proxyActivities } from '@temporalio/workflow';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import { paidOf } from './messages.js';
import type { Order } from './facts.js';

// A courtesy gives up soon: whoever waits for its own end does not wait for a notice.
const notifications = proxyActivities<Pick<NotificationsActivities, 'sendNotice'>>({
  ...serviceCalls(NOTIFICATIONS_TASK_QUEUE),
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** Sends a notice, once for each time that the order enters its present state. */
export async function tell(
  order: Order,
  template: string,
  values: Readonly<Record<string, string>> = {},
): Promise<void> {
  const nth = order.state.visits[order.state.state]?.entered ?? 1;
  await send(order, `${template}.${nth}`, template, values); // yields
}

/** Reminds the customer of what is expected of them. */
export async function remindOf(order: Order, template: string, ordinal: number): Promise<void> {
  await send(order, `${template}.${order.ref.stage}.${ordinal}`, template, {}); // yields
}

/** How it ended. One that was taken up again is told of again only where that gave money back. */
export async function tellEnd(order: Order): Promise<void> {
  const { outcome = '', visits, parts } = order.state;
  if (outcome === 'cancelled') return tell(order, 'orderCancelled'); // yields
  const refunded = Object.entries(parts).some(
    ([name, { state }]) => name.startsWith('refund:') && state === 'Refunded',
  );
  if (!refunded && (visits['Completed']?.entered ?? 1) > 1) return;
  await tell(order, refunded ? 'orderRefunded' : 'orderDelivered', { outcome, paid: String(paidOf(parts)) }); // yields
}

async function send(order: Order, ordinal: string, template: string, values: Readonly<Record<string, string>>) {
  await notifications
    .sendNotice({ key: order.key('notice', ordinal), orderId: order.id, template, values })
    .catch(() => undefined); // yields; a courtesy that fails changes nothing
}
