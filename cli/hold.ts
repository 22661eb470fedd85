/** `throughline hold place|release claim ID HOLD`: blocks, placed and released with authority. */
import { Command } from 'commander';
import { lifecycleArgument, withClient } from './connect.js';
import {
  because,
  messageOptions,
  printDelivery,
  reasonOptions,
  sendingOptions,
  type ReasonFlags,
  type SendingFlags,
} from './sending.js';

interface Flags extends SendingFlags, ReasonFlags {
  readonly reference: string;
}

export function holdCommand(): Command {
  return new Command('hold')
    .description(
      'A hold keeps an entity from the states that it blocks, such as payment; what arrives is taken in all the same.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ throughline hold place claim CLM-1 legal --reason court-order --reference DKT-2012-0815
  $ throughline hold release claim CLM-1 legal --reason order-lifted --reference DKT-2012-0815`,
    )
    .addCommand(changeCommand('place', 'placeHold', 'placed'))
    .addCommand(changeCommand('release', 'releaseHold', 'released'));
}

function changeCommand(verb: string, message: 'placeHold' | 'releaseHold', done: string): Command {
  const command = new Command(verb)
    .summary(`${verb} a hold`)
    .description(`The hold is ${done}. Its lifecycle says who has the authority.`)
    .addArgument(lifecycleArgument())
    .argument('<id>', 'its business key')
    .argument('<hold>', 'name of the hold, as the lifecycle defines it')
    .requiredOption('--reference <ref>', 'what gives the authority: a court order, a bulletin, a case')
    .action((lifecycle: string, id: string, hold: string, flags: Flags, command: Command) =>
      withClient(command, async (client) => {
        const data = { ...because(flags), hold, reference: flags.reference };
        const delivery = await client.entities(lifecycle).message(id, message, data, messageOptions(flags));
        printDelivery(delivery, `hold ${hold} of ${lifecycle} ${id} is ${done}`, flags);
      }),
    );
  return sendingOptions(reasonOptions(command));
}
