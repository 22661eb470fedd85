/** `throughline message claim ID NAME --data JSON`: sends one message. */
import { Command, InvalidArgumentError } from 'commander';
import { claimMessages } from '../events/claim.js';
import type { ClaimMessages } from '../workflows/claim/messages.js';
import { lifecycleArgument, operator, withClient } from './connect.js';
import { print, printJson } from './output.js';

interface Flags {
  readonly data: unknown;
  readonly messageId?: string;
  readonly actor?: string;
  readonly json?: true;
}

export function messageCommand(): Command {
  return new Command('message')
    .summary('send a message to an entity')
    .description('Sends a message. It is checked first: what is missing or wrong is named, and nothing is sent.')
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .argument('<name>', `one of ${Object.keys(claimMessages).join(', ')}`)
    .requiredOption('--data <json>', "the message's data as a JSON object", json)
    .option('--message-id <id>', 'key under which a repeat is recognised and gets the first answer')
    .option('--actor <id>', 'who sends it (default: your user name)')
    .option('--json', 'print the answer as one line of JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ throughline message claim CLM-1 withdraw --data '{"reasonCode":"repaired-privately"}'
  $ throughline message claim CLM-1 manualDecision --data '{"decision":"continue","reasonCode":"checked"}'`,
    )
    .action((lifecycle: string, id: string, name: string, flags: Flags, command: Command) =>
      withClient(command, async (client) => {
        // The name and the data are the person's; the client checks both before anything leaves.
        const delivery = await client.claims.message(
          id,
          name as keyof ClaimMessages,
          flags.data as ClaimMessages[keyof ClaimMessages],
          {
            actor: operator(flags.actor),
            ...(flags.messageId === undefined ? {} : { messageId: flags.messageId }),
          },
        );
        if (flags.json) return printJson(delivery);
        const where = delivery.outcome === 'accepted' ? '' : `; ${lifecycle} ${id} is ${delivery.state}`;
        print(`${name} is ${delivery.outcome}${where}`);
      }),
    );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (err) {
    throw new InvalidArgumentError(`It is not JSON: ${(err as Error).message}.`);
  }
}
