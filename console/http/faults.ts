/** What goes wrong on purpose: whoever looks at the fleet has to know that what they see is rehearsed. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { FaultsView } from '../../client/faults.js';
import { useMay } from '../session/me.js';
import { useRead } from './read.js';

/** No event tells of them: they are asked for so often, in milliseconds. */
const EVERY_MS = 10_000;

/** The switches that are set, for whoever may see them. */
export function useFaults(): UseQueryResult<FaultsView> {
  const may = useMay();
  return useRead<FaultsView>(may('viewer') ? '/api/faults' : undefined, { everyMs: EVERY_MS });
}

/** Those that may still strike: one that was to strike a few times has, and does no more. */
export const stillOn = ({ faults }: Pick<FaultsView, 'faults'>): FaultsView['faults'] =>
  faults.filter(({ rate = 0, next = 0 }) => rate > 0 || next > 0);
