/** `throughline reconcile`: compares what entities say with what the services and Temporal say, and shows what was found. */
import { Command, InvalidArgumentError, Option } from 'commander';
import type { ReconciliationClient } from '../client/index.js';
import { PAIRS, type Counts, type Pair } from '../workflows/reconciliation/pairs.js';
import { withClient } from './connect.js';
import { dim, print, printJson, printTable } from './output.js';

interface Flags {
  readonly pair?: readonly Pair[];
  readonly dryRun?: boolean;
  readonly grace?: number;
  readonly json?: true;
}

export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description(
      'Compares what entities say with what the services and Temporal say, tells entities what they have missed, and puts the ' +
        'rest on record for a person. Schedules do the same all the time; this waits for a run and shows what it found.',
    )
    .addOption(new Option('--pair <name...>', 'only these pairs').choices(PAIRS))
    .option('--dry-run', 'find, and change nothing')
    .option('--grace <seconds>', 'how long two sides may disagree (default: what the workers are set to)', seconds)
    .option('--json', 'print one line of JSON per pair')
    .addHelpText(
      'after',
      `
Pairs: ${PAIRS.join(', ')}.

Examples:
  $ throughline reconcile
  $ throughline reconcile --pair orders-payments --dry-run
  $ throughline finding list`,
    )
    .action((flags: Flags, command: Command) =>
      withClient(command, ({ reconciliation }) => reconcile(reconciliation, flags)),
    );
}

async function reconcile(
  reconciliation: ReconciliationClient,
  { pair, dryRun = false, grace, json }: Flags,
): Promise<void> {
  const live = !json && process.stderr.isTTY;
  const results = await reconciliation.run({
    ...(pair && { pairs: pair }),
    ...(dryRun && { dryRun }),
    ...(grace !== undefined && { graceMs: grace * 1_000 }),
    ...(live && { onProgress: show }),
  });
  if (live) process.stderr.write(CLEAR);
  if (json) {
    for (const run of results) printJson(run);
    return;
  }
  printTable(
    ['pair', 'checked', 'found', 'told', 'healed', 'open'],
    results.map((run) => [run.pair, ...[run.checked, run.found, run.told, run.healed, run.open].map(String)]),
  );
  const kinds = results.flatMap((run) => Object.entries(run.kinds).map(([kind, count]) => [kind, String(count)]));
  if (kinds.length > 0) {
    print('');
    printTable(['kind', 'found'], kinds);
  }
  if (dryRun) print(dim('\nA dry run: nothing was put on record, and no entity told.'));
  else if (results.some(({ open }) => open > 0)) print(dim('\nOpen ones: throughline finding list'));
}

/** Back to the beginning of the line, which is emptied. */
const CLEAR = '\r\u001b[K';

function show(pair: Pair, { checked, found }: Counts): void {
  process.stderr.write(`${CLEAR}${pair}: ${checked} checked, ${found} found`);
}

function seconds(text: string): number {
  if (/^\d{1,7}(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a number of seconds, such as 60.');
}
