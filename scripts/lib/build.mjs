import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from './alone.mjs';
import { run } from './exec.mjs';
import { projectCommand, projectRoot } from './paths.mjs';

const BUILD_CONFIG = 'tsconfig.build.json';
const OUTPUT = path.join(projectRoot, 'dist');
const CONSOLE = 'console';
/** What each part of the build was made of: a change of the page does not compile the fleet anew, nor the other way round. */
const FLEET_STAMP = path.join(OUTPUT, '.sources.json');
const CONSOLE_STAMP = path.join(OUTPUT, '.console.json');

/** Source file → its size and time of change. @typedef {Record<string, string>} Sources */

/**
 * Compiles the project, bundles the workflows and builds the console into `dist/`, unless they are already made of exactly these
 * sources.
 *
 * @param {import('./progress.mjs').Step} step
 * @param {{ force?: boolean }} [options]
 * @throws {import('./failure.mjs').SetupError} with the compiler's messages
 */
export async function ensureBuild(step, { force = false } = {}) {
  await alone(step, async () => {
    const compiled = await buildFleet(step, force);
    const bundled = await buildConsole(step, force);
    step.done(compiled || bundled ? 'compiled and bundled' : 'sources unchanged');
  });
}

/**
 * @param {import('./progress.mjs').Step} step
 * @param {boolean} force
 * @returns {Promise<boolean>} whether there was something to do
 */
async function buildFleet(step, force) {
  const { include } = JSON.parse(readFileSync(path.join(projectRoot, BUILD_CONFIG), 'utf8'));
  const sources = sourcesNow([
    'package-lock.json',
    'tsconfig.json',
    BUILD_CONFIG,
    ...include.flatMap((/** @type {string} */ folder) => filesBelow(folder)),
  ]);
  const built = sourcesBuilt(FLEET_STAMP);
  if (!force && isSame(built, sources)) return false;
  rmSync(FLEET_STAMP, { force: true });
  removeOrphans(built, sources);
  step.say('compiling');
  await run(projectCommand('tsc'), ['-p', BUILD_CONFIG], { cwd: projectRoot });
  step.say('bundling the workflows');
  await run(process.execPath, [path.join(OUTPUT, 'workers', 'bundle.js')], { cwd: projectRoot });
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(FLEET_STAMP, JSON.stringify(sources));
  return true;
}

/**
 * @param {import('./progress.mjs').Step} step
 * @param {boolean} force
 * @returns {Promise<boolean>} whether there was something to do
 */
async function buildConsole(step, force) {
  const sources = sourcesNow(['package-lock.json', ...filesBelow(CONSOLE, /./), ...importedByConsole()]);
  if (!force && isSame(sourcesBuilt(CONSOLE_STAMP), sources)) return false;
  rmSync(CONSOLE_STAMP, { force: true });
  step.say('building the console');
  await run(projectCommand('vite'), ['build', '--config', path.join(CONSOLE, 'vite.config.ts'), '--logLevel', 'warn'], {
    cwd: projectRoot,
    // Whoever builds it, tests too: React's own checks are for those who work on it.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  writeFileSync(CONSOLE_STAMP, JSON.stringify(sources));
  return true;
}

/**
 * What the console's code takes from beyond its folder, types aside.
 *
 * @returns {string[]} relative to the project
 */
function importedByConsole() {
  const imports = /^import (?!type\b)[^;]* from '(\.[^']+)\.js';$/gm;
  const imported = filesBelow(CONSOLE, /\.tsx?$/).flatMap((file) =>
    [...readFileSync(path.join(projectRoot, file), 'utf8').matchAll(imports)].map(([, to]) =>
      path.join(path.dirname(file), `${to}.ts`),
    ),
  );
  return [...new Set(imported)].filter((file) => !file.startsWith(CONSOLE));
}

/** The compiled command line. */
export const CLI_MAIN = path.join(OUTPUT, 'cli', 'main.js');

/**
 * @param {string[]} files relative to the project
 * @returns {Sources}
 */
function sourcesNow(files) {
  return Object.fromEntries(
    files.sort().map((file) => {
      const { mtimeMs, size } = statSync(path.join(projectRoot, file));
      return [file, `${mtimeMs} ${size}`];
    }),
  );
}

/**
 * @param {string} stamp
 * @returns {Sources | undefined}
 */
function sourcesBuilt(stamp) {
  try {
    return JSON.parse(readFileSync(stamp, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {Sources | undefined} built
 * @param {Sources} sources
 */
const isSame = (built, sources) => JSON.stringify(built) === JSON.stringify(sources);

/**
 * Removes what was compiled from files that are gone: a deleted migration, say, must not go on running.
 *
 * @param {Sources | undefined} built
 * @param {Sources} sources
 */
function removeOrphans(built, sources) {
  // Without a record of what was compiled, everything that is there may be an orphan.
  if (built === undefined) rmSync(OUTPUT, { recursive: true, force: true });
  for (const file of Object.keys(built ?? {}).filter((name) => !(name in sources))) {
    const stem = path.join(OUTPUT, file.replace(/\.ts$/, ''));
    for (const suffix of ['.js', '.js.map', '.d.ts']) rmSync(`${stem}${suffix}`, { force: true });
  }
}

/**
 * @param {string} folder relative to the project
 * @param {RegExp} [which] default: TypeScript and JSON
 * @returns {string[]} its files, relative to the project
 */
function filesBelow(folder, which = /\.(ts|json)$/) {
  const absolute = path.join(projectRoot, folder);
  if (statSync(absolute, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(absolute, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && which.test(entry.name))
    .map((entry) => path.relative(projectRoot, path.join(entry.parentPath, entry.name)));
}
