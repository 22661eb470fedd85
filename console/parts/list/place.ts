/** Where somebody was in a list, for when they come back to it. */
import type { VirtualItem } from '@tanstack/react-virtual';
import { useState } from 'react';
import { lastArrival } from '../../http/arrivals.js';

/** How far the page was scrolled, in pixels, and the rows' places, without which the page would be too short to be scrolled there. */
interface Place {
  readonly offset: number;
  readonly rows: VirtualItem[];
}

/** So many lists are kept; the one left longest ago is forgotten. */
const MOST = 10;

const places = new Map<string, Place>();

/** Keeps the place in a list under the path that it is read from. */
export function keepPlace(path: string, place: Place): void {
  places.delete(path);
  places.set(path, place);
  const [oldest] = places.keys();
  if (places.size > MOST && oldest !== undefined) places.delete(oldest);
}

/** The place, where somebody has come back; whoever follows a link begins at the top. */
export function useKeptPlace(path: string): Place | undefined {
  const [place] = useState(() => (lastArrival() === 'back' ? places.get(path) : undefined));
  return place;
}
