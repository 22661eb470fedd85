/**
 * The `throughline` command. Exit codes: 0 done, 1 refused or failed, 2 used wrongly.
 */
import { Command, CommanderError } from 'commander';
import { version } from '../client/version.js';
import { commandsFor } from './commands.js';

const FAILED = 1;
const USED_WRONGLY = 2;

const program = new Command('throughline')
  .description('What is happening to this claim right now, why, since when, and what happens next?')
  .version(version)
  .option('--state-dir <folder>', 'where the fleet keeps its state (default: THROUGHLINE_STATE_DIR, then .throughline)')
  .addHelpText(
    'after',
    `
Servers are found by TEMPORAL_ADDRESS, THROUGHLINE_GATEWAY_URL and THROUGHLINE_SERVICES_URL, else by what "npm start" wrote
into the state folder, else at the default ports. Exit codes: 0 done, 1 refused or failed, 2 used wrongly.

Examples:
  $ throughline status
  $ throughline intake examples/sandy-sample.csv --wait --table
  $ throughline list claim --state EscalatedForManualReview
  $ throughline show claim CLM-2012-000123
  $ throughline review list --overdue`,
  );

/** The command that is asked for, or about: `throughline show …`, `throughline help show`. */
function asked(): string | undefined {
  const [first, second] = program.parseOptions(process.argv.slice(2)).operands;
  return first === 'help' ? second : first;
}

// Commander would exit by itself, with 1 for wrong use; exit codes are decided below.
function decideExitCodes(command: Command): void {
  command.exitOverride().showHelpAfterError('(see --help)');
  command.commands.forEach(decideExitCodes);
}

// A reader that has seen enough, such as head, is no failure.
process.stdout.on('error', (err: NodeJS.ErrnoException) => {
  if (err.code === 'EPIPE') process.exit(0);
  throw err;
});

try {
  decideExitCodes(program);
  for (const command of await commandsFor(asked())) program.addCommand(command);
  decideExitCodes(program);
  await program.parseAsync();
} catch (err) {
  if (err instanceof CommanderError) {
    process.exitCode = err.exitCode === 0 ? 0 : USED_WRONGLY;
  } else {
    process.stderr.write(`throughline: ${err instanceof Error ? err.message : String(err)}\n`);
    process.exitCode = FAILED;
  }
}
