/** `throughline audit list`: who asked the gateway for what, and whether they were let. */
import { Command, Option } from 'commander';
import { AuditClient, type AuditFilter, type AuditView } from '../client/audit.js';
import { withGateway } from './connect.js';
import { printJson, printTable } from './output.js';
import { fromDate, wholeNumber } from './values.js';

const LIMIT = 100;

interface Flags extends Omit<AuditFilter, 'actor'> {
  readonly by?: string;
  readonly limit: number;
  readonly json?: true;
}

export function auditCommand(): Command {
  return new Command('audit')
    .description('Shows the audit log: every write, every refusal, who looked at what. Takes the role admin.')
    .addHelpText(
      'after',
      `
Examples:
  $ throughline audit list --decision refused --since 2026-11-01
  $ throughline audit list --lifecycle claim --id CLM-1 --json`,
    )
    .addCommand(listCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('the newest first')
    .option('--by <id>', 'only what this person or system asked for')
    .option('--lifecycle <name>', 'only of this lifecycle')
    .option('--id <key>', 'only of this entity')
    .addOption(new Option('--action <kind>', 'only this').choices(['write', 'view', 'search', 'export']))
    .addOption(new Option('--decision <which>', 'only these').choices(['allowed', 'refused']))
    .option('--since <date>', 'not before this date or instant', fromDate)
    .option('--limit <number>', 'how many at most', wholeNumber, LIMIT)
    .option('--json', 'print one line of JSON per row')
    .action(({ limit, json, by, ...rest }: Flags, command: Command) =>
      withGateway(command, async (gateway) => {
        const audit = new AuditClient(gateway);
        const filter = { ...rest, ...(by !== undefined && { actor: by }) };
        const shown: AuditView[] = [];
        for await (const entry of audit.list(filter, Math.min(limit, LIMIT))) {
          if (shown.length >= limit) break;
          shown.push(entry);
        }
        if (json) shown.forEach(printJson);
        else printTable(['at', 'by', 'decision', 'status', 'route', 'of', 'problem'], shown.map(row), ['of']);
      }),
    );
}

const row = (it: AuditView): string[] => [
  it.at,
  it.actor ?? '(nobody)',
  it.decision,
  String(it.status),
  `${it.method} ${it.route}`,
  [it.lifecycle, it.entityId, it.target].filter(Boolean).join('/'),
  it.problem ?? '',
];
