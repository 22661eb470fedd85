/** What the table promises of each state, driven from the table itself: a new state without a way to it fails here. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import type { OrderState } from '../../../workflows/order/states.js';
import { bundleOf } from '../support/bundle.js';
import { backordered, inDelivery, OPEN_STATES, restingIn } from './resting.js';
import { useShop, type PlacedOrder } from './support.js';
import type { Call } from './shop.js';

const orders = useShop({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { shop, place, sleep } = orders;

const BULLETIN = { reference: 'BULLETIN-7' } as const;
const FOR_GOOD = Array.from({ length: 40 }, () => 'down' as const);

const lastMove = async (order: PlacedOrder) =>
  (await order.entity.journal()).findLast(({ kind }) => kind === 'transition');

describe('the deadline', () => {
  const bounded = OPEN_STATES.flatMap(([state, { deadline, onDeadline }]) =>
    typeof deadline === 'number' && onDeadline ? [[state, deadline, onDeadline] as const] : [],
  );

  test.each(bounded)(
    'of %s leads where the table says, and a person can have it tried again',
    async (state, deadline, onDeadline) => {
      const order = await restingIn(orders, state);
      const { state: _own, ...others } = (await order.entity.settled()).clocks;
      const running = Object.entries(others).filter(([, { pausedAt, breachedAt }]) => !pausedAt && !breachedAt);
      for (const [clock] of running) await order.ask('pauseClock', { clock, ...BULLETIN });
      const { sequence } = await order.entity.state();
      await sleep(deadline + minutes(1));
      // What it leads to may be left at once.
      await expect
        .poll(
          async () =>
            (await order.entity.journal())
              .slice(sequence)
              .find(({ causationId, kind }) => kind === 'transition' && causationId === 'clock:state'),
          {
            timeout: 20_000,
          },
        )
        .toMatchObject({ from: state, to: onDeadline, reason: { code: 'deadlineElapsed' } });
      // Of InDelivery it is tried again below: here the authorisation has lapsed too, and calls off what was just begun anew, at which
      // the test server stands still.
      if (onDeadline !== 'ExceptionReview' || ['ExceptionReview', 'InDelivery'].includes(state)) return;
      await order.reaches('ExceptionReview');
      expect(await order.ask('resolveException', { decision: 'retry' })).toMatchObject({ outcome: 'applied', state });
    },
  );
});

describe('a service that keeps failing', () => {
  const beginning: readonly [OrderState, Call][] = [
    ['RiskCheckPending', 'assessRisk'],
    ['ReservationPending', 'reserveStock'],
    ['AuthorizationPending', 'authorizeCard'],
    ['ReleasedToWarehouse', 'createShipment'],
  ];

  test.each(beginning)('in %s leads to a person, who has it tried again', async (state, call) => {
    const order = await place({ orderId: `F-${state}` });
    shop.misbehave(order.id, call, ...FOR_GOOD);
    await failed(order, state, call);
  });

  test('with backorders leads to a person, who has it tried again', async () => {
    const order = await place({
      orderId: 'F-stock',
      lines: [{ lineId: '1', sku: 'GRYPHON', quantity: 1, unitPrice: { minor: 100, currency: 'USD' } }],
    });
    await order.reaches('AwaitingCustomer');
    shop.misbehave(order.id, 'reserveStock', ...FOR_GOOD);
    await order.ask('answerCustomer', { choice: 'wait' });
    await failed(order, 'AwaitingStock', 'reserveStock');
  });

  test('with stops, captures, refunds and a second authorisation does so too', async () => {
    const stopped = await place({ orderId: 'F-stop' });
    await stopped.reaches('ReleasedToWarehouse');
    shop.misbehave(stopped.id, 'stopShipment', ...FOR_GOOD);
    await stopped.ask('cancelOrder');
    const captured = await place({ orderId: 'F-capture' });
    shop.misbehave(captured.id, 'captureCard', ...FOR_GOOD);
    await captured.reaches('ReleasedToWarehouse');
    await captured.carrier('Dispatched');
    const refunded = await place({ orderId: 'F-refund' });
    shop.misbehave(refunded.id, 'refundCapture', ...FOR_GOOD);
    await refunded.isDispatched();
    await refunded.carrier('Lost');
    await failed(stopped, 'StopPending', 'stopShipment');
    await failed(captured, 'InDelivery', 'captureCard');
    await failed(refunded, 'RefundPending', 'refundCapture');
    shop.validMs.set('F-again', days(2));
    const lapsing = await inDelivery(orders, 'F-again');
    shop.misbehave(lapsing.id, 'authorizeCard', ...FOR_GOOD);
    await sleep(days(1) + minutes(1));
    await failed(lapsing, 'ReauthorizationPending', 'authorizeCard');
  });

  async function failed(order: PlacedOrder, state: OrderState, call: Call): Promise<void> {
    await expect.poll(async () => (await order.entity.state()).visits[state], { timeout: 20_000 }).toBeDefined();
    await sleep(minutes(30));
    await order.reaches('ExceptionReview');
    expect(await lastMove(order)).toMatchObject({
      from: state,
      to: 'ExceptionReview',
      reason: { code: 'serviceFailed' },
    });
    shop.misbehave(order.id, call);
    expect(await order.ask('resolveException', { decision: 'retry' })).toMatchObject({ outcome: 'applied', state });
  }
});

describe('an undo that keeps failing', () => {
  test('keeps the order from ending, is told, and is settled by hand by two', async () => {
    const order = await backordered(orders, 'U-1');
    shop.misbehave(order.id, 'releaseHolds', 'refused', 'refused');
    await order.ask('cancelOrder');
    expect(await order.reaches('ExceptionReview')).toMatchObject({ reason: { code: 'compensationFailed' } });
    expect(await order.ask('resolveException', { decision: 'cancel' })).toBe('cannotCancel');
    expect(await order.ask('resolveException', { decision: 'settled', reference: 'INV-7' })).toMatchObject({
      code: 'awaitingSecondPerson',
    });
    expect(await order.approve()).toMatchObject({ outcome: 'applied', state: 'Cancelling' });
    expect(await order.entity.ends()).toMatchObject({ outcome: 'cancelled' });
  });

  test('of an authorisation likewise', async () => {
    const order = await restingIn(orders, 'AuthorizationPending');
    await expect.poll(() => order.calls('authorizeCard')).toBe(1);
    shop.misbehave(order.id, 'voidAuthorization', 'refused');
    await order.ask('cancelOrder');
    await order.reaches('ExceptionReview');
    await order.ask('resolveException', { decision: 'retry' });
    expect(await order.ends()).toMatchObject({ outcome: 'cancelled' });
  });
});
