/**
 * Orders of all kinds through a whole fleet, while the services go wrong and its workers are killed: nothing is lost, charged twice or
 * left held, and nothing is left to be found. `npm run test:full` takes 1,000.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ThroughlineClient } from '../../client/index.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from './fleet.js';

const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
const MINUTES = 60_000;
const [ORDERS, RATE] = FULL ? [1_000, 20] : [24, 4];

let fleet: Fleet;
let admin: pg.Pool;

beforeAll(async () => {
  fleet = await Fleet.start('--no-sample');
  admin = new pg.Pool({ connectionString: fleet.runtime.addresses.database, max: 1 });
  admin.on('error', () => undefined);
}, 3 * MINUTES);

afterAll(async () => {
  await admin?.end();
  await fleet?.remove();
}, MINUTES);

test(
  'an order goes from placed to delivered, and says at each stage what happens to it',
  async () => {
    const { gateway, services, temporal } = fleet.runtime.addresses;
    const orderId = 'ORD-BY-HAND';
    await call('PUT', `${services}/seed`, {
      stock: [{ sku: 'LAMP', warehouseId: 'W1', available: 1 }],
      // Nothing comes by itself: what the carrier says is said below.
      itineraries: [{ orderId, legs: [] }],
    });
    const usd = (minor: number) => ({ minor, currency: 'USD' });
    const client = new ThroughlineClient({ gateway, temporal, source: '/tests/e2e', token: fleet.tokens });
    try {
      await client.orders.submit({
        orderId,
        customerId: 'CUS-1',
        lines: [{ lineId: '1', sku: 'LAMP', quantity: 1, unitPrice: usd(2_490) }],
        destination: { country: 'US', postalCode: '11692' },
        addressRef: 'ADR-1',
        delivery: usd(490),
        methodToken: 'card-1',
      });
    } finally {
      await client.close();
    }
    await shows(orderId, 'ReleasedToWarehouse', /the first dispatch/);
    const shipment = await eventually(
      async () => {
        const [first] = (await call('GET', `${services}/shipping/shipments?order=${orderId}`)) as {
          shipmentId: string;
        }[];
        return first?.shipmentId;
      },
      Boolean,
      MINUTES,
    );
    const updates = `${services}/shipping/orders/${orderId}/shipments/${shipment}/updates`;
    await call('POST', updates, { update: 'dispatched' });
    await shows(orderId, 'InDelivery', /the delivery/);
    await call('POST', updates, { update: 'delivered' });
    await shows(orderId, 'Completed', /delivered/);
    await eventually(async () => {
      const books = await Promise.all([
        call('GET', `${services}/payments/captures?entity=${orderId}`),
        call('GET', `${services}/inventory/holds?order=${orderId}`),
      ]);
      expect(books).toMatchObject([[{ state: 'captured', amount: usd(2_980) }], [{ state: 'committed' }]]);
      return true;
    });
  },
  2 * MINUTES,
);

test(
  `${ORDERS} orders survive a bad day and two kill -9 of the workers`,
  async () => {
    const simulate = ['simulate', 'orders', '--count', String(ORDERS), '--rate', String(RATE), '--faults', 'default'];
    const run = fleet.cli(...simulate, '--run', 'e2e', '--seed', '1', '--json');
    const early = run.ended.then(({ code, stderr }) => {
      throw new Error(`it ended before the workers were killed, with exit code ${code}:\n${stderr}`);
    });
    early.catch(() => undefined);
    for (const share of [0.3, 0.6]) {
      await Promise.race([orders(ORDERS * share), early]);
      await fleet.killNine('workers');
    }
    const { code, stdout, stderr } = await run.ended;
    const report: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(report, stderr).toEqual({
      entities: ORDERS,
      lost: 0,
      chargedTwice: 0,
      holdsLeft: 0,
      illegalTransitions: 0,
      openFindings: 0,
      perSecond: expect.any(Number) as number,
    });
    expect(code, stderr).toBe(0);
    expect(await count('throughline.entity')).toBe(ORDERS + 1);
    expect(await faults()).toEqual([]);
  },
  (FULL ? 60 : 12) * MINUTES,
);

/** Waits until the sentence that `throughline show` begins with says that it is in this state, and what with. */
async function shows(orderId: string, state: string, words: RegExp): Promise<void> {
  await eventually(
    () => fleet.gateway.explain('order', orderId),
    (said) => said.state === state && words.test(said.sentence),
    MINUTES,
  );
}

/** A call of a service; of a list its items. */
async function call(method: string, url: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(body && { 'idempotency-key': `${url}/${JSON.stringify(body)}`.slice(-200) }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as { items?: unknown };
  expect(response.ok, JSON.stringify(answer)).toBe(true);
  return answer.items ?? answer;
}

/** Waits until at least so many orders are on record. */
async function orders(atLeast: number): Promise<void> {
  await eventually(
    () => count('throughline.entity'),
    (n) => n >= atLeast,
    5 * MINUTES,
  );
}

async function faults(): Promise<unknown> {
  const response = await fetch(`${fleet.runtime.addresses.services}/faults`);
  return ((await response.json()) as { faults: unknown }).faults;
}

const count = async (table: string): Promise<number> =>
  Number((await rows(`select count(*) from ${table}`))[0]?.['count']);

async function rows(statement: string): Promise<Record<string, unknown>[]> {
  return (await admin.query<Record<string, unknown>>(statement)).rows;
}
