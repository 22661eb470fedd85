/** `throughline doctor`: whether everything that the fleet needs is there, and what to do where it is not. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import type { GlobalOptions } from './connect.js';
import { brokerFinding } from './doctor/broker.js';
import type { Finding, Verdict } from './doctor/check.js';
import { databaseFindings } from './doctor/database.js';
import { environmentFindings, processFinding } from './doctor/surroundings.js';
import { temporalFindings } from './doctor/temporal.js';
import { surroundings } from './intake/surroundings.js';
import { bold, dim, print, printJson, red } from './output.js';

const SIGNS: Readonly<Record<Verdict, string>> = { ok: '✓', warning: '!', failed: '✗', skipped: '–' };

const runtimeFile = z.object({ addresses: z.object({ database: z.string().optional() }) });

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Checks configuration, versions, connectivity (PostgreSQL, Temporal, broker, gateway, services), migrations, search attributes, ' +
        'server settings, workers and clocks, and says what to do. It changes nothing. Exit code 1 where something has failed.',
    )
    .option('--json', 'print the findings as one line of JSON')
    .addHelpText('after', '\nExamples:\n  $ throughline doctor\n  $ throughline doctor --json')
    .action(async (options: { json?: true }, command: Command) => {
      const findings = await examine(command.optsWithGlobals<GlobalOptions>().stateDir, process.env);
      const well = findings.every(({ verdict }) => verdict !== 'failed');
      if (options.json) printJson({ well, findings });
      else printFindings(findings, well);
      if (!well) process.exitCode = 1;
    });
}

async function examine(stateDir: string | undefined, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const found = await surroundings(stateDir, env);
  const database = env['DATABASE_URL'] ?? (await databaseOf(found.stateDir));
  const asked = await Promise.all([
    databaseFindings(database),
    temporalFindings(found.temporal),
    brokerFinding(env, database),
    processFinding('gateway', found.gateway),
    processFinding('services', found.services),
  ]);
  return [environmentFindings(env), ...asked].flat();
}

/** That of the fleet that was started from this folder. */
async function databaseOf(stateDir: string): Promise<string | undefined> {
  try {
    return runtimeFile.parse(JSON.parse(await readFile(path.join(stateDir, 'runtime.json'), 'utf8'))).addresses
      .database;
  } catch {
    return undefined;
  }
}

function printFindings(findings: readonly Finding[], well: boolean): void {
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, verdict, says, remedy } of findings) {
    const sign = verdict === 'failed' ? red(SIGNS[verdict]) : SIGNS[verdict];
    print(`${sign} ${name.padEnd(width)}  ${says}`);
    if (remedy !== undefined) print(`  ${' '.repeat(width)}  ${dim('→')} ${remedy}`);
  }
  print('');
  print(well ? bold('Nothing stands in the way.') : red('Something has failed: mend it from the top.'));
}
