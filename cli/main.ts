/**
 * The `throughline` command. Exit codes: 0 done, 1 refused or failed, 2 used wrongly.
 */
import { Command, CommanderError } from 'commander';
import { version } from '../client/version.js';
import { LIFECYCLES } from '../workflows/lifecycles.js';
import { auditCommand } from './audit.js';
import { catastropheCommand } from './catastrophe.js';
import { clockCommand } from './clock.js';
import { lifecycleArgument } from './connect.js';
import { dependencyCommand } from './dependency.js';
import { doctorCommand } from './doctor.js';
import { stateDiagram } from '../events/diagram.js';
import { faultCommand } from './fault.js';
import { findingCommand } from './finding.js';
import { holdCommand } from './hold.js';
import { intakeCommand } from './intake/command.js';
import { journalCommand } from './journal.js';
import { listCommand } from './list.js';
import { messageCommand } from './message.js';
import { outboxCommand } from './outbox.js';
import { reconcileCommand } from './reconcile.js';
import { replayCommand } from './replay.js';
import { reviewCommand } from './review.js';
import { simulateCommand } from './simulate/command.js';
import { showCommand } from './show.js';
import { statusCommand } from './status.js';
import { tokenCommand } from './token.js';

const FAILED = 1;
const USED_WRONGLY = 2;

function diagramCommand(): Command {
  return new Command('diagram')
    .summary('the states of a lifecycle as a Mermaid diagram')
    .description('Prints the states, transitions and deadlines of a lifecycle as a Mermaid diagram.')
    .addArgument(lifecycleArgument())
    .addHelpText('after', '\nExample:\n  $ throughline diagram claim > claim.mmd')
    .action((lifecycle: string) => {
      const table = LIFECYCLES.find(({ name }) => name === lifecycle);
      if (table) process.stdout.write(stateDiagram(table));
    });
}

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

const commands = [
  intakeCommand(),
  simulateCommand(),
  faultCommand(),
  showCommand(),
  listCommand(),
  statusCommand(),
  doctorCommand(),
  tokenCommand(),
  auditCommand(),
  messageCommand(),
  reviewCommand(),
  clockCommand(),
  holdCommand(),
  catastropheCommand(),
  dependencyCommand(),
  reconcileCommand(),
  findingCommand(),
  outboxCommand(),
  journalCommand(),
  replayCommand(),
  diagramCommand(),
];
for (const command of commands) program.addCommand(command);
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
