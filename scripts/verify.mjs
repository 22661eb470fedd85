/**
 * `npm run verify [-- --no-tests]`: every check that a change has to pass. All are run, even when one fails.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals, runAttached } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { projectCommand, projectRoot } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';
import { requireNode } from './lib/versions.mjs';

/** The folders whose imports of each other follow rules. */
const FOLDERS =
  'workflows activities workers client gateway console services subscribers records telemetry events cli scripts bench examples'
    .split(' ')
    .filter((folder) => existsSync(path.join(projectRoot, folder)));

/** @type {[name: string, command: string, ...args: string[]][]} */
const CHECKS = [
  ['format', projectCommand('prettier'), '--check', '--log-level=warn', '.'],
  ['lint', projectCommand('eslint'), '.', '--concurrency=2'],
  ['types', projectCommand('tsc'), '--noEmit', '-p', 'tsconfig.json'],
  ['console', projectCommand('tsc'), '--noEmit', '-p', 'console/tsconfig.json'],
  ['imports', projectCommand('depcruise'), '--no-progress', ...FOLDERS],
  ['unused', projectCommand('knip')],
  ['bundle', process.execPath, 'scripts/build.mjs'],
];
/** @type {(typeof CHECKS)[number]} */
const TESTS = ['tests', process.execPath, 'scripts/test.mjs'];

await runMain(async () => {
  requireNode();
  endCommandsOnSignals();
  const { values } = parseArgs({ options: { 'no-tests': { type: 'boolean', default: false } } });
  await new Progress().step('npm dependencies', ensureDependencies);
  const results = [];
  for (const [name, command, ...args] of values['no-tests'] ? CHECKS : [...CHECKS, TESTS]) {
    console.log(`\n── ${name}`);
    const since = Date.now();
    const code = await runAttached(command, args, { cwd: projectRoot });
    results.push({ name, passed: code === 0, seconds: (Date.now() - since) / 1000 });
  }
  console.log('\n── summary');
  for (const { name, passed, seconds } of results) {
    console.log(
      `${passed ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s${passed ? '' : '  failed'}`,
    );
  }
  return results.every(({ passed }) => passed) ? 0 : 1;
});
