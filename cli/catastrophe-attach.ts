/** `throughline catastrophe attach`: claims that were submitted before their catastrophe was declared. */
import { Command } from 'commander';
import type { AttachableClaim, AttachableView } from '../client/index.js';
import { sendMany, type Refused } from './bulk.js';
import { operator, withClient } from './connect.js';
import { progressOn } from './intake/progress.js';
import { money, print, printJson, printTable, red } from './output.js';
import { wholeNumber } from './values.js';

interface Flags {
  readonly dryRun?: true;
  readonly concurrency: number;
  readonly actor?: string;
  readonly json?: true;
}

export function attachCommand(): Command {
  return new Command('attach')
    .summary('attach earlier claims by date of loss and area')
    .description(
      'Says how many open claims on record fit and what they amount to, then tells each of them. May be interrupted and repeated: ' +
        'what is attached is not told again. Claims of another catastrophe, and closed ones, stay as they are.',
    )
    .argument('<code>', 'to which, as in the list')
    .option('--dry-run', 'only say what would be attached')
    .option('--concurrency <n>', 'so many at once', wholeNumber, 8)
    .option('--actor <id>', 'who does it (default: your user name)')
    .option('--json', 'print the report as one line of JSON')
    .addHelpText(
      'after',
      `
Exit code: 1 where any claim could not be attached.

Examples:
  $ throughline catastrophe attach SANDY-2012 --dry-run
  $ throughline catastrophe attach SANDY-2012`,
    )
    .action((code: string, flags: Flags, command: Command) =>
      withClient(command, async (client) => {
        const { catastrophe } = await client.catastrophes.board(code);
        const found = await client.catastrophes.attachable(code);
        if (flags.dryRun) {
          if (flags.json) return printJson(found);
          return print(`${sentence(code, found)}; nothing was attached`);
        }
        process.stderr.write(`${sentence(code, found)}\n`);
        const targets: AttachableClaim[] = [];
        for await (const claim of client.catastrophes.attachableClaims(code)) targets.push(claim);
        const progress = progressOn(process.stderr, 'attach claims');
        const { sent: attached, refused } = await sendMany(
          targets,
          ({ lifecycle, id }) =>
            client.entities(lifecycle).message(
              id,
              'attachCatastrophe',
              { catastrophe: catastrophe.name, reference: catastrophe.bulletin },
              // The same order is the same message, whoever repeats it.
              { messageId: `attach:${code}`, actor: operator(flags.actor) },
            ),
          {
            concurrency: flags.concurrency,
            progress: (done) => progress.update(done / targets.length, `${done} of ${targets.length}`),
            notice: (line) => progress.notice(line),
          },
        ).finally(() => progress.end());
        if (refused.length > 0) process.exitCode = 1;
        if (flags.json) printJson({ ...found, attached, refused });
        else printReport(attached, refused);
      }),
    );
}

function sentence(code: string, { count, closed, amounts }: AttachableView): string {
  const sums = amounts.map(
    ({ currency, reserved, open }) =>
      `${money({ minor: reserved, currency })} reserved, ${money({ minor: open, currency })} approved and not yet paid`,
  );
  const worth = sums.length === 0 ? '' : ` (${sums.join('; ')})`;
  const rest = closed === 0 ? '' : `, ${closed} closed ones stay as they are`;
  return `${count} open claims on record fit ${code}${worth}${rest}`;
}

function printReport(attached: number, refused: readonly Refused[]): void {
  if (refused.length > 0) {
    printTable(
      ['id', 'why'],
      refused.map(({ id, why }) => [id, why]),
    );
  }
  print(`${attached} attached, ${refused.length > 0 ? red(`${refused.length} not attached`) : 'none refused'}`);
}
