#!/usr/bin/env node
/**
 * The `throughline` command: the compiled command line, which is installed and built first where that has not happened yet.
 *
 * Nothing but the command line itself writes to standard output, so that `--json` stays clean. Changed sources are not
 * compiled here: a question to a running fleet must be quick and must not change the fleet's files.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CLI_MAIN, ensureBuild } from './lib/build.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { messageOf } from './lib/failure.mjs';
import { projectRoot } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';
import { requireNode } from './lib/versions.mjs';

try {
  requireNode();
  if (!existsSync(CLI_MAIN) || !existsSync(path.join(projectRoot, 'node_modules', '.package-lock.json'))) {
    const progress = new Progress(process.stderr);
    await progress.step('npm dependencies', ensureDependencies);
    await progress.step('Build', ensureBuild);
  }
} catch (error) {
  console.error(messageOf(error));
  process.exit(1);
}
// As if it had been started itself, for whatever looks at how the program was called.
process.argv[1] = CLI_MAIN;
await import(pathToFileURL(CLI_MAIN).href);
