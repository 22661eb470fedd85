import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from './alone.mjs';
import { run } from './exec.mjs';
import { projectCommand, projectRoot } from './paths.mjs';

const BUILD_CONFIG = 'tsconfig.build.json';
const OUTPUT = path.join(projectRoot, 'dist');
const STAMP = path.join(OUTPUT, '.sources.json');

/** Source file → its size and time of change. @typedef {Record<string, string>} Sources */

/**
 * Compiles the project and bundles the workflows into `dist/`, unless they are already made of exactly these sources.
 *
 * @param {import('./progress.mjs').Step} step
 * @param {{ force?: boolean }} [options]
 * @throws {import('./failure.mjs').SetupError} with the compiler's messages
 */
export async function ensureBuild(step, { force = false } = {}) {
  await alone(step, () => build(step, force));
}

/**
 * @param {import('./progress.mjs').Step} step
 * @param {boolean} force
 */
async function build(step, force) {
  const sources = sourcesNow();
  const built = sourcesBuilt();
  if (!force && JSON.stringify(built) === JSON.stringify(sources)) return step.done('sources unchanged');
  rmSync(STAMP, { force: true });
  removeOrphans(built, sources);
  step.say('compiling');
  await run(projectCommand('tsc'), ['-p', BUILD_CONFIG], { cwd: projectRoot });
  step.say('bundling the workflows');
  await run(process.execPath, [path.join(OUTPUT, 'workers', 'bundle.js')], { cwd: projectRoot });
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(STAMP, JSON.stringify(sources));
  step.done('compiled and bundled');
}

/** The compiled command line. */
export const CLI_MAIN = path.join(OUTPUT, 'cli', 'main.js');

/** @returns {Sources} */
function sourcesNow() {
  const { include } = JSON.parse(readFileSync(path.join(projectRoot, BUILD_CONFIG), 'utf8'));
  const files = ['package-lock.json', 'tsconfig.json', BUILD_CONFIG, ...include.flatMap(filesBelow)].sort();
  return Object.fromEntries(
    files.map((file) => {
      const { mtimeMs, size } = statSync(path.join(projectRoot, file));
      return [file, `${mtimeMs} ${size}`];
    }),
  );
}

/** @returns {Sources | undefined} */
function sourcesBuilt() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'));
  } catch {
    return undefined;
  }
}

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
 * @returns {string[]} its TypeScript and JSON files, relative to the project
 */
function filesBelow(folder) {
  const absolute = path.join(projectRoot, folder);
  if (statSync(absolute, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|json)$/.test(name))
    .map((name) => path.join(folder, name));
}
