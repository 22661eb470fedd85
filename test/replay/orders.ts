/** The lives of orders that are recorded: together they are in every state, and in every stage. */
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import { line, scattered, usd, type PlacedOrder, type TestShop } from '../lifecycles/order/support.js';

type Life = (shop: TestShop, orderId: string) => Promise<PlacedOrder>;

const { destination, addressRef } = { destination: { country: 'US', postalCode: '94105' }, addressRef: 'ADR-2' };

const ends = async (order: PlacedOrder): Promise<PlacedOrder> => {
  await order.ends();
  return order;
};

async function dispatched({ place }: TestShop, orderId: string, shipments = 1): Promise<PlacedOrder> {
  const order = await place({ orderId, lines: scattered(shipments) });
  await order.isDispatched();
  return order;
}

async function returned(test: TestShop, orderId: string): Promise<PlacedOrder> {
  const order = await dispatched(test, orderId);
  await order.carrier('Delivered');
  await order.ends();
  await test.reopen(order, 'requestReturn', { lineIds: ['1'] });
  await order.reaches('ReturnPending');
  await test.sleep(days(20));
  await order.entity.tell('returnReceived', { lineIds: ['1'] });
  await order.reaches('ReturnInspection');
  await order.ask('inspectReturn', { lines: [{ lineId: '1', refund: usd(20) }] });
  return order;
}

/** By name. */
export const ORDERS: Readonly<Record<string, Life>> = {
  delivered: async (test, orderId) => {
    const order = await dispatched(test, orderId);
    await order.carrier('Delivered');
    return ends(order);
  },
  'partly-delivered': async (test, orderId) => {
    test.shop.shelve('HEARSE', 1, 'W-closed');
    test.shop.closed.add('W-closed');
    const order = await test.place({ orderId, lines: [...scattered(2), line('3', 'HEARSE')] });
    test.shop.declinedCaptures.add(orderId);
    await order.reaches('ReleasedToWarehouse');
    await order.carrier('Dispatched', 1);
    await order.reaches('ExceptionReview');
    await order.ask('resolveException', { decision: 'retry' });
    await order.carrier('Dispatched', 2);
    await order.carrier('Delivered', 2);
    await order.carrier('Lost', 1);
    return ends(order);
  },
  'waited-and-amended': async (test, orderId) => {
    test.shop.risk.set(orderId, 'review');
    const order = await test.place({ orderId, lines: [line('1', 'LAMP'), line('2', 'SPHINX')] });
    await order.reaches('RiskReview');
    await order.ask('decideRisk', { decision: 'approve' });
    await order.reaches('AwaitingCustomer');
    await order.ask('answerCustomer', { choice: 'wait' });
    await order.reaches('AwaitingStock');
    await eventually(() => test.shop.awaits(orderId));
    await order.entity.settled();
    test.shop.risk.delete(orderId);
    await order.ask('amendOrder', { content: { lines: [line('1', 'LAMP', 2)], destination, addressRef } });
    await order.isDelivered();
    return order;
  },
  'out-of-stock': async (test, orderId) => {
    const order = await test.place({ orderId, lines: [line('1', 'SPHINX')] });
    await order.reaches('AwaitingCustomer');
    await test.sleep(days(7) + minutes(1));
    return ends(order);
  },
  'cancelled-with-an-undo-that-fails': async (test, orderId) => {
    test.shop.slow.add(`card-${orderId}`);
    const order = await test.place({ orderId });
    await order.reaches('AuthorizationPending');
    await eventually(() => order.calls('authorizeCard') === 1);
    test.shop.misbehave(orderId, 'releaseHolds', 'refused');
    await order.ask('cancelOrder');
    await order.reaches('ExceptionReview');
    await order.entity.tell('authorizationDecided', test.shop.decideAuthorization(order.key('authorization')));
    await order.ask('resolveException', { decision: 'retry' });
    return ends(order);
  },
  'stopped-at-the-warehouse': async (test, orderId) => {
    const order = await dispatched(test, orderId, 3);
    await order.ask('cancelOrder');
    await order.reaches('InDelivery');
    await order.carrier('Delivered', 1);
    return ends(order);
  },
  'authorised-again': async (test, orderId) => {
    test.shop.validMs.set(orderId, days(2));
    const order = await test.place({ orderId });
    await order.reaches('ReleasedToWarehouse');
    await test.sleep(days(1) + minutes(1));
    await eventually(() => order.calls('authorizeCard') === 2);
    await order.reaches('ReleasedToWarehouse');
    test.shop.declining.add(`card-${orderId}`);
    await test.sleep(days(1) + minutes(1));
    await order.reaches('AwaitingPaymentMethod');
    await order.ask('changePayment', { methodToken: `other-${orderId}` });
    await order.isDelivered();
    return order;
  },
  'looked-up': async (test, orderId) => {
    test.shop.slow.add(`card-${orderId}`);
    const order = await test.place({ orderId });
    await order.reaches('AuthorizationPending');
    await eventually(() => order.calls('authorizeCard') === 1);
    await order.entity.settled();
    test.shop.decideAuthorization(order.key('authorization'));
    await test.sleep(hours(1) + minutes(1));
    await order.isDelivered();
    return order;
  },
  'held-for-fraud': async (test, orderId) => {
    const order = await dispatched(test, orderId);
    await order.ask('placeHold', { hold: 'fraud', reference: 'CASE-7' });
    await order.carrier('Lost');
    await eventually(async () => (await order.entity.state()).deferrals['hold:fraud']);
    await order.ask('releaseHold', { hold: 'fraud', reference: 'CASE-7' });
    return ends(order);
  },
  returned: async (test, orderId) => ends(await returned(test, orderId)),
  'refunded-by-hand': async (test, orderId) => {
    test.shop.failedRefunds.add(orderId);
    const order = await returned(test, orderId);
    await order.reaches('ExceptionReview');
    await order.ask('resolveException', { decision: 'settled', reference: 'WIRE-7' });
    await order.approve();
    return ends(order);
  },
  'charged-back': async (test, orderId) => {
    const order = await dispatched(test, orderId);
    await order.carrier('Delivered');
    await order.ends();
    await test.chargeBackLate(order);
    await order.reaches('ChargebackOpen');
    await order.ask('answerChargeback', { decision: 'accepted' });
    return ends(order);
  },
};
