/** Each promise of the kernel's page names tests, and each test that it names is there. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/kernel.md', 'utf8');
const promises = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf('\n')),
    proofs: [...section.matchAll(/^- `([^`]+)`: `(.+)`$/gm)].map(([, file = '', name = '']) => ({ file, name })),
    items: [...section.matchAll(/^- /gm)].length,
  }));

describe.each(promises)('"$title"', ({ proofs, items }) => {
  it('names tests, and nothing that is taken for one', () => {
    expect(proofs.length).toBeGreaterThan(0);
    expect(proofs).toHaveLength(items);
  });

  it.each(proofs)('$file has the test "$name"', ({ file, name }) => {
    expect(existsSync(file), `${file} exists`).toBe(true);
    const source = readFileSync(file, 'utf8');
    const missing = name.split(' › ').filter((title) => !titles(source).has(title));
    expect(missing).toEqual([]);
  });
});

it('the page has the twelve promises of the design, and what they cost', () => {
  expect(promises.map(({ title }) => /^\d+/.exec(title)?.[0])).toEqual([
    ...Array.from({ length: 12 }, (_, i) => String(i + 1)),
    undefined,
  ]);
});

/** What a file's suites and tests are called, as its source has it. */
function titles(source: string): ReadonlySet<string> {
  const calls = source.matchAll(
    /(?:\b(?:describe|test|it)|\))\s*\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)"|`([^`]*)`)/g,
  );
  return new Set(
    [...calls].map(([, single, double, template]) => (single ?? double ?? template ?? '').replace(/\\(.)/g, '$1')),
  );
}
