/** One clock for the whole page: everything that counts up or down does so in the same moment. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

let current = Date.now();
let timer: number | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  current = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= window.setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  };
}

/** The time now, to the second, in milliseconds; the component follows it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => {
    // Nobody has listened for a while: what is shown first must not be old.
    if (timer === undefined && Date.now() - current >= TICK_MS) current = Date.now();
    return current;
  });
}
