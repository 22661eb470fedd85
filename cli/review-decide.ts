/** `throughline review resolve|approve|decline|correct`: decisions, by one person or two, and their correction. */
import { Command } from 'commander';
import type { Resolution } from '../client/index.js';
import { lifecycleArgument, withClient } from './connect.js';
import { taskArgument } from './review-task.js';
import {
  because,
  messageOptions,
  printDelivery,
  reasonOptions,
  sendingOptions,
  type ReasonFlags,
  type SendingFlags,
} from './sending.js';
import { json, wholeNumber } from './values.js';

interface ResolveFlags extends SendingFlags, Partial<ReasonFlags> {
  readonly data?: unknown;
  readonly message?: string;
  readonly decision?: string;
}

export function resolveCommand(): Command {
  const command = new Command('resolve')
    .summary('decide a task')
    .description(
      'A task of a state is decided by the message that leaves the state: give its data. Any other, such as evidence that came ' +
        'late, is resolved by a decision and a reason.',
    )
    .addArgument(taskArgument())
    .option('--data <json>', 'data of the deciding message', json)
    .option('--message <name>', 'its name, where several messages decide')
    .option('--decision <code>', 'what was found, as a code')
    .option('--reason <code>', 'why, as a code')
    .option('--note <ref>', 'reference of a note that says more')
    .action((task: string, flags: ResolveFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        const answer = await reviews.resolve(task, resolutionOf(flags, command), messageOptions(flags));
        const proposed = answer.code === 'awaitingSecondPerson';
        printDelivery(answer, `${task} is ${proposed ? 'proposed to be decided so' : 'resolved'}`, flags);
      }),
    );
  return sendingOptions(command);
}

function resolutionOf({ data, message, decision, reason, note }: ResolveFlags, command: Command): Resolution {
  const looked = decision !== undefined || reason !== undefined || note !== undefined;
  if (data !== undefined && !looked) return { data, ...(message === undefined ? {} : { message }) };
  if (data === undefined && message === undefined && decision !== undefined && reason !== undefined) {
    return { decision, ...because({ reason, ...(note === undefined ? {} : { note }) }) };
  }
  return command.error('error: give either --data (with --message), or --decision and --reason (with --note)', {
    exitCode: 2,
  });
}

interface ApproveFlags extends SendingFlags {
  readonly proposal?: string;
  readonly note?: string;
}

export function approveCommand(): Command {
  const command = new Command('approve')
    .summary('approve a proposed decision, as the second person')
    .description('Approves what the task proposes now, or exactly the proposal that is named.')
    .addArgument(taskArgument())
    .option('--proposal <digest>', 'digest of the proposal, as "review show" prints it')
    .option('--note <ref>', 'reference of a note that says more')
    .action((task: string, flags: ApproveFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        const { proposal, note } = flags;
        const answer = await reviews.approve(task, {
          ...messageOptions(flags),
          ...(proposal === undefined ? {} : { proposal }),
          ...(note === undefined ? {} : { note }),
        });
        printDelivery(answer, `${task} is approved`, flags);
      }),
    );
  return sendingOptions(command);
}

interface DeclineFlags extends SendingFlags, ReasonFlags {
  readonly proposal?: string;
}

export function declineCommand(): Command {
  const command = new Command('decline')
    .summary('refuse a proposed decision, as the second person')
    .description('The task stays open, without the proposal.')
    .addArgument(taskArgument())
    .option('--proposal <digest>', 'digest of the proposal, as "review show" prints it')
    .action((task: string, flags: DeclineFlags, command: Command) =>
      withClient(command, async ({ reviews }) => {
        const { proposal } = flags;
        const answer = await reviews.decline(task, because(flags), {
          ...messageOptions(flags),
          ...(proposal === undefined ? {} : { proposal }),
        });
        printDelivery(answer, `the proposal of ${task} is declined`, flags);
      }),
    );
  return sendingOptions(reasonOptions(command));
}

export function correctCommand(): Command {
  const command = new Command('correct')
    .summary('undo a wrong decision by a counter-entry')
    .description(
      'The decision stays in the journal; an entry behind it takes it back, and the entity is reviewed anew.',
    )
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .argument('<sequence>', "number of the decision's journal entry", wholeNumber)
    .action((lifecycle: string, id: string, sequence: number, flags: SendingFlags & ReasonFlags, command: Command) =>
      withClient(command, async (client) => {
        const data = { ...because(flags), sequence };
        const delivery = await client.entities(lifecycle).message(id, 'correctDecision', data, messageOptions(flags));
        printDelivery(delivery, `decision ${sequence} of ${lifecycle} ${id} is taken back`, flags);
      }),
    );
  return sendingOptions(reasonOptions(command));
}
