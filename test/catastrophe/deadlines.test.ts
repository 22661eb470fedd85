/** Longer deadlines for all claims of a catastrophe, by its bulletin: counted before, moved once each, and accounted for one by one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GatewayClient, ThroughlineClient, type JournalLine } from '../../client/index.js';
import { World, staff } from '../explain/world.js';
import { message } from '../lifecycles/support/messages.js';
import { eventually } from '../support/eventually.js';
import { throughline as run, type Said } from './command-line.js';
import { lossOf, sandy, sandyLoss } from './declared.js';

const DAY_MS = 86_400_000;
const OF_THE_STORM = ['CLM-D-1', 'CLM-D-2', 'CLM-D-3'];
const EVERYDAY = 'CLM-D-CT';

let world: World;
let client: ThroughlineClient;
beforeAll(async () => {
  world = await World.set();
  const { temporal, gatewayUrl } = world.stage;
  client = new ThroughlineClient({ temporal, gateway: gatewayUrl, source: '/test' });
  await client.catastrophes.declare(sandy());
  for (const id of [...OF_THE_STORM, EVERYDAY]) world.services.expect(id, { fraud: 'silence' });
  for (const id of OF_THE_STORM) await client.claims.submit(sandyLoss(id));
  await client.claims.submit(lossOf('2012-10-29', 'CT', '06840', EVERYDAY));
  for (const id of [...OF_THE_STORM, EVERYDAY])
    await world.explained(id, ({ state }) => state === 'FraudScreenPending');
});
afterAll(async () => {
  await client.close();
  await world.strike();
});

const move = (...args: string[]): Promise<Said> =>
  run(
    world.stage.gatewayUrl,
    ...['clock', 'move', 'claim', 'decision', '--catastrophe', 'Hurricane Sandy', '--reason', 'bulletin'],
    ...args,
  );

async function dueOf(id: string): Promise<number> {
  const [claim] = await client.claims.lookup([id]);
  return Date.parse(claim?.clocks['decision']?.dueAt ?? '');
}

/** What the claim was told of its clocks. */
async function moves(id: string): Promise<JournalLine[]> {
  const { items } = await new GatewayClient(world.stage.gatewayUrl).journal('claim', id);
  return items.filter(({ message: sent }) => sent?.name === 'moveClock');
}

it('are counted by a dry run, which moves nothing', async () => {
  expect(await move('--by', '30', '--reference', 'W-12092', '--dry-run')).toEqual({
    code: 0,
    out: '3 open claim entities fit; clock decision of 3 is to be moved by 30 days, 0 have none; nothing was moved\n',
    err: '',
  });
  expect((await Promise.all(OF_THE_STORM.map(moves))).flat()).toEqual([]);
});

it('move every claim of the catastrophe, with the bulletin, and once however often it is said', async () => {
  const before = await Promise.all(OF_THE_STORM.map(dueOf));
  const everyday = await dueOf(EVERYDAY);
  // An earlier run of the same order was interrupted after the first.
  const order = ['--by', '30', '--reference', 'W-12092', '--actor', 'carol', '--concurrency', '2'];
  for (const report of [await move(...order), await again(before, order)]) {
    expect(report).toMatchObject({ code: 0, out: '3 moved, none refused\n' });
  }
  expect(await Promise.all(OF_THE_STORM.map(dueOf))).toEqual(before.map((due) => due + 30 * DAY_MS));
  expect(await dueOf(EVERYDAY)).toBe(everyday);
  for (const id of OF_THE_STORM) {
    expect((await moves(id)).filter(({ message: sent }) => sent?.outcome === 'applied')).toMatchObject([
      { actor: { id: 'carol' }, reason: { code: 'bulletin', reference: 'W-12092' } },
    ]);
  }
});

/** The same order once the first is on record: it would now say another due. */
async function again(before: readonly number[], order: readonly string[]): Promise<Said> {
  for (const [at, id] of OF_THE_STORM.entries()) {
    await eventually(async () => (await dueOf(id)) === (before[at] ?? 0) + 30 * DAY_MS);
  }
  return move(...order);
}

it('that cannot be had for some are had for the others, and those are named with the reason', async () => {
  const [first = '', second = '', third = ''] = OF_THE_STORM;
  const moveTo = (id: string, dueAt: string) =>
    world.run(id).executeUpdate('moveClock', {
      args: [
        message(
          `claim/${id}`,
          { clock: 'decision', dueAt, reasonCode: 'agreed', reference: 'AGR-1' },
          { actor: staff('lea') },
        ),
      ],
    });
  await moveTo(first, '2999-01-01T00:00:00.000Z');
  await eventually(async () => (await dueOf(first)) === Date.parse('2999-01-01T00:00:00.000Z'));

  // A year less: only one of the three has that long.
  const order = ['--by', '-365', '--reference', 'W-12099'];
  for (let time = 1; time <= 2; time++) {
    const { code, out } = await move(...order, '--json');
    expect(code).toBe(1);
    const { moved, refused } = JSON.parse(out) as { moved: number; refused: { id: string; why: string }[] };
    expect(moved).toBe(1);
    expect(refused.map(({ id }) => id).sort()).toEqual([second, third]);
    for (const { why } of refused) expect(why).toContain('notInFuture');
    await eventually(async () => (await dueOf(first)) === Date.parse('2998-01-01T00:00:00.000Z'));
  }
  const told = await move(...order);
  expect(told.out).toMatch(/^1 moved, .*2 not moved/m);
  expect(told.out).toMatch(new RegExp(`^${second}\\t.*notInFuture`, 'm'));
  expect((await moves(first)).filter(({ message: sent }) => sent?.outcome === 'applied')).toHaveLength(3);
});
