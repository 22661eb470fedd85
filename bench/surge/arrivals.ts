/** When claims come in: each kind evenly over the same time, so that everyday ones come between those of the storm. */

/** Something, and when it comes in. */
export interface Arrival<T> {
  readonly item: T;
  /** Milliseconds since the first could have come. */
  readonly atMs: number;
}

/** Spreads each kind evenly over the time, and puts all in order. */
export function evenly<T>(kinds: readonly (readonly T[])[], durationMs: number): Arrival<T>[] {
  return kinds
    .flatMap((items) => items.map((item, i) => ({ item, atMs: ((i + 0.5) / items.length) * durationMs })))
    .sort((a, b) => a.atMs - b.atMs);
}
