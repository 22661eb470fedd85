/** Search attributes that an entity carries from its start; never personal data. The workers register them. */
import type { SearchAttributePair } from '@temporalio/common';
import { searchAttributes } from '../workflows/lifecycle/search-attributes.js';

/** Attributes at the start cost no action and no event. */
export function initialAttributes(state: string, at: Date, catastrophe: string | undefined): SearchAttributePair[] {
  return [
    { key: searchAttributes.state, value: state },
    { key: searchAttributes.since, value: at },
    ...(catastrophe === undefined ? [] : [{ key: searchAttributes.catastrophe, value: catastrophe }]),
  ];
}
