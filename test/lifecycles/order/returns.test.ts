/** After the delivery: returns, refunds, and what banks take back for their customers. */
import { expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { line, scattered, usd, useShop, type PlacedOrder } from './support.js';

const { shop, place, reopen, chargeBackLate, sleep } = useShop();

const inspected = (order: PlacedOrder, ...dollars: number[]) =>
  order.ask('inspectReturn', { lines: dollars.map((refund, i) => ({ lineId: String(i + 1), refund: usd(refund) })) });

/** A delivered order whose customer sends everything back. */
async function returned(lines = [line('1', 'LAMP')]): Promise<PlacedOrder> {
  const order = await place({ lines });
  await order.isDelivered();
  const lineIds = lines.map(({ lineId }) => lineId);
  await reopen(order, 'requestReturn', { lineIds });
  await order.reaches('ReturnPending');
  await order.entity.tell('returnReceived', { lineIds });
  await order.reaches('ReturnInspection');
  return order;
}

test('goods that come back are inspected, and refunded in whole', async () => {
  const order = await returned();
  expect(await inspected(order, 20)).toMatchObject({ outcome: 'applied', state: 'RefundPending' });
  expect(await order.ends()).toMatchObject({ outcome: 'returned', paid: usd(0) });
  expect(shop.taken(order.id)).toBe(0);
  expect(shop.told(order.id)).toEqual(['orderDelivered', 'orderReturnExpected', 'orderRefunded']);
});

test('in part where they were used, and not at all where they were ruined; never more than was paid', async () => {
  const order = await returned([line('1', 'LAMP', 2), line('2', 'DESK', 1, 300)]);
  expect(await inspected(order, 50, 300)).toBe('refundTooHigh');
  expect(await inspected(order, 30)).toBe('otherLines');
  await inspected(order, 30, 0);
  expect(await order.ends()).toMatchObject({ outcome: 'returned', paid: usd(310) });

  const ruined = await returned();
  expect(await inspected(ruined, 0)).toMatchObject({ outcome: 'applied', state: 'Completed' });
  expect(await ruined.ends()).toMatchObject({ paid: usd(20) });
});

test('what is not sent back in time is kept, and paid', async () => {
  const order = await place();
  await order.isDelivered();
  await reopen(order, 'requestReturn', { lineIds: ['1'] });
  await order.reaches('ReturnPending');
  await sleep(days(30) + minutes(1));
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  expect((await order.parts())['1']).toBe('Delivered');
  expect(shop.told(order.id).filter((template) => template === 'orderReturnReminder')).toHaveLength(2);
  expect(await order.ends()).toMatchObject({ outcome: 'delivered' });
});

test('of two lines that were announced one comes: the other is kept', async () => {
  const order = await place({ lines: [line('1', 'LAMP'), line('2', 'CHAIR', 1, 50)] });
  await order.isDelivered();
  await reopen(order, 'requestReturn', { lineIds: ['1', '2'] });
  await order.reaches('ReturnPending');
  await order.entity.tell('returnReceived', { lineIds: ['1'] });
  await order.reaches('ReturnInspection');
  await inspected(order, 20);
  expect(await order.ends()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(50) });
});

test('a return is announced while the rest is still on its way, and waits for it', async () => {
  const order = await place({ lines: scattered(3) });
  await order.isDispatched();
  await order.carrier('Delivered', 1);
  await order.entity.settled();
  expect(await order.ask('requestReturn', { lineIds: ['2'] })).toBe('lineNotDelivered');
  expect(await order.ask('requestReturn', { lineIds: ['1'] })).toMatchObject({
    outcome: 'applied',
    state: 'InDelivery',
  });
  expect(await order.ask('requestReturn', { lineIds: ['1'] })).toBe('alreadyReturning');
  await order.carrier('Dispatched', 2);
  await order.carrier('Delivered', 2);
  await order.carrier('Dispatched', 3);
  await order.carrier('Lost', 3);
  await order.reaches('ReturnPending');
  expect((await order.parts())['refund:1'], 'what was lost is refunded first').toBe('Refunded');
  await order.entity.tell('returnReceived', { lineIds: ['1'] });
  await order.reaches('ReturnInspection');
  await inspected(order, 20);
  expect(await order.ends()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(20) });
});

test('a refund that the bank does not take waits for a person, who has it tried again, or sees to it by hand', async () => {
  const again = await returned();
  const byHand = await returned();
  for (const order of [again, byHand]) {
    shop.failedRefunds.add(order.id);
    await inspected(order, 20);
    expect(await order.reaches('ExceptionReview')).toMatchObject({ reason: { code: 'refundFailed' } });
  }
  await again.ask('resolveException', { decision: 'retry' });
  expect(await again.ends()).toMatchObject({ paid: usd(0) });

  expect(await byHand.ask('resolveException', { decision: 'settled' })).toBe('referenceMissing');
  expect(await byHand.ask('resolveException', { decision: 'settled', reference: 'WIRE-7' })).toMatchObject({
    code: 'awaitingSecondPerson',
  });
  expect(await byHand.approve()).toMatchObject({ outcome: 'applied' });
  expect(await byHand.ends()).toMatchObject({ paid: usd(0) });
  expect((await byHand.parts())['refund:1']).toBe('SettledByHand');
});

test('a chargeback opens a task with its evidence clock; whatever is answered, nothing is refunded twice', async () => {
  const order = await place({ lines: scattered(2) });
  await order.isDispatched();
  await order.entity.tell('paymentChargedBack', order.chargeback(1, '2100-01-01T00:00:00.000Z'));
  const open = await order.reaches('ChargebackOpen');
  expect(Object.values(open.reviews)).toMatchObject([{ queue: 'chargebacks' }]);
  expect(open.clocks['chargebackEvidence']).toMatchObject({ dueAt: '2100-01-01T00:00:00.000Z' });
  // The carrier goes on meanwhile.
  await order.carrier('Lost', 1);
  expect(await order.ask('answerChargeback', { decision: 'evidenceSent' })).toBe('referenceMissing');
  await order.ask('answerChargeback', { decision: 'evidenceSent', reference: 'EV-1' });
  await order.reaches('InDelivery');
  await order.carrier('Dispatched', 2);
  await order.carrier('Delivered', 2);
  expect(await order.ends()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(20) });
  expect(order.calls('refundCapture')).toBe(0);
});

test('a chargeback whose news come after the refund was asked for: the bank refuses it, and that is no failure', async () => {
  const order = await returned();
  order.chargeback();
  await inspected(order, 20);
  expect(await order.ends()).toMatchObject({ outcome: 'returned' });
  expect((await order.parts())['refund:1']).toBe('NotNeeded');
});

test('while a refund is being made another capture is charged back: both go their way', async () => {
  const order = await place({ lines: scattered(2) });
  shop.slowRefunds.add(order.id);
  await order.isDispatched();
  await order.carrier('Dispatched', 2);
  await order.carrier('Lost', 1);
  await order.carrier('Lost', 2);
  await order.reaches('RefundPending');
  await expect.poll(() => order.calls('refundCapture')).toBe(1);
  await order.entity.tell('paymentChargedBack', order.chargeback(2));
  await order.reaches('ChargebackOpen');
  await order.entity.tell('refundDecided', shop.decideRefund(order.key('refund', '1.1')));
  await order.ask('answerChargeback', { decision: 'accepted' });
  expect(await order.ends()).toMatchObject({ outcome: 'returned', paid: usd(0) });
  expect([order.calls('refundCapture'), (await order.parts())['refund:2']]).toEqual([1, 'NotNeeded']);
});

test('after the end, too: the order is taken up again, and a second chargeback has a clock of its own', async () => {
  const order = await place({ lines: scattered(2) });
  await order.isDispatched();
  await order.carrier('Delivered', 1);
  await order.carrier('Dispatched', 2);
  await order.carrier('Delivered', 2);
  await order.ends();
  await chargeBackLate(order);
  const first = await order.reaches('ChargebackOpen');
  await order.entity.tell('paymentChargedBack', order.chargeback(2, '2099-01-01T00:00:00.000Z'));
  await order.ask('answerChargeback', { decision: 'accepted' });
  // Held while the first was open.
  await expect
    .poll(async () => (await order.entity.state()).clocks['chargebackEvidence']?.dueAt, { timeout: 20_000 })
    .toBe('2099-01-01T00:00:00.000Z');
  expect(first.clocks['chargebackEvidence']?.dueAt).toBe('2100-01-01T00:00:00.000Z');
  await order.ask('answerChargeback', { decision: 'accepted' });
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(0) });
});

test('evidence that is overdue opens a fresh task', async () => {
  const order = await place({ lines: scattered(2) });
  await order.isDispatched();
  // The bank leaves no time at all: a person gets an hour.
  await order.entity.tell('paymentChargedBack', order.chargeback(1, '2020-01-01T00:00:00.000Z'));
  const [first] = Object.keys((await order.reaches('ChargebackOpen')).reviews);
  await sleep(hours(1) + minutes(1));
  const { reviews, visits } = await order.reaches('ChargebackOpen');
  expect(Object.keys(reviews)).not.toEqual([first]);
  expect(visits['ChargebackOpen']?.entered).toBe(2);
  await order.ask('answerChargeback', { decision: 'accepted' });
  await order.reaches('InDelivery');
});
