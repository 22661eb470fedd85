/** `throughline finding list|show|resolve`: where two sides disagree. */
import { Command } from 'commander';
import { FindingsClient, type FindingsFilter, type FindingView } from '../client/findings.js';
import { operator, withGateway } from './connect.js';
import { minuteOf, print, printFields, printJson, printTable } from './output.js';
import { wholeNumber } from './values.js';

const LIMIT = 100;

interface ListFlags extends FindingsFilter {
  readonly limit: number;
  readonly json?: true;
}

interface ResolveFlags {
  readonly reason: string;
  readonly note?: string;
  readonly actor?: string;
  readonly json?: true;
}

export function findingCommand(): Command {
  return new Command('finding')
    .description('Shows what reconciliation has found and does not heal by itself; somebody looks, and resolves it.')
    .addHelpText(
      'after',
      `
Examples:
  $ throughline finding list
  $ throughline finding list --pair orders-payments --kind charged-twice
  $ throughline finding show 17
  $ throughline finding resolve 17 --reason refundedByHand`,
    )
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(resolveCommand());
}

function listCommand(): Command {
  return new Command('list')
    .summary('those that have not ended, the newest first')
    .option('--pair <name>', 'only of this comparison')
    .option('--kind <code>', 'only of this kind')
    .option('--lifecycle <name>', 'only of this lifecycle')
    .option('--id <key>', 'only of this entity')
    .option('--all', 'also those that have ended')
    .option('--limit <number>', 'how many at most', wholeNumber, LIMIT)
    .option('--json', 'print one line of JSON per finding')
    .action(({ limit, json, ...filter }: ListFlags, command: Command) =>
      withFindings(command, async (findings) => {
        const shown: FindingView[] = [];
        for await (const finding of findings.list(filter)) {
          if (shown.length >= limit) break;
          shown.push(finding);
        }
        if (json) shown.forEach(printJson);
        else
          printTable(['finding', 'kind', 'entity', 'state', 'since', 'due', 'pair'], shown.map(row), ['pair', 'due']);
      }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .summary('one, with what each side says')
    .argument('<finding>', 'its number, as in the list')
    .option('--json', 'print it as one line of JSON')
    .action((findingId: string, flags: { readonly json?: true }, command: Command) =>
      withFindings(command, async (findings) => {
        const finding = await findings.get(findingId);
        if (flags.json) return printJson(finding);
        printFields(fields(finding));
        print(`\n${JSON.stringify(finding.evidence, undefined, 2)}`);
      }),
    );
}

function resolveCommand(): Command {
  return new Command('resolve')
    .summary('it has been put right, or is right as it is')
    .argument('<finding>', 'its number, as in the list')
    .requiredOption('--reason <code>', 'how, as a code')
    .option('--note <reference>', 'where more is said')
    .option('--actor <id>', 'who does it (default: your user name)')
    .option('--json', 'print the answer as one line of JSON')
    .action((findingId: string, { reason, note, actor, json }: ResolveFlags, command: Command) =>
      withFindings(command, async (findings) => {
        const by = operator(actor);
        const answer = await findings.resolve(findingId, { reason, actor: by, ...(note !== undefined && { note }) });
        if (json) return printJson(answer);
        const { state, resolvedAt } = answer.finding;
        print(
          answer.changed ? `${findingId} is resolved` : `${findingId} had ended already: ${state} at ${resolvedAt}`,
        );
      }),
    );
}

const withFindings = <T>(command: Command, use: (findings: FindingsClient) => Promise<T>): Promise<T> =>
  withGateway(command, (gateway) => use(new FindingsClient(gateway, operator(undefined))));

function row({ findingId, kind, lifecycle, id, state, since, dueAt, pair }: FindingView): string[] {
  return [findingId, kind, `${lifecycle}/${id}`, state, minuteOf(since), minuteOf(dueAt), pair ?? ''];
}

function fields(finding: FindingView): ReadonlyArray<readonly [string, string | undefined]> {
  const at = (instant: string | undefined) => instant && minuteOf(instant);
  return [
    ['finding', finding.findingId],
    ['kind', finding.kind],
    ['entity', `${finding.lifecycle}/${finding.id}`],
    ['state', finding.state],
    ['pair', finding.pair],
    ['queue', finding.queue],
    ['disagree since', at(finding.since)],
    ['found', at(finding.foundAt)],
    ['seen last', at(finding.seenAt)],
    ['times', finding.occurrence > 1 ? String(finding.occurrence) : undefined],
    ['due', at(finding.dueAt)],
    ['told', at(finding.toldAt)],
    ['ended', at(finding.resolvedAt)],
    ['by', finding.resolvedBy?.id],
    ['because', finding.resolution?.code],
  ];
}
