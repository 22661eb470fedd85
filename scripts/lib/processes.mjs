import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * A process that may outlive us, named so that a later run can tell it from a stranger that got the same number.
 *
 * @typedef {{ pid: number, fingerprint: string }} ProcessIdentity
 */

/**
 * What distinguishes a running process from every other one that had or will have the same process id: when it started.
 *
 * @param {number} pid
 * @returns {string | undefined} undefined when no such process runs (a zombie does not run)
 */
export function fingerprint(pid) {
  if (process.platform === 'linux') {
    try {
      // The name in parentheses may itself contain spaces and parentheses: count the fields after the last one.
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot}-${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  const [state, ...started] = ps(pid, 'state=,lstart=').split(/\s+/);
  return state && !state.startsWith('Z') ? started.join(' ') : undefined;
}

/**
 * @param {number} pid
 * @returns {ProcessIdentity | undefined} undefined when no such process runs
 */
export function identify(pid) {
  const mark = fingerprint(pid);
  return mark === undefined ? undefined : { pid, fingerprint: mark };
}

/**
 * @param {ProcessIdentity} identity
 * @returns {boolean} whether that very process still runs
 */
export function isRunning(identity) {
  return fingerprint(identity.pid) === identity.fingerprint;
}

/**
 * @param {number} pid
 * @returns {string} the command line, blank when there is no such process or it is not ours to see
 */
export function commandLine(pid) {
  if (process.platform !== 'linux') return ps(pid, 'command=');
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/**
 * Ends a process that is not necessarily our child: asks first, and kills its whole group when that does not help.
 *
 * @param {ProcessIdentity} identity
 * @param {{ signal: NodeJS.Signals, graceMs: number }} options how it is asked, and how long it may take
 * @returns {Promise<'gone' | 'stopped' | 'killed'>}
 */
export async function endProcess(identity, { signal, graceMs }) {
  if (!isRunning(identity)) return 'gone';
  send(identity.pid, signal);
  if (await gone(identity, graceMs)) return 'stopped';
  send(-identity.pid, 'SIGKILL');
  send(identity.pid, 'SIGKILL');
  await gone(identity, 5_000);
  return 'killed';
}

/**
 * Sends a signal; a process that is already gone is no failure.
 *
 * @param {number} pid negative for a process group
 * @param {NodeJS.Signals} signal
 */
export function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/**
 * @param {ProcessIdentity} identity
 * @param {number} timeoutMs
 */
async function gone(identity, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (isRunning(identity)) {
    if (Date.now() > deadline) return false;
    await sleep(25);
  }
  return true;
}

/**
 * @param {number} pid
 * @param {string} columns
 */
function ps(pid, columns) {
  try {
    return execFileSync('ps', ['-o', columns, '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' }).trim();
  } catch {
    return '';
  }
}
