/** `throughline catastrophe …`: declared catastrophes, their claims and how they stand. */
import { Command } from 'commander';
import { CatastrophesClient, type CatastropheView } from '../client/catastrophes.js';
import { attachCommand } from './catastrophe-attach.js';
import { printBoard } from './catastrophe-board.js';
import { operator, withGateway } from './connect.js';
import { minuteOf, print, printJson, printTable } from './output.js';
import { isoDay, listOf, ratePerSecond } from './values.js';

export function catastropheCommand(): Command {
  return new Command('catastrophe')
    .description(
      'New claims tie to a declared catastrophe by date of loss and area. They are worked on after everyday claims where both ' +
        'wait, and start at its rate, if it has one.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ throughline catastrophe declare SANDY-2012 --name 'Hurricane Sandy' --from 2012-10-28 --to 2012-10-31 \\
      --states NY,NJ --bulletin W-12092 --rate 5
  $ throughline catastrophe attach SANDY-2012 --dry-run
  $ throughline catastrophe show SANDY-2012
  $ throughline catastrophe close SANDY-2012`,
    )
    .addCommand(declareCommand())
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(attachCommand())
    .addCommand(closeCommand());
}

interface DeclareFlags {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly states: string[];
  readonly zips?: string[];
  readonly bulletin: string;
  readonly rate?: number;
  readonly actor?: string;
  readonly json?: true;
}

function declareCommand(): Command {
  return new Command('declare')
    .summary('put a catastrophe on record; new claims that it met tie to it from then on')
    .description('Declaring the same again changes nothing. A declaration does not change: declare under another code.')
    .argument('<code>', 'its key: letters, digits, dots, dashes, such as SANDY-2012')
    .requiredOption('--name <name>', 'what its claims bear')
    .requiredOption('--from <day>', 'first date of loss, YYYY-MM-DD', isoDay)
    .requiredOption('--to <day>', 'last date of loss, YYYY-MM-DD', isoDay)
    .requiredOption('--states <codes>', 'two-letter codes, separated by commas', listOf)
    .option(
      '--zips <zips>',
      'narrow the states down: ZIP codes, or beginnings with a star, separated by commas',
      listOf,
    )
    .requiredOption('--bulletin <number>', 'number of the bulletin that declares it')
    .option(
      '--rate <n>',
      'claims started per second, at most; the others wait in line (default: as the gateway is set)',
      ratePerSecond,
    )
    .option('--actor <id>', 'who does it (default: your user name)')
    .option('--json', 'print the answer as one line of JSON')
    .addHelpText(
      'after',
      `
Example:
  $ throughline catastrophe declare SANDY-2012 --name 'Hurricane Sandy' --from 2012-10-28 --to 2012-10-31 \\
      --states NY,NJ --zips 11692,116* --bulletin W-12092 --rate 5`,
    )
    .action((code: string, { actor, json, ...declaration }: DeclareFlags, command: Command) =>
      withCatastrophes(command, async (catastrophes) => {
        const answer = await catastrophes.declare({ code, ...declaration }, operator(actor));
        if (json) return printJson(answer);
        const { changed, catastrophe } = answer;
        print(`${code} ${changed ? 'is declared' : 'was declared before'}: ${inWords(catastrophe)}`);
        const { count } = await catastrophes.attachable(code);
        if (count > 0) print(`${count} open claims on record fit: throughline catastrophe attach ${code} --dry-run`);
      }),
    );
}

function listCommand(): Command {
  return new Command('list')
    .summary('all that were declared')
    .option('--open', 'only those that are not closed')
    .option('--json', 'print one line of JSON per catastrophe')
    .addHelpText('after', '\nExample:\n  $ throughline catastrophe list --open')
    .action(({ open, json }: { readonly open?: true; readonly json?: true }, command: Command) =>
      withCatastrophes(command, async (catastrophes) => {
        const found = await catastrophes.list(open ? { open } : {});
        if (json) {
          for (const catastrophe of found) printJson(catastrophe);
          return;
        }
        if (found.length === 0) return print('none');
        printTable(
          ['code', 'name', 'dates of loss', 'area', 'bulletin', 'rate', 'declared', 'by', 'closed'],
          found.map((it) => [
            it.code,
            it.name,
            `${it.from} to ${it.to}`,
            areaOf(it),
            it.bulletin,
            it.rate === null ? '' : `${it.rate}/s`,
            minuteOf(it.declaredAt),
            it.declaredBy.id,
            it.closedAt === undefined ? '' : minuteOf(it.closedAt),
          ]),
          ['by', 'declared', 'bulletin'],
        );
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .summary('the board: received, inspected, paid, unpaid by reason, amounts, by ZIP and adjuster')
    .description('Counted from the records at this moment.')
    .argument('<code>', 'which, as in the list')
    .option('--json', 'print the whole board as one line of JSON')
    .addHelpText('after', '\nExample:\n  $ throughline catastrophe show SANDY-2012')
    .action((code: string, { json }: { readonly json?: true }, command: Command) =>
      withCatastrophes(command, async (catastrophes) => {
        const board = await catastrophes.board(code);
        if (json) printJson(board);
        else printBoard(board, inWords(board.catastrophe));
      }),
    );
}

function closeCommand(): Command {
  return new Command('close')
    .summary('close it once its last claim is closed')
    .description('Refused, with their number, while claims of it are open. New claims do not tie to it any more.')
    .argument('<code>', 'which, as in the list')
    .option('--actor <id>', 'who does it (default: your user name)')
    .option('--json', 'print the answer as one line of JSON')
    .addHelpText('after', '\nExample:\n  $ throughline catastrophe close SANDY-2012')
    .action((code: string, { actor, json }: { readonly actor?: string; readonly json?: true }, command: Command) =>
      withCatastrophes(command, async (catastrophes) => {
        const answer = await catastrophes.close(code, operator(actor));
        if (json) return printJson(answer);
        print(answer.changed ? `${code} is closed` : `${code} was closed ${answer.catastrophe.closedAt ?? 'before'}`);
      }),
    );
}

const withCatastrophes = <T>(command: Command, use: (catastrophes: CatastrophesClient) => Promise<T>): Promise<T> =>
  withGateway(command, (gateway) => use(new CatastrophesClient(gateway, operator(undefined))));

function inWords(it: CatastropheView): string {
  const rate = it.rate === null ? 'claims start as they come' : `${it.rate} claims start per second`;
  const closed = it.closedAt === undefined ? '' : `, closed ${minuteOf(it.closedAt)}`;
  return `${it.name}, losses from ${it.from} to ${it.to} in ${areaOf(it)}, bulletin ${it.bulletin}, ${rate}${closed}`;
}

const areaOf = ({ states, zips }: CatastropheView): string =>
  zips.length === 0 ? states.join(', ') : `${states.join(', ')} (${zips.join(', ')})`;
