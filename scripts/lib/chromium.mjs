import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { findOnPath } from './paths.mjs';
import { firstWay } from './ways.mjs';

/** Names under which Chromium and its relatives are installed. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Finds the Chromium in which the console is tested, or installs it where that needs nobody's consent: by environment variable, on
 * `PATH`, from Debian's packages where we are root.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<string>} the path of the executable
 * @throws {SetupError} when every way fails, with what each said
 */
export async function resolveChromium(step) {
  return firstWay(
    'Chromium for the tests of the console',
    [
      {
        name: 'environment variable THROUGHLINE_CHROMIUM',
        attempt: byEnvironment,
        remedy: 'THROUGHLINE_CHROMIUM=/path/of/chromium npm test',
      },
      { name: 'PATH', attempt: onPath, remedy: `install one of ${NAMES.join(', ')}` },
      { name: "Debian's package", attempt: byApt, remedy: 'apt-get install chromium, as root' },
    ],
    step,
  );
}

async function byEnvironment() {
  const chosen = process.env['THROUGHLINE_CHROMIUM'];
  if (!chosen) throw new SetupError('it is not set');
  try {
    accessSync(chosen, constants.X_OK);
  } catch {
    throw new SetupError(`${chosen} is not an executable file`);
  }
  return path.resolve(chosen);
}

async function onPath() {
  const found = NAMES.map((name) => findOnPath(name)).find((file) => file !== undefined);
  if (found === undefined) throw new SetupError(`none of ${NAMES.join(', ')} is there`);
  return found;
}

/** @param {import('./progress.mjs').Step} step */
async function byApt(step) {
  if (process.getuid?.() !== 0) throw new SetupError('only root may install it');
  if (findOnPath('apt-get') === undefined) throw new SetupError('this system has no apt-get');
  step.say('apt-get install chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '--quiet'], { env, timeoutMs: INSTALL_TIMEOUT_MS });
  await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], {
    env,
    timeoutMs: INSTALL_TIMEOUT_MS,
  });
  return onPath();
}
