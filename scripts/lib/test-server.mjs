import { accessSync, chmodSync, constants, existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cachedVersions, installIntoCache } from './cache.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { cacheDirectory, findOnPath } from './paths.mjs';
import { downloadWithSdk } from './sdk-download.mjs';
import { firstWay } from './ways.mjs';

const TOOL = 'temporal-test-server';
const MAVEN_VERSION = '1.38.0';
const MAVEN_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const MINIMUM_JAVA = 17;

/**
 * Finds Temporal's time-skipping test server, or gets one: by environment variable, in the cache, by the SDK's download, from
 * Maven Central.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<string>} the path of an executable that takes the SDK's arguments (`existing-path` in its terms)
 * @throws {SetupError} when every way fails, with what each said
 */
export async function resolveTestServer(step) {
  return firstWay(
    'time-skipping Temporal test server',
    [
      {
        name: 'environment variable TEMPORAL_TEST_SERVER',
        attempt: byEnvironment,
        remedy: 'TEMPORAL_TEST_SERVER=/path/of/temporal-test-server npm test',
      },
      { name: 'cached server', attempt: inCache, remedy: 'is filled by the ways below' },
      {
        name: "the Temporal SDK's own download",
        attempt: bySdk,
        remedy: 'let this machine reach https://temporal.download (HTTPS_PROXY is honoured)',
      },
      {
        name: 'Maven Central, run by Java',
        attempt: byMaven,
        remedy: `install Maven and Java ${MINIMUM_JAVA} or later, e.g. apt-get install maven openjdk-17-jre-headless`,
      },
    ],
    step,
  );
}

async function byEnvironment() {
  const chosen = process.env['TEMPORAL_TEST_SERVER'];
  if (!chosen) throw new SetupError('it is not set');
  return executable(chosen);
}

async function inCache() {
  const [newest] = cachedVersions(TOOL);
  if (newest === undefined) throw new SetupError(`none in ${path.join(cacheDirectory(), TOOL)}`);
  if (existsSync(path.join(newest.folder, 'lib'))) await requireJava();
  return executable(path.join(newest.folder, TOOL));
}

/** @param {import('./progress.mjs').Step} step */
async function bySdk(step) {
  const { folder } = await installIntoCache(TOOL, async (building) => {
    await downloadWithSdk('time-skipping', building, TOOL, step);
    // The executable does not tell its version: the SDK's decides it.
    const { default: sdk } = await import('@temporalio/testing/package.json', { with: { type: 'json' } });
    return `sdk-${sdk.version}`;
  });
  return path.join(folder, TOOL);
}

/** @param {import('./progress.mjs').Step} step */
async function byMaven(step) {
  await requireJava();
  const { folder } = await installIntoCache(TOOL, async (building) => {
    step.say(`fetching io.temporal:temporal-test-server:${MAVEN_VERSION} and its dependencies`);
    const pom = path.join(building, 'pom.xml');
    writeFileSync(pom, POM);
    const options = [`-DoutputDirectory=${path.join(building, 'lib')}`, '-DincludeScope=runtime'];
    await run('mvn', ['--batch-mode', '--quiet', '--file', pom, MAVEN_GOAL, ...options]);
    const launcher = path.join(building, TOOL);
    writeFileSync(launcher, LAUNCHER);
    writeFileSync(path.join(building, 'logging.properties'), LOGGING);
    chmodSync(launcher, 0o755);
    return MAVEN_VERSION;
  });
  return path.join(folder, TOOL);
}

/** @param {string} file */
function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return path.resolve(file);
  } catch {
    throw new SetupError(`${file} is not an executable file`);
  }
}

async function requireJava() {
  if (findOnPath('java') === undefined) throw new SetupError('java is not on PATH');
  /** @type {string[]} */
  const lines = [];
  await run('java', ['-version'], { timeoutMs: 20_000, onLine: (line) => lines.push(line) });
  const major = Number(/version "(\d+)/.exec(lines.join('\n'))?.[1]);
  if (!(major >= MINIMUM_JAVA)) throw new SetupError(`java is ${lines[0]}, at least ${MINIMUM_JAVA} is needed`);
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>throughline</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${MAVEN_VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
`;

// Short-lived and small: the quick compiler and the serial collector start sooner and leave the cores to the tests.
const LAUNCHER = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx512m -cp "$(dirname "$0")/lib/*" \\
  -Djava.util.logging.config.file="$(dirname "$0")/logging.properties" io.temporal.testserver.TestServer "$@"
`;
// It answers its callers; what it logs beside that, tens of thousands of lines when its timers come out of step, hides what tests say.
const LOGGING = `handlers =
`;
