/** How an order comes to rest in each state of its table: a new state without a way to it fails to compile. */
import { days, minutes, type StateDefinition } from '../../../workflows/lifecycle/definition.js';
import { orderLifecycle, type OrderState } from '../../../workflows/order/states.js';
import { eventually } from '../../support/eventually.js';
import { line, scattered, type PlacedOrder, type TestShop } from './support.js';

export type OpenState = Exclude<OrderState, 'Completed' | 'Cancelled'>;

/** The states that are no end, with what the table says of them. */
export const OPEN_STATES = Object.entries<StateDefinition<OrderState>>(orderLifecycle.states).filter(
  ([, { terminal }]) => !terminal,
) as [OpenState, StateDefinition<OrderState>][];

let count = 0;

/** An order at rest in a state; the shop must run the bent workflows. It has several shipments where it has any. */
export async function restingIn(test: TestShop, state: OpenState): Promise<PlacedOrder> {
  const order = await WAYS[state](test, `REST-${++count}`);
  await order.reaches(state);
  return order;
}

type Way = (test: TestShop, orderId: string) => Promise<PlacedOrder>;

/** Its step waits for ever at the nth visit. */
const stalled =
  (state: OpenState, nth = 1): Way =>
  ({ place }, orderId) =>
    place({ orderId, customerId: `stall:${state}:${nth}`, lines: scattered(8) });

const released: Way = async ({ place }, orderId) => {
  const order = await place({ orderId, lines: scattered(8) });
  await order.reaches('ReleasedToWarehouse');
  return order;
};

export const inDelivery: Way = async (test, orderId) => {
  const order = await released(test, orderId);
  await order.isDispatched();
  return order;
};

/** Its authorisation lapses before anything has left, while the bank does what it is told to. */
const lapsing =
  (how: 'slow' | 'declining'): Way =>
  async (test, orderId) => {
    test.shop.validMs.set(orderId, days(2));
    const order = await released(test, orderId);
    test.shop[how].add(`card-${orderId}`);
    await test.sleep(days(1) + minutes(1));
    return order;
  };

/** Two shipments, delivered; the first line is announced as coming back. */
export const returning: Way = async ({ place }, orderId) => {
  const order = await place({ orderId, lines: scattered(2) });
  await order.isDispatched();
  await order.carrier('Delivered', 1);
  await order.entity.settled();
  await order.ask('requestReturn', { lineIds: ['1'] });
  await order.carrier('Dispatched', 2);
  await order.carrier('Delivered', 2);
  await order.reaches('ReturnPending');
  return order;
};

const PARTLY = [line('1', 'LAMP'), line('2', 'UNICORN')];

/** Some of it is there, and some is on backorder. */
export const backordered: Way = async ({ place, shop }, orderId) => {
  const order = await place({ orderId, lines: PARTLY });
  await order.reaches('AwaitingCustomer');
  await order.ask('answerCustomer', { choice: 'wait' });
  await order.reaches('AwaitingStock');
  await eventually(() => shop.awaits(orderId));
  await order.entity.settled();
  return order;
};

const WAYS: Readonly<Record<OpenState, Way>> = {
  Placed: stalled('Placed'),
  RiskCheckPending: stalled('RiskCheckPending'),
  RiskReview: ({ place, shop }, orderId) => {
    shop.risk.set(orderId, 'review');
    return place({ orderId });
  },
  ReservationPending: stalled('ReservationPending'),
  AwaitingCustomer: ({ place }, orderId) => place({ orderId, lines: PARTLY }),
  AwaitingStock: backordered,
  AuthorizationPending: ({ place, shop }, orderId) => {
    shop.slow.add(`card-${orderId}`);
    return place({ orderId });
  },
  ReleasedToWarehouse: released,
  ReauthorizationPending: lapsing('slow'),
  AwaitingPaymentMethod: lapsing('declining'),
  StopPending: async (test, orderId) => {
    const order = await released(test, orderId);
    test.shop.stops.set(orderId, 'asked');
    await order.ask('cancelOrder');
    return order;
  },
  InDelivery: inDelivery,
  ReturnPending: returning,
  ReturnInspection: async (test, orderId) => {
    const order = await returning(test, orderId);
    await order.entity.tell('returnReceived', { lineIds: ['1'] });
    return order;
  },
  RefundPending: async (test, orderId) => {
    const order = await test.place({ orderId, lines: scattered(2) });
    test.shop.slowRefunds.add(orderId);
    await order.isDispatched();
    await order.carrier('Dispatched', 2);
    await order.carrier('Lost', 1);
    await order.carrier('Delivered', 2);
    return order;
  },
  ChargebackOpen: async (test, orderId) => {
    const order = await inDelivery(test, orderId);
    await order.entity.tell('paymentChargedBack', order.chargeback(1));
    return order;
  },
  Reopened: async (test, orderId) => {
    const order = await test.place({ orderId, customerId: 'stall:Reopened:1' });
    await order.isDelivered();
    await test.chargeBackLate(order);
    return order;
  },
  ExceptionReview: async (test, orderId) => {
    const order = await inDelivery(test, orderId);
    test.shop.declinedCaptures.add(orderId);
    await order.carrier('Dispatched', 2);
    return order;
  },
  Cancelling: async (test, orderId) => {
    test.shop.slow.add(`card-${orderId}`);
    const order = await test.place({ orderId, customerId: 'stall:Cancelling:1' });
    await order.reaches('AuthorizationPending');
    await eventually(() => order.calls('authorizeCard') > 0);
    await order.ask('cancelOrder');
    return order;
  },
};
