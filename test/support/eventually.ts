import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

const PAUSE_MS = 50;

/**
 * Asks again and again until a value is as expected.
 *
 * @param read gives the value; what it throws counts as "not yet"
 * @param holds whether the value is as expected; default: it is truthy
 * @param timeoutMs default 20 s
 * @returns the first value that holds
 * @throws after the time-out, with the last value or failure seen
 */
export async function eventually<T>(
  read: () => T | Promise<T>,
  holds: (value: T) => boolean = Boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: string;
  for (;;) {
    try {
      const value = await read();
      if (holds(value)) return value;
      last = inspect(value, { depth: 6 });
    } catch (error) {
      last = `a failure: ${inspect(error)}`;
    }
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms; last seen: ${last}`);
    await sleep(PAUSE_MS);
  }
}
