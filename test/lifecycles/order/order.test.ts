/** Orders, as the shop would tell of them. */
import { expect, test } from 'vitest';
import { days } from '../../../workflows/lifecycle/definition.js';
import { line, usd, useShop } from './support.js';

const { shop, place, sleep } = useShop();

test('a simple order: held, kept, shipped, captured when it leaves, delivered', async () => {
  const order = await place({ delivery: usd(5) });
  await order.reaches('ReleasedToWarehouse');
  expect(shop.taken(order.id), 'nothing is captured before it leaves').toBe(0);
  await order.carrier('Dispatched');
  await order.reaches('InDelivery');
  await order.carrier('Delivered');
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(25) });
  expect(shop.taken(order.id)).toBe(25_00);
  const { facts, parts } = await order.entity.state();
  expect(facts).toMatchObject({ amounts: { currency: 'USD', reserved: 0, approved: 25_00, paid: 25_00, open: 0 } });
  expect(Object.fromEntries(Object.entries(parts).map(([name, { state }]) => [name, state]))).toEqual({
    1: 'Delivered',
    'authorization:1': 'Captured',
    'shipment:1': 'Delivered',
    'capture:1': 'Captured',
  });
});

test('lines from two warehouses: one leaves today and one next week, and each is captured when it does', async () => {
  shop.shelve('SOFA', 1, 'W2');
  const order = await place({ lines: [line('1', 'LAMP', 2), line('2', 'SOFA', 1, 900)], delivery: usd(10) });
  await order.reaches('ReleasedToWarehouse');
  await order.carrier('Dispatched', 1);
  await order.carrier('Delivered', 1);
  await order.reaches('InDelivery');
  await expect.poll(() => shop.taken(order.id)).toBe(50_00);
  await sleep(days(2));
  await order.carrier('Dispatched', 2);
  await order.carrier('Delivered', 2);
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(950) });
});

test('what the carrier tells twice and out of order does no harm', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  await order.carrier('Delivered', 1, 3);
  await order.carrier('Dispatched', 1, 1);
  await order.carrier('InTransit', 1, 2);
  await order.carrier('Delivered', 1, 3);
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
});

test('nothing is there: the customer hears of it, does nothing for a week, and nothing is left behind', async () => {
  const order = await place({ lines: [line('1', 'UNICORN')] });
  expect(await order.reaches('AwaitingCustomer')).toMatchObject({ reason: { code: 'outOfStock' } });
  await sleep(days(7) + 1_000);
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
});

test('some is there: the customer takes that, pays for that alone, and the rest is dropped', async () => {
  const order = await place({ lines: [line('1', 'LAMP', 2), line('2', 'UNICORN')] });
  await order.reaches('AwaitingCustomer');
  expect(await order.ask('answerCustomer', { choice: 'shipAvailable' })).toMatchObject({ outcome: 'applied' });
  expect(await order.isDelivered()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(40) });
});

test('the customer waits for goods on backorder; they come, and are shipped', async () => {
  const order = await place({ lines: [line('1', 'GRIFFIN')] });
  await order.reaches('AwaitingCustomer');
  await order.ask('answerCustomer', { choice: 'wait' });
  await order.reaches('AwaitingStock');
  await order.entity.tell('stockHeld', shop.restock(order.id, '1'));
  expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered' });
});

test('a declined card: the customer names another one', async () => {
  shop.declining.add('card-bad');
  const order = await place({ methodToken: 'card-bad' });
  expect(await order.reaches('AwaitingCustomer')).toMatchObject({ reason: { code: 'paymentDeclined' } });
  expect(await order.ask('changePayment', { methodToken: 'card-2' })).toMatchObject({ outcome: 'applied' });
  expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered' });
});

test('a slow bank: its answer comes later; the order that is cancelled meanwhile keeps nothing', async () => {
  shop.slow.add('card-slow');
  const order = await place({ methodToken: 'card-slow' });
  await order.reaches('AuthorizationPending');
  const answered = await place({ methodToken: 'card-slow' });
  await answered.reaches('AuthorizationPending');
  expect(await order.ask('cancelOrder')).toMatchObject({ outcome: 'applied' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled' });

  await answered.entity.tell('authorizationDecided', shop.decideAuthorization(answered.key('authorization')));
  expect(await answered.isDelivered()).toMatchObject({ outcome: 'delivered' });
});

test('risk declines: nothing was ever held', async () => {
  shop.risk.set('ORD-risky', 'declined');
  const order = await place({ orderId: 'ORD-risky' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled' });
  expect(shop.calls.filter(({ key }) => key.includes(order.id)).map(({ call }) => call)).toEqual(['assessRisk']);
});

test('risk refers: an analyst approves, or declines', async () => {
  shop.risk.set('ORD-referred', 'review').set('ORD-refused', 'review');
  const approved = await place({ orderId: 'ORD-referred' });
  const refused = await place({ orderId: 'ORD-refused' });
  await Promise.all([approved.reaches('RiskReview'), refused.reaches('RiskReview')]);
  await approved.ask('decideRisk', { decision: 'approve' });
  await refused.ask('decideRisk', { decision: 'decline' });
  expect(await approved.isDelivered()).toMatchObject({ outcome: 'delivered' });
  expect(await refused.ends()).toMatchObject({ outcome: 'cancelled' });
});

test('an amendment asks risk and routing again, and authorises the new amount alone', async () => {
  const order = await place({ lines: [line('1', 'LAMP'), line('2', 'UNICORN')] });
  await order.reaches('AwaitingCustomer');
  const content = {
    lines: [line('1', 'LAMP', 3), line('3', 'DESK', 1, 300)],
    destination: { country: 'US', postalCode: '10001' },
    addressRef: 'ADR-2',
  };
  expect(await order.ask('amendOrder', { content })).toMatchObject({ outcome: 'applied' });
  expect(await order.isDelivered()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(360) });
  const assessed = shop.calls.filter(({ call, key }) => call === 'assessRisk' && key.includes(`${order.id}/`));
  expect(assessed).toHaveLength(2);
});

test('cancelled at the warehouse in time: it is stopped, and nothing is left behind', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  expect(await order.ask('cancelOrder')).toMatchObject({ outcome: 'applied', state: 'StopPending' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
});

test('cancelled too late: the warehouse says that it has left, and the order goes on', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  shop.stops.set(order.id, 'alreadyDispatched');
  await order.ask('cancelOrder');
  await order.reaches('InDelivery');
  expect(await order.ask('cancelOrder')).toBe('alreadyDispatched');
  await order.carrier('Dispatched');
  await order.carrier('Delivered');
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
});

test('a warehouse that has to ask its floor first answers later', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  shop.stops.set(order.id, 'asked');
  await order.ask('cancelOrder');
  await order.reaches('StopPending');
  await expect
    .poll(() => shop.calls.some(({ call, key }) => call === 'stopShipment' && key.includes(order.id)))
    .toBe(true);
  const shipment = shop.shipments.get(order.shipment());
  if (shipment) shipment.state = 'stopped';
  await order.entity.tell('stopAnswered', { shipmentId: order.shipment(), outcome: 'stopped' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
});

test('one of two warehouses refuses: the other ships, and what was not is neither held nor paid', async () => {
  shop.shelve('STOVE', 1, 'W9');
  shop.closed.add('W9');
  const order = await place({ lines: [line('1', 'LAMP'), line('2', 'STOVE', 1, 500)] });
  expect(await order.isDelivered()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(20) });
});

test('what the carrier loses or brings back is refunded without anybody asking', async () => {
  for (const end of ['Lost', 'Returned'] as const) {
    const order = await place();
    await order.reaches('ReleasedToWarehouse');
    await order.carrier('Dispatched');
    await order.reaches('InDelivery');
    await order.carrier(end);
    expect(await order.ends()).toMatchObject({ outcome: 'returned', paid: usd(0) });
    expect(shop.taken(order.id)).toBe(0);
  }
});

test('a capture that the bank declines waits for a person, who has it tried again', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  shop.declinedCaptures.add(order.id);
  await order.carrier('Dispatched');
  expect(await order.reaches('ExceptionReview')).toMatchObject({ reason: { code: 'captureDeclined' } });
  expect(await order.ask('resolveException', { decision: 'retry' })).toMatchObject({ outcome: 'applied' });
  await order.reaches('InDelivery');
  await order.carrier('Delivered');
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
});

test('an undo that fails is a task, the order says so, and it cannot end before it is settled', async () => {
  const order = await place({ lines: [line('1', 'LAMP'), line('2', 'UNICORN')] });
  await order.reaches('AwaitingCustomer');
  shop.misbehave(order.id, 'releaseHolds', 'refused');
  await order.ask('cancelOrder');
  const waiting = await order.reaches('ExceptionReview');
  expect(waiting.reason).toMatchObject({ code: 'compensationFailed', reference: 'stock:1' });
  expect(waiting.compensations).toMatchObject({ 'stock:1': { undo: 'releaseStock', failed: { reason: 'NotToday' } } });
  expect(await order.ask('resolveException', { decision: 'settled' })).toBe('referenceMissing');
  await order.ask('resolveException', { decision: 'retry' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled' });
  const kinds = (await order.entity.journal()).filter(({ kind }) => kind === 'compensation');
  expect(kinds.map(({ compensates, reason }) => `${compensates} ${reason?.code}`)).toEqual([
    'stock:1 begun',
    'stock:1 NotToday',
    'stock:1 begun',
    'stock:1 undone',
  ]);
});

test('an answer that is lost is asked for again under its key, and nothing is done twice', async () => {
  const order = await place();
  for (const call of ['reserveStock', 'authorizeCard', 'createShipment', 'captureCard', 'commitHolds'] as const) {
    shop.misbehave(order.id, call, 'lost');
  }
  await order.reaches('ReservationPending');
  await sleep(10_000);
  expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  const calls = shop.calls.filter(({ key }) => key.includes(`${order.id}/`)).map(({ call }) => call);
  expect(calls.toSorted()).toEqual([
    'assessRisk',
    'authorizeCard',
    'captureCard',
    'commitHolds',
    'createShipment',
    'reserveStock',
  ]);
});
