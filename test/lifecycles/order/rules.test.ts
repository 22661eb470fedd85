/** What becomes of each message in each state, driven from the table: what its rule promises there is what the journal says. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import type { OrderMessages } from '../../../workflows/order/messages.js';
import { orderLifecycle, type OrderState } from '../../../workflows/order/states.js';
import { eventually } from '../../support/eventually.js';
import type { Ruling } from '../../edges/universe.js';
import { bundleOf } from '../support/bundle.js';
import { becomeOf, unawaitedIn } from '../support/rulings.js';
import { backordered, inDelivery, OPEN_STATES, restingIn, returning } from './resting.js';
import { line, noticeOf, scattered, usd, useShop, type PlacedOrder } from './support.js';

const orders = useShop({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { shop, place, chargeBackLate, reopen, sleep } = orders;

type Name = keyof OrderMessages;

const BECAUSE = { reasonCode: 'asked' } as const;
const AT = '2026-01-01T00:00:00.000Z';
const UPDATE = { shipmentId: 'SHP-unknown', number: 1, at: AT } as const;
const { lines, destination, addressRef } = noticeOf('any');

/** Of the right shape, whether or not it is news to the order. */
const DATA: { readonly [N in Name]: OrderMessages[N] } = {
  stockHeld: {
    reservationId: 'RSV-unknown',
    lineId: '1',
    holds: [{ holdId: 'H-unknown', warehouseId: 'W1', sku: 'LAMP', quantity: 1, expiresAt: AT }],
  },
  holdExpired: { holdId: 'H-unknown', lineId: '1', warehouseId: 'W1', sku: 'LAMP', quantity: 1 },
  authorizationDecided: { outcome: 'declined', authorizationId: 'AUT-unknown', code: 'no' },
  captureDecided: { outcome: 'declined', captureId: 'CAP-unknown', code: 'no' },
  refundDecided: { outcome: 'failed', refundId: 'RFD-unknown', code: 'no' },
  paymentChargedBack: {
    chargebackId: 'CBK-1',
    captureId: 'CAP-unknown',
    amount: usd(1),
    code: 'fraud',
    evidenceDueAt: AT,
  },
  shipmentDispatched: UPDATE,
  shipmentInTransit: UPDATE,
  shipmentDelivered: UPDATE,
  shipmentDeliveryFailed: UPDATE,
  shipmentReturned: UPDATE,
  shipmentLost: UPDATE,
  stopAnswered: { shipmentId: 'SHP-unknown', outcome: 'stopped' },
  returnReceived: { lineIds: ['1'] },
  amendOrder: { content: { lines, destination, addressRef }, ...BECAUSE },
  cancelOrder: BECAUSE,
  answerCustomer: { choice: 'wait', ...BECAUSE },
  changePayment: { methodToken: 'card-other', ...BECAUSE },
  decideRisk: { decision: 'approve', ...BECAUSE },
  resolveException: { decision: 'retry', ...BECAUSE },
  requestReturn: { lineIds: ['1'], ...BECAUSE },
  inspectReturn: { lines: [{ lineId: '1', refund: usd(1) }], ...BECAUSE },
  answerChargeback: { decision: 'accepted', ...BECAUSE },
};

const unawaited = (state: OrderState) => unawaitedIn<Name>(orderLifecycle, state);
const become = ({ entity }: PlacedOrder, expected: readonly (readonly [Name, Ruling])[]) =>
  becomeOf(entity, orderLifecycle, DATA, expected);

describe('messages that are not awaited', () => {
  test.each(OPEN_STATES)('in %s are held, late, rejected or ignored, each by its rule', async (state) => {
    const expected = unawaited(state);
    const order = await restingIn(orders, state);
    expect(await become(order, expected)).toEqual(expected);
    expect((await order.entity.state()).state).toBe(state);
  });

  test('after the end, while the run goes on since somebody has to look at late news, too', async () => {
    const completed = await place();
    await completed.isDispatched();
    await completed.entity.tell('returnReceived', DATA.returnReceived);
    await completed.carrier('Delivered');
    await completed.reaches('Completed');
    const cancelled = await place();
    await cancelled.reaches('ReleasedToWarehouse');
    await cancelled.entity.tell('paymentChargedBack', DATA.paymentChargedBack);
    await cancelled.ask('cancelOrder');
    await cancelled.reaches('Cancelled');
    for (const order of [completed, cancelled]) {
      const { state, reviews } = await order.entity.state();
      expect(Object.values(reviews)).toMatchObject([{ queue: 'late-order-news' }]);
      const expected = unawaited(state as OrderState);
      expect(await become(order, expected)).toEqual(expected);
    }
    for (const order of [completed, cancelled]) {
      for (const taskId of Object.keys((await order.entity.state()).reviews)) {
        await order.ask('resolveReview', { taskId, decision: 'filed' });
      }
      await order.ends();
    }
  });
});

/** The outcome of each message of a name, with the state in which it was told. */
async function applied(order: PlacedOrder, name: Name, state: OrderState): Promise<void> {
  await eventually(
    () => order.entity.journal(),
    (journal) => {
      let at = '';
      return journal.some(({ kind, to, message }) => {
        if (kind === 'transition') at = to ?? at;
        return message?.name === name && message.outcome === 'applied' && at === state;
      });
    },
  );
}

const CARRIER = ['Dispatched', 'InTransit', 'Delivered', 'DeliveryFailed', 'Returned', 'Lost'] as const;

describe('an awaited message is applied:', () => {
  test.each([
    'StopPending',
    'InDelivery',
    'ReauthorizationPending',
    'AwaitingPaymentMethod',
    'ChargebackOpen',
    'ExceptionReview',
  ] as const)("the carrier's news in %s", async (state) => {
    const order = await restingIn(orders, state);
    // The first two shipments are under way already in some of these states, and one has to stay behind.
    for (const [i, update] of CARRIER.entries()) await order.carrier(update, i + 2, 2);
    for (const update of CARRIER) await applied(order, `shipment${update}`, state);
  });

  test.each(CARRIER)('the first news of all, %s, at the warehouse', async (update) => {
    const order = await place({ lines: scattered(2) });
    await order.reaches('ReleasedToWarehouse');
    await order.carrier(update, 1);
    await applied(order, `shipment${update}`, 'ReleasedToWarehouse');
    await order.reaches('InDelivery');
  });

  test('stock that comes, and holds that end, wherever the order is before the release', async () => {
    const amended = async (orderId: string, customerId: string) => {
      const order = await backordered({ ...orders, place: (given) => place({ ...given, customerId }) }, orderId);
      const content = { lines: [line('1', 'LAMP'), line('2', 'UNICORN')], destination, addressRef };
      if (orderId === 'S-review') shop.risk.set(orderId, 'review');
      if (orderId === 'S-exception') shop.misbehave(orderId, 'assessRisk', 'refused');
      await order.ask('amendOrder', { content });
      return order;
    };
    const places: readonly [OrderState, PlacedOrder][] = [
      ['RiskCheckPending', await amended('S-risk', 'stall:RiskCheckPending:2')],
      ['RiskReview', await amended('S-review', 'CUS-1')],
      ['ReservationPending', await amended('S-reservation', 'stall:ReservationPending:2')],
      ['ExceptionReview', await amended('S-exception', 'CUS-1')],
      ['AwaitingStock', await backordered(orders, 'S-stock')],
    ];
    for (const [state, order] of places) {
      await order.reaches(state);
      await order.entity.tell('holdExpired', shop.expire(order.id, '1'));
      await order.entity.tell('stockHeld', shop.restock(order.id, '2'));
      await applied(order, 'holdExpired', state);
      await applied(order, 'stockHeld', state);
    }
  });

  test('the same where the customer has to choose, and before the bank is asked', async () => {
    const choosing = await backordered(orders, 'S-choosing');
    const deciding = await backordered(
      { ...orders, place: (given) => place({ ...given, customerId: 'stall:AuthorizationPending:1' }) },
      'S-deciding',
    );
    const expired = await backordered(
      { ...orders, place: (given) => place({ ...given, customerId: 'stall:AuthorizationPending:1' }) },
      'S-expired',
    );
    await sleep(days(30) + minutes(1));
    for (const order of [choosing, deciding, expired]) await order.reaches('AwaitingCustomer');
    await choosing.entity.tell('holdExpired', shop.expire(choosing.id, '1'));
    await applied(choosing, 'holdExpired', 'AwaitingCustomer');
    await choosing.entity.tell('stockHeld', shop.restock(choosing.id, '2'));
    await applied(choosing, 'stockHeld', 'AwaitingCustomer');
    for (const order of [deciding, expired]) {
      await order.ask('answerCustomer', { choice: 'shipAvailable' });
      await order.reaches('AuthorizationPending');
    }
    await deciding.entity.tell('stockHeld', shop.restock(deciding.id, '2'));
    await applied(deciding, 'stockHeld', 'AuthorizationPending');
    await expired.entity.tell('holdExpired', shop.expire(expired.id, '1'));
    await applied(expired, 'holdExpired', 'AuthorizationPending');
  });

  test("the bank's word on an authorisation, wherever the order is by then", async () => {
    const asked = await restingIn(orders, 'AuthorizationPending');
    await eventually(() => asked.calls('authorizeCard') === 1);
    const overdue = await restingIn(orders, 'AuthorizationPending');
    await eventually(() => overdue.calls('authorizeCard') === 1);
    await asked.entity.tell('authorizationDecided', shop.decideAuthorization(asked.key('authorization')));
    await applied(asked, 'authorizationDecided', 'AuthorizationPending');
    await sleep(days(1) + minutes(1));
    await overdue.reaches('ExceptionReview');
    await overdue.entity.tell('authorizationDecided', shop.decideAuthorization(overdue.key('authorization')));
    await applied(overdue, 'authorizationDecided', 'ExceptionReview');
    const cancelled = await restingIn(orders, 'Cancelling');
    await cancelled.entity.tell('authorizationDecided', shop.decideAuthorization(cancelled.key('authorization')));
    await applied(cancelled, 'authorizationDecided', 'Cancelling');
    const again = await restingIn(orders, 'ReauthorizationPending');
    await eventually(() => again.calls('authorizeCard') === 2);
    await again.entity.tell('authorizationDecided', shop.decideAuthorization(again.key('authorization', 2)));
    await applied(again, 'authorizationDecided', 'ReauthorizationPending');
  });

  test("the bank's word on a capture, wherever the order is by then", async () => {
    const pending = async (orderId: string) => {
      shop.validMs.set(orderId, days(2));
      const order = await inDelivery(orders, orderId);
      shop.slowCaptures.add(orderId);
      await order.carrier('Dispatched', 2);
      await eventually(() => order.calls('captureCard') === 2);
      await order.entity.settled();
      return order;
    };
    const decided = async (order: PlacedOrder, state: OrderState) => {
      await order.reaches(state);
      await order.entity.tell('captureDecided', shop.decideCapture(order.key('capture', '2.1')));
      await applied(order, 'captureDecided', state);
    };
    await decided(await pending('K-delivery'), 'InDelivery');
    const disputed = await pending('K-disputed');
    await disputed.entity.tell('paymentChargedBack', disputed.chargeback(1));
    await decided(disputed, 'ChargebackOpen');
    const stopped = await pending('K-stopped');
    shop.stops.set(stopped.id, 'asked');
    await stopped.ask('cancelOrder');
    await decided(stopped, 'StopPending');
    const slow = await pending('K-slow');
    const declined = await pending('K-declined');
    shop.slow.add(`card-${slow.id}`);
    shop.declining.add(`card-${declined.id}`);
    await sleep(days(1) + minutes(1));
    await decided(slow, 'ReauthorizationPending');
    await decided(declined, 'AwaitingPaymentMethod');
    const looked = await pending('K-looked');
    shop.slowCaptures.delete(looked.id);
    shop.misbehave(looked.id, 'commitHolds', 'refused');
    await looked.carrier('Dispatched', 3);
    await decided(looked, 'ExceptionReview');
  });

  test("the bank's word on a refund, wherever the order is by then", async () => {
    const decided = async (order: PlacedOrder, state: OrderState) => {
      await order.reaches(state);
      await order.entity.tell('refundDecided', shop.decideRefund(order.key('refund', '1.1')));
      await applied(order, 'refundDecided', state);
    };
    const pending = async () => {
      const order = await restingIn(orders, 'RefundPending');
      await eventually(() => order.calls('refundCapture') === 1);
      await order.entity.settled();
      return order;
    };
    await decided(await pending(), 'RefundPending');
    const disputed = await pending();
    await disputed.entity.tell('paymentChargedBack', disputed.chargeback(2));
    await decided(disputed, 'ChargebackOpen');
    const overdue = await pending();
    await sleep(days(5) + minutes(1));
    await decided(overdue, 'ExceptionReview');
  });

  test('a chargeback after the delivery, and goods that come back', async () => {
    for (const state of ['InDelivery', 'ReturnPending', 'ReturnInspection', 'RefundPending'] as const) {
      const order = await restingIn(orders, state);
      await order.entity.tell('paymentChargedBack', order.chargeback(state === 'RefundPending' ? 2 : 1));
      await applied(order, 'paymentChargedBack', state);
      await order.reaches('ChargebackOpen');
      await order.ask('answerChargeback', { decision: 'accepted' });
      await applied(order, 'answerChargeback', 'ChargebackOpen');
      await order.reaches(state);
      if (state === 'ReturnPending') await order.entity.tell('returnReceived', { lineIds: ['1'] });
      if (state === 'ReturnInspection') await order.ask('inspectReturn', { lines: [{ lineId: '1', refund: usd(0) }] });
    }
    const reopened = await place({ customerId: 'stall:Reopened:1' });
    await reopened.isDelivered();
    await reopen(reopened, 'requestReturn', { lineIds: ['1'] });
    await reopened.reaches('Reopened');
    await reopened.entity.tell('paymentChargedBack', reopened.chargeback(1));
    await applied(reopened, 'paymentChargedBack', 'Reopened');
    const disputed = await place({ customerId: 'stall:Reopened:1' });
    await disputed.isDelivered();
    await chargeBackLate(disputed);
    await disputed.reaches('Reopened');
    expect(await disputed.ask('requestReturn', { lineIds: ['1'] })).toMatchObject({
      outcome: 'applied',
      state: 'Reopened',
    });
  });

  test("a warehouse's late word on a stop, also when a person has it by then", async () => {
    const asked = await restingIn(orders, 'StopPending');
    await eventually(() => asked.calls('stopShipment') === 8);
    await asked.entity.tell('stopAnswered', { shipmentId: asked.shipment(1), outcome: 'stopped' });
    await applied(asked, 'stopAnswered', 'StopPending');
    await sleep(days(2) + minutes(1));
    await asked.reaches('ExceptionReview');
    await asked.entity.tell('stopAnswered', { shipmentId: asked.shipment(2), outcome: 'alreadyDispatched' });
    await applied(asked, 'stopAnswered', 'ExceptionReview');
  });

  test.each([
    'RiskCheckPending',
    'RiskReview',
    'ReservationPending',
    'AwaitingStock',
    'AwaitingCustomer',
    'AuthorizationPending',
  ] as const)('an amendment, and a cancellation, in %s', async (state) => {
    const amended = await restingIn(orders, state);
    expect(await amended.ask('amendOrder', DATA.amendOrder)).toMatchObject({ outcome: 'applied' });
    const cancelled = await restingIn(orders, state);
    expect(await cancelled.ask('cancelOrder')).toMatchObject({ outcome: 'applied', code: 'free', state: 'Cancelling' });
    expect(await cancelled.ends()).toMatchObject({ outcome: 'cancelled' });
  });

  test.each(['ReleasedToWarehouse', 'InDelivery', 'AwaitingPaymentMethod'] as const)(
    'a cancellation in %s',
    async (state) => {
      const order = await restingIn(orders, state);
      expect(await order.ask('cancelOrder')).toMatchObject({
        outcome: 'applied',
        code: 'stopAsked',
        state: 'StopPending',
      });
    },
  );

  test('a return of what has arrived while the rest is on its way', async () => {
    expect(await (await returning(orders, 'R-1')).parts()).toMatchObject({ 1: 'ReturnRequested', 2: 'Delivered' });
  });
});
