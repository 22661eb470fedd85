/** `throughline intake FILE`: the command's options, and its way to the servers. */
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { connect } from '../connect.js';
import { REGULATIONS, type LineOfBusiness } from '../../workflows/claim/regulations.js';
import type { Profile } from '../../workflows/lifecycle/message.js';
import { intake } from './intake.js';
import { dayOf } from './parse.js';
import { putSeeds } from './seed.js';
import { surroundings } from './surroundings.js';

interface Flags {
  readonly limit?: number;
  readonly lossDate?: string;
  readonly concurrency: number;
  readonly rate?: number;
  readonly line?: LineOfBusiness;
  readonly patience: number;
  readonly wait?: true;
  readonly waitTimeout: number;
  readonly table?: true;
  readonly json?: true;
  readonly rejects?: string;
  readonly profile: Profile;
  /** Of the program: wins over `THROUGHLINE_STATE_DIR`. */
  readonly stateDir?: string;
}

/** Submits the rows of an NFIP claims file as claims; sets the exit code to 1 where a row or a claim is not accounted for. */
export function intakeCommand(): Command {
  return new Command('intake')
    .description(
      'Submits each row of an export of OpenFEMA "FIMA NFIP Redacted Claims" as a claim, after it has told the reference ' +
        'services what they would know of it, and reports what became of the claims. May be repeated, and killed, at any ' +
        'time: what was submitted before is recognised, and rows that cannot be true go to a rejects file.',
    )
    .argument('<file>', 'CSV file with a header; further columns than the needed ones are ignored')
    .option('--limit <n>', 'take the first N rows (of the loss date, where one is given)', wholeNumber)
    .option('--loss-date <day>', 'take the rows of this day of loss, YYYY-MM-DD', day)
    .option('--concurrency <n>', 'submissions under way at once', wholeNumber, 16)
    .option('--rate <n>', 'submissions per second, at most', positiveNumber)
    .addOption(
      new Option(
        '--line <line>',
        'line of business of the policies: the claims are acknowledged, routed and inspected by an adjuster who takes them, under ' +
          'the clocks of its regulator; without it they go the short way',
      ).choices(Object.keys(REGULATIONS)),
    )
    .option('--wait', 'follow the claims until each has ended or waits for a person')
    .option('--wait-timeout <minutes>', 'follow them for at most this long', positiveNumber, 30)
    .option('--patience <seconds>', 'how long to wait for servers that do not answer', positiveNumber, 150)
    .option('--table', 'print a table of the claims')
    .option('--json', 'print the report as one line of JSON, the last on standard output')
    .option('--rejects <file>', 'where to list refused rows (default: "rejects" in the state folder)')
    .addOption(
      new Option(
        '--profile <profile>',
        'how deadlines run: standard as defined, brisk a day a minute, fast a day a second',
      )
        .choices(['standard', 'brisk', 'fast'] satisfies Profile[])
        .default('standard'),
    )
    .addHelpText(
      'after',
      `
Exit code: 0 when every row is submitted, repeated or rejected and, with
--wait, every claim has ended or waits for a person; else 1.

Examples:
  $ throughline intake examples/sandy-sample.csv --wait --table
  $ throughline intake claims.csv --loss-date 2012-10-29 --limit 1000 --wait --json`,
    )
    .action(async (file: string, _: unknown, command: Command) => {
      const done = await run(file, command.optsWithGlobals<Flags>(), command);
      if (!done) process.exitCode = 1;
    });
}

async function run(file: string, flags: Flags, command: Command): Promise<boolean> {
  if (flags.rejects !== undefined && path.resolve(flags.rejects) === path.resolve(file)) {
    command.error(`error: --rejects ${flags.rejects} is the file to be read: name another one`, { exitCode: 2 });
  }
  const found = await surroundings(flags.stateDir, process.env);
  const { stateDir, services } = found;
  const client = await connect(found, { source: '/cli/intake' });
  try {
    return await intake(
      {
        file,
        ...(flags.limit === undefined ? {} : { limit: flags.limit }),
        ...(flags.lossDate === undefined ? {} : { lossDate: flags.lossDate }),
        ...(flags.rate === undefined ? {} : { rate: flags.rate }),
        ...(flags.line === undefined ? {} : { line: flags.line }),
        ...(flags.wait ? { waitMs: flags.waitTimeout * 60_000 } : {}),
        concurrency: flags.concurrency,
        patienceMs: flags.patience * 1000,
        table: flags.table === true,
        json: flags.json === true,
        rejects: { path: flags.rejects ?? defaultRejects(stateDir, file), always: flags.rejects !== undefined },
      },
      {
        seed: (seeds) => putSeeds(services, seeds),
        submit: (notice, basis) => client.claims.submit(notice, { profile: flags.profile, basis }),
        lookup: (claimIds) => client.claims.lookup(claimIds),
      },
      { out: process.stdout, err: process.stderr },
    );
  } finally {
    await client.close();
  }
}

/** `<state folder>/rejects/<name of the file>-<time>.csv` */
function defaultRejects(stateDir: string, file: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return path.join(stateDir, 'rejects', `${path.basename(file, path.extname(file))}-${time}.csv`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('Give a whole number of at least 1.');
}

function positiveNumber(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Give a number above 0.');
}

function day(text: string): string {
  const found = dayOf(text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError('Give a date that exists, as YYYY-MM-DD.');
}
