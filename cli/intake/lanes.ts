/** Bounded concurrency over a source that is read only as fast as the work is done. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs `work` on every item with at most `lanes` at a time. Each lane asks for its next item when it is done with the last one,
 * so that the source, and whatever it reads from, waits for the slowest part. The first error ends all lanes after their
 * present item and is thrown.
 */
export async function inLanes<T>(
  source: AsyncGenerator<T>,
  lanes: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failed = false;
  const lane = async (): Promise<void> => {
    try {
      for (let next = await source.next(); !next.done && !failed; next = await source.next()) await work(next.value);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: lanes }, lane));
  await source.return(undefined);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

/** Items in groups of up to `size`, in order. */
export async function* inBatches<T>(source: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of source) {
    batch.push(item);
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** Spaces turns evenly: at most `perSecond` of them, over all lanes together. */
export function pace(perSecond: number): () => Promise<void> {
  const gapMs = 1000 / perSecond;
  let free = 0;
  return async () => {
    const now = Date.now();
    const turn = Math.max(now, free);
    free = turn + gapMs;
    if (turn > now) await sleep(turn - now);
  };
}
