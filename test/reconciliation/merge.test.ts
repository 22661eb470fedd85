/** Lists walked side by side: whatever their pages, each key comes once, with all that has it; and what the settings say. */
import { ApplicationFailure } from '@temporalio/common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListReader, nextKey, type ListSource } from '../../activities/reconciliation/merge.js';
import { graceOf, reconciliationSettings } from '../../activities/reconciliation/settings.js';

/** A list with pages of a size; cursors are positions. */
const listOf = (keys: readonly string[], size: number): ListSource<string> => ({
  name: 'a list',
  keyOf: (key) => key,
  page: (cursor) => {
    const at = Number(cursor ?? 0);
    const items = keys.slice(at, at + size);
    return Promise.resolve({ items, next: items.length < size ? undefined : String(at + size) });
  },
});

const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'é'), { maxLength: 12 }).map((some) => some.sort());

/** What a walk sees of two lists, begun anew behind some keys, as after a kill. */
async function walk(left: ListSource<string>, right: ListSource<string>, restartEvery: number) {
  const seen: Array<readonly [key: string, left: number, right: number]> = [];
  let after = '';
  let readers = [new ListReader(left, undefined, after), new ListReader(right, undefined, after)] as const;
  for (let n = 1; ; n++) {
    const key = await nextKey(readers);
    if (key === undefined) return seen;
    const [ours, theirs] = [await readers[0].take(key), await readers[1].take(key)];
    seen.push([key, ours.length, theirs.length]);
    after = key;
    if (n % restartEvery !== 0) continue;
    readers = [new ListReader(left, readers[0].position, after), new ListReader(right, readers[1].position, after)];
  }
}

describe('two lists', () => {
  it('are walked key by key, in pages of any size, from wherever a walk was cut off', async () => {
    await fc.assert(
      fc.asyncProperty(
        keys,
        keys,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        async (a, b, size, every) => {
          const count = (some: readonly string[], key: string) => some.filter((each) => each === key).length;
          const all = [...new Set([...a, ...b])].sort();
          expect(await walk(listOf(a, size), listOf(b, size + 1), every)).toEqual(
            all.map((key) => [key, count(a, key), count(b, key)]),
          );
        },
      ),
    );
  });

  it('that are in another order than their bytes are refused', async () => {
    for (const [list, size] of [
      [['b', 'a'], 2],
      [['b', 'a'], 1],
      [['a', 'B'], 5],
    ] as const) {
      const walked = walk(listOf(list, size), listOf([], 1), 9);
      await expect(walked).rejects.toMatchObject({ type: 'ListOutOfOrder', nonRetryable: true });
      await expect(walked).rejects.toBeInstanceOf(ApplicationFailure);
    }
  });
});

describe('the settings', () => {
  it('are five minutes and three, or as the environment says, for all pairs or some', () => {
    expect(reconciliationSettings({})).toMatchObject({ graceMs: 180_000, everyMs: { 'orders-shipping': 300_000 } });
    const { graceMs, everyMs } = reconciliationSettings({
      THROUGHLINE_RECONCILE_GRACE_S: '0',
      THROUGHLINE_RECONCILE_EVERY_S: '600,orders-payments=60',
    });
    expect([graceMs, everyMs['orders-payments'], everyMs['claims-payments']]).toEqual([0, 60_000, 600_000]);
  });

  it.each(['9', 'orders=60', 'often', '300,', 'orders-payments=-1'])('refuse %s between runs', (text) => {
    expect(() => reconciliationSettings({ THROUGHLINE_RECONCILE_EVERY_S: text })).toThrow(
      /THROUGHLINE_RECONCILE_EVERY_S: seconds from 10 on/,
    );
  });

  it('give entities whose time runs faster less grace, and callbacks their time', () => {
    expect([undefined, 'standard', 'brisk', 'fast'].map((profile) => graceOf(180_000, profile))).toEqual([
      180_000, 180_000, 10_000, 10_000,
    ]);
    expect(graceOf(0, 'fast')).toBe(0);
  });
});
