import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './failure.mjs';
import { lockHolder, tryLock, unlock } from './lock.mjs';
import { endProcess, identify, isRunning } from './processes.mjs';

/** How long a process that a dead supervisor left behind may take to end by itself. */
const LEFTOVER_GRACE_MS = 15_000;

/** Who ends before whom: the ones that need the others go first. */
export const STOP_ORDER = ['workers', 'gateway', 'subscribers', 'relay', 'services', 'temporal', 'postgres'];

/**
 * @typedef {object} Addresses
 * @property {string} temporal host and port of Temporal's gRPC endpoint
 * @property {string} [temporalUi] URL; absent where another Temporal server is used
 * @property {string} gateway URL
 * @property {string} services URL
 * @property {string} database PostgreSQL URL with its password
 */

/**
 * @typedef {object} RunningProcess
 * @property {string} name
 * @property {number | undefined} pid absent between a death and the next start
 * @property {string | undefined} fingerprint tells the process from a later one with the same pid
 * @property {'starting' | 'running' | 'restarting' | 'stopped'} state
 * @property {number} restarts
 * @property {NodeJS.Signals} stopSignal how it is asked to end
 */

/**
 * What runs, for the command line and for the next start: `runtime.json` in the state folder.
 *
 * @typedef {object} Runtime
 * @property {number} pid of the supervisor
 * @property {string} fingerprint of the supervisor
 * @property {string} startedAt ISO-8601
 * @property {boolean} ready
 * @property {Partial<Addresses>} addresses
 * @property {Record<string, string>} versions
 * @property {RunningProcess[]} processes
 */

/** The folder with everything that a local fleet keeps between two starts. */
export class State {
  /** @param {string} folder absolute; made if lacking */
  constructor(folder) {
    this.folder = folder;
    this.logs = path.join(folder, 'logs');
    mkdirSync(this.logs, { recursive: true });
  }

  /**
   * Claims the folder for this process, so that two fleets never share one database, and ends what a killed supervisor left.
   *
   * @param {(text: string) => void} say told of each process that is ended
   * @throws {SetupError} when another supervisor uses the folder, with its address
   */
  async claim(say) {
    const holder = tryLock(this.#file('supervisor.json'));
    if (holder) {
      const gateway = this.runtime()?.addresses.gateway;
      throw new SetupError(
        `Throughline already runs on ${this.folder} as process ${holder.pid}${gateway ? `, at ${gateway}` : ''}.\n` +
          'Stop it (Ctrl-C there), or give this one --state-dir and --port-base of its own.',
      );
    }
    await this.#endLeftovers(say);
  }

  /** Gives the folder back: nothing of ours runs any more. */
  release() {
    rmSync(this.#file('runtime.json'), { force: true });
    unlock(this.#file('supervisor.json'));
  }

  /** @returns {Runtime | undefined} what the last supervisor wrote, dead or alive */
  runtime() {
    return readJson(this.#file('runtime.json'));
  }

  /** @returns {boolean} whether a supervisor that still runs has claimed this folder */
  isClaimed() {
    return lockHolder(this.#file('supervisor.json')) !== undefined;
  }

  /**
   * @param {Omit<Runtime, 'pid' | 'fingerprint'>} runtime
   */
  writeRuntime(runtime) {
    this.#write('runtime.json', { ...identify(process.pid), ...runtime });
  }

  /**
   * The secrets of this installation, made at the first call. They stay the same over restarts: the database's password is
   * stored in its cluster, and callbacks under way are signed with the callback secret.
   *
   * @returns {{ databasePassword: string, callbackSecret: string }} the latter in the form of Standard Webhooks
   */
  secrets() {
    const known = readJson(this.#file('secrets.json'));
    if (known) return known;
    const made = {
      databasePassword: randomBytes(24).toString('base64url'),
      callbackSecret: `whsec_${randomBytes(32).toString('base64')}`,
    };
    this.#write('secrets.json', made);
    return made;
  }

  /**
   * The key of the development issuer, made at the first call: whoever can read it may be anybody in this fleet.
   *
   * @returns {string} its file, which holds a private JSON Web Key
   */
  developmentKey() {
    const name = 'development-key.json';
    if (!readJson(this.#file(name))) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      this.#write(name, { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(8).toString('hex') });
    }
    return this.#file(name);
  }

  /** @param {(text: string) => void} say */
  async #endLeftovers(say) {
    const leftovers = this.runtime()?.processes ?? [];
    leftovers.sort((a, b) => STOP_ORDER.indexOf(a.name) - STOP_ORDER.indexOf(b.name));
    for (const left of leftovers) {
      if (left.pid === undefined || left.fingerprint === undefined) continue;
      const identity = { pid: left.pid, fingerprint: left.fingerprint };
      if (!isRunning(identity)) continue;
      say(`ending ${left.name} (process ${left.pid}), which a killed start left behind`);
      await endProcess(identity, { signal: left.stopSignal, graceMs: LEFTOVER_GRACE_MS });
    }
    rmSync(this.#file('runtime.json'), { force: true });
  }

  /** @param {string} name */
  #file(name) {
    return path.join(this.folder, name);
  }

  /**
   * Writes so that a reader sees the old or the new content, and nobody but its owner.
   *
   * @param {string} name
   * @param {unknown} content
   */
  #write(name, content) {
    const target = this.#file(name);
    const temporary = `${target}.${process.pid}.tmp`;
    writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    // The mode above is subject to the umask and ignored for a file that exists.
    chmodSync(temporary, 0o600);
    renameSync(temporary, target);
  }
}

/** @param {string} file */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
