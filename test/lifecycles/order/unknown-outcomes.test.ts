/** Answers that nobody got: they are looked up before anything is repeated, undone, or shown to a person. */
import { expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { line, scattered, usd, useShop } from './support.js';

const { shop, place, sleep } = useShop();

test('a bank that decides and does not call back is asked after an hour, and its answer taken', async () => {
  shop.slow.add('card-slow-1');
  const asked = await place({ methodToken: 'card-slow-1' });
  await asked.reaches('AuthorizationPending');
  await expect.poll(async () => (await asked.entity.state()).expectations['authorization']?.askedAt).toBeDefined();
  shop.decideAuthorization(asked.key('authorization'));
  await sleep(hours(1) + minutes(1));
  expect(await asked.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  expect(shop.lookedUp).toEqual([asked.key('authorization')]);
});

test('as long as the bank has not decided it is waited for; then a person has it looked up once more', async () => {
  shop.slow.add('card-slow-2');
  const order = await place({ methodToken: 'card-slow-2' });
  await order.reaches('AuthorizationPending');
  await sleep(days(1) + minutes(1));
  expect(await order.reaches('ExceptionReview')).toMatchObject({ reason: { code: 'deadlineElapsed' } });
  shop.decideAuthorization(order.key('authorization'));
  await order.ask('resolveException', { decision: 'retry' });
  await order.reaches('ReleasedToWarehouse');
  expect(order.calls('authorizeCard')).toBe(1);
  expect(shop.lookedUp.filter((key) => key === order.key('authorization'))).toHaveLength(3);
});

test('captures and refunds of a slow bank whose callbacks are lost are looked up, and nobody is bothered', async () => {
  const order = await place();
  shop.slowCaptures.add(order.id);
  shop.slowRefunds.add(order.id);
  await order.reaches('ReleasedToWarehouse');
  await order.carrier('Dispatched');
  await order.reaches('InDelivery');
  await expect.poll(async () => (await order.entity.state()).expectations['capture:1']?.askedAt).toBeDefined();
  shop.decideCapture(order.key('capture', '1.1'));
  await sleep(hours(1) + minutes(1));
  await expect.poll(async () => (await order.parts())['capture:1']).toBe('Captured');
  await order.carrier('Lost');
  await order.reaches('RefundPending');
  await expect.poll(async () => (await order.entity.state()).expectations['refund:1']?.askedAt).toBeDefined();
  shop.decideRefund(order.key('refund', '1.1'));
  await sleep(hours(1) + minutes(1));
  expect(await order.ends()).toMatchObject({ outcome: 'returned', paid: usd(0) });
  expect([order.calls('captureCard'), order.calls('refundCapture')]).toEqual([1, 1]);
});

test('a warehouse that does not say whether it could stop is asked once more', async () => {
  const order = await place();
  await order.reaches('ReleasedToWarehouse');
  shop.stops.set(order.id, 'asked');
  await order.ask('cancelOrder');
  await order.reaches('StopPending');
  await expect.poll(() => order.calls('stopShipment')).toBe(1);
  shop.stops.delete(order.id);
  await sleep(hours(4) + minutes(1));
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  expect(order.calls('stopShipment')).toBe(2);
});

test('a call that took effect, and whose answers were all lost, is looked up when a person has it tried again', async () => {
  const held = await place();
  shop.misbehave(held.id, 'reserveStock', ...Array.from({ length: 16 }, () => 'lost' as const));
  const packed = await place();
  shop.misbehave(packed.id, 'createShipment', ...Array.from({ length: 16 }, () => 'lost' as const));
  const captured = await place();
  shop.misbehave(captured.id, 'captureCard', ...Array.from({ length: 16 }, () => 'lost' as const));
  await captured.reaches('ReleasedToWarehouse');
  await captured.carrier('Dispatched');
  await sleep(minutes(30));
  for (const order of [held, packed, captured]) {
    await order.reaches('ExceptionReview');
    expect(await order.ask('resolveException', { decision: 'retry' })).toMatchObject({ outcome: 'applied' });
  }
  await held.reaches('ReleasedToWarehouse');
  expect(held.calls('reserveStock')).toBe(1);
  expect(await packed.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  expect(packed.calls('createShipment')).toBe(1);
  await captured.carrier('Delivered');
  expect(await captured.ends()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  expect(captured.calls('captureCard')).toBe(1);
});

test('a reservation that took effect while the customer amended it is not held twice', async () => {
  const order = await place({ lines: [line('1', 'LAMP', 2)] });
  shop.misbehave(order.id, 'reserveStock', ...Array.from({ length: 16 }, () => 'lost' as const));
  await expect.poll(() => order.calls('reserveStock'), { timeout: 20_000 }).toBe(1);
  const content = {
    lines: [line('1', 'LAMP', 1)],
    destination: { country: 'US', postalCode: '11692' },
    addressRef: 'ADR-1',
  };
  await order.ask('amendOrder', { content });
  shop.misbehave(order.id, 'reserveStock');
  expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
});

test('callbacks that overtake the answers they follow are taken', async () => {
  const order = await place({ lines: scattered(2) });
  shop.slowCaptures.add(order.id);
  await order.reaches('ReleasedToWarehouse');
  shop.misbehave(order.id, 'captureCard', 'killedAfter');
  await order.carrier('Dispatched', 1);
  await order.reaches('InDelivery');
  await expect.poll(() => order.calls('captureCard')).toBe(1);
  await order.entity.tell('captureDecided', shop.decideCapture(order.key('capture', '1.1')));
  await expect.poll(async () => (await order.parts())['capture:1']).toBe('Captured');
  await order.entity.tell('captureDecided', shop.decideCapture(order.key('capture', '1.1')));
  await sleep(minutes(1));
  await order.entity.settled();
  expect((await order.parts())['capture:1']).toBe('Captured');
  expect(order.calls('captureCard')).toBe(1);
});

test('news of an authorisation that was replaced say nothing of the one that replaced it', async () => {
  shop.slow.add('card-slow-3');
  const order = await place({ methodToken: 'card-slow-3' });
  await order.reaches('AuthorizationPending');
  await expect.poll(async () => (await order.entity.state()).expectations['authorization']?.askedAt).toBeDefined();
  const content = {
    lines: [line('1', 'LAMP', 2)],
    destination: { country: 'US', postalCode: '11692' },
    addressRef: 'ADR-1',
  };
  await order.ask('amendOrder', { content });
  await expect.poll(() => order.calls('authorizeCard')).toBe(2);
  const first = shop.decideAuthorization(order.key('authorization', 1));
  await order.entity.tell('authorizationDecided', first);
  await order.entity.settled();
  expect((await order.parts())['authorization:2']).toBe('Requested');
  await order.entity.tell('authorizationDecided', shop.decideAuthorization(order.key('authorization', 2)));
  expect(await order.isDelivered()).toMatchObject({ paid: usd(40) });
});

test('a late yes to what was undone is undone as well', async () => {
  shop.slow.add('card-slow-4');
  const order = await place({ methodToken: 'card-slow-4' });
  await order.reaches('AuthorizationPending');
  await expect.poll(() => order.calls('authorizeCard')).toBe(1);
  shop.misbehave(order.id, 'releaseHolds', 'refused');
  await order.ask('cancelOrder');
  await order.reaches('ExceptionReview');
  expect(order.calls('voidAuthorization')).toBe(1);
  // A bank that has decided before it heard of the void.
  const kept = shop.authorizations.get(order.key('authorization'));
  if (kept) kept.state = 'pending';
  await order.entity.tell('authorizationDecided', shop.decideAuthorization(order.key('authorization')));
  await order.entity.settled();
  expect((await order.entity.state()).compensations).toMatchObject({
    'authorization:1': { undo: 'voidAuthorization' },
  });
  await order.ask('resolveException', { decision: 'retry' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  expect(order.calls('voidAuthorization')).toBe(2);
});

test('goods on backorder that nobody waits for any more are not held when they come', async () => {
  const order = await place({ lines: [line('1', 'LAMP'), line('2', 'PHOENIX')] });
  await order.reaches('AwaitingCustomer');
  await order.ask('answerCustomer', { choice: 'wait' });
  await order.reaches('AwaitingStock');
  await expect.poll(() => shop.awaits(order.id)).toBe(true);
  const content = {
    lines: [line('1', 'LAMP')],
    destination: { country: 'US', postalCode: '11692' },
    addressRef: 'ADR-1',
  };
  await order.ask('amendOrder', { content });
  await order.reaches('ReleasedToWarehouse');
  expect(shop.awaits(order.id)).toBe(false);
  expect(await order.isDelivered()).toMatchObject({ paid: usd(20) });
});
