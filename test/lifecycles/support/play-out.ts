/** Plays entities to their ends, while calls that nobody answers hold time up for as long as they are tried. */
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 240_000;
/** How long nobody looks while time passes, in milliseconds. */
const LOOK_EVERY_MS = 1_000;

/** One of those that are played; `end` says how it ended. */
export interface Played {
  readonly id: string;
  end?: string;
}

/**
 * Pushes each on until it has ended, and lets time pass where nothing can be done. What can be done meanwhile is done: a call that is given
 * up by the clock on the wall keeps the server's time from skipping, and the calls of others need not wait for their turn to be given up.
 * @param push lets the world around one go on by a step, after so many spells of time; whether anything was done
 * @param sleep lets a spell of time pass, the nth
 */
export async function playOut<P extends Played>(
  played: readonly P[],
  push: (one: P, spells: number) => Promise<boolean>,
  sleep: (nth: number) => Promise<void>,
): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  let spells = 0;
  let asleep: Promise<void> | undefined;
  for (;;) {
    const open = played.filter(({ end }) => end === undefined);
    if (open.length === 0) return asleep;
    if (Date.now() > until) throw new Error(`still open: ${open.map(({ id }) => id).join(', ')}`);
    const moved = await Promise.all(open.map((one) => push(one, spells)));
    if (moved.includes(true)) continue;
    asleep ??= sleep(spells + 1).finally(() => {
      spells++;
      asleep = undefined;
    });
    await Promise.race([asleep, pause(LOOK_EVERY_MS)]);
  }
}
