/** `throughline message claim ID NAME --data JSON`: sends one message. */
import { Command } from 'commander';
import { lifecycleArgument, withClient } from './connect.js';
import { print, printJson } from './output.js';
import { sendingOptions, messageOptions, type SendingFlags } from './sending.js';
import { json } from './values.js';

interface Flags extends SendingFlags {
  readonly data: unknown;
}

export function messageCommand(): Command {
  const command = new Command('message')
    .description('Sends a message. It is checked first: what is missing or wrong is named, and nothing is sent.')
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .argument('<name>', 'one of its own messages, or one that every lifecycle understands (see docs/wire-contract.md)')
    .requiredOption('--data <json>', "the message's data as a JSON object", json)
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
        const delivery = await client.entities(lifecycle).message(id, name, flags.data, messageOptions(flags));
        if (flags.json) return printJson(delivery);
        const where = delivery.outcome === 'accepted' ? '' : `; ${lifecycle} ${id} is ${delivery.state}`;
        print(`${name} is ${delivery.outcome}${where}`);
      }),
    );
  return sendingOptions(command);
}
