/** `throughline dependency list|pause|resume`: the services that entities depend on. */
import { Command } from 'commander';
import { DependenciesClient, type DependencyChanged, type DependencyView } from '../client/dependencies.js';
import { operator, withGateway } from './connect.js';
import { print, printJson, printTable } from './output.js';

interface ChangeFlags {
  readonly reason: string;
  readonly note?: string;
  readonly actor?: string;
  readonly json?: true;
}

export function dependencyCommand(): Command {
  return new Command('dependency')
    .description(
      'Shows which services entities depend on and who waits for them; stops calls to one, or lets them go on.',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ throughline dependency list
  $ throughline dependency pause payments --reason maintenance
  $ throughline dependency resume payments --reason done`,
    )
    .addCommand(listCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('each with its status, since when, why, by whom, and how many wait')
    .option('--json', 'print one line of JSON per dependency')
    .action((flags: { readonly json?: true }, command: Command) =>
      withGateway(command, async (gateway) => {
        const found = await new DependenciesClient(gateway, operator(undefined)).list();
        if (flags.json) for (const dependency of found) printJson(dependency);
        else
          printTable(['name', 'status', 'since', 'reason', 'by', 'entities waiting'], found.map(row), ['since', 'by']);
      }),
    );
}

function pauseCommand(): Command {
  return changing('pause')
    .summary('stop calls to a service; the entities that need it wait')
    .action((name: string, flags: ChangeFlags, command: Command) =>
      change(command, flags, async (dependencies, asked) => {
        const { changed, dependency } = await dependencies.pause(name, asked);
        return {
          changed,
          dependency,
          said: changed ? `${name} is paused` : `${name} was paused already: ${why(dependency)}`,
        };
      }),
    );
}

function resumeCommand(): Command {
  return changing('resume')
    .summary('let calls to a service be made again')
    .action((name: string, flags: ChangeFlags, command: Command) =>
      change(command, flags, async (dependencies, asked) => {
        const { changed, dependency } = await dependencies.resume(name, asked);
        const waiting = dependency.deferred === 0 ? '' : `; ${dependency.deferred} waiting go on within seconds`;
        return { changed, dependency, said: changed ? `${name} is up again${waiting}` : `${name} was up already` };
      }),
    );
}

function changing(action: string): Command {
  return new Command(action)
    .argument('<name>', 'which service, as in the list')
    .requiredOption('--reason <code>', 'why, as a code')
    .option('--note <reference>', 'where more is said')
    .option('--actor <id>', 'who does it (default: your user name)')
    .option('--json', 'print the answer as one line of JSON');
}

type Said = DependencyChanged & { readonly said: string };

function change(
  command: Command,
  { reason, note, actor, json }: ChangeFlags,
  ask: (dependencies: DependenciesClient, asked: { reason: string; note?: string }) => Promise<Said>,
): Promise<void> {
  return withGateway(command, async (gateway) => {
    const dependencies = new DependenciesClient(gateway, operator(actor));
    const { said, ...answer } = await ask(dependencies, { reason, ...(note === undefined ? {} : { note }) });
    if (json) printJson(answer);
    else print(said);
  });
}

function row({ name, status, since, reason, actor, deferred }: DependencyView): string[] {
  return [name, status, since?.replace('T', ' ').slice(0, 16) ?? '', reason ?? '', actor?.id ?? '', String(deferred)];
}

const why = ({ reason, since, actor }: DependencyView): string =>
  `since ${since ?? 'unknown'}, ${reason ?? 'without reason'}, by ${actor?.id ?? 'unknown'}`;
