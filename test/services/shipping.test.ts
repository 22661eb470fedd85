/** Shipping: made once, stopped before it leaves or not at all, and told how far it is. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type {
  CarrierUpdate,
  CreateShipmentInput,
  StopAnswered,
  StopShipmentInput,
} from '../../activities/shipping/contract.js';
import { ShippingActivitiesProvider } from '../../activities/shipping/shipping.activities.js';
import type { OrderEvents } from '../../services/platform/order-events.js';
import { listed, told } from './orders.js';
import { activitiesOf, Stage } from './support.js';

let stage: Stage;
let activities: Awaited<ReturnType<typeof activitiesOf>>;
beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_SERVICES: 'shipping', THROUGHLINE_CARRIER_LEG_MS: '20' });
  activities = await activitiesOf(stage.url);
});
afterAll(async () => {
  await stage.strike();
});

const shipment = (orderId: string, ordinal = 1): CreateShipmentInput => ({
  key: `order/${orderId}/shipment/${ordinal}`,
  orderId,
  ordinal,
  warehouseId: 'W1',
  lines: [{ lineId: '1', sku: 'LAMP', quantity: 2 }],
  addressRef: 'subject:1f2e',
  callback: { reference: `order/${orderId}` },
});
const create = (input: CreateShipmentInput) =>
  activities.run(ShippingActivitiesProvider, (one) => one.createShipment, input);
const stop = (orderId: string, what: Partial<StopShipmentInput>, n = 1) =>
  activities.run(ShippingActivitiesProvider, (one) => one.stopShipment, {
    key: `order/${orderId}/stop/${n}`,
    orderId,
    ...what,
  });
const update = (orderId: string, shipmentId: string, body: { update: string; code?: string }) =>
  stage.call(
    'POST',
    `/shipping/orders/${orderId}/shipments/${shipmentId}/updates`,
    body,
    `by-hand/${shipmentId}/${body.update}/${body.code ?? ''}`,
  );
/** Nothing comes by itself. */
const byHand = (orderId: string, more: object = {}) => stage.seed({ itineraries: [{ orderId, legs: [], ...more }] });
const updates = (orderId: string) =>
  stage.gateway.to(`order/${orderId}`).map(({ event }) => [event.type.split('.')[3], event.data['number']]);

describe('a shipment', () => {
  it('is made once for one key, however many ask at once, and once for one ordinal', async () => {
    await byHand('A');
    const answers = await Promise.all(Array.from({ length: 15 }, () => create(shipment('A'))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(await stage.count('svc_shipping.shipment', "order_id = 'A'")).toBe(1);
    const other = { ...shipment('A'), key: 'order/A/shipment/other' };
    await expect(create(other)).rejects.toMatchObject({ type: 'ShipmentOrdinalUsed', nonRetryable: true });
  });

  it('travels by itself: dispatched, on its way, delivered', async () => {
    const { shipmentId } = await create(shipment('B'));
    const [delivered] = await told(stage, 'B', 'shipping.delivered');
    expect(delivered).toEqual({ shipmentId, number: 3, at: expect.any(String) as string });
    expect(updates('B')).toEqual([
      ['dispatched', 1],
      ['inTransit', 2],
      ['delivered', 3],
    ]);
  });

  it('travels as it was seeded', async () => {
    const legs = [
      { update: 'dispatched' },
      { update: 'deliveryFailed', code: 'nobody-home', afterMs: 10 },
      { update: 'returned', code: 'refused' },
    ];
    await stage.seed({ itineraries: [{ orderId: 'C', legs }] });
    await create(shipment('C'));
    expect(await told(stage, 'C', 'shipping.returned')).toMatchObject([{ number: 3, code: 'refused' }]);
    expect(await told(stage, 'C', 'shipping.deliveryFailed')).toMatchObject([{ number: 2, code: 'nobody-home' }]);
    await stage.seed({ itineraries: [{ orderId: 'C', legs: null }] });
    await create(shipment('C', 2));
    await told(stage, 'C', 'shipping.delivered');
  });

  it('takes updates by hand, in an order that can be', async () => {
    await byHand('D');
    const { shipmentId } = await create(shipment('D'));
    expect(await update('D', shipmentId, { update: 'delivered' })).toMatchObject({
      status: 409,
      body: {
        type: 'urn:throughline:problem:UpdateCannotFollow',
        detail: expect.stringMatching(/is created/) as string,
      },
    });
    for (const one of ['dispatched', 'lost', 'returned']) {
      expect(await update('D', shipmentId, { update: one, code: 'seen' })).toMatchObject({ status: 202 });
    }
    await told(stage, 'D', 'shipping.returned');
    expect(await update('D', shipmentId, { update: 'inTransit' })).toMatchObject({ status: 409 });
    expect(await update('D', 'SHP-none', { update: 'lost' })).toMatchObject({ status: 404 });
    expect(await update('D', shipmentId, { update: 'eaten' })).toMatchObject({ status: 400 });
  });
});

describe('a stop', () => {
  it('stops what has not left, and nothing of it is told any more', async () => {
    await stage.seed({ itineraries: [{ orderId: 'E', legs: [{ update: 'dispatched', afterMs: 60_000 }] }] });
    const { shipmentId } = await create(shipment('E'));
    const answers = await Promise.all(Array.from({ length: 5 }, (_, i) => stop('E', { shipmentId }, i)));
    expect(answers).toEqual(Array(5).fill({ outcome: 'stopped', shipmentId }));
    expect(await stage.count('svc_shipping.agenda', "id LIKE 'E/%'")).toBe(0);
    expect(await update('E', shipmentId, { update: 'dispatched' })).toMatchObject({ status: 409 });
  });

  it('comes too late for what has left', async () => {
    const { shipmentId } = await create(shipment('F'));
    await told(stage, 'F', 'shipping.dispatched');
    expect(await stop('F', { shipmentId })).toEqual({ outcome: 'alreadyDispatched', shipmentId });
  });

  it('is answered later where the warehouse has to look; what leaves meanwhile has left', async () => {
    await byHand('G', { stopAfterMs: 50 });
    const { shipmentId } = await create(shipment('G'));
    expect(await stop('G', { shipmentId })).toEqual({ outcome: 'asked', shipmentId });
    expect(await told(stage, 'G', 'shipping.stopAnswered')).toEqual([{ shipmentId, outcome: 'stopped' }]);

    await byHand('H', { stopAfterMs: 1_500 });
    const second = await create(shipment('H'));
    expect(await stop('H', { shipmentId: second.shipmentId })).toMatchObject({ outcome: 'asked' });
    await update('H', second.shipmentId, { update: 'dispatched' });
    expect(await told(stage, 'H', 'shipping.stopAnswered')).toMatchObject([{ outcome: 'alreadyDispatched' }]);
  });

  it('by key undoes what may have been made, and what comes later is not made', async () => {
    await byHand('I');
    const { shipmentId } = await create(shipment('I'));
    expect(await stop('I', { shipmentKey: shipment('I').key })).toEqual({ outcome: 'stopped', shipmentId });
    expect(await stop('J', { shipmentKey: shipment('J').key })).toEqual({ outcome: 'notCreated' });
    await expect(create(shipment('J'))).rejects.toMatchObject({ type: 'RequestWithdrawn', nonRetryable: true });
    expect(await stage.count('svc_shipping.shipment', "order_id = 'J'")).toBe(0);
    await expect(stop('J', { shipmentId: 'SHP-none' }, 2)).rejects.toMatchObject({ type: 'ShipmentNotFound' });
    expect(await stage.call('POST', '/shipping/stops', { orderId: 'J' }, 'j')).toMatchObject({ status: 400 });
  });

  it('leaves nothing that travels, in whatever order it and the shipment arrive', async () => {
    const orders = Array.from({ length: 20 }, (_, i) => `K-${i}`);
    await stage.seed({ itineraries: orders.map((orderId) => ({ orderId, legs: [] })) });
    await Promise.all(
      orders.map((orderId) =>
        Promise.allSettled([create(shipment(orderId)), stop(orderId, { shipmentKey: shipment(orderId).key })]),
      ),
    );
    expect(await stage.count('svc_shipping.shipment', "order_id LIKE 'K-%' AND state <> 'stopped'")).toBe(0);
  });
});

it('tells what became of a shipment under its key, and lists shipments by order', async () => {
  await byHand('L');
  const find = () =>
    activities.run(ShippingActivitiesProvider, (one) => one.lookUpShipment, { key: shipment('L').key });
  expect(await find()).toEqual({ outcome: 'none' });
  const answer = await create(shipment('L'));
  expect(await find()).toEqual({ outcome: 'done', answer });
  await create(shipment('L', 2));
  const own = await listed(stage, '/shipping/shipments?order=L&limit=1');
  expect(own.map(({ ordinal }) => ordinal).sort()).toEqual([1, 2]);
  expect(own[0]).toMatchObject({ orderId: 'L', state: 'created', createdAt: expect.any(String) as string });
});

it('says what its contract says', () => {
  expectTypeOf<OrderEvents['shipping.delivered']>().toEqualTypeOf<CarrierUpdate>();
  expectTypeOf<OrderEvents['shipping.stopAnswered']>().toEqualTypeOf<StopAnswered>();
});
