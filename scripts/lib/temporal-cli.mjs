import path from 'node:path';
import { cachedVersions, installIntoCache } from './cache.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { cacheDirectory, findOnPath } from './paths.mjs';
import { downloadWithSdk } from './sdk-download.mjs';
import { compareVersions } from './versions.mjs';
import { firstWay } from './ways.mjs';

/** The oldest server that Throughline is tested with: priorities and update-with-start work as it relies on. */
const MINIMUM_SERVER_VERSION = '1.29.0';

/** The version that is built where nothing is found: later ones have replace directives, which `go install` refuses. */
const BUILD_VERSION = '1.5.1';
const GO_PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
const TOOL = 'temporal-cli';

/**
 * @typedef {object} TemporalCli
 * @property {string} path the executable
 * @property {string} version of the CLI, e.g. `1.5.1`
 * @property {string} serverVersion of the server inside, e.g. `1.29.1`
 * @property {string} source which way it was found
 */

/**
 * Finds a Temporal CLI, or gets one: on PATH, in the cache, by the SDK's download, by a build from source.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<TemporalCli>}
 * @throws {SetupError} when every way fails, with what each said
 */
export async function resolveTemporalCli(step) {
  const cli = await firstWay(
    'Temporal CLI',
    [
      {
        name: '`temporal` on PATH',
        attempt: onPath,
        remedy: `install it (brew install temporal, or https://docs.temporal.io/cli) with a server of at least ${MINIMUM_SERVER_VERSION}`,
      },
      { name: 'cached binary', attempt: inCache, remedy: 'is filled by the ways below' },
      {
        name: "the Temporal SDK's own download",
        attempt: bySdk,
        remedy: 'let this machine reach https://temporal.download (HTTPS_PROXY is honoured)',
      },
      {
        name: 'a build from the Go module proxy',
        attempt: byGo,
        remedy: `install Go 1.25 or later, then: go install ${GO_PACKAGE}@v${BUILD_VERSION} (2 GB of memory)`,
      },
      {
        name: 'a Temporal server that runs elsewhere',
        attempt: () => Promise.reject(new SetupError('TEMPORAL_ADDRESS is not set')),
        remedy: 'TEMPORAL_ADDRESS=host:7233 npm start',
      },
    ],
    step,
  );
  step.done(`${cli.version} (server ${cli.serverVersion}), ${cli.source}`);
  return cli;
}

/**
 * Asks an executable for its versions and refuses too old a server.
 *
 * @param {string} executable
 * @param {string} source
 * @returns {Promise<TemporalCli>}
 */
async function inspect(executable, source) {
  const output = await run(executable, ['--version'], { timeoutMs: 20_000 });
  const [, version, serverVersion] = /version (\S+) \(Server ([\d.]+)/.exec(output) ?? [];
  if (version === undefined || serverVersion === undefined) {
    throw new SetupError(`${executable} --version gives no server version: ${output.trim()}`);
  }
  if (compareVersions(serverVersion, MINIMUM_SERVER_VERSION) < 0) {
    throw new SetupError(`${executable} has server ${serverVersion}, at least ${MINIMUM_SERVER_VERSION} is needed`);
  }
  return { path: executable, version, serverVersion, source };
}

async function onPath() {
  const executable = findOnPath('temporal');
  if (executable === undefined) throw new SetupError('there is none');
  return inspect(executable, 'on PATH');
}

async function inCache() {
  /** @type {unknown} */
  let refusal;
  for (const { folder } of cachedVersions(TOOL)) {
    try {
      return await inspect(path.join(folder, 'temporal'), 'cached');
    } catch (error) {
      refusal ??= error;
    }
  }
  throw refusal ?? new SetupError(`none in ${path.join(cacheDirectory(), TOOL)}`);
}

/** @param {import('./progress.mjs').Step} step */
async function bySdk(step) {
  const { folder } = await installIntoCache(TOOL, async (building) => {
    const executable = await downloadWithSdk('dev-server', building, 'temporal', step);
    return (await inspect(executable, '')).version;
  });
  return inspect(path.join(folder, 'temporal'), 'downloaded by the SDK');
}

/** @param {import('./progress.mjs').Step} step */
async function byGo(step) {
  if (findOnPath('go') === undefined) throw new SetupError('go is not on PATH');
  const { folder } = await installIntoCache(TOOL, async (building) => {
    step.say(`building ${BUILD_VERSION} from source, 2 to 5 minutes the first time`);
    let packages = 0;
    // `-v` names each package as it is fetched and compiled; `-s -w` leave out the debugger's tables, 40 MB.
    const ldflags = `-ldflags=-s -w -X github.com/temporalio/cli/temporalcli.Version=${BUILD_VERSION}`;
    const own = (await run('go', ['env', 'GOFLAGS'])).trim();
    await run('go', ['install', '-v', `${GO_PACKAGE}@v${BUILD_VERSION}`], {
      // A cross-compilation is refused together with GOBIN, and would not run here anyway.
      env: { ...process.env, GOBIN: building, GOOS: '', GOARCH: '', GOFLAGS: `${own} '${ldflags}'`.trim() },
      onLine: (line) => step.tick(line.startsWith('go: ') ? line.slice(4) : `${++packages} packages compiled`),
    });
    return (await inspect(path.join(building, 'temporal'), '')).version;
  });
  return inspect(path.join(folder, 'temporal'), 'built from source');
}
