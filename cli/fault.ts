/** `throughline fault list|set|clear`: what goes wrong on purpose in the reference services. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { FaultsClient, type FaultsView } from '../client/faults.js';
import { DEFAULT_FAULTS, type FaultKind, type FaultSwitch } from '../events/faults.js';
import { withGateway } from './connect.js';
import { faultOf, kindNamed, wordOf, type Fault } from './fault/words.js';
import { print, printJson, printTable } from './output.js';

interface Flags {
  readonly operation?: string;
  readonly seed?: number;
  readonly json?: true;
}

/** What stands for every service: a shell would make file names of `*`. */
const ALL = 'all';

export function faultCommand(): Command {
  return new Command('fault')
    .description(
      'Shows, sets and clears the fault switches of the reference services, through the gateway, whose audit log has each change. They ' +
        'are open under "npm start", and elsewhere where the services were started with THROUGHLINE_FAULTS=allowed. They last until ' +
        'they are cleared or the services end. Changing them takes the role admin.',
    )
    .addHelpText(
      'after',
      `
Faults of calls:      latency, unavailable (503, no effect), declined, answer-lost (effect, no answer)
Faults of callbacks:  callback-lost, callback-late, callback-duplicated, callback-out-of-order
How often:            0.1 or 10% of the times; next:3 for the next three times
How long:             latency=0.2:1500ms, callback-late=next:1:5s

Examples:
  $ throughline fault set payments answer-lost=0.1 unavailable=5%
  $ throughline fault set payments declined=next:1 --operation captureCard
  $ throughline fault set shipping callback-lost=next:1 --operation delivered
  $ throughline fault set all default --seed 7
  $ throughline fault list
  $ throughline fault clear payments`,
    )
    .addCommand(listCommand())
    .addCommand(setCommand())
    .addCommand(clearCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('each switch, and how often it struck')
    .option('--json', 'print one line of JSON')
    .action((flags: Flags, command: Command) => change(command, flags, (switches) => switches.list()));
}

function setCommand(): Command {
  return new Command('set')
    .summary('set switches; each replaces the one of the same service, operation and kind')
    .argument('<service>', `a service, such as payments, or ${ALL}`)
    .addArgument(
      new Argument('<fault...>', 'such as answer-lost=0.1, or default: a bad day').argParser(
        (text: string, before: readonly Fault[] | undefined) => [...(before ?? []), ...faultsOf(text)],
      ),
    )
    .option('--operation <name>', 'only this call, such as captureCard, or this callback, such as delivered')
    .addOption(
      new Option('--seed <number>', 'with the same seed the same calls meet the same faults').argParser(wholeSeed),
    )
    .option('--json', 'print one line of JSON')
    .action((service: string, faults: readonly Fault[], flags: Flags, command: Command) => {
      const wanted = faults.map((fault) => ({
        service: service === ALL ? '*' : service,
        ...(flags.operation !== undefined && { operation: flags.operation }),
        ...fault,
      }));
      return change(command, flags, (switches) => switches.set(wanted, flags.seed));
    });
}

function clearCommand(): Command {
  return new Command('clear')
    .summary('clear the switches that fit; without anything named, all')
    .argument('[service]', `a service, or ${ALL}: the switches that were set for all`)
    .addArgument(new Argument('[kind]', 'a kind of fault').argParser(kindNamed))
    .option('--operation <name>', 'only switches of this call or callback')
    .option('--json', 'print one line of JSON')
    .action((service: string | undefined, kind: FaultKind | undefined, flags: Flags, command: Command) => {
      const which = {
        ...(service !== undefined && { service: service === ALL ? '*' : service }),
        ...(kind !== undefined && { kind }),
        ...(flags.operation !== undefined && { operation: flags.operation }),
      };
      return change(command, flags, (switches) => switches.clear(which));
    });
}

/** Asks for something, and shows what is set then. */
const change = (command: Command, flags: Flags, ask: (switches: FaultsClient) => Promise<FaultsView>): Promise<void> =>
  withGateway(command, async (gateway) => show(await ask(new FaultsClient(gateway)), flags));

const faultsOf = (text: string): readonly Fault[] => (text === 'default' ? DEFAULT_FAULTS : [faultOf(text)]);

function wholeSeed(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 0.');
}

function show(view: FaultsView, { json }: Flags): void {
  if (json) return printJson(view);
  if (!view.allowed) return print(`none can be set: ${view.remedy ?? ''}`);
  if (view.faults.length === 0) return print('no fault switch is set');
  printTable(['service', 'operation', 'fault', 'how often', 'takes', 'struck'], view.faults.map(row));
  print(`seed ${view.seed}`);
}

function row({
  service,
  operation,
  kind,
  rate,
  next,
  ms,
  struck,
}: FaultSwitch & { readonly struck: number }): string[] {
  return [
    service === '*' ? ALL : service,
    operation ?? ALL,
    wordOf(kind),
    next === undefined ? `${Number(((rate ?? 0) * 100).toFixed(2))} %` : `the next ${next}`,
    ms === undefined ? '' : `${ms} ms`,
    String(struck),
  ];
}
