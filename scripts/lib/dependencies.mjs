import { readFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from './alone.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { projectRoot } from './paths.mjs';

/**
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean, peer?: boolean }} LockedPackage
 */

/**
 * Installs the npm dependencies if they are lacking or are not those of the lock file.
 *
 * @param {import('./progress.mjs').Step} step
 * @throws {SetupError} with npm's own words when it fails
 */
export async function ensureDependencies(step) {
  if (firstDifference(projectRoot) === undefined) step.done('as in the lock file');
  else await alone(step, () => install(step));
}

/** @param {import('./progress.mjs').Step} step */
async function install(step) {
  const lacking = firstDifference(projectRoot);
  // Somebody else may have installed them while we waited.
  if (lacking === undefined) return step.done('installed meanwhile');
  step.say(`npm ci (${lacking})`);
  const [command, ...args] = npmCommand();
  await run(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: projectRoot });
  const still = firstDifference(projectRoot);
  if (still !== undefined) {
    throw new SetupError(
      `npm ci ended well, but node_modules differs from package-lock.json: ${still}. Is another npm at work?`,
    );
  }
  step.done('installed');
}

/**
 * Compares what npm says it installed (its hidden lock file, written as the last step of an installation) with the project's
 * lock file.
 *
 * @param {string} root a folder with a package-lock.json
 * @returns {string | undefined} the first difference in words; undefined for none
 */
export function firstDifference(root) {
  const wanted = packagesOf(path.join(root, 'package-lock.json'));
  if (wanted === undefined)
    throw new SetupError(`package-lock.json is missing or broken in ${root}: restore it from git.`);
  const installed = packagesOf(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'nothing is installed';
  for (const [name, entry] of Object.entries(wanted)) {
    // Optional packages are for other platforms as often as not.
    if (name === '' || (entry.optional && installed[name] === undefined)) continue;
    const present = installed[name];
    if (present === undefined) return `${name} is missing`;
    if (present.version !== entry.version || present.integrity !== entry.integrity) {
      return `${name} is ${present.version}, the lock file has ${entry.version}`;
    }
  }
  return undefined;
}

/**
 * The npm that started us, so that versions and settings are the caller's; else the one on PATH.
 *
 * @returns {[string, ...string[]]}
 */
function npmCommand() {
  const starter = process.env['npm_execpath'];
  return starter && path.basename(starter) === 'npm-cli.js' ? [process.execPath, starter] : ['npm'];
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
