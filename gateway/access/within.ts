/** Cuts what is asked for to the lifecycles that the asker may read. */
import type { Asker } from '../asker.js';
import { lacking } from './guard.js';

/** One lifecycle, some, or all where neither is there: a part of every list's filter. */
export interface Within {
  readonly lifecycle?: string;
  readonly lifecycles?: readonly string[];
}

/**
 * @param known the lifecycles that there are
 * @param lifecycle the one that was asked for
 * @throws Problem 403 `Forbidden` where that one may not be read
 */
export function within(asker: Asker, known: readonly string[], lifecycle?: string): Within {
  if (lifecycle !== undefined) {
    mustRead(asker, lifecycle);
    return { lifecycle };
  }
  return asker.mayEverywhere('viewer') || asker.mayEverywhere('service') ? {} : { lifecycles: asker.readable(known) };
}

/** @throws Problem 403 `Forbidden` */
export function mustRead(asker: Asker, lifecycle: string): void {
  if (asker.readable([lifecycle]).length === 0) throw lacking(asker, ['viewer', 'service'], lifecycle);
}
