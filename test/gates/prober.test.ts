/** How a dependency whose gate closed by itself is asked whether it is back. */
import { expect, it } from 'vitest';
import { Prober } from '../../workers/prober.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A prober under a clock of its own that looks once a second; `asked` holds the seconds at which it asked. */
function probing() {
  let now = 0;
  const world = { ready: false, asked: [] as number[] };
  const prober = new Prober(
    (dependency) => {
      expect(dependency).toBe('payments');
      world.asked.push(now / SECOND);
      return Promise.resolve(world.ready);
    },
    () => now,
  );
  return {
    world,
    /** Looks every second for so long; returns whether it was found ready, and stops there. */
    async look(forMs: number, failing: readonly string[] = ['payments']): Promise<boolean> {
      for (const until = now + forMs; now < until;) {
        now += SECOND;
        if ((await prober.probe(failing)).includes('payments')) return true;
      }
      return false;
    },
  };
}

it('asks after 2 s, then with doubling pauses, at last once a minute', async () => {
  const { world, look } = probing();
  expect(await look(5 * MINUTE)).toBe(false);
  const pauses = world.asked.map((at, i) => at - (world.asked[i - 1] ?? 1));
  expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
});

it('says that it is ready as soon as it is asked, and asks nobody else', async () => {
  const { world, look } = probing();
  expect(await look(4 * SECOND)).toBe(false);
  world.ready = true;
  expect(await look(MINUTE)).toBe(true);
  expect(world.asked).toEqual([3, 7]);
  expect(await look(MINUTE, [])).toBe(false);
  expect(world.asked).toHaveLength(2);
});

it('takes longer over one that fails again soon, and forgives after a while', async () => {
  const { world, look } = probing();
  world.ready = true;
  expect(await look(MINUTE)).toBe(true);
  await look(MINUTE, []);
  const relapsedAt = 63;
  expect(await look(MINUTE)).toBe(true);
  expect((world.asked.at(-1) ?? 0) - relapsedAt - 1).toBe(4);
  await look(6 * MINUTE, []);
  const failedAt = (world.asked.at(-1) ?? 0) + 6 * 60;
  expect(await look(MINUTE)).toBe(true);
  expect((world.asked.at(-1) ?? 0) - failedAt - 1).toBe(2);
});
