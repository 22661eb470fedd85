/** The faults of the public order reference application, one by one: none of them is here. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import { message } from '../support/messages.js';
import { line, noticeOf, scattered, usd, useShop } from './support.js';

const { shop, place, sleep, records } = useShop();

test('an order of unavailable goods alone neither ends by itself nor is charged: the customer is asked', async () => {
  const order = await place({ lines: [line('1', 'UNICORN'), line('2', 'DRAGON')] });
  expect(await order.reaches('AwaitingCustomer')).toMatchObject({ reason: { code: 'outOfStock' } });
  expect(await order.ask('answerCustomer', { choice: 'shipAvailable' })).toBe('nothingAvailable');
  expect(order.calls('authorizeCard')).toBe(0);
  expect(shop.told(order.id)).toEqual(['orderCustomerNeeded']);
  await order.ask('cancelOrder');
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
});

test('a shipment that cannot be made is never charged, and one that is lost after the charge is refunded', async () => {
  shop.shelve('PIANO', 2, 'W-closed');
  shop.closed.add('W-closed');
  const refused = await place({ lines: [line('1', 'PIANO')] });
  expect(await refused.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  expect([refused.calls('captureCard'), refused.calls('refundCapture')]).toEqual([0, 0]);

  const lost = await place();
  await lost.isDispatched();
  expect(shop.taken(lost.id)).toBe(20_00);
  await lost.carrier('Lost');
  expect(await lost.ends()).toMatchObject({ outcome: 'returned', paid: usd(0) });
  expect(shop.taken(lost.id)).toBe(0);
});

test('where some fulfilments fail, the others are delivered and they alone are paid', async () => {
  shop.shelve('ORGAN', 1, 'W-closed');
  shop.closed.add('W-closed');
  const order = await place({ lines: [...scattered(2), line('3', 'ORGAN', 1, 500)] });
  await order.reaches('ReleasedToWarehouse');
  await order.carrier('Dispatched', 1);
  await order.reaches('InDelivery');
  await order.carrier('Delivered', 1);
  await order.carrier('Dispatched', 2);
  await order.carrier('Lost', 2);
  expect(await order.ends()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(20) });
  expect(await order.parts()).toMatchObject({
    1: 'Delivered',
    2: 'Lost',
    3: 'NotShipped',
    'shipment:3': 'Refused',
    'refund:1': 'Refunded',
  });
});

test("a client cannot send the order's own deadlines", async () => {
  const order = await place({ lines: [line('1', 'UNICORN')] });
  await order.reaches('AwaitingCustomer');
  for (const name of ['deadlineElapsed', 'customerActionTimedOut', 'state']) await order.entity.tell(name, {});
  await order.entity.settled();
  expect((await order.entity.state()).state).toBe('AwaitingCustomer');
  const rejected = (await order.entity.journal()).filter(({ message }) => message?.outcome === 'rejected');
  expect(rejected.map(({ reason }) => reason?.code)).toEqual(['unknownMessage', 'unknownMessage', 'unknownMessage']);
  await sleep(days(7) + minutes(1));
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled' });
});

test('a state that cannot be written for a while holds the next call back, and nothing is lost or done twice', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  records.available = false;
  await order.carrier('Dispatched');
  await expect.poll(async () => (await order.entity.state()).state).toBe('InDelivery');
  await sleep(minutes(2));
  expect([order.calls('captureCard'), order.calls('commitHolds')], 'intent is on record before its effect').toEqual([
    0, 0,
  ]);
  records.available = true;
  await sleep(minutes(1));
  await order.carrier('Delivered');
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  expect(order.calls('captureCard')).toBe(1);
});

test('the same order id twice is one order', async () => {
  const order = await place({ orderId: 'TWICE' });
  await order.reaches('ReleasedToWarehouse');
  await expect(place({ orderId: 'TWICE' })).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
  expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  // Temporal lets a key start again once its run has ended; the records do not.
  const { client, workflowId } = order.entity.handle;
  const args = [message(workflowId, noticeOf('TWICE'), { messageId: 'submit' })];
  const again = await client.start('order', { workflowId, taskQueue: 'throughline-order', args });
  await expect(again.result()).rejects.toMatchObject({ cause: { type: 'ForeignRun' } });
  expect(order.calls('captureCard')).toBe(1);
  expect(order.calls('assessRisk')).toBe(1);
});
