/** Orders that live, and end, in whatever way: where nothing was lost, both sides agree, without any grace. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OrderNotice } from '../../workflows/order/messages.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from './stage.js';

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.start();
});
afterAll(() => fleet.stop());

const usd = (minor: number) => ({ minor, currency: 'USD' });

const notice = (orderId: string, ...skus: readonly string[]): OrderNotice => ({
  orderId,
  // Many orders of one customer would be looked at by a person.
  customerId: `CUS-${orderId}`,
  lines: skus.map((sku, i) => ({ lineId: String(i + 1), sku, quantity: 1, unitPrice: usd(2_000) })),
  destination: { country: 'US', postalCode: '11692' },
  addressRef: 'ADR-1',
  methodToken: 'card-1',
});

const leg = (update: string) => ({ update, afterMs: 20 });

/** Each with where it comes to rest. */
const ORDERS: ReadonlyArray<readonly [notice: OrderNotice, state: string, legs: readonly string[]]> = [
  [notice('O-DELIVERED', 'LAMP'), 'Completed', ['dispatched', 'inTransit', 'delivered']],
  [notice('O-SPLIT', 'LAMP', 'DESK'), 'Completed', ['dispatched', 'delivered']],
  [notice('O-LOST', 'LAMP'), 'Completed', ['dispatched', 'lost']],
  [notice('O-RETURNED', 'LAMP'), 'Completed', ['dispatched', 'deliveryFailed', 'returned']],
  [notice('O-SLOW-BANK', 'LAMP'), 'Completed', ['dispatched', 'delivered']],
  [notice('O-PACKED', 'LAMP'), 'ReleasedToWarehouse', []],
  [notice('O-ON-ITS-WAY', 'LAMP'), 'InDelivery', ['dispatched']],
  [notice('O-NO-CARD', 'LAMP'), 'AwaitingCustomer', []],
  [notice('O-NO-STOCK', 'LAMP', 'CHAIR'), 'AwaitingCustomer', []],
  [notice('O-CAPTURE-DECLINED', 'LAMP'), 'ExceptionReview', ['dispatched']],
  [notice('O-REFUND-FAILED', 'LAMP'), 'ExceptionReview', ['dispatched', 'lost']],
  [notice('O-CANCELLED', 'CHAIR'), 'AwaitingCustomer', []],
  [notice('O-STOPPED', 'LAMP'), 'ReleasedToWarehouse', []],
];

const isIn = (id: string, state: string) =>
  eventually(
    () => fleet.client.orders.explain(id),
    (seen) => seen.state === state,
    60_000,
  );

it('every order agrees with its services', { timeout: 120_000 }, async () => {
  await fleet.put('seed', {
    stock: [
      { sku: 'LAMP', warehouseId: 'W1', available: 100 },
      { sku: 'DESK', warehouseId: 'W2', available: 100 },
    ],
    itineraries: ORDERS.map(([{ orderId }, , legs]) => ({ orderId, legs: legs.map(leg) })),
    cards: [
      { orderId: 'O-SLOW-BANK', authorize: { slowMs: 50 }, capture: { slowMs: 50 } },
      { orderId: 'O-NO-CARD', authorize: { decline: 'insufficient-funds' } },
      { orderId: 'O-CAPTURE-DECLINED', capture: { decline: 'frozen' } },
      { orderId: 'O-REFUND-FAILED', refund: { decline: 'closed' } },
    ],
  });
  for (const [order] of ORDERS) await fleet.client.orders.submit(order);
  for (const [{ orderId }, state] of ORDERS) await isIn(orderId, state);
  for (const id of ['O-CANCELLED', 'O-STOPPED']) {
    await fleet.client.orders.cancel(id, { reasonCode: 'changedMind' });
    await isIn(id, 'Cancelled');
  }

  const runs = await fleet.client.reconciliation.run({ dryRun: true, graceMs: 0 });
  expect(runs.map(({ pair, kinds }) => [pair, kinds])).toEqual(runs.map(({ pair }) => [pair, {}]));
  expect(runs.find(({ pair }) => pair === 'orders-payments')?.checked).toBe(ORDERS.length);
});
