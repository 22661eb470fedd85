/** What every command that sends a message shares: who sends it, under which id, and how the answer is shown. */
import type { Command } from 'commander';
import type { Delivery, MessageOptions } from '../client/index.js';
import { operator } from './connect.js';
import { print, printJson } from './output.js';

/** The flags of {@link sendingOptions}. */
export interface SendingFlags {
  readonly actor?: string;
  readonly messageId?: string;
  readonly json?: true;
}

/** Why somebody does something: the flags of {@link reasonOptions}. */
export interface ReasonFlags {
  readonly reason: string;
  readonly note?: string;
}

/** Adds the options to a command. */
export function sendingOptions(command: Command): Command {
  return command
    .option('--actor <id>', 'who does it (default: your user name)')
    .option('--message-id <id>', 'key under which a repeat is recognised and gets the first answer')
    .option('--json', 'print the answer as one line of JSON');
}

/** Adds the reason to a command. */
export function reasonOptions(command: Command): Command {
  return command
    .requiredOption('--reason <code>', 'why, as a code: letters, digits, dots, dashes')
    .option('--note <ref>', 'reference of a note that says more');
}

/** The flags as the client takes them. */
export function messageOptions(flags: SendingFlags): MessageOptions & Required<Pick<MessageOptions, 'actor'>> {
  return {
    actor: operator(flags.actor),
    ...(flags.messageId === undefined ? {} : { messageId: flags.messageId }),
  };
}

/** The reason as messages carry it. */
export function because({ reason, note }: ReasonFlags): { readonly reasonCode: string; readonly note?: string } {
  return { reasonCode: reason, ...(note === undefined ? {} : { note }) };
}

/** Shows what became of a message. @param done what it did, as a sentence, where it was applied */
export function printDelivery(delivery: Delivery, done: string, { json }: SendingFlags): void {
  if (json) return printJson(delivery);
  if (delivery.outcome !== 'applied' && delivery.outcome !== 'duplicate') {
    return print(`${delivery.outcome}: ${done}, once it is applied`);
  }
  print(delivery.code === 'awaitingSecondPerson' ? `${done}; a second person must approve it` : done);
}
