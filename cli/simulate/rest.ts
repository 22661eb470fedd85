import { setTimeout as pause } from 'node:timers/promises';

/** Pauses, in milliseconds, unless it is to stop. */
export async function rest(ms: number, stop: AbortSignal): Promise<void> {
  if (ms > 0) await pause(ms, undefined, { signal: stop }).catch(() => undefined);
}
