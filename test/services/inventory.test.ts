/** The inventory's promises: what is held is there, nothing is held for ever, and what is undone stays undone. */
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { HoldExpired, ReserveStockInput, StockHeld } from '../../activities/inventory/contract.js';
import { InventoryActivitiesProvider } from '../../activities/inventory/inventory.activities.js';
import { route } from '../../services/inventory/routing.js';
import type { OrderEvents } from '../../services/platform/order-events.js';
import { eventually } from '../support/eventually.js';
import { inMs, listed, told } from './orders.js';
import { activitiesOf, Stage } from './support.js';

let stage: Stage;
let activities: Awaited<ReturnType<typeof activitiesOf>>;
beforeAll(async () => {
  stage = await Stage.set();
  activities = await activitiesOf(stage.url);
});
afterAll(async () => {
  await stage.strike();
});

const LATER = 3_600_000;

/** One line of `quantity` pieces, or the lines given. */
const wanted = (
  orderId: string,
  sku: string,
  quantity: number,
  more: Partial<ReserveStockInput> = {},
): ReserveStockInput => ({
  key: `order/${orderId}/reserve/1`,
  orderId,
  lines: [{ lineId: '1', sku, quantity }],
  holdUntil: inMs(LATER),
  callback: { reference: `order/${orderId}` },
  ...more,
});
const reserve = (input: ReserveStockInput) =>
  activities.run(InventoryActivitiesProvider, (one) => one.reserveStock, input);
const release = (orderId: string, what: { holdIds: readonly string[] } | { reservationKey: string }, n = 1) =>
  activities.run(InventoryActivitiesProvider, (one) => one.releaseHolds, {
    key: `order/${orderId}/release/${n}`,
    orderId,
    ...what,
  });
const commit = (orderId: string, holdIds: readonly string[], n = 1) =>
  activities.run(InventoryActivitiesProvider, (one) => one.commitHolds, {
    key: `order/${orderId}/commit/${n}`,
    orderId,
    holdIds,
  });
const stock = (sku: string, ...pieces: Array<[warehouseId: string, available: number]>) =>
  stage.seed({ stock: pieces.map(([warehouseId, available]) => ({ sku, warehouseId, available })) });
/** Pieces of a product: on hand and held, all warehouses together. */
const pieces = async (sku: string) => {
  const { rows } = await stage.sql.query<{ onHand: number; held: number }>(
    `SELECT coalesce(sum(on_hand), 0)::int AS "onHand", coalesce(sum(held), 0)::int AS held
     FROM svc_inventory.stock WHERE sku = $1`,
    [sku],
  );
  return rows[0];
};
const holdsOf = ({ lines }: Awaited<ReturnType<typeof reserve>>) =>
  lines.flatMap(({ holds }) => holds.map(({ holdId }) => holdId));

describe('a reservation', () => {
  it('holds what is there and tells what is lacking, per line', async () => {
    await stage.seed({
      stock: [
        { sku: 'A-lamp', warehouseId: 'W1', available: 5 },
        { sku: 'A-desk', warehouseId: 'W1', available: 1, restockedAt: '2199-01-01T00:00:00.000Z' },
      ],
    });
    const lines = [
      { lineId: '1', sku: 'A-lamp', quantity: 2 },
      { lineId: '2', sku: 'A-desk', quantity: 3 },
      { lineId: '3', sku: 'A-none', quantity: 1 },
    ];
    const answer = await reserve(wanted('A', 'A-lamp', 1, { lines }));
    expect(answer.lines).toMatchObject([
      { lineId: '1', reserved: 2, short: 0, holds: [{ warehouseId: 'W1', quantity: 2 }] },
      { lineId: '2', reserved: 1, short: 2, restockedAt: '2199-01-01T00:00:00.000Z' },
      { lineId: '3', reserved: 0, short: 1, holds: [] },
    ]);
    expect(answer.lines[0]).not.toHaveProperty('restockedAt');
    expect(await pieces('A-lamp')).toEqual({ onHand: 5, held: 2 });
  });

  it('has one effect for one key, however many ask at once, and never promises a piece twice', async () => {
    await stock('B', ['W1', 6], ['W2', 4]);
    const one = wanted('B-same', 'B', 3);
    const same = await Promise.all(Array.from({ length: 20 }, () => reserve(one)));
    expect(new Set(same.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(await pieces('B')).toEqual({ onHand: 10, held: 3 });
    const rivals = await Promise.all(Array.from({ length: 20 }, (_, i) => reserve(wanted(`B-${i}`, 'B', 2))));
    const got = rivals.map(({ lines }) => lines[0]?.reserved ?? 0);
    expect(got.reduce((all, n) => all + n, 0)).toBe(7);
    expect(await pieces('B')).toEqual({ onHand: 10, held: 10 });
  });

  it('wants each line once and a whole number of pieces', async () => {
    const { body } = await stage.call(
      'POST',
      '/inventory/reservations',
      {
        ...wanted('C', 'C', 0),
        key: undefined,
        holdUntil: 'tomorrow',
      },
      'order/C/reserve/1',
    );
    expect(body.issues).toMatchObject([{ field: 'lines.0.quantity', value: '0' }, { field: 'holdUntil' }]);
  });

  it('comes from as few warehouses as possible, near ones first', async () => {
    await stage.seed({
      warehouses: [
        { warehouseId: 'WEST', areas: ['9'] },
        { warehouseId: 'EAST', areas: ['0', '1'] },
      ],
    });
    await stock('D', ['WEST', 2], ['EAST', 2]);
    const to = (orderId: string, postalCode: string, quantity: number) =>
      reserve(wanted(orderId, 'D', quantity, { destination: { country: 'US', postalCode } }));
    expect((await to('D-1', '94107', 1)).lines[0]?.holds).toMatchObject([{ warehouseId: 'WEST' }]);
    expect((await to('D-2', '10001', 1)).lines[0]?.holds).toMatchObject([{ warehouseId: 'EAST' }]);
    expect((await to('D-3', '10001', 2)).lines[0]?.holds).toHaveLength(2);
  });
});

it('routes: one that has all beats a near one, a near one beats one that has more', () => {
  const free = (warehouseId: string, pieces: number, near = false) => ({ warehouseId, sku: 'S', pieces, near });
  const from = (quantity: number, ...there: ReturnType<typeof free>[]) =>
    route([{ lineId: '1', sku: 'S', quantity }], there).map((one) => `${one.warehouseId}:${one.quantity}`);
  expect(from(5, free('A', 4, true), free('B', 5))).toEqual(['B:5']);
  expect(from(9, free('A', 2, true), free('B', 5))).toEqual(['A:2', 'B:5']);
  expect(from(3, free('B', 3), free('A', 3))).toEqual(['A:3']);
  const lines = [
    { lineId: '1', sku: 'S', quantity: 2 },
    { lineId: '2', sku: 'S', quantity: 2 },
  ];
  expect(route(lines, [free('A', 3)]).map(({ lineId, quantity }) => [lineId, quantity])).toEqual([
    ['1', 2],
    ['2', 1],
  ]);
});

describe('a hold', () => {
  it('ends by itself, gives its pieces back and tells the order', async () => {
    await stock('E', ['W1', 3]);
    const answer = await reserve(wanted('E', 'E', 2, { holdUntil: inMs(50) }));
    const [expired] = await told(stage, 'E', 'inventory.expired');
    expect(expired).toEqual({ holdId: holdsOf(answer)[0], lineId: '1', warehouseId: 'W1', sku: 'E', quantity: 2 });
    expect(await pieces('E')).toEqual({ onHand: 3, held: 0 });
    expect((await release('E', { holdIds: holdsOf(answer) })).holds).toMatchObject([{ state: 'expired' }]);
  });

  it('that is extended lives on; one that is over does not', async () => {
    await stock('F', ['W1', 3]);
    const holdIds = holdsOf(await reserve(wanted('F', 'F', 1, { holdUntil: inMs(2_000) })));
    const holdUntil = inMs(LATER);
    const extended = await activities.run(InventoryActivitiesProvider, (one) => one.extendHolds, {
      key: 'order/F/extend/1',
      orderId: 'F',
      holdIds: [...holdIds, 'HLD-none'],
      holdUntil,
    });
    expect(extended.holds).toEqual([
      { holdId: holdIds[0], state: 'held', expiresAt: holdUntil },
      { holdId: 'HLD-none', state: 'unknown' },
    ]);
    // The end of another hold, later than the first one's, shows that the first one's has passed.
    await reserve(wanted('F-2', 'F', 1, { holdUntil: inMs(2_000) }));
    await told(stage, 'F-2', 'inventory.expired');
    expect(await pieces('F')).toEqual({ onHand: 3, held: 1 });
    expect(stage.gateway.to('order/F')).toEqual([]);
  });

  it('is released once, whoever asks how often, and says so', async () => {
    await stock('G', ['W1', 3]);
    const holdIds = holdsOf(await reserve(wanted('G', 'G', 2)));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => release('G', { holdIds }, i)));
    expect(answers.map(({ holds }) => holds[0]?.state)).toEqual(Array(10).fill('released'));
    expect(await pieces('G')).toEqual({ onHand: 3, held: 0 });
    expect(await commit('G', holdIds)).toMatchObject({ holds: [{ state: 'released' }] });
    expect(await release('other', { holdIds })).toMatchObject({ holds: [{ state: 'unknown' }] });
  });

  it('is committed once: the pieces are gone, and a release brings none back', async () => {
    await stock('H', ['W1', 3]);
    const holdIds = holdsOf(await reserve(wanted('H', 'H', 2)));
    await Promise.all(Array.from({ length: 5 }, (_, i) => commit('H', holdIds, i)));
    expect(await pieces('H')).toEqual({ onHand: 1, held: 0 });
    expect((await release('H', { holdIds })).holds).toEqual([{ holdId: holdIds[0], state: 'committed' }]);
    expect(await pieces('H')).toEqual({ onHand: 1, held: 0 });
  });

  it('that is over is committed as long as its pieces are still there', async () => {
    await stock('I', ['W1', 3]);
    const over = async (orderId: string) => {
      const holdIds = holdsOf(await reserve(wanted(orderId, 'I', 2, { holdUntil: inMs(10) })));
      await told(stage, orderId, 'inventory.expired');
      return holdIds;
    };
    const [first, second] = [await over('I-1'), await over('I-2')];
    expect((await commit('I-1', first)).holds).toMatchObject([{ state: 'committed' }]);
    expect((await commit('I-2', second)).holds).toMatchObject([{ state: 'expired' }]);
    expect(await pieces('I')).toEqual({ onHand: 1, held: 0 });
  });
});

describe('undoing a reservation by its key', () => {
  it('gives back all that it holds, although nobody knows whether it took effect', async () => {
    await stock('J', ['W1', 2], ['W2', 2]);
    const input = wanted('J', 'J', 4);
    await reserve(input);
    const { holds } = await release('J', { reservationKey: input.key });
    expect(holds.map(({ state }) => state)).toEqual(['released', 'released']);
    expect(await pieces('J')).toEqual({ onHand: 4, held: 0 });
  });

  it('refuses the reservation that comes later', async () => {
    await stock('K', ['W1', 2]);
    const input = wanted('K', 'K', 1);
    expect(await release('K', { reservationKey: input.key })).toEqual({ holds: [] });
    await expect(reserve(input)).rejects.toMatchObject({ type: 'RequestWithdrawn', nonRetryable: true });
    expect(await pieces('K')).toEqual({ onHand: 2, held: 0 });
    const found = await activities.run(InventoryActivitiesProvider, (one) => one.lookUpReservation, input);
    expect(found).toEqual({ outcome: 'refused', code: 'RequestWithdrawn' });
  });

  it('leaves nothing held, in whatever order the two arrive', async () => {
    await stock('L', ['W1', 100]);
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const input = wanted(`L-${i}`, 'L', 1);
        await Promise.allSettled([reserve(input), release(`L-${i}`, { reservationKey: input.key })]);
      }),
    );
    expect(await pieces('L')).toEqual({ onHand: 100, held: 0 });
  });
});

it('tells what became of a reservation under its key', async () => {
  await stock('M', ['W1', 2]);
  const input = wanted('M', 'M', 1);
  const find = () => activities.run(InventoryActivitiesProvider, (one) => one.lookUpReservation, { key: input.key });
  expect(await find()).toEqual({ outcome: 'none' });
  const answer = await reserve(input);
  expect(await find()).toEqual({ outcome: 'done', answer });
});

describe('a backorder', () => {
  it('is held, all of a line at once, as soon as it is there; the oldest first', async () => {
    await stock('N', ['W1', 1]);
    const first = await reserve(wanted('N-1', 'N', 3, { short: 'backorder' }));
    expect(first.lines[0]).toMatchObject({ reserved: 1, short: 2 });
    await reserve(wanted('N-2', 'N', 1, { short: 'backorder' }));
    await stock('N', ['W1', 2]);
    const [held] = (await told(stage, 'N-1', 'inventory.held')) as unknown as [StockHeld];
    expect(held).toMatchObject({ reservationId: first.reservationId, lineId: '1', holds: [{ quantity: 2 }] });
    expect(await stage.count('svc_inventory.backorder', "order_id = 'N-2' AND state = 'waiting'")).toBe(1);
    // What one order gives back, the next one gets.
    await release('N-1', { holdIds: held.holds.map(({ holdId }) => holdId) });
    await told(stage, 'N-2', 'inventory.held');
    expect(await pieces('N')).toEqual({ onHand: 3, held: 2 });
  });

  it('that is released with its reservation is not held any more', async () => {
    const input = wanted('O-1', 'O', 1, { short: 'backorder' });
    await reserve(input);
    await release('O-1', { reservationKey: input.key });
    await reserve(wanted('O-2', 'O', 1, { short: 'backorder' }));
    await stock('O', ['W1', 1]);
    await told(stage, 'O-2', 'inventory.held');
    expect(stage.gateway.to('order/O-1')).toEqual([]);
  });
});

it('lists holds by order, page by page, each once', async () => {
  await stock('P', ['W1', 100], ['W2', 100]);
  await Promise.all(Array.from({ length: 7 }, (_, i) => reserve(wanted(`P-${i}`, 'P', 1))));
  const all = await listed(stage, '/inventory/holds?limit=3');
  expect(new Set(all.map(({ holdId }) => holdId)).size).toBe(all.length);
  expect(all).toHaveLength(await stage.count('svc_inventory.hold'));
  const orders = all.map(({ orderId }) => orderId as string);
  expect(orders).toEqual([...orders].sort());
  const own = await listed(stage, '/inventory/holds?order=P-3');
  expect(own).toMatchObject([{ orderId: 'P-3', sku: 'P', quantity: 1, state: 'held' }]);
  const wrong = await stage.call('GET', '/inventory/holds?cursor=x&limit=3');
  expect(wrong).toMatchObject({ status: 400, body: { type: 'urn:throughline:problem:InvalidRequest' } });
  expect(await stage.call('GET', '/inventory/holds?limit=5000')).toMatchObject({ status: 400 });
});

it('survives the loss of its database connections in the midst of reservations', async () => {
  await stock('Q', ['W1', 40]);
  const inputs = Array.from({ length: 40 }, (_, i) => wanted(`Q-${i}`, 'Q', 1));
  const calls = inputs.map((input) => reserve(input).catch(() => undefined));
  await stage.sql.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'throughline-services'`,
  );
  await Promise.all(calls);
  await eventually(() => Promise.all(inputs.map((input) => reserve(input))));
  expect(await pieces('Q')).toEqual({ onHand: 40, held: 40 });
});

it('says what its contract says', () => {
  expectTypeOf<OrderEvents['inventory.expired']>().toEqualTypeOf<HoldExpired>();
  expectTypeOf<OrderEvents['inventory.held']>().toExtend<StockHeld>();
});
