import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, digest } from '../../../workflows/lifecycle/canonical.js';

const json = fc.jsonValue({ maxDepth: 3 });

test('canonical JSON is JSON and says the same', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('the order of members does not matter, that of items does', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), json), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).toReversed());
      expect(canonicalJson(reversed)).toBe(canonicalJson(object));
    }),
  );
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});

test('members without a value are left out, and no value at all is null', () => {
  expect(canonicalJson({ b: undefined, a: [undefined] })).toBe('{"a":[null]}');
  expect([canonicalJson(undefined), digest(undefined)]).toEqual(['null', digest(null)]);
});

test('a digest is 16 hex digits, equal for equal content', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(digest(value)).toMatch(/^[0-9a-f]{16}$/);
      expect(digest(structuredClone(value))).toBe(digest(value));
    }),
  );
});

test('a digest tells contents apart', () => {
  const contents = Array.from({ length: 20_000 }, (_, i) => ({ paymentId: `P-${i}`, minor: i }));
  expect(new Set(contents.map(digest)).size).toBe(contents.length);
  expect(digest({ minor: 12 })).not.toBe(digest({ minor: 21 }));
});
