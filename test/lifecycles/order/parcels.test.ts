/** What carriers and warehouses tell, however it overtakes what was asked of them. */
import { expect, test } from 'vitest';
import { minutes } from '../../../workflows/lifecycle/definition.js';
import { scattered, usd, useShop, type PlacedOrder } from './support.js';

const { shop, place, sleep } = useShop();
const PATIENCE = { timeout: 20_000 };

test(
  'parcels that are on their way before their warehouses have answered for them are known all the same',
  { timeout: 180_000 },
  // All at once: calls that nobody answers are given up by the clock on the wall.
  () => Promise.all([eachOnItsOwn(), bothFasterThanTheirWarehouses(), onlyOneWithoutName()]),
);

/** An order of so many shipments, whose first calls for them are not answered. */
function unanswered(orderId: string, shipments: number, calls: number): Promise<PlacedOrder> {
  shop.misbehave(orderId, 'createShipment', ...Array.from({ length: calls }, () => 'killedAfter' as const));
  return place({ orderId, lines: scattered(shipments) });
}

/** One that left, arrived, came back or got lost. */
async function eachOnItsOwn(): Promise<void> {
  const updates = ['Dispatched', 'Delivered', 'Returned', 'Lost'] as const;
  const orders = await Promise.all(
    updates.map(async (update) => ({ update, order: await unanswered(`PCL-${update}`, 1, 1) })),
  );
  for (const { update, order } of orders) {
    await expect.poll(() => order.calls('createShipment'), PATIENCE).toBe(1);
    await order.carrier(update);
    await expect.poll(async () => (await order.parts())['shipment:1'], PATIENCE).toBe(update);
  }
  await sleep(minutes(1));
  for (const { update, order } of orders) {
    if (update === 'Dispatched') await order.carrier('Delivered');
    const outcome = ['Returned', 'Lost'].includes(update) ? 'returned' : 'delivered';
    expect(await order.ends()).toMatchObject({ outcome });
    expect(order.calls('createShipment')).toBe(1);
  }
}

/** Which is which the answers tell. */
async function bothFasterThanTheirWarehouses(): Promise<void> {
  const order = await unanswered('PCL-BOTH', 2, 2);
  await expect.poll(() => order.calls('createShipment'), PATIENCE).toBe(2);
  await order.carrier('Dispatched', 1);
  await order.carrier('Delivered', 2, 3);
  await order.carrier('Dispatched', 2, 1);
  await expect
    .poll(async () => Object.keys((await order.entity.state()).facts['unnamed'] ?? {}), PATIENCE)
    .toHaveLength(2);
  await sleep(minutes(1));
  await expect
    .poll(() => order.parts(), PATIENCE)
    .toMatchObject({ 'shipment:1': 'Dispatched', 'shipment:2': 'Delivered' });
  await order.carrier('Delivered', 1);
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(40) });
}

/** What arrives while it is the only one without a name has not left again once it is named. Two calls in a row are not answered. */
async function onlyOneWithoutName(): Promise<void> {
  const order = await unanswered('PCL-ONE', 2, 3);
  await expect.poll(() => order.calls('createShipment'), PATIENCE).toBe(2);
  for (const ordinal of [1, 2]) await order.carrier('Dispatched', ordinal, 1);
  await expect
    .poll(async () => Object.keys((await order.entity.state()).facts['unnamed'] ?? {}), PATIENCE)
    .toHaveLength(2);
  const shipments = async () =>
    Object.values((await order.entity.state()).facts['shipments'] as Record<string, { shipmentId?: string }>);
  await expect
    .poll(async () => (await shipments()).filter(({ shipmentId }) => shipmentId !== undefined), { timeout: 60_000 })
    .toHaveLength(1);
  for (const ordinal of [1, 2]) await order.carrier('Delivered', ordinal, 3);
  expect(await order.ends()).toMatchObject({ outcome: 'delivered', paid: usd(40) });
}

test('a parcel that the warehouse says it has stopped, and that leaves all the same, is followed like any other', async () => {
  const order = await place({ lines: scattered(5) });
  await order.reaches('ReleasedToWarehouse');
  shop.stops.set(order.id, 'asked');
  await order.ask('cancelOrder');
  await expect.poll(() => order.calls('stopShipment'), PATIENCE).toBe(5);
  await order.entity.settled();
  const updates = ['Dispatched', 'Delivered', 'Returned', 'Lost'] as const;
  for (const ordinal of [1, 2, 3, 4]) {
    await order.entity.tell('stopAnswered', { shipmentId: order.shipment(ordinal), outcome: 'stopped' });
  }
  await order.entity.settled();
  expect(await order.parts()).toMatchObject({ 1: 'NotShipped', 'shipment:4': 'Stopped' });
  for (const [i, update] of updates.entries()) await order.carrier(update, i + 1);
  await order.entity.settled();
  expect(await order.parts()).toMatchObject({ 1: 'Shipped', 2: 'Delivered', 3: 'Returned', 4: 'Lost' });
  const stopped = shop.shipments.get(order.shipment(5));
  if (stopped) stopped.state = 'stopped';
  await order.entity.tell('stopAnswered', { shipmentId: order.shipment(5), outcome: 'stopped' });
  await order.carrier('Delivered', 1);
  expect(await order.ends()).toMatchObject({ outcome: 'partlyDelivered', paid: usd(40) });
});

test('an order that a warehouse could not take up is given up by a person: there is nothing to stop', async () => {
  const order = await place();
  shop.misbehave(order.id, 'createShipment', 'refused');
  await order.reaches('ExceptionReview');
  expect(await order.ask('resolveException', { decision: 'cancel' })).toMatchObject({ code: 'stopAsked' });
  expect(await order.ends()).toMatchObject({ outcome: 'cancelled', paid: usd(0) });
  expect((await order.parts())['shipment:1']).toBe('Stopped');
});
