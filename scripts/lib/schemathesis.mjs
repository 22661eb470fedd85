import path from 'node:path';
import { cachedVersions, installIntoCache } from './cache.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { findOnPath } from './paths.mjs';

/** The version that the API is tried with. */
const VERSION = '4.32.5';
const TOOL = 'schemathesis';
/** Longest time that an installation may take, in milliseconds. */
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Finds schemathesis, which makes up requests from the API's document, or installs it from PyPI into an environment of its own in
 * the cache. Only a test needs it.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<{ command: string, args: string[] }>} what to put before its own arguments
 * @throws {SetupError} where there is no Python, or PyPI cannot be reached
 */
export async function resolveSchemathesis(step) {
  const cached = cachedVersions(TOOL).find(({ version }) => version === VERSION);
  const { folder } = cached ?? (await install(step));
  step.done(cached ? `${VERSION}, cached` : `${VERSION}, installed`);
  // By its module: the scripts of an environment hold the folder that it was made in.
  return {
    command: path.join(folder, 'bin', 'python'),
    args: ['-c', 'from schemathesis.cli import schemathesis; schemathesis(prog_name="schemathesis")'],
  };
}

/** @param {import('./progress.mjs').Step} step */
async function install(step) {
  const python = findOnPath('python3');
  if (python === undefined) {
    throw new SetupError(
      'schemathesis needs Python: install python3 (3.10 or later) with its venv module, and run this again',
    );
  }
  step.say(`installing ${VERSION} from PyPI, half a minute the first time`);
  return installIntoCache(TOOL, async (building) => {
    try {
      await run(python, ['-m', 'venv', building], { timeoutMs: INSTALL_TIMEOUT_MS });
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `schemathesis==${VERSION}`];
      await run(path.join(building, 'bin', 'python'), pip, { timeoutMs: INSTALL_TIMEOUT_MS });
    } catch (error) {
      throw new SetupError(
        `schemathesis ${VERSION} could not be installed: ${error instanceof Error ? error.message : String(error)}\n` +
          'It needs python3 with its venv module and PyPI, or the package index that pip is set up for.',
      );
    }
    return VERSION;
  });
}
