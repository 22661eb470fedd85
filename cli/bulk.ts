/** One message to each of many entities, accounted for one by one. */
import { NoAnswer, ThroughlineError, Unreachable } from '../client/errors.js';
import { inLanes } from './intake/lanes.js';
import { GaveUp, Patience } from './intake/patience.js';

/** How long an outage of the servers may last, in milliseconds. */
const PATIENCE_MS = 150_000;

/** One that said no, or that no server took in time. */
export interface Refused {
  readonly id: string;
  readonly why: string;
}

/** How it is carried out. */
export interface SendManyOptions {
  /** Messages under way at once. */
  readonly concurrency: number;
  /** @param done entities accounted for */
  readonly progress: (done: number) => void;
  /** A line for the person who waits, such as that a server is away. */
  readonly notice: (line: string) => void;
}

/**
 * Sends to each target; outages are waited for.
 * @param send must be safe to repeat: the message bears an id under which the entity recognises it
 * @throws what is neither an answer of an entity nor an outage
 */
export async function sendMany<Target extends { readonly id: string }>(
  targets: readonly Target[],
  send: (target: Target) => Promise<unknown>,
  { concurrency, progress, notice }: SendManyOptions,
): Promise<{ readonly sent: number; readonly refused: readonly Refused[] }> {
  const patience = new Patience(PATIENCE_MS, notice);
  const refused: Refused[] = [];
  let done = 0;
  await inLanes(each(targets), concurrency, async (target) => {
    const why = await refusalOf(() => patience.call(() => final(() => send(target))));
    if (why !== undefined) refused.push({ id: target.id, why });
    progress(++done);
  });
  return { sent: done - refused.length, refused };
}

/** An answer that no repeat would change, as a value; what is worth another try is thrown. */
async function final(send: () => Promise<unknown>): Promise<ThroughlineError | undefined> {
  try {
    await send();
    return undefined;
  } catch (err) {
    if (err instanceof ThroughlineError && !(err instanceof Unreachable) && !(err instanceof NoAnswer)) return err;
    throw err;
  }
}

async function refusalOf(send: () => Promise<ThroughlineError | undefined>): Promise<string | undefined> {
  try {
    return (await send())?.message;
  } catch (err) {
    if (err instanceof GaveUp) return err.message;
    throw err;
  }
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T, void, void> {
  yield* items;
}
