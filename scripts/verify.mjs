/**
 * `npm run verify [-- --no-tests]`: every check that a change has to pass. All are run, even when one fails.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from './lib/dependencies.mjs';
import { endCommandsOnSignals, run, runAttached } from './lib/exec.mjs';
import { runMain } from './lib/failure.mjs';
import { projectCommand, projectRoot } from './lib/paths.mjs';
import { Progress } from './lib/progress.mjs';
import { requireNode } from './lib/versions.mjs';

/** The folders whose imports of each other follow rules. */
const FOLDERS =
  'workflows activities workers client gateway console services subscribers records telemetry events cli scripts bench examples'
    .split(' ')
    .filter((folder) => existsSync(path.join(projectRoot, folder)));

/** @typedef {[name: string, command: string, ...args: string[]]} Check */

/** In two lanes, side by side: reading the code with its types takes lint as long as all the others take. */
/** @type {Check[][]} */
const LANES = [
  [['lint', projectCommand('eslint'), '.']],
  [
    ['format', projectCommand('prettier'), '--check', '--log-level=warn', '.'],
    ['types', projectCommand('tsc'), '--noEmit', '-p', 'tsconfig.json'],
    ['console', projectCommand('tsc'), '--noEmit', '-p', 'console/tsconfig.json'],
    ['imports', projectCommand('depcruise'), '--no-progress', ...FOLDERS],
    ['unused', projectCommand('knip')],
    ['bundle', process.execPath, 'scripts/build.mjs'],
  ],
];

/** @typedef {{ name: string, passed: boolean, seconds: number }} Result */

/** @param {Check} check @returns {Promise<Result>} what it printed is shown as one piece, once it has ended */
async function inLane([name, command, ...args]) {
  /** @type {string[]} */
  const lines = [];
  const env = process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env;
  const result = await timed(name, () =>
    run(command, args, { cwd: projectRoot, env, onLine: (line) => lines.push(line) }).then(
      () => true,
      (/** @type {Error} */ error) => {
        if (lines.length === 0) lines.push(error.message);
        return false;
      },
    ),
  );
  console.log([`\n── ${told(result)}`, ...lines].join('\n'));
  return result;
}

/** @param {string} name @param {() => Promise<boolean>} work @returns {Promise<Result>} */
async function timed(name, work) {
  const since = Date.now();
  const passed = await work();
  return { name, passed, seconds: (Date.now() - since) / 1000 };
}

/** @param {Result} result */
function told({ name, passed, seconds }) {
  return `${passed ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(7)} s${passed ? '' : '  failed'}`;
}

await runMain(async () => {
  requireNode();
  endCommandsOnSignals();
  const { values } = parseArgs({ options: { 'no-tests': { type: 'boolean', default: false } } });
  await new Progress().step('npm dependencies', ensureDependencies);
  const lanes = LANES.map(async (checks) => {
    const results = [];
    for (const check of checks) results.push(await inLane(check));
    return results;
  });
  const results = (await Promise.all(lanes)).flat();
  if (!values['no-tests']) {
    const test = () => runAttached(process.execPath, ['scripts/test.mjs'], { cwd: projectRoot });
    results.push(await timed('tests', async () => (await test()) === 0));
  }
  console.log(['\n── summary', ...results.map(told)].join('\n'));
  return results.every(({ passed }) => passed) ? 0 : 1;
});
