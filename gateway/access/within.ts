/** Cuts what is asked for to the lifecycles that the asker may read. */
import type { Asker } from '../asker.js';
import type { Lifecycles } from '../lifecycles.js';
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
function mustRead(asker: Asker, lifecycle: string): void {
  if (asker.readable([lifecycle]).length === 0) throw lacking(asker, ['viewer', 'service'], lifecycle);
}

/**
 * The lifecycles that an answer may be about: the one that was asked for; without, all that the asker may read.
 * @throws UnknownLifecycle; Problem 403 `Forbidden` where the asker may not read it
 */
export function visible(asker: Asker, lifecycles: Lifecycles, wanted?: string): readonly string[] {
  if (wanted === undefined) return asker.readable(lifecycles.names);
  lifecycles.get(wanted);
  mustRead(asker, wanted);
  return [wanted];
}
