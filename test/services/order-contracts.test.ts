/** What the contracts in `activities/` promise the order, against the real services: the answers, the look-ups, and every callback. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InventoryActivitiesProvider } from '../../activities/inventory/inventory.activities.js';
import { PaymentsActivitiesProvider } from '../../activities/payments/payments.activities.js';
import { RiskActivitiesProvider } from '../../activities/risk/risk.activities.js';
import { ShippingActivitiesProvider } from '../../activities/shipping/shipping.activities.js';
import { orderMessages } from '../../events/order.js';
import { eventTypesOf, messageFor } from '../../gateway/cloud-event.js';
import { inMs, told } from './orders.js';
import { activitiesOf, Stage, usd } from './support.js';

let stage: Stage;
let run: Awaited<ReturnType<typeof activitiesOf>>['run'];

beforeAll(async () => {
  stage = await Stage.set({
    THROUGHLINE_SERVICES: 'inventory,risk,payments,shipping',
    THROUGHLINE_CARRIER_LEG_MS: '20',
  });
  ({ run } = await activitiesOf(stage.url));
});
afterAll(async () => {
  await stage.strike();
});

const keyOf = (orderId: string, step: string, ordinal: number | string = 1) => `order/${orderId}/${step}/${ordinal}`;
const callback = (orderId: string) => ({ reference: `order/${orderId}` });

const reserve = (orderId: string, sku: string, quantity: number, more: object = {}) =>
  run(InventoryActivitiesProvider, (p) => p.reserveStock, {
    key: keyOf(orderId, 'reservation'),
    orderId,
    lines: [{ lineId: '1', sku, quantity }],
    destination: { country: 'US', postalCode: '11692' },
    holdUntil: inMs(3_600_000),
    callback: callback(orderId),
    ...more,
  });
const authorize = (orderId: string, dollars: number) =>
  run(PaymentsActivitiesProvider, (p) => p.authorizeCard, {
    key: keyOf(orderId, 'authorization'),
    orderId,
    amount: usd(dollars),
    methodToken: 'card-1',
    callback: callback(orderId),
  });
const capture = (orderId: string, authorizationId: string, dollars: number) =>
  run(PaymentsActivitiesProvider, (p) => p.captureCard, {
    key: keyOf(orderId, 'capture'),
    orderId,
    authorizationId,
    shipmentId: 'SHP-1',
    amount: usd(dollars),
    callback: callback(orderId),
  });
const refund = (orderId: string, captureId: string, dollars: number) =>
  run(PaymentsActivitiesProvider, (p) => p.refundCapture, {
    key: keyOf(orderId, 'refund'),
    orderId,
    captureId,
    amount: usd(dollars),
    callback: callback(orderId),
  });
const ship = (orderId: string) =>
  run(ShippingActivitiesProvider, (p) => p.createShipment, {
    key: keyOf(orderId, 'shipment'),
    orderId,
    ordinal: 1,
    warehouseId: 'W1',
    lines: [{ lineId: '1', sku: 'LAMP', quantity: 1 }],
    addressRef: 'ADR-1',
    callback: callback(orderId),
  });

/** The message that an event's first callback to an order becomes, by the schema of the order's messages. */
async function message(orderId: string, event: string): Promise<unknown> {
  const [data] = await told(stage, orderId, event);
  const [service = ''] = event.split('.');
  const name = messageFor(service, `com.throughline.${event}.v1`) as keyof typeof orderMessages;
  return orderMessages[name].parse(data);
}

describe('on the way of an order', () => {
  it('risk, reservation, authorisation, shipment and capture answer as the contracts say', async () => {
    await stage.seed({ stock: [{ sku: 'LAMP', warehouseId: 'W1', available: 5 }] });
    const risk = await run(RiskActivitiesProvider, (p) => p.assessRisk, {
      key: keyOf('WAY', 'risk'),
      orderId: 'WAY',
      customerId: 'CUS-1',
      amount: usd(20),
      lines: [{ sku: 'LAMP', quantity: 1 }],
      destination: { country: 'US', postalCode: '11692' },
    });
    expect(risk).toMatchObject({ verdict: 'approved', reasons: [] });
    const { lines } = await reserve('WAY', 'LAMP', 1);
    expect(lines).toMatchObject([{ lineId: '1', reserved: 1, short: 0, holds: [{ warehouseId: 'W1', quantity: 1 }] }]);
    const authorized = await authorize('WAY', 20);
    expect(authorized).toMatchObject({ outcome: 'authorized', amount: usd(20) });
    const { shipmentId } = await ship('WAY');
    expect(await message('WAY', 'shipping.dispatched')).toMatchObject({ shipmentId, number: 1 });
    expect(await capture('WAY', authorized.authorizationId, 20)).toMatchObject({
      outcome: 'captured',
      amount: usd(20),
    });
    const committed = await run(InventoryActivitiesProvider, (p) => p.commitHolds, {
      key: keyOf('WAY', 'commit'),
      orderId: 'WAY',
      holdIds: lines.flatMap(({ holds }) => holds.map(({ holdId }) => holdId)),
    });
    expect(committed.holds).toMatchObject([{ state: 'committed' }]);
    expect(await message('WAY', 'shipping.inTransit')).toMatchObject({ shipmentId, number: 2 });
    expect(await message('WAY', 'shipping.delivered')).toMatchObject({ shipmentId, number: 3 });
  });

  it('what is on backorder is told when it is there, and what was held too long when it is gone', async () => {
    const { reservationId } = await reserve('BACK', 'DESK', 2, { short: 'backorder' });
    await stage.seed({ stock: [{ sku: 'DESK', warehouseId: 'W1', available: 2 }] });
    expect(await message('BACK', 'inventory.held')).toMatchObject({
      reservationId,
      lineId: '1',
      holds: [{ quantity: 2 }],
    });
    await stage.seed({ stock: [{ sku: 'RUG', warehouseId: 'W1', available: 2 }] });
    const { lines } = await reserve('GONE', 'RUG', 2, { holdUntil: inMs(50) });
    expect(await message('GONE', 'inventory.expired')).toMatchObject({
      holdId: lines[0]?.holds[0]?.holdId,
      quantity: 2,
    });
  });

  it('a slow bank is pending first, and then tells each of its answers', async () => {
    const slow = { slowMs: 30 };
    await stage.seed({
      cards: [
        { orderId: 'SLOW', authorize: slow, capture: slow, refund: slow },
        { orderId: 'SLOW-NO', authorize: { ...slow, decline: 'frozen' } },
      ],
    });
    expect(await authorize('SLOW-NO', 20)).toMatchObject({ outcome: 'pending' });
    expect(await message('SLOW-NO', 'payments.authorizationDecided')).toMatchObject({
      outcome: 'declined',
      code: 'frozen',
    });

    const { authorizationId } = await authorize('SLOW', 20);
    const authorized = await message('SLOW', 'payments.authorizationDecided');
    expect(authorized).toMatchObject({ outcome: 'authorized', authorizationId, amount: usd(20) });
    const captured = await capture('SLOW', authorizationId, 20);
    expect(captured.outcome).toBe('pending');
    expect(await message('SLOW', 'payments.captureDecided')).toEqual({
      outcome: 'captured',
      captureId: captured.captureId,
      amount: usd(20),
    });
    expect(await refund('SLOW', captured.captureId, 5)).toMatchObject({ outcome: 'pending' });
    expect(await message('SLOW', 'payments.refundDecided')).toMatchObject({ outcome: 'refunded', amount: usd(5) });
    const chargeback = { orderId: 'SLOW', captureId: captured.captureId, code: '10.4' };
    expect((await stage.call('POST', '/payments/chargebacks', chargeback, 'bank/SLOW')).status).toBe(202);
    expect(await message('SLOW', 'payments.chargedBack')).toMatchObject({
      captureId: captured.captureId,
      amount: usd(15),
    });
  });

  it('a carrier tells what it could not do, and a warehouse whether it could stop', async () => {
    const journey = (orderId: string, ...updates: string[]) => ({
      orderId,
      legs: updates.map((update) => ({ update, afterMs: 10 })),
    });
    await stage.seed({
      itineraries: [
        journey('HOME', 'dispatched', 'deliveryFailed', 'returned'),
        journey('LOST', 'dispatched', 'lost'),
        { orderId: 'STOP', legs: [], stopAfterMs: 10 },
      ],
    });
    for (const orderId of ['HOME', 'LOST', 'STOP']) await ship(orderId);
    expect(await message('HOME', 'shipping.deliveryFailed')).toMatchObject({ number: 2 });
    expect(await message('HOME', 'shipping.returned')).toMatchObject({ number: 3 });
    expect(await message('LOST', 'shipping.lost')).toMatchObject({ number: 2 });
    const asked = await run(ShippingActivitiesProvider, (p) => p.stopShipment, {
      key: keyOf('STOP', 'stop'),
      orderId: 'STOP',
      shipmentKey: keyOf('STOP', 'shipment'),
    });
    expect(asked.outcome).toBe('asked');
    expect(await message('STOP', 'shipping.stopAnswered')).toEqual({
      shipmentId: asked.shipmentId,
      outcome: 'stopped',
    });
  });
});

describe('a look-up by the key of a call', () => {
  const lookUps = {
    reservation: (key: string) => run(InventoryActivitiesProvider, (p) => p.lookUpReservation, { key }),
    authorization: (key: string) => run(PaymentsActivitiesProvider, (p) => p.lookUpAuthorization, { key }),
    capture: (key: string) => run(PaymentsActivitiesProvider, (p) => p.lookUpCapture, { key }),
    refund: (key: string) => run(PaymentsActivitiesProvider, (p) => p.lookUpRefund, { key }),
    shipment: (key: string) => run(ShippingActivitiesProvider, (p) => p.lookUpShipment, { key }),
  };

  it('tells what the call was answered', async () => {
    await stage.seed({ stock: [{ sku: 'CHAIR', warehouseId: 'W1', available: 5 }] });
    const reserved = await reserve('LOOK', 'CHAIR', 1);
    const authorized = await authorize('LOOK', 20);
    const captured = await capture('LOOK', authorized.authorizationId, 20);
    const refunded = await refund('LOOK', captured.captureId, 5);
    const shipped = await ship('LOOK');
    const answers = {
      reservation: reserved,
      authorization: authorized,
      capture: captured,
      refund: refunded,
      shipment: shipped,
    };
    for (const [step, lookUp] of Object.entries(lookUps)) {
      expect(await lookUp(keyOf('LOOK', step)), step).toEqual({
        outcome: 'done',
        answer: answers[step as keyof typeof answers],
      });
    }
  });

  it.each(Object.keys(lookUps) as Array<keyof typeof lookUps>)('tells that there was no %s', async (step) => {
    expect(await lookUps[step](keyOf('NOBODY', step))).toEqual({ outcome: 'none' });
  });

  it('tells a refusal by its name', async () => {
    await expect(capture('REFUSED', 'AUT-unknown', 20)).rejects.toMatchObject({ type: 'AuthorizationNotFound' });
    expect(await lookUps.capture(keyOf('REFUSED', 'capture'))).toEqual({
      outcome: 'refused',
      code: 'AuthorizationNotFound',
    });
  });
});

it('every event that the gateway takes of the services of orders was sent above, and is the message that it becomes', () => {
  const ofClaims = ['acknowledged', 'failed', 'cleared', 'returned'].map(
    (name) => `com.throughline.payments.${name}.v1`,
  );
  const taken = ['inventory', 'payments', 'shipping'].flatMap(eventTypesOf).filter((type) => !ofClaims.includes(type));
  const sent = new Set(stage.gateway.received.map(({ event }) => event.type));
  expect([...sent].sort()).toEqual(taken.sort());
  for (const { service, event } of stage.gateway.received) {
    const name = messageFor(service, event.type) as keyof typeof orderMessages;
    expect(orderMessages[name].safeParse(event.data).error, event.type).toBeUndefined();
  }
});
