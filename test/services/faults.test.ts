/** Fault switches: each does what it says, where it says and as often as it says; and none of them breaks a promise. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InventoryActivitiesProvider } from '../../activities/inventory/inventory.activities.js';
import type { AuthorizeCardInput } from '../../activities/payments/contract.js';
import { PaymentsActivitiesProvider } from '../../activities/payments/payments.activities.js';
import type { FaultSwitch, FaultsView } from '../../events/faults.js';
import { eventually } from '../support/eventually.js';
import { inMs, told } from './orders.js';
import { activitiesOf, Stage, usd, type AnswerBody } from './support.js';

let stage: Stage;
let activities: Awaited<ReturnType<typeof activitiesOf>>;
beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_FAULTS: 'allowed', THROUGHLINE_CARRIER_LEG_MS: '20' });
  activities = await activitiesOf(stage.url);
});
afterAll(async () => {
  await stage.strike();
});
afterEach(async () => {
  await clear();
});

const set = async (...faults: FaultSwitch[]): Promise<FaultsView> => {
  const { status, body } = await stage.call('PUT', '/faults', { faults });
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as FaultsView;
};
/** Without a body, as a DELETE is. */
const clear = async (query = '') => {
  const response = await fetch(`${stage.url}/faults${query}`, { method: 'DELETE' });
  return { status: response.status, body: (await response.json()) as AnswerBody };
};
const asked = (orderId: string): AuthorizeCardInput => ({
  key: `order/${orderId}/authorize/1`,
  orderId,
  amount: usd(100),
  methodToken: 'tok-1',
  callback: { reference: `order/${orderId}` },
});
const authorize = (orderId: string) =>
  activities.run(PaymentsActivitiesProvider, (one) => one.authorizeCard, asked(orderId));
const authorizations = (orderId: string) => stage.count('svc_payments.card_authorization', `order_id = '${orderId}'`);
const ship = (orderId: string) =>
  stage.call(
    'POST',
    '/shipping/shipments',
    {
      orderId,
      ordinal: 1,
      warehouseId: 'W1',
      lines: [{ lineId: '1', sku: 'LAMP', quantity: 1 }],
      addressRef: 'subject:1',
      callback: { reference: `order/${orderId}` },
    },
    `order/${orderId}/shipment/1`,
  );
const events = (orderId: string) => stage.gateway.to(`order/${orderId}`).map(({ event }) => event.type.split('.')[3]);
const unavailable = { type: 'ServiceUnavailable', nonRetryable: false };

describe('a call', () => {
  it('is refused before its effect, as often as was asked', async () => {
    await set({ service: 'payments', kind: 'unavailable', next: 2 });
    await expect(authorize('A')).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringMatching(/answered 503.*fault switch/) as string,
    });
    await expect(authorize('A')).rejects.toMatchObject(unavailable);
    expect(await authorizations('A')).toBe(0);
    expect(await authorize('A')).toMatchObject({ outcome: 'authorized' });
  });

  it('takes effect and is not answered; its repeat and its look-up tell what it did', async () => {
    await set({ service: 'payments', operation: 'authorizeCard', kind: 'answerLost', next: 1 });
    await expect(authorize('B')).rejects.toMatchObject({
      ...unavailable,
      message: expect.stringMatching(/cannot be reached/) as string,
    });
    expect(await authorizations('B')).toBe(1);
    const found = await activities.run(PaymentsActivitiesProvider, (one) => one.lookUpAuthorization, asked('B'));
    expect(found).toMatchObject({ outcome: 'done', answer: { outcome: 'authorized' } });
    expect(found).toMatchObject({ answer: await authorize('B') });
    expect(await authorizations('B')).toBe(1);
  });

  it('takes its time', async () => {
    await set({ service: 'payments', kind: 'latency', next: 1, ms: 300 });
    const startedMs = performance.now();
    await authorize('C');
    expect(performance.now() - startedMs).toBeGreaterThan(290);
  });

  it('is declined as its business has it, and stays so', async () => {
    await set({ service: 'payments', kind: 'declined', next: 1 });
    const first = await authorize('D');
    expect(first).toMatchObject({ outcome: 'declined', code: 'declined' });
    expect(await authorize('D')).toEqual(first);
    expect(await authorize('D-2')).toMatchObject({ outcome: 'authorized' });
  });

  it('whose business knows no no is declined by a switch of its own alone', async () => {
    const give = (n: number) =>
      activities.run(InventoryActivitiesProvider, (one) => one.releaseHolds, {
        key: `order/E/release/${n}`,
        orderId: 'E',
        holdIds: ['HLD-1'],
      });
    await set({ service: '*', kind: 'declined', rate: 1 }, { service: 'inventory', kind: 'declined', rate: 1 });
    expect(await give(1)).toMatchObject({ holds: [{ state: 'unknown' }] });
    await set({ service: 'inventory', operation: 'releaseHolds', kind: 'declined', rate: 1 });
    await expect(give(2)).rejects.toMatchObject({ type: 'Declined', nonRetryable: true });
  });

  it('uses up no decline when it is a repeat', async () => {
    const assess = (orderId: string) =>
      stage.call(
        'POST',
        '/risk/assessments',
        {
          orderId,
          customerId: `CUS-${orderId}`,
          amount: usd(1),
          lines: [{ sku: 'S', quantity: 1 }],
          destination: { country: 'US', postalCode: '10001' },
        },
        `order/${orderId}/risk/1`,
      );
    const first = await assess('F');
    await set({ service: 'risk', kind: 'declined', next: 1 });
    expect(await assess('F')).toEqual(first);
    expect((await assess('F-2')).body).toMatchObject({ verdict: 'declined', reasons: ['declined'] });
  });

  it('that looks something up can fail, too', async () => {
    await set({ service: 'payments', operation: 'lookUp', kind: 'unavailable', next: 1 });
    const find = () => activities.run(PaymentsActivitiesProvider, (one) => one.lookUpCapture, { key: 'none' });
    await expect(find()).rejects.toMatchObject(unavailable);
    expect(await find()).toEqual({ outcome: 'none' });
  });

  it('of a claim meets them as well', async () => {
    await set({ service: 'payments', operation: 'requestPayment', kind: 'declined', next: 1 });
    const body = {
      claimId: 'CLM-F',
      coverage: 'building',
      ordinal: 1,
      amount: usd(1),
      approved: usd(1),
      callback: { reference: 'claim/CLM-F' },
    };
    expect(await stage.call('POST', '/payments/payments', body, 'claim/CLM-F/1')).toMatchObject({ status: 202 });
    const [failed] = await eventually(
      () => stage.gateway.to('claim/CLM-F'),
      (all) => all.length > 0,
    );
    expect(failed?.event).toMatchObject({ type: 'com.throughline.payments.failed.v1', data: { code: 'declined' } });
  });
});

describe('a callback', () => {
  it('is lost, and the service believes that it was told', async () => {
    await set({ service: 'shipping', operation: 'inTransit', kind: 'callbackLost', next: 1 });
    await ship('G');
    await told(stage, 'G', 'shipping.delivered');
    expect(events('G')).toEqual(['dispatched', 'delivered']);
    expect(await stage.count('svc_shipping.callback', "subject = 'order/G' AND status = 'lost'")).toBe(1);
    // Told comes before the note of it.
    await eventually(
      () => stage.count('svc_shipping.callback', "subject = 'order/G' AND status = 'pending'"),
      (pending) => pending === 0,
    );
  });

  it('comes twice, as the same event', async () => {
    await set({ service: 'shipping', operation: 'dispatched', kind: 'callbackDuplicated', next: 1 });
    await ship('H');
    const twice = await told(stage, 'H', 'shipping.dispatched', 2);
    expect(twice[0]).toEqual(twice[1]);
    await told(stage, 'H', 'shipping.delivered');
    const ids = stage.gateway.to('order/H').map(({ event }) => event.id);
    expect([ids.length, new Set(ids).size]).toEqual([4, 3]);
  });

  it('comes late', async () => {
    await set({ service: 'shipping', operation: 'dispatched', kind: 'callbackLate', next: 1, ms: 4_000 });
    await ship('I');
    await told(stage, 'I', 'shipping.dispatched');
    expect(events('I')).toEqual(['inTransit', 'delivered', 'dispatched']);
  });

  it('is overtaken by the next one', async () => {
    await set({ service: 'shipping', operation: 'dispatched', kind: 'callbackOutOfOrder', next: 1, ms: 30_000 });
    await ship('J');
    await told(stage, 'J', 'shipping.dispatched');
    await told(stage, 'J', 'shipping.delivered');
    expect(events('J').slice(0, 2)).toEqual(['inTransit', 'dispatched']);
  });

  it('that waits for a next one which never comes is sent after its time', async () => {
    await set({ service: 'shipping', operation: 'delivered', kind: 'callbackOutOfOrder', next: 1, ms: 50 });
    await ship('K');
    await told(stage, 'K', 'shipping.delivered');
  });
});

describe('probabilities', () => {
  const outcomes = async (seed: number, run: string) => {
    await stage.call('PUT', '/faults', { seed, faults: [{ service: 'payments', kind: 'unavailable', rate: 0.3 }] });
    const tries = Array.from({ length: 60 }, (_, i) =>
      authorize(`${run}-${i}`)
        .then(() => 1)
        .catch(() => 0),
    );
    const all = await Promise.all(tries);
    await clear();
    await stage.sql.query("DELETE FROM svc_payments.request WHERE key LIKE 'order/SEED-%'");
    return all;
  };

  it('strike as often as they say, and with the same seed the same calls, whatever the order in which they come', async () => {
    const first = await outcomes(7, 'SEED');
    expect(await outcomes(7, 'SEED')).toEqual(first);
    expect(await outcomes(8, 'SEED')).not.toEqual(first);
    const struck = first.filter((one) => one === 0).length;
    expect(struck).toBeGreaterThan(6);
    expect(struck).toBeLessThan(36);
  });

  it('throw the dice anew for a repeat, so that it gets through in the end', async () => {
    await set({ service: '*', kind: 'answerLost', rate: 0.5 }, { service: '*', kind: 'unavailable', rate: 0.3 });
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        eventually(async () => (await authorize(`L-${i}`)).outcome === 'authorized'),
      ),
    );
    expect(await stage.count('svc_payments.card_authorization', "order_id LIKE 'L-%'")).toBe(20);
  });
});

it('promises are kept when answers are lost and calls come at once: nothing is held or authorised twice', async () => {
  await stage.seed({ stock: [{ sku: 'M', warehouseId: 'W1', available: 1_000 }] });
  await set({ service: '*', kind: 'answerLost', rate: 0.4 });
  const reserve = (orderId: string) =>
    activities.run(InventoryActivitiesProvider, (one) => one.reserveStock, {
      key: `order/${orderId}/reserve/1`,
      orderId,
      lines: [{ lineId: '1', sku: 'M', quantity: 3 }],
      holdUntil: holdUntil,
      callback: { reference: `order/${orderId}` },
    });
  const holdUntil = inMs(3_600_000);
  await Promise.all(
    Array.from({ length: 15 }, async (_, i) => {
      const answers = await Promise.all([1, 2].map(() => eventually(() => reserve(`M-${i}`))));
      expect(answers[0]).toEqual(answers[1]);
    }),
  );
  expect(await stage.count('svc_inventory.stock', "sku = 'M' AND held = 45")).toBe(1);
});

describe('switches', () => {
  it('are listed with how often each struck, replaced, and cleared by what they are', async () => {
    await set(
      { service: 'payments', kind: 'unavailable', next: 1 },
      { service: 'payments', operation: 'captureCard', kind: 'answerLost', rate: 0.1 },
      { service: '*', kind: 'latency', rate: 0.5, ms: 10 },
    );
    await expect(authorize('N')).rejects.toThrow();
    await set({ service: '*', kind: 'latency', rate: 0 });
    expect((await stage.call('GET', '/faults')).body['faults']).toEqual([
      { service: '*', kind: 'latency', rate: 0, struck: 0 },
      { service: 'payments', kind: 'unavailable', next: 0, struck: 1 },
      { service: 'payments', operation: 'captureCard', kind: 'answerLost', rate: 0.1, struck: 0 },
    ]);
    const left = await clear('?service=payments&kind=unavailable');
    expect((left.body['faults'] as FaultSwitch[]).map(({ kind }) => kind)).toEqual(['latency', 'answerLost']);
    expect((await clear()).body['faults']).toEqual([]);
  });

  it.each([
    [{ service: 'paiments', kind: 'latency', rate: 1 }, 422, /service is paiments: this process runs policy/],
    [{ service: 'payments', operation: 'capture', kind: 'latency', rate: 1 }, 422, /operation is capture.*captureCard/],
    [{ service: 'risk', kind: 'callbackLost', rate: 1 }, 422, /never calls back/],
    [{ service: 'shipping', operation: 'createShipment', kind: 'callbackLost', rate: 1 }, 422, /strikes dispatched/],
    [{ service: 'payments', kind: 'latency' }, 400, /give either rate or next/],
    [{ service: 'payments', kind: 'latency', rate: 2 }, 400, /faults.1.rate is 2: a number from 0 to 1/],
    [{ service: 'payments', kind: 'declined', rate: 1, ms: 5 }, 400, /only latency.* take time/],
    [{ service: '*', operation: 'captureCard', kind: 'latency', rate: 1 }, 400, /name the service/],
    [{ service: 'payments', kind: 'rain', rate: 1 }, 400, /one of latency/],
  ])('that cannot strike are refused: %j', async (wrong, status, detail) => {
    const answer = await stage.call('PUT', '/faults', {
      faults: [{ service: 'payments', kind: 'unavailable', rate: 1 }, wrong],
    });
    expect(answer).toMatchObject({ status, body: { detail: expect.stringMatching(detail) as string } });
    expect((await stage.call('GET', '/faults')).body['faults']).toEqual([]);
  });

  it('are closed where nobody opened them', async () => {
    await stage.stop();
    await stage.start({ faults: false });
    const answers = [
      await stage.call('GET', '/faults'),
      await stage.call('PUT', '/faults', { faults: [] }),
      await clear(),
    ];
    for (const answer of answers) {
      expect(answer).toMatchObject({
        status: 403,
        body: {
          type: 'urn:throughline:problem:FaultsRefused',
          detail: expect.stringMatching(/THROUGHLINE_FAULTS/) as string,
        },
      });
    }
    await stage.stop();
    await stage.start();
  });
});
