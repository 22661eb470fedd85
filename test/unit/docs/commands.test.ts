/** The commands that the documentation shows are commands that there are. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { auditCommand } from '../../../cli/audit.js';
import { catastropheCommand } from '../../../cli/catastrophe.js';
import { clockCommand } from '../../../cli/clock.js';
import { dependencyCommand } from '../../../cli/dependency.js';
import { doctorCommand } from '../../../cli/doctor.js';
import { faultCommand } from '../../../cli/fault.js';
import { findingCommand } from '../../../cli/finding.js';
import { holdCommand } from '../../../cli/hold.js';
import { intakeCommand } from '../../../cli/intake/command.js';
import { simulateCommand } from '../../../cli/simulate/command.js';
import { journalCommand } from '../../../cli/journal.js';
import { listCommand } from '../../../cli/list.js';
import { messageCommand } from '../../../cli/message.js';
import { outboxCommand } from '../../../cli/outbox.js';
import { reconcileCommand } from '../../../cli/reconcile.js';
import { replayCommand } from '../../../cli/replay.js';
import { reviewCommand } from '../../../cli/review.js';
import { showCommand } from '../../../cli/show.js';
import { statusCommand } from '../../../cli/status.js';
import { tokenCommand } from '../../../cli/token.js';

const COMMANDS: readonly Command[] = [
  auditCommand(),
  catastropheCommand(),
  clockCommand(),
  dependencyCommand(),
  doctorCommand(),
  faultCommand(),
  findingCommand(),
  holdCommand(),
  intakeCommand(),
  simulateCommand(),
  journalCommand(),
  listCommand(),
  messageCommand(),
  outboxCommand(),
  reconcileCommand(),
  replayCommand(),
  reviewCommand(),
  showCommand(),
  statusCommand(),
  tokenCommand(),
];

const PAGES = [
  'README.md',
  'docs/reconciliation.md',
  'docs/security.md',
  ...readdirSync('docs/operations').map((name) => `docs/operations/${name}`),
];

const shown = PAGES.flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^npx throughline (?!diagram|--help)([^#\n]*(?:#\d[^#\n]*)?)/gm)].map(
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
