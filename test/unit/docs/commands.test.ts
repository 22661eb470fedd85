/** The commands that the documentation shows are commands that there are. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { COMMANDS as LOADABLE } from '../../../cli/commands.js';

const COMMANDS: readonly Command[] = await Promise.all(Object.values(LOADABLE).map(({ load }) => load()));

const PAGES = [
  'README.md',
  'docs/reconciliation.md',
  'docs/security.md',
  ...readdirSync('docs/operations').map((name) => `docs/operations/${name}`),
];

const shown = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^npx throughline (?!--help)([^#\n]*(?:#\d[^#\n]*)?)/gm)].map(
    ([, line = '']) => [page, line.trim()] as const,
  ),
);

it.each(shown)('%s: throughline %s', (_, line) => {
  const words = line.replace(/'[^']*'/g, 'DATA').split(/\s+/);
  const command = words.reduce<{ readonly commands: readonly Command[]; readonly found?: Command }>(
    ({ commands, found }, word) => {
      const next = commands.find((candidate) => candidate.name() === word);
      return next ? { commands: next.commands, found: next } : { commands: [], ...(found && { found }) };
    },
    { commands: COMMANDS },
  ).found;
  expect(command?.commands, 'a command, and not only a group of them').toEqual([]);
  const options = words.filter((word) => word.startsWith('--'));
  const known = command?.options ?? [];
  expect(options.filter((option) => !known.some(({ long }) => long === option))).toEqual([]);
  const missing = known.filter(({ mandatory, long }) => mandatory && !options.includes(long ?? ''));
  expect(missing.map(({ long }) => long)).toEqual([]);
});

it('the documentation shows commands', () => {
  expect(shown.length).toBeGreaterThan(15);
});
