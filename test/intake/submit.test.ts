import { describe, expect, test } from 'vitest';
import { withoutConflicts } from '../../cli/intake/duplicates.js';
import type { NfipRow } from '../../cli/intake/parse.js';
import { reject, type Reject } from '../../cli/intake/rejects.js';
import { SeedRefused } from '../../cli/intake/seed.js';
import { submitRows } from '../../cli/intake/submit.js';
import { InvalidMessage, Unreachable } from '../../client/errors.js';
import { impatience, row } from './samples.js';
import { World } from './world.js';

async function* stream(items: Iterable<NfipRow | Reject>): AsyncGenerator<NfipRow | Reject> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

const rowsOf = (count: number, change: (i: number) => Partial<NfipRow> = () => ({})) =>
  Array.from({ length: count }, (_, i) => row({ id: `R${i}`, line: i + 2, ...change(i) }));

async function run(world: World, items: Iterable<NfipRow | Reject>, limitMs = 120_000) {
  const rejects: Reject[] = [];
  const failures: string[] = [];
  const { patience, notices } = impatience(limitMs);
  const result = await submitRows(
    withoutConflicts(stream(items)),
    world,
    { concurrency: 4, patience },
    {
      rejected: (item) => Promise.resolve(void rejects.push(item)),
      failed: (failed, why) => failures.push(`${failed.line}: ${why}`),
      moved: () => undefined,
    },
  );
  return { ...result, rejects, failures, notices };
}

describe('submitting rows', () => {
  test('seeds in batches before it submits, within the bounds, and keeps file order', async () => {
    const world = new World();
    const { counts, claims } = await run(world, rowsOf(120));
    expect(counts).toEqual({ submitted: 120, repeated: 0, rejected: 0, failed: 0 });
    expect(world.unseeded).toEqual([]);
    expect(world.seedCalls).toBe(3);
    expect(world.mostUnderWay).toBe(4);
    expect(claims.map((claim) => claim.line)).toEqual(rowsOf(120).map(({ line }) => line));
  });

  test('reads no further ahead than it has to', async () => {
    const world = new World();
    let read = 0;
    let furthest = 0;
    function* counted() {
      for (const item of rowsOf(300)) {
        read += 1;
        yield item;
      }
    }
    world.before = () => (furthest = Math.max(furthest, read - world.claims.size));
    await run(world, counted());
    expect(furthest).toBeLessThanOrEqual(50 + 4);
  });

  test('a second run repeats everything, submits and seeds nothing', async () => {
    const world = new World();
    await run(world, rowsOf(60));
    const seedCalls = world.seedCalls;
    const { counts } = await run(world, rowsOf(60));
    expect(counts).toEqual({ submitted: 0, repeated: 60, rejected: 0, failed: 0 });
    expect(world.seedCalls).toBe(seedCalls);
  });

  test('after a kill between seeding and submitting, the same command goes on', async () => {
    const world = new World();
    world.before = (call) => {
      if (call === 'submit' && world.claims.size >= 10) throw new SeedRefused('stands for the kill');
    };
    await expect(run(world, rowsOf(60))).rejects.toThrow(SeedRefused);
    world.before = () => undefined;
    const { counts } = await run(world, rowsOf(60));
    expect(counts.submitted + counts.repeated).toBe(60);
    expect(world.claims.size).toBe(60);
    expect(world.unseeded).toEqual([]);
  });

  test('the same key with other content is a reject, and what the services know stays', async () => {
    const world = new World();
    await run(world, rowsOf(3));
    const other = rowsOf(3, (i) => (i === 1 ? { building: { damage: 1, limit: 2 } } : {}));
    const { counts, rejects } = await run(world, other);
    expect(counts).toEqual({ submitted: 0, repeated: 2, rejected: 1, failed: 0 });
    expect(rejects).toMatchObject([{ line: 3, field: 'id', value: 'R1' }]);
    expect(world.seeded.get('POL-R1')?.coverages[0]?.limit.minor).toBe(25_000_000);
  });

  test('rejects and repeats within the file are counted with the others', async () => {
    const world = new World();
    const items = [
      ...rowsOf(5),
      reject(7, 'state', '', 'is empty'),
      row({ id: 'R0', line: 8 }),
      row({ id: 'R1', state: 'NJ' }),
    ];
    const { counts, claims } = await run(world, items);
    expect(counts).toEqual({ submitted: 5, repeated: 1, rejected: 2, failed: 0 });
    expect(claims).toHaveLength(5);
  });

  test('an outage shorter than the patience costs nothing', async () => {
    const world = new World();
    let calls = 0;
    world.before = () => {
      calls += 1;
      if (calls % 3 === 0) throw new Unreachable('Temporal', 'UNAVAILABLE');
    };
    const { counts } = await run(world, rowsOf(60));
    expect(counts).toEqual({ submitted: 60, repeated: 0, rejected: 0, failed: 0 });
  });

  test('a longer one fails the rows, and every row is still accounted for', async () => {
    const world = new World();
    world.before = () => {
      if (world.claims.size >= 20) throw new Unreachable('Temporal', 'UNAVAILABLE');
    };
    const { counts, failures } = await run(world, [reject(1, 'x', '', 'y'), ...rowsOf(200)], 10_000);
    expect(counts.submitted + counts.failed + counts.rejected).toBe(201);
    expect(counts.rejected).toBe(1);
    expect(counts.failed).toBe(failures.length);
    expect(counts.submitted).toBeLessThan(30);
    expect(failures[0]).toContain('Temporal cannot be reached');
  });

  test('a notice that the client refuses is a reject; services that take no seeds end the run', async () => {
    const world = new World();
    world.before = (call) => {
      if (call === 'submit') throw new InvalidMessage('claim notice', [{ field: 'dateOfLoss', remedy: 'give it' }]);
    };
    expect((await run(world, rowsOf(2))).rejects[0]?.reason).toContain('dateOfLoss: give it');
    world.before = () => {
      throw new SeedRefused('the services refuse');
    };
    await expect(run(world, rowsOf(2))).rejects.toThrow('the services refuse');
  });
});
