import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from './paths.mjs';
import { fingerprint } from './processes.mjs';
import { compareVersions } from './versions.mjs';

const BUILDING = '.building-';

/**
 * The installed versions of a tool in the cache, newest first.
 *
 * @param {string} tool
 * @returns {{ version: string, folder: string }[]}
 */
export function cachedVersions(tool) {
  const home = path.join(cacheDirectory(), tool);
  return list(home)
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => compareVersions(b, a))
    .map((version) => ({ version, folder: path.join(home, version) }));
}

/**
 * Puts a tool into the cache as a whole or not at all: it is built in a folder of its own and renamed when complete, so that
 * neither a killed nor a concurrent installation can leave half a tool under a version's name.
 *
 * @param {string} tool
 * @param {(folder: string) => Promise<string>} build fills the folder and gives the version of what it made
 * @returns {Promise<{ version: string, folder: string }>}
 */
export async function installIntoCache(tool, build) {
  const home = path.join(cacheDirectory(), tool);
  mkdirSync(home, { recursive: true });
  sweep(home);
  const building = mkdtempSync(path.join(home, `${BUILDING}${process.pid}-`));
  try {
    const version = await build(building);
    const folder = path.join(home, version);
    // Whoever installs has found what is there wanting, so it gives way; a process that runs it keeps its open files.
    rmSync(folder, { recursive: true, force: true });
    try {
      renameSync(building, folder);
    } catch (error) {
      // Another clone was quicker by a moment: its copy is as good as ours.
      if (!['ENOTEMPTY', 'EEXIST'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) throw error;
    }
    return { version, folder };
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/**
 * Removes what installations left that were killed.
 *
 * @param {string} home
 */
function sweep(home) {
  for (const name of list(home).filter((entry) => entry.startsWith(BUILDING))) {
    const owner = Number(name.slice(BUILDING.length).split('-')[0]);
    if (fingerprint(owner) === undefined) rmSync(path.join(home, name), { recursive: true, force: true });
  }
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
