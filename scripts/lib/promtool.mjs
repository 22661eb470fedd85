import { chmodSync, copyFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cachedVersions, installIntoCache } from './cache.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { cacheDirectory, findOnPath } from './paths.mjs';
import { compareVersions } from './versions.mjs';
import { firstWay } from './ways.mjs';

/** The oldest whose rule tests are those that we write; Debian 12 has it. */
const MINIMUM_VERSION = '2.42.0';
const PACKAGE = 'prometheus';
const TOOL = 'promtool';

/**
 * Finds promtool, or gets it: on PATH, in the cache, out of Debian's package, which is unpacked and not installed, so that no service
 * starts. Only the tests of the alerts need it.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when every way fails, with what each said
 */
export async function resolvePromtool(step) {
  const tool = await firstWay(
    TOOL,
    [
      {
        name: '`promtool` on PATH',
        attempt: onPath,
        remedy: `install Prometheus ${MINIMUM_VERSION} or later (https://prometheus.io/download)`,
      },
      { name: 'cached binary', attempt: inCache, remedy: 'is filled by the way below' },
      {
        name: "Debian's package",
        attempt: () => fromPackage(step),
        remedy: 'on Debian or Ubuntu: apt-get update, and try again',
      },
    ],
    step,
  );
  step.done(`${tool.version}, ${tool.source}`);
  return tool.path;
}

/**
 * @param {string} executable
 * @param {string} source
 */
async function inspect(executable, source) {
  const output = await run(executable, ['--version'], { timeoutMs: 20_000 });
  const [, version] = /version (\d+\.\d+\.\d+)/.exec(output) ?? [];
  if (version === undefined) throw new SetupError(`${executable} --version gives no version: ${output.trim()}`);
  if (compareVersions(version, MINIMUM_VERSION) < 0)
    throw new SetupError(`${executable} is ${version}, at least ${MINIMUM_VERSION} is needed`);
  return { path: executable, version, source };
}

async function onPath() {
  const executable = findOnPath(TOOL);
  if (executable === undefined) throw new SetupError('there is none');
  return inspect(executable, 'on PATH');
}

async function inCache() {
  const [newest] = cachedVersions(TOOL);
  if (newest === undefined) throw new SetupError(`none in ${path.join(cacheDirectory(), TOOL)}`);
  return inspect(path.join(newest.folder, TOOL), 'cached');
}

/** @param {import('./progress.mjs').Step} step */
async function fromPackage(step) {
  for (const command of ['apt-get', 'dpkg'])
    if (findOnPath(command) === undefined) throw new SetupError(`${command} is not on PATH`);
  const { folder } = await installIntoCache(TOOL, async (building) => {
    step.say(`fetching Debian's package ${PACKAGE}`);
    await run('apt-get', ['download', PACKAGE], { cwd: building });
    const file = readdirSync(building).find((name) => name.endsWith('.deb'));
    if (file === undefined) throw new SetupError(`apt-get download ${PACKAGE} brought no package`);
    const unpacked = path.join(building, 'package');
    await run('dpkg', ['-x', path.join(building, file), unpacked]);
    const executable = path.join(building, TOOL);
    copyFileSync(path.join(unpacked, 'usr', 'bin', TOOL), executable);
    chmodSync(executable, 0o755);
    for (const rest of [unpacked, path.join(building, file)]) rmSync(rest, { recursive: true, force: true });
    return (await inspect(executable, '')).version;
  });
  return inspect(path.join(folder, TOOL), "from Debian's package");
}
