/**
 * The `throughline` command. Exit codes: 0 done, 1 refused or failed, 2 used wrongly.
 */
import { Command, CommanderError } from 'commander';
import { version } from '../client/version.js';

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

/** Each is loaded when it is asked for: a second passes until all of them are. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  intake: async () => (await import('./intake/command.js')).intakeCommand(),
  simulate: async () => (await import('./simulate/command.js')).simulateCommand(),
  fault: async () => (await import('./fault.js')).faultCommand(),
  show: async () => (await import('./show.js')).showCommand(),
  list: async () => (await import('./list.js')).listCommand(),
  status: async () => (await import('./status.js')).statusCommand(),
  doctor: async () => (await import('./doctor.js')).doctorCommand(),
  token: async () => (await import('./token.js')).tokenCommand(),
  audit: async () => (await import('./audit.js')).auditCommand(),
  message: async () => (await import('./message.js')).messageCommand(),
  review: async () => (await import('./review.js')).reviewCommand(),
  clock: async () => (await import('./clock.js')).clockCommand(),
  hold: async () => (await import('./hold.js')).holdCommand(),
  catastrophe: async () => (await import('./catastrophe.js')).catastropheCommand(),
  dependency: async () => (await import('./dependency.js')).dependencyCommand(),
  reconcile: async () => (await import('./reconcile.js')).reconcileCommand(),
  finding: async () => (await import('./finding.js')).findingCommand(),
  outbox: async () => (await import('./outbox.js')).outboxCommand(),
  journal: async () => (await import('./journal.js')).journalCommand(),
  replay: async () => (await import('./replay.js')).replayCommand(),
  diagram: async () => (await import('./diagram.js')).diagramCommand(),
};

const given = process.argv.slice(2);
const [asked = ''] = given.filter((arg, i) => !arg.startsWith('-') && given[i - 1] !== '--state-dir');
for (const [name, load] of Object.entries(COMMANDS))
  if (name === asked || !Object.hasOwn(COMMANDS, asked)) program.addCommand(await load());
decideExitCodes(program);

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
  await program.parseAsync();
} catch (err) {
  if (err instanceof CommanderError) {
    process.exitCode = err.exitCode === 0 ? 0 : USED_WRONGLY;
  } else {
    process.stderr.write(`throughline: ${err instanceof Error ? err.message : String(err)}\n`);
    process.exitCode = FAILED;
  }
}
