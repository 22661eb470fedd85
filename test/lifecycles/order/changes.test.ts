/** What customers want otherwise: amendments, cancellations at every stage with what they cost, other cards; and what ends by itself. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { line, scattered, usd, useShop } from './support.js';

const { shop, place, sleep } = useShop();

const HERE = { country: 'US', postalCode: '11692' };
const content = (lines = [line('1', 'LAMP')], postalCode = '11692', addressRef = 'ADR-1') => ({
  content: { lines, destination: { country: 'US', postalCode }, addressRef },
});

describe('an amendment', () => {
  test('of the address asks risk again, and routes again: what was held is given back, and held anew', async () => {
    const order = await place({ lines: [line('1', 'LAMP'), line('2', 'UNICORN')] });
    await order.reaches('AwaitingCustomer');
    await order.ask('amendOrder', content([line('1', 'LAMP')], '94105', 'ADR-2'));
    expect(await order.isDelivered()).toMatchObject({ paid: usd(20) });
    expect([order.calls('assessRisk'), order.calls('reserveStock')]).toEqual([2, 2]);
    expect([...shop.holds.values()].filter((hold) => hold.orderId === order.id).map(({ state }) => state)).toEqual([
      'released',
      'committed',
    ]);
  });

  test('of the price alone keeps what is held, and authorises the new amount in place of the old', async () => {
    shop.declining.add('card-poor');
    const order = await place({ methodToken: 'card-poor' });
    await order.reaches('AwaitingCustomer');
    await order.ask('amendOrder', content([line('1', 'LAMP', 1, 15)]));
    expect(await order.reaches('AwaitingCustomer')).toMatchObject({ reason: { code: 'paymentDeclined' } });
    await order.ask('changePayment', { methodToken: 'card-rich' });
    expect(await order.isDelivered()).toMatchObject({ paid: usd(15) });
    expect(order.calls('reserveStock')).toBe(1);
  });

  test('while the bank thinks about the first amount: that is voided, and the new one kept', async () => {
    shop.slow.add('card-slow');
    const order = await place({ lines: [line('1', 'LAMP', 2)], methodToken: 'card-slow' });
    await order.reaches('AuthorizationPending');
    await expect.poll(() => order.calls('authorizeCard')).toBe(1);
    shop.slow.delete('card-slow');
    await order.ask('amendOrder', content([line('1', 'LAMP', 1)]));
    expect(await order.isDelivered()).toMatchObject({ paid: usd(20) });
    expect(order.calls('voidAuthorization')).toBe(1);
  });

  test('that names a line twice, another currency, or a line that was dropped is refused', async () => {
    const order = await place({ lines: [line('1', 'LAMP'), line('2', 'UNICORN')] });
    await order.reaches('AwaitingCustomer');
    expect(await order.ask('amendOrder', content([line('1', 'LAMP'), line('1', 'DESK')]))).toBe('lineTwice');
    const euros = { ...line('1', 'LAMP'), unitPrice: { minor: 100, currency: 'EUR' } };
    expect(await order.ask('amendOrder', content([line('2', 'LAMP'), euros]))).toBe('otherCurrency');
    await order.ask('amendOrder', content([line('1', 'LAMP'), line('3', 'GHOST')]));
    await order.reaches('AwaitingCustomer');
    expect(await order.ask('amendOrder', content([line('2', 'DESK')]))).toBe('lineGone');
  });
});

describe('a cancellation', () => {
  test('is free as long as nothing is at a warehouse, and nothing is left behind', async () => {
    shop.slow.add('card-thinking');
    shop.risk.set('C-review', 'review');
    const places = {
      RiskReview: await place({ orderId: 'C-review' }),
      AwaitingCustomer: await place({ lines: [line('1', 'LAMP'), line('2', 'UNICORN')] }),
      AwaitingStock: await place({ lines: [line('1', 'LAMP'), line('2', 'UNICORN')] }),
      AuthorizationPending: await place({ methodToken: 'card-thinking' }),
    };
    await places.AwaitingStock.reaches('AwaitingCustomer');
    await places.AwaitingStock.ask('answerCustomer', { choice: 'wait' });
    for (const [state, order] of Object.entries(places)) {
      await order.reaches(state);
      expect(await order.ask('cancelOrder'), state).toMatchObject({ outcome: 'applied', code: 'free' });
      expect(await order.ends(), state).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
      expect(shop.told(order.id).at(-1), state).toBe('orderCancelled');
    }
  });

  test('after the release asks the warehouses: what has not left costs nothing, what has is paid', async () => {
    const order = await place({ lines: scattered(3) });
    await order.isDispatched();
    expect(await order.ask('cancelOrder')).toMatchObject({
      outcome: 'applied',
      state: 'StopPending',
      code: 'stopAsked',
    });
    await order.reaches('InDelivery');
    expect(await order.parts()).toMatchObject({ 1: 'Shipped', 2: 'NotShipped', 3: 'NotShipped' });
    expect(await order.ask('cancelOrder')).toBe('alreadyDispatched');
    await order.carrier('Delivered', 1);
    expect(await order.ends()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(20) });
  });

  test('that comes while a person looks at the order waits for that person', async () => {
    const order = await place();
    shop.misbehave(order.id, 'reserveStock', 'refused');
    await order.reaches('ExceptionReview');
    expect(await order.ask('cancelOrder')).toMatchObject({ outcome: 'held' });
    await order.ask('resolveException', { decision: 'retry' });
    expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  });

  test('by a person, of an order that is overdue at the warehouse, stops it there', async () => {
    const order = await place();
    await order.reaches('ReleasedToWarehouse');
    // However often it is authorised again meanwhile.
    for (let week = 1; week <= 2; week++) await sleep(days(7) + minutes(1));
    await order.reaches('ExceptionReview');
    // Nobody decides for days: it is still about the warehouse.
    await sleep(days(3) + minutes(1));
    const { facts } = await order.reaches('ExceptionReview');
    expect(facts['exception']).toEqual({ from: 'ReleasedToWarehouse', reason: 'dispatchElapsed' });
    expect(await order.ask('resolveException', { decision: 'cancel' })).toMatchObject({ code: 'stopAsked' });
    expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  });
});

describe('stock', () => {
  test('that is partly there is partly on backorder; both leave together, each line once', async () => {
    shop.shelve('HARP', 1);
    const order = await place({ lines: [line('1', 'HARP', 3, 100)] });
    await order.reaches('AwaitingCustomer');
    await order.ask('answerCustomer', { choice: 'wait' });
    await order.reaches('AwaitingStock');
    await expect.poll(() => shop.awaits(order.id)).toBe(true);
    await order.entity.tell('stockHeld', shop.restock(order.id, '1'));
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(300) });
    const [shipment] = Object.values(
      (await order.entity.state()).facts['shipments'] as Record<string, { lines: unknown }>,
    );
    expect(shipment?.lines).toEqual([{ lineId: '1', sku: 'HARP', quantity: 3 }]);
  });

  test('that does not come in time: the customer is asked again, takes what is there, and the rest is given up', async () => {
    const order = await place({ lines: [line('1', 'LAMP'), line('2', 'KRAKEN')] });
    await order.reaches('AwaitingCustomer');
    await order.ask('answerCustomer', { choice: 'wait' });
    await order.reaches('AwaitingStock');
    await sleep(days(30) + minutes(1));
    await order.reaches('AwaitingCustomer');
    await order.ask('answerCustomer', { choice: 'shipAvailable' });
    await order.reaches('ReleasedToWarehouse');
    expect(shop.awaits(order.id)).toBe(false);
    expect(await order.isDelivered()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(20) });
  });

  test('that comes while the customer is asked again lets the order go on', async () => {
    const order = await place({ lines: [line('1', 'HYDRA')] });
    await order.reaches('AwaitingCustomer');
    await order.ask('answerCustomer', { choice: 'wait' });
    await order.reaches('AwaitingStock');
    await sleep(days(30) + minutes(1));
    await order.reaches('AwaitingCustomer');
    await order.entity.tell('stockHeld', shop.restock(order.id, '1'));
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered' });
  });

  test('whose hold ends by itself is held again before anything is authorised', async () => {
    shop.slow.add('card-late');
    const order = await place({ methodToken: 'card-late' });
    await order.reaches('AuthorizationPending');
    await expect.poll(() => order.calls('authorizeCard')).toBe(1);
    shop.slow.delete('card-late');
    await order.entity.tell('holdExpired', shop.expire(order.id, '1'));
    await expect.poll(() => order.calls('reserveStock'), { timeout: 20_000 }).toBe(2);
    await order.reaches('AuthorizationPending');
    // What was asked of the bank before is looked up, not asked for twice.
    await order.entity.tell('authorizationDecided', shop.decideAuthorization(order.key('authorization')));
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
    expect(order.calls('authorizeCard')).toBe(1);
  });

  test('whose hold ends while the rest is on backorder is put on backorder as well', async () => {
    shop.shelve('LYRE', 1);
    const order = await place({ lines: [line('1', 'LYRE'), line('2', 'ROC')] });
    await order.reaches('AwaitingCustomer');
    await order.ask('answerCustomer', { choice: 'wait' });
    await order.reaches('AwaitingStock');
    await expect.poll(() => order.calls('reserveStock')).toBe(2);
    const expired = shop.expire(order.id, '1');
    shop.stock.delete('LYRE');
    await order.entity.tell('holdExpired', expired);
    await expect.poll(() => order.calls('reserveStock'), { timeout: 20_000 }).toBe(3);
    await order.entity.settled();
    await order.entity.tell('stockHeld', shop.restock(order.id, '1'));
    await order.entity.tell('stockHeld', shop.restock(order.id, '2'));
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(40) });
  });
});

describe('an authorisation that lapses before everything has left', () => {
  const short = async (lines = scattered(1)) => {
    const order = await place({ lines });
    shop.validMs.set(order.id, days(2));
    return order;
  };

  test('is made again before, for the rest alone, and the old one is let go of', async () => {
    const order = await short(scattered(2));
    await order.isDispatched();
    await sleep(days(1) + minutes(1));
    await expect.poll(() => order.calls('authorizeCard'), { timeout: 20_000 }).toBe(2);
    await order.reaches('InDelivery');
    expect(shop.authorizations.get(order.key('authorization', 2))?.amount).toBe(20_00);
    await order.carrier('Delivered', 1);
    await order.carrier('Dispatched', 2);
    await order.carrier('Delivered', 2);
    expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(40) });
  });

  test('again and again, as long as nothing leaves', async () => {
    const order = await short();
    await order.reaches('ReleasedToWarehouse');
    for (const nth of [2, 3]) {
      await sleep(days(1) + minutes(1));
      await expect.poll(() => order.calls('authorizeCard'), { timeout: 20_000 }).toBe(nth);
      await order.reaches('ReleasedToWarehouse');
    }
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered' });
  });

  test('declined: the customer names another card', async () => {
    const order = await short();
    await order.reaches('ReleasedToWarehouse');
    shop.declining.add(`card-${order.id}`);
    await sleep(days(1) + minutes(1));
    await order.reaches('AwaitingPaymentMethod');
    expect(shop.told(order.id)).toEqual(['orderPaymentMethodNeeded']);
    expect(await order.ask('changePayment', { methodToken: 'card-fresh' })).toMatchObject({ outcome: 'applied' });
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  });

  test('declined, and the customer says nothing: what has not left is stopped, and nothing is kept', async () => {
    const order = await short();
    await order.reaches('ReleasedToWarehouse');
    shop.declining.add(`card-${order.id}`);
    await sleep(days(1) + minutes(1));
    await order.reaches('AwaitingPaymentMethod');
    await sleep(days(3) + minutes(1));
    expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  });

  test('while a person looks at the order: it is made again as soon as that is decided', async () => {
    const order = await short();
    const { since } = await order.reaches('ReleasedToWarehouse');
    const dueAt = new Date(Date.parse(since) + hours(1)).toISOString();
    await order.ask('moveClock', { clock: 'dispatch', reference: 'BULLETIN-7', dueAt });
    await sleep(days(1) + hours(2));
    await order.reaches('ExceptionReview');
    expect(order.calls('authorizeCard')).toBe(1);
    await order.ask('resolveException', { decision: 'retry' });
    await expect.poll(() => order.calls('authorizeCard'), { timeout: 20_000 }).toBe(2);
    expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered', paid: usd(20) });
  });
});

test('a parcel that could not be delivered is tried again; one that comes back is refunded', async () => {
  const order = await place({ destination: HERE });
  await order.isDispatched();
  await order.carrier('DeliveryFailed');
  await order.entity.settled();
  expect((await order.entity.state()).state).toBe('InDelivery');
  await order.carrier('Returned');
  expect(await order.ends()).toMatchObject({ outcome: 'returned', paid: usd(0) });
});

test('a fraud hold keeps goods from leaving, and lets them go when it is released', async () => {
  shop.slow.add('card-held');
  const order = await place({ methodToken: 'card-held' });
  await order.reaches('AuthorizationPending');
  const hold = { hold: 'fraud', reference: 'CASE-7' };
  expect(await order.ask('placeHold', hold)).toMatchObject({ outcome: 'applied' });
  await expect.poll(() => order.calls('authorizeCard')).toBe(1);
  await order.entity.tell('authorizationDecided', shop.decideAuthorization(order.key('authorization')));
  await expect.poll(async () => (await order.entity.state()).deferrals['hold:fraud']).toBeDefined();
  expect(order.calls('createShipment')).toBe(0);
  await order.ask('releaseHold', hold);
  expect(await order.isDelivered()).toMatchObject({ outcome: 'delivered' });
});
