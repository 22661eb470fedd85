import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { identify, isRunning } from './processes.mjs';

/**
 * Takes a lock for this process, unless another one that still runs holds it. The lock of a dead process counts for nothing.
 *
 * @param {string} file names the lock
 * @returns {import('./processes.mjs').ProcessIdentity | undefined} who holds it; undefined when we do now
 */
export function tryLock(file) {
  const own = `${file}.${process.pid}`;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(own, JSON.stringify(identify(process.pid)));
  try {
    for (;;) {
      try {
        // A link either names a complete file or fails: unlike "create, then write", nobody can read it half written.
        linkSync(own, file);
        return undefined;
      } catch (error) {
        if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
      }
      const holder = lockHolder(file);
      if (holder) return holder;
      rmSync(file, { force: true });
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {import('./processes.mjs').ProcessIdentity | undefined} the running process that holds the lock
 */
export function lockHolder(file) {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8'));
    return isRunning(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} file a lock that this process holds */
export function unlock(file) {
  rmSync(file, { force: true });
}
