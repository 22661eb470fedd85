/** Orders: the entity client with what customers ask most. */
import type { Answer } from '../workflows/lifecycle/message.js';
import { paidOf } from '../workflows/order/messages.js';
import type {
  AmendOrder,
  CancelOrder,
  OrderMessages,
  OrderNotice,
  OrderOutcome,
  OrderResult,
  RequestReturn,
} from '../workflows/order/messages.js';
import { orderBinding } from './bindings.js';
import { EntityClient, type MessageOptions, type Sender } from './entities.js';
import type { Explanation } from './views.js';

/** Submits, messages and reads orders. */
export class OrdersClient extends EntityClient<OrderNotice, OrderMessages, OrderResult> {
  constructor(sender: Sender) {
    super(sender, orderBinding, resultOf);
  }

  /** The customer changes the order; the answer says whether it still could be. */
  amend(id: string, data: AmendOrder, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'amendOrder', data, options) as Promise<Answer>;
  }

  /** The customer cancels: free before the release to the warehouse, a request to stop after it. */
  cancel(id: string, data: CancelOrder, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'cancelOrder', data, options) as Promise<Answer>;
  }

  /** The customer sends delivered goods back. */
  requestReturn(id: string, data: RequestReturn, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'requestReturn', data, options) as Promise<Answer>;
  }
}

/** The result of an ended order as its record tells it. */
function resultOf(order: Explanation): OrderResult | undefined {
  if (order.outcome === undefined) return undefined;
  const [currency = 'USD'] = Object.values(order.parts).flatMap(({ amount }) => amount?.currency ?? []);
  return {
    orderId: order.id,
    outcome: order.outcome as OrderOutcome,
    closedAt: order.since,
    paid: { minor: paidOf(order.parts), currency },
  };
}
