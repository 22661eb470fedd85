/**
 * Preloaded (`--import`) into a measured worker process. The workflows live in a worker thread of Temporal's SDK with a heap of
 * its own, to which the SDK gives no access; Node preloads this file there too, so that the heap can be collected and measured
 * on request.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

/** The name of the channel on which a measured thread answers any question with its {@link HeapAnswer}. */
export const HEAP_CHANNEL = 'throughline-bench-heap';

/** What is left in a thread's heap after a full collection, in bytes. */
export interface HeapAnswer {
  readonly heapUsed: number;
}

/** The most thorough collection: it also gives back to the system what is free, without which RSS says little. */
const LAST_RESORT = { type: 'major', execution: 'sync', flavor: 'last-resort' } as const;
/** More rounds than a heap was ever seen to need. */
const MOST_ROUNDS = 20;
/** A heap is settled when this many collections in a row freed less than this part of it; between them finalisers run. */
const SETTLED = 0.001;
const SETTLED_ROUNDS = 3;
const PAUSE_MS = 50;

/**
 * Collects what this thread's heap holds without need, until nothing more comes free: what one collection finalises the next one
 * frees, and some of it only in a later turn of the event loop.
 */
export async function collected(): Promise<HeapAnswer> {
  if (!globalThis.gc) throw new Error('start node with --expose-gc');
  let heapUsed = Infinity;
  for (let round = 0, settled = 0; round < MOST_ROUNDS; round++) {
    globalThis.gc(LAST_RESORT);
    await pause(PAUSE_MS);
    const now = process.memoryUsage().heapUsed;
    settled = now > heapUsed * (1 - SETTLED) ? settled + 1 : 0;
    heapUsed = Math.min(heapUsed, now);
    if (settled === SETTLED_ROUNDS) return { heapUsed };
  }
  throw new Error(`the heap was still shrinking after ${MOST_ROUNDS} collections, at ${heapUsed} bytes`);
}

if (!isMainThread) {
  const channel = new BroadcastChannel(HEAP_CHANNEL);
  // A probe must not keep the thread alive.
  channel.unref();
  channel.onmessage = () => void collected().then((answer) => channel.postMessage(answer));
}
