import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, SetupError } from './failure.mjs';

/**
 * Waits until a condition holds, asking more and more slowly (20 ms to 500 ms).
 *
 * @template T
 * @param {string} what the condition in words, for the failure message
 * @param {() => Promise<T> | T} condition holds when it gives anything but false or undefined; what it throws counts as "not
 *   yet", except for a {@link SetupError}, which ends the wait
 * @param {{ timeoutMs: number }} options
 * @returns {Promise<NonNullable<T>>} what the condition gave
 * @throws {SetupError} after the time-out, with the last thing that the condition threw
 */
export async function until(what, condition, { timeoutMs }) {
  const deadline = Date.now() + timeoutMs;
  let pauseMs = 20;
  /** @type {unknown} */
  let last;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false && value !== undefined && value !== null) return value;
      last = undefined;
    } catch (error) {
      if (error instanceof SetupError) throw error;
      last = error;
    }
    if (Date.now() + pauseMs > deadline) {
      const because = last === undefined ? '' : ` (last: ${messageOf(last)})`;
      throw new SetupError(`${what}: not within ${timeoutMs / 1000} s${because}`);
    }
    await sleep(pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, 500);
  }
}

/**
 * Whether an HTTP address answers with a success status just now.
 *
 * @param {string} url
 * @returns {Promise<boolean>}
 */
export async function answers(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.ok;
}
