/** `throughline review …`: human work, from the list of tasks to the decision and its correction. */
import { Command } from 'commander';
import { withClient } from './connect.js';
import { approveCommand, correctCommand, declineCommand, resolveCommand } from './review-decide.js';
import { reviewListCommand } from './review-list.js';
import { showCommand, taskArgument } from './review-task.js';
import {
  because,
  messageOptions,
  printDelivery,
  reasonOptions,
  sendingOptions,
  type ReasonFlags,
  type SendingFlags,
} from './sending.js';
import { fromDate } from './values.js';

export function reviewCommand(): Command {
  return new Command('review')
    .description('Work that needs a person. A task is named <lifecycle>/<id>#<sequence>, as the list shows it.')
    .addHelpText(
      'after',
      `
Examples:
  $ throughline review list --queue claims-review --overdue
  $ throughline review take claim/CLM-1#7
  $ throughline review resolve claim/CLM-1#7 --data '{"decision":"continue","reasonCode":"checked"}'
  $ throughline review approve claim/CLM-1#7 --actor second-person`,
    )
    .addCommand(reviewListCommand())
    .addCommand(showCommand())
    .addCommand(takeCommand())
    .addCommand(assignCommand())
    .addCommand(releaseCommand())
    .addCommand(parkCommand())
    .addCommand(noteCommand())
    .addCommand(resolveCommand())
    .addCommand(approveCommand())
    .addCommand(declineCommand())
    .addCommand(correctCommand());
}

function takeCommand(): Command {
  const command = new Command('take')
    .summary('take a task')
    .description('The task is yours; nobody else can decide it until you release it or it is reassigned.')
    .addArgument(taskArgument())
    .action((task: string, flags: SendingFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        const options = messageOptions(flags);
        printDelivery(await reviews.take(task, options), `${task} is assigned to ${options.actor.id}`, flags);
      }),
    );
  return sendingOptions(command);
}

function assignCommand(): Command {
  const command = new Command('assign')
    .summary('give a task to somebody')
    .description('Assigns the task, also where somebody else had it.')
    .addArgument(taskArgument())
    .argument('<who>', "id of the person, as in a message's actor")
    .action((task: string, who: string, flags: SendingFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        printDelivery(await reviews.assign(task, who, messageOptions(flags)), `${task} is assigned to ${who}`, flags);
      }),
    );
  return sendingOptions(command);
}

function releaseCommand(): Command {
  const command = new Command('release')
    .summary('give a task back to its queue')
    .description('Nobody has the task any more; anybody may take it.')
    .addArgument(taskArgument())
    .action((task: string, flags: SendingFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        printDelivery(await reviews.release(task, messageOptions(flags)), `${task} is released`, flags);
      }),
    );
  return sendingOptions(command);
}

interface ParkFlags extends SendingFlags, ReasonFlags {
  readonly until: string;
}

function parkCommand(): Command {
  const command = new Command('park')
    .summary('let a task rest until a date')
    .description('Nobody needs to look before that date. Clocks and escalation run on.')
    .addArgument(taskArgument())
    .requiredOption('--until <date|instant>', 'when it comes back; a date means its beginning, in UTC', fromDate)
    .action((task: string, flags: ParkFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        const answer = await reviews.park(task, flags.until, because(flags), messageOptions(flags));
        printDelivery(answer, `${task} is parked until ${flags.until}`, flags);
      }),
    );
  return sendingOptions(reasonOptions(command));
}

function noteCommand(): Command {
  const command = new Command('note')
    .summary('add a note to a task')
    .description('The text goes to the erasable store; the journal gets its reference.')
    .addArgument(taskArgument())
    .argument('<text>', 'the note')
    .action((task: string, text: string, flags: SendingFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        printDelivery(await reviews.note(task, text, messageOptions(flags)), `${task} has a new note`, flags);
      }),
    );
  return sendingOptions(command);
}
