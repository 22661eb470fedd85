import path from 'node:path';
import { cachedVersions, installIntoCache } from './cache.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { cacheDirectory, findOnPath } from './paths.mjs';
import { reachable } from './ports.mjs';
import { compareVersions } from './versions.mjs';
import { firstWay } from './ways.mjs';

/** The oldest that the broker is meant for: expectations about the last sequence of a set of subjects. */
const MINIMUM_VERSION = '2.12.0';
/** The version that is built where nothing is found. */
const BUILD_VERSION = '2.15.2';
const GO_PACKAGE = 'github.com/nats-io/nats-server/v2';
const TOOL = 'nats-server';

/**
 * Finds a nats-server, or gets one: on PATH, in the cache, by a build from source. Only tests and benchmarks need it; a fleet finds its
 * server by `NATS_URL`.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<string>} the executable
 * @throws {SetupError} when every way fails, with what each said
 */
export async function resolveNatsServer(step) {
  const server = await firstWay(
    'nats-server',
    [
      {
        name: '`nats-server` on PATH',
        attempt: onPath,
        remedy: `install version ${MINIMUM_VERSION} or later (https://docs.nats.io/running-a-nats-service/introduction/installation)`,
      },
      { name: 'cached binary', attempt: inCache, remedy: 'is filled by the way below' },
      {
        name: 'a build from the Go module proxy',
        attempt: byGo,
        remedy: `install Go 1.25 or later, then: go install ${GO_PACKAGE}@v${BUILD_VERSION}`,
      },
    ],
    step,
  );
  step.done(`${server.version}, ${server.source}`);
  return server.path;
}

/**
 * What to run for a server with a store of its own.
 *
 * @param {{ executable: string, port: number, folder: string }} options
 * @returns {import('./supervisor.mjs').ChildSpec}
 */
export function natsServer({ executable, port, folder }) {
  return {
    name: 'nats',
    command: executable,
    args: ['--jetstream', '--addr', '127.0.0.1', '--port', String(port), '--store_dir', folder],
    env: process.env,
    ready: () => reachable(`127.0.0.1:${port}`),
  };
}

/**
 * @param {string} executable
 * @param {string} source
 */
async function inspect(executable, source) {
  const output = await run(executable, ['--version'], { timeoutMs: 20_000 });
  const [, version] = /v?(\d+\.\d+\.\d+)/.exec(output) ?? [];
  if (version === undefined) throw new SetupError(`${executable} --version gives no version: ${output.trim()}`);
  if (compareVersions(version, MINIMUM_VERSION) < 0)
    throw new SetupError(`${executable} is ${version}, at least ${MINIMUM_VERSION} is needed`);
  return { path: executable, version, source };
}

async function onPath() {
  const executable = findOnPath('nats-server');
  if (executable === undefined) throw new SetupError('there is none');
  return inspect(executable, 'on PATH');
}

async function inCache() {
  const [newest] = cachedVersions(TOOL);
  if (newest === undefined) throw new SetupError(`none in ${path.join(cacheDirectory(), TOOL)}`);
  return inspect(path.join(newest.folder, 'nats-server'), 'cached');
}

/** @param {import('./progress.mjs').Step} step */
async function byGo(step) {
  if (findOnPath('go') === undefined) throw new SetupError('go is not on PATH');
  const { folder } = await installIntoCache(TOOL, async (building) => {
    step.say(`building ${BUILD_VERSION} from source, half a minute the first time`);
    await run('go', ['install', `${GO_PACKAGE}@v${BUILD_VERSION}`], {
      // A cross-compilation is refused together with GOBIN, and would not run here anyway.
      env: { ...process.env, GOBIN: building, GOOS: '', GOARCH: '' },
    });
    return (await inspect(path.join(building, 'nats-server'), '')).version;
  });
  return inspect(path.join(folder, 'nats-server'), 'built from source');
}
