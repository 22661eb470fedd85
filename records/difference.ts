/** Comparing two JSON values for people. */
import { canonicalJson } from './hash.js';

/**
 * Where two JSON values differ first, in words: `states.Submitted.deadline: 3600000 on record, 7200000 given`.
 * @returns undefined where they say the same.
 */
export function firstDifference(recorded: unknown, given: unknown, path = ''): string | undefined {
  if (isRecord(recorded) && isRecord(given)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(given)])].sort();
    for (const name of names) {
      const found = firstDifference(recorded[name], given[name], path === '' ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  const [left, right] = [recorded, given].map((value) => (value === undefined ? 'nothing' : canonicalJson(value)));
  return left === right ? undefined : `${path || 'value'}: ${left} on record, ${right} given`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
