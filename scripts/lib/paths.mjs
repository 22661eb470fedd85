import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder: the one that holds package.json. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Where all local state lives: database files, Temporal's store, secrets, logs.
 *
 * @param {string | undefined} chosen what the caller gave on the command line; wins over `THROUGHLINE_STATE_DIR`
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string} an absolute path; relative ones are taken from the current folder
 */
export function stateDirectory(chosen, env = process.env) {
  return path.resolve(chosen || env['THROUGHLINE_STATE_DIR'] || path.join(projectRoot, '.throughline'));
}

/**
 * The folder shared by all clones of one user, in which downloaded and built tools are kept by version.
 *
 * @param {NodeJS.ProcessEnv} [env] `THROUGHLINE_CACHE_DIR` is taken as it is, else `XDG_CACHE_HOME` (or `~/.cache`) + `throughline`
 * @returns {string}
 */
export function cacheDirectory(env = process.env) {
  if (env['THROUGHLINE_CACHE_DIR']) return path.resolve(env['THROUGHLINE_CACHE_DIR']);
  return path.join(env['XDG_CACHE_HOME'] || path.join(env['HOME'] || homedir(), '.cache'), 'throughline');
}

/**
 * The command that an npm package of this project brings, e.g. `tsc`.
 *
 * @param {string} name
 * @returns {string} an absolute path
 */
export function projectCommand(name) {
  return path.join(projectRoot, 'node_modules', '.bin', name);
}

/**
 * The path of an executable on `PATH`.
 *
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {string | undefined}
 */
export function findOnPath(name, env = process.env) {
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find((candidate) => existsSync(candidate));
}
