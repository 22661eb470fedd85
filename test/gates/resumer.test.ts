/** How entities are told that their dependency is back: all of them, each once, and never all at once. */
import { expect, it } from 'vitest';
import { Resumer, type Deferred, type Restored } from '../../workers/resumer.js';

const never = new AbortController().signal;
const PAYMENTS: Restored = { dependency: 'payments', since: '2012-10-30T10:00:00.000Z' };

/** Entities that wait for payments, under a clock that the test moves; the pauses within a second are real. */
function waiting(ids: readonly string[], perSecond: number) {
  let skippedMs = 0;
  const world = {
    deferred: ids.map((id): Deferred => ({ lifecycle: 'claim', id })),
    told: [] as Array<{ readonly id: string; readonly at: number; readonly since: string }>,
    limits: [] as number[],
    outage: false,
    goOn: true,
  };
  const resumer = new Resumer(
    {
      deferredOn: async (dependency, limit) => {
        world.limits.push(limit);
        return dependency === 'payments' ? world.deferred.slice(0, limit) : [];
      },
      tell: async ({ id }, { since }) => {
        if (world.outage) throw new Error('Temporal is away');
        world.told.push({ id, at: performance.now(), since });
        if (world.goOn) world.deferred = world.deferred.filter((entity) => entity.id !== id);
      },
    },
    perSecond,
    () => performance.now() + skippedMs,
  );
  return {
    world,
    skip: (ms: number) => (skippedMs += ms),
    tellSome: (up: readonly Restored[] = [PAYMENTS]) => resumer.tellSome(up, never),
  };
}

const ids = (n: number) => Array.from({ length: n }, (_, i) => `CLM-${String(i).padStart(3, '0')}`);

it('waits until every process has seen that the gate is up', async () => {
  const { world, skip, tellSome } = waiting(ids(3), 100);
  await tellSome();
  skip(1_500);
  await tellSome();
  expect(world.told).toEqual([]);
  skip(1_000);
  await tellSome();
  expect(world.told.map(({ id }) => id)).toEqual(ids(3));
});

it('tells at most so many per second, spread over it, until none is left', async () => {
  const { world, skip, tellSome } = waiting(ids(45), 20);
  await tellSome();
  skip(2_500);
  const startedAt = performance.now();
  await tellSome();
  expect(world.told).toHaveLength(20);
  const offsets = world.told.map(({ at }) => at - startedAt);
  // A timer of Node may fire a millisecond or two before its time.
  offsets.forEach((offset, i) => expect(offset).toBeGreaterThanOrEqual(i * 50 - 5));
  await tellSome();
  await tellSome();
  await tellSome();
  expect(world.told.map(({ id }) => id)).toEqual(ids(45));
});

it('tells each once, although it stays on record as deferred until its call was answered', async () => {
  const { world, skip, tellSome } = waiting(ids(30), 20);
  world.goOn = false;
  await tellSome();
  skip(2_500);
  for (let second = 0; second < 3; second++) await tellSome();
  expect(world.told.map(({ id }) => id)).toEqual(ids(30));
  // What is asked of the records stays in proportion to what still waits.
  world.deferred = [];
  await tellSome();
  await tellSome();
  expect(world.limits.at(-1)).toBe(20);
});

it('goes on where it was after an outage, and tells everybody anew when the gate was closed in between', async () => {
  const { world, skip, tellSome } = waiting(ids(4), 1_000);
  world.goOn = false;
  world.outage = true;
  await tellSome();
  skip(2_500);
  await expect(tellSome()).rejects.toThrow('Temporal is away');
  world.outage = false;
  await tellSome();
  expect(world.told.map(({ id }) => id)).toEqual(ids(4));

  const again = { ...PAYMENTS, since: '2012-10-30T11:00:00.000Z' };
  await tellSome([again]);
  skip(2_500);
  await tellSome([again]);
  expect(world.told.slice(4).map(({ id, since }) => [id, since])).toEqual(ids(4).map((id) => [id, again.since]));
});

it('leaves those alone that have long asked by themselves', async () => {
  const { world, skip, tellSome } = waiting(ids(4), 100);
  await tellSome();
  skip(11 * 60_000);
  await tellSome();
  expect(world.told).toEqual([]);
  expect(world.limits).toEqual([]);
});
