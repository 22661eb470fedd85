/** `throughline journal verify`: proves that the records are whole, unchanged, and what Temporal's history says. */
import { Command } from 'commander';
import { Unreachable } from '../client/errors.js';
import { temporalClient } from '../client/temporal.js';
import { openDatabase } from '../records/pool.js';
import type { GlobalOptions } from './connect.js';
import { surroundings } from './intake/surroundings.js';
import { databaseUrl, DatabaseUnreachable, withRecords } from './journal/database.js';
import { requireNamespace } from './journal/histories.js';
import { Report } from './journal/report.js';
import { verified } from './journal/verification.js';

/** Exit codes beside 0. */
const FAULTS = 1;
const UNREACHABLE = 2;

interface Flags {
  readonly all?: true;
  readonly history: boolean;
  readonly json?: true;
}

/** What is to be verified: one entity, or all. */
type Scope = { readonly lifecycle: string; readonly id: string } | undefined;

export function journalCommand(): Command {
  return new Command('journal')
    .description('Looks after the journals of entities.')
    .addHelpText('after', '\nExample:\n  $ throughline journal verify --all')
    .addCommand(verifyCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .summary('chain, sequence, state, and equality with history')
    .description(
      `Verifies that each journal is gap-free and unchanged, that the entity's state follows from it, and that it is what Temporal's
history says, where Temporal still has it. Runs that were reset, or that ended before their entity did, become findings.
Entities may go on meanwhile. Exit codes: 0 all is sound, 1 there are faults, 2 used wrongly or a server cannot be reached.`,
    )
    .argument('[lifecycle]', 'with an id: verify one entity')
    .argument('[id]', 'its business key')
    .option('--all', 'verify every entity')
    .option('--no-history', 'leave Temporal alone: verify the records by themselves')
    .option('--json', 'print one line of JSON per entity with faults, and one for the summary')
    .addHelpText(
      'after',
      `
Servers: DATABASE_URL and TEMPORAL_ADDRESS, else what "npm start" wrote into the state folder.

Examples:
  $ throughline journal verify claim CLM-2012-000123
  $ throughline journal verify --all`,
    )
    .action(async (lifecycle: string | undefined, id: string | undefined, flags: Flags, command: Command) => {
      const scope = scopeOf(lifecycle, id, flags, command);
      try {
        process.exitCode = await verify(scope, flags, command.optsWithGlobals<GlobalOptions>().stateDir);
      } catch (err) {
        if (!(err instanceof Unreachable || err instanceof DatabaseUnreachable)) throw err;
        process.stderr.write(`throughline: ${inWords(err)}\n`);
        process.exitCode = UNREACHABLE;
      }
    });
}

function scopeOf(lifecycle: string | undefined, id: string | undefined, { all }: Flags, command: Command): Scope {
  if (all && lifecycle === undefined) return undefined;
  if (!all && lifecycle !== undefined && id !== undefined) return { lifecycle, id };
  return command.error('error: say what to verify: a lifecycle and an id, or --all');
}

async function verify(scope: Scope, { history, json }: Flags, stateDir: string | undefined): Promise<number> {
  const found = await surroundings(stateDir, process.env);
  const url = await databaseUrl(found.stateDir, process.env);
  if (url === undefined)
    throw new DatabaseUnreachable('DATABASE_URL is not set, and no fleet runs from the state folder');
  const temporal = history ? temporalClient(found.temporal) : undefined;
  try {
    return await withRecords(url, async (pool) => {
      if (temporal) await requireNamespace(temporal);
      const report = new Report({ json: json === true, progress: scope === undefined });
      for await (const verdict of verified(openDatabase(pool), temporal, scope)) report.add(verdict);
      return report.end().faulty > 0 ? FAULTS : 0;
    });
  } finally {
    await temporal?.connection.close();
  }
}

function inWords(err: Unreachable | DatabaseUnreachable): string {
  if (err instanceof DatabaseUnreachable) return err.message;
  const detail = err.cause instanceof Error ? ` (${err.cause.message})` : '';
  return `Temporal cannot be reached${detail}; start it or correct TEMPORAL_ADDRESS, or leave it out: --no-history`;
}
