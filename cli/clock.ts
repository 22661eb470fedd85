/** `throughline clock …`: the deadlines of entities, one by one or in bulk. */
import { Command } from 'commander';
import { moveCommand } from './clock-move.js';
import { lifecycleArgument, withClient } from './connect.js';
import { print, printJson, printTable } from './output.js';
import {
  because,
  messageOptions,
  printDelivery,
  reasonOptions,
  sendingOptions,
  type ReasonFlags,
  type SendingFlags,
} from './sending.js';

export function clockCommand(): Command {
  return new Command('clock')
    .description("A clock is a named deadline; the state's own is named state.")
    .addHelpText(
      'after',
      `
Examples:
  $ throughline clock list claim CLM-1
  $ throughline clock move claim CLM-1 state --to 2012-12-31 --reason extension --reference BUL-W-12092
  $ throughline clock move claim --catastrophe "Hurricane Sandy" state --by 30 --reason extension --reference BUL-W-12092
  $ throughline clock pause claim CLM-1 proofOfLoss --reason litigation --reference DKT-2012-0815`,
    )
    .addCommand(listCommand())
    .addCommand(moveCommand())
    .addCommand(changeCommand('pause', 'pauseClock', 'paused'))
    .addCommand(changeCommand('resume', 'resumeClock', 'resumed'));
}

function listCommand(): Command {
  return new Command('list')
    .summary('the clocks of one entity')
    .description('Each clock with what it counts from, when it strikes and what it then does.')
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .option('--json', 'print one line of JSON per clock')
    .action((lifecycle: string, id: string, flags: { json?: true }, command: Command) =>
      withClient(command, async (client) => {
        const { clocks } = await client.entities(lifecycle).explain(id);
        if (flags.json) {
          for (const clock of clocks) printJson(clock);
          return;
        }
        if (clocks.length === 0) return print('none');
        printTable(
          ['clock', 'due', 'then', 'now', 'counts from', 'since', 'first due', 'calendar'],
          clocks.map((clock) => [
            clock.name,
            clock.dueAt,
            clock.leadsTo,
            conditionOf(clock),
            clock.basis,
            clock.startedAt,
            clock.originalDueAt ?? '',
            clock.calendar ?? '',
          ]),
          ['calendar', 'since', 'first due'],
        );
      }),
    );
}

function conditionOf(clock: {
  readonly pausedAt?: string;
  readonly pausedBy?: string;
  readonly breachedAt?: string;
  readonly overdue: boolean;
}): string {
  if (clock.breachedAt !== undefined) return `struck ${clock.breachedAt}`;
  if (clock.pausedAt !== undefined) return `paused by ${clock.pausedBy ?? 'a person'} since ${clock.pausedAt}`;
  return clock.overdue ? 'overdue' : 'running';
}

interface ChangeFlags extends SendingFlags, ReasonFlags {
  readonly reference: string;
}

function changeCommand(verb: string, message: 'pauseClock' | 'resumeClock', done: string): Command {
  const command = new Command(verb)
    .summary(`${verb} a clock`)
    .description(
      verb === 'pause'
        ? 'The clock stands still until it is resumed, and does not strike.'
        : 'The clock runs on; it strikes later by as long as it stood still.',
    )
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .argument('<clock>', 'name of the clock, as "clock list" shows it')
    .requiredOption('--reference <ref>', 'what allows it: a bulletin, an agreement, a case')
    .action((lifecycle: string, id: string, clock: string, flags: ChangeFlags, command: Command) =>
      withClient(command, async (client) => {
        const data = { ...because(flags), clock, reference: flags.reference };
        const delivery = await client.entities(lifecycle).message(id, message, data, messageOptions(flags));
        printDelivery(delivery, `clock ${clock} of ${lifecycle} ${id} is ${done}`, flags);
      }),
    );
  return sendingOptions(reasonOptions(command));
}
