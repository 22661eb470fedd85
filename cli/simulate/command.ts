/** `throughline simulate`, and `simulate claims`: a storm, replayed against the fleet. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { PROFILES } from '../../workflows/lifecycle/definition.js';
import { REQUIRED_COLUMNS, rowsOf, type NfipRow } from '../intake/parse.js';
import { Patience } from '../intake/patience.js';
import { recordsOf } from '../intake/records.js';
import { putSeeds } from '../intake/seed.js';
import { connect } from '../connect.js';
import { surroundings } from '../intake/surroundings.js';
import { money, print, printFields, printJson } from '../output.js';
import { isoDay, wholeNumber } from '../values.js';
import { stormOf } from './arrivals.js';
import { backlogOf, lineOf, reportOf, summaryOf, type Snapshot, type Summary } from './backlog.js';
import { interruptible } from './interruption.js';
import { ONBOARDING } from './onboarding/scene.js';
import { ORDERS } from './orders/scene.js';
import { sceneCommand } from './scene-command.js';
import { simulate } from './simulation.js';
import { TICKETS } from './tickets/scene.js';

const DAY_MS = 86_400_000;
const PATIENCE_MS = 150_000;

interface Flags {
  readonly file: string;
  readonly event: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly speed: 'brisk' | 'fast';
  readonly adjusters: number;
  readonly capacity: number;
  readonly inspection: number;
  readonly days: number;
  readonly run: string;
  readonly report?: string;
  readonly json?: true;
  readonly stateDir?: string;
}

/** Claims through a hurricane, orders and others through a bad day. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .addCommand(claimsCommand())
    .addCommand(sceneCommand(ORDERS))
    .addCommand(sceneCommand(TICKETS))
    .addCommand(sceneCommand(ONBOARDING));
}

function claimsCommand(): Command {
  return new Command('claims')
    .summary('the claims of a storm, as they came in')
    .description(
      'Lets the claims of a storm come in on the days on which the losses really were, at a chosen speed, with adjusters of stated ' +
        'capacity, and shows the backlog by state as it builds and drains. The claims are new ones of this run; deadlines run at ' +
        'the same speed. Ctrl-C ends it early, with the figures until then.',
    )
    .requiredOption('--file <file>', 'export of OpenFEMA "FIMA NFIP Redacted Claims"')
    .option('--event <name>', 'the flood event whose claims are taken', 'Hurricane Sandy')
    .option('--from <day>', 'only losses of this day and later, YYYY-MM-DD', isoDay)
    .option('--to <day>', 'only losses up to this day, YYYY-MM-DD', isoDay)
    .option('--limit <n>', 'so many claims, evenly over the whole storm', wholeNumber, 300)
    .addOption(
      new Option('--speed <speed>', 'brisk: a day takes a minute; fast: a second')
        .choices(['brisk', 'fast'])
        .default('brisk'),
    )
    .option('--adjusters <n>', 'adjusters in the field', wholeNumber, 10)
    .option('--capacity <n>', 'claims that each can have at once', wholeNumber, 4)
    .option('--inspection <days>', 'days that an inspection takes', wholeNumber, 1)
    .option('--days <n>', 'days after the last claim has come in, at most', wholeNumber, 120)
    .option('--run <name>', "tells this run's claims from another's", Date.now().toString(36).slice(-5))
    .option('--report <file>', 'write the figures, a line per count, as CSV')
    .option('--json', 'print one line of JSON at the end')
    .addHelpText(
      'after',
      `
Example:
  $ throughline simulate claims --file nfip-queens-2000-2025.csv --to 2012-11-05 --limit 300 --report sandy.csv`,
    )
    .action(async (_: unknown, command: Command) => {
      const snapshots = await run(command.optsWithGlobals<Flags>());
      conclude(snapshots, command.optsWithGlobals<Flags>());
      const { report } = command.optsWithGlobals<Flags>();
      if (report !== undefined) await writeFile(report, reportOf(snapshots));
    });
}

async function run(flags: Flags): Promise<Snapshot[]> {
  const { from = '', to = '9999' } = flags;
  const rows = (await rowsOfEvent(flags.file, flags.event)).filter(
    ({ dateOfLoss }) => dateOfLoss >= from && dateOfLoss <= to,
  );
  const storm = stormOf(rows, flags.limit);
  const found = await surroundings(flags.stateDir, process.env);
  const { services } = found;
  const client = await connect(found, { source: '/cli/simulate' });
  const notice = (line: string) => process.stderr.write(`${line}\n`);
  let widest = 1;
  let shown = '';
  try {
    return await interruptible('no more claims come in, and the everyday adjusters take over again', (stop) =>
      simulate(
        {
          storm,
          adjusters: { count: flags.adjusters, capacity: flags.capacity, inspectionDays: flags.inspection },
          run: flags.run,
          dayMs: DAY_MS * PROFILES[flags.speed],
          concurrency: 16,
          mostDays: flags.days,
        },
        {
          patience: new Patience(PATIENCE_MS, (line) => notice(`simulate: ${line}`)),
          stop,
          seed: (seeds) => putSeeds(services, seeds),
          submit: (claim) => client.claims.submit(claim, { profile: flags.speed }),
          lookup: (ids) => client.claims.lookup(ids),
          counted(snapshot) {
            widest = Math.max(widest, backlogOf(snapshot));
            // A line a day is enough for people.
            if (snapshot.day === shown) return;
            shown = snapshot.day;
            notice(lineOf(snapshot, widest));
          },
        },
      ),
    );
  } finally {
    await client.close();
  }
}

async function rowsOfEvent(file: string, event: string): Promise<NfipRow[]> {
  const rows: NfipRow[] = [];
  const source = createReadStream(file, 'utf8') as AsyncIterable<string>;
  for await (const row of rowsOf(recordsOf(source, REQUIRED_COLUMNS), {})) {
    if (row.kind === 'row' && row.floodEvent === event) rows.push(row);
  }
  return rows;
}

function conclude(snapshots: readonly Snapshot[], { json, report }: Flags): void {
  const summary = summaryOf(snapshots);
  if (json) return printJson(summary);
  print('');
  printFields(fieldsOf(summary, report));
}

const fieldsOf = (summary: Summary, report: string | undefined): [string, string | undefined][] => [
  ['claims', `${summary.claims} over ${summary.days} days`],
  ['most open at once', `${summary.peak.backlog} on ${summary.peak.day}`],
  ['a tenth of that', summary.drainedOn ?? 'not reached'],
  ['closed', String(summary.closed)],
  ['with people', String(summary.withPeople)],
  ['paid', money({ minor: summary.paidMinor, currency: 'USD' })],
  ['figures', report],
];
