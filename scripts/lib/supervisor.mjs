import { spawn } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { SetupError } from './failure.mjs';
import { endProcess, fingerprint, identify, send } from './processes.mjs';
import { until } from './wait.mjs';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A child that has lived this long is healthy again: its next death counts as the first. */
const HEALTHY_AFTER_MS = 60_000;
/** A child that has died this often before it was ever ready will not become so. */
const DEATHS_BEFORE_READY = 5;
/** A log that has grown beyond this is moved to `<name>.1.log`, which it replaces. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;
const LOG_CHECK_MS = 60_000;

/**
 * @typedef {object} ChildSpec
 * @property {string} name also the name of its log file
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {(pid: number) => Promise<boolean>} ready whether the process with this id answers
 * @property {() => Promise<void> | void} [beforeStart] run before each start, also a repeated one
 * @property {NodeJS.Signals} [stopSignal] default SIGTERM
 * @property {number} [stopWithinMs] how long it may take to drain; default 30 s
 */

/**
 * @typedef {object} Child
 * @property {ChildSpec} spec
 * @property {import('./state.mjs').RunningProcess['state']} state
 * @property {import('./processes.mjs').ProcessIdentity | undefined} identity
 * @property {number} restarts
 * @property {number} deathsInRow
 * @property {NodeJS.Timeout | undefined} restartTimer
 */

/**
 * Keeps child processes alive and ends them in order.
 *
 * Children lead process groups of their own, so that Ctrl-C in the terminal reaches the supervisor alone, and write straight
 * to their log files, so that they do not notice the supervisor's death.
 */
export class Supervisor {
  /** @type {Map<string, Child>} */
  #children = new Map();
  #stopping = false;
  #logTimer;

  /**
   * @param {object} options
   * @param {string} options.logs the folder of the log files
   * @param {(text: string) => void} options.say told in words what happens to children
   * @param {() => void} options.changed told after each change of {@link processes}
   */
  constructor({ logs, say, changed }) {
    this.logs = logs;
    this.say = say;
    this.changed = changed;
    this.#logTimer = setInterval(() => this.#boundLogs(), LOG_CHECK_MS).unref();
  }

  /** @returns {import('./state.mjs').RunningProcess[]} */
  get processes() {
    return [...this.#children.values()].map(({ spec, state, identity, restarts }) => ({
      name: spec.name,
      pid: identity?.pid,
      fingerprint: identity?.fingerprint,
      state,
      restarts,
      stopSignal: spec.stopSignal ?? 'SIGTERM',
    }));
  }

  /**
   * Starts a child and waits until it is ready. From then on it is started again whenever it dies.
   *
   * @param {ChildSpec} spec
   * @param {{ timeoutMs?: number }} [options]
   * @throws {SetupError} when it is not ready in time or dies again and again, with the end of its log
   */
  async start(spec, { timeoutMs = 60_000 } = {}) {
    /** @type {Child} */
    const child = {
      spec,
      state: 'starting',
      identity: undefined,
      restarts: 0,
      deathsInRow: 0,
      restartTimer: undefined,
    };
    this.#children.set(spec.name, child);
    await this.#spawn(child);
    try {
      await until(
        `${spec.name} is ready`,
        () => {
          if (this.#stopping) throw new SetupError(`${spec.name}: stopped before it was ready`);
          if (child.deathsInRow >= DEATHS_BEFORE_READY) throw new SetupError(`${spec.name} does not start`);
          return child.identity !== undefined && spec.ready(child.identity.pid);
        },
        { timeoutMs },
      );
    } catch (error) {
      if (!(error instanceof SetupError) || this.#stopping) throw error;
      throw new SetupError(`${error.message}. The end of ${this.#log(spec.name)}:\n${this.#logTail(spec.name)}`);
    }
    child.state = 'running';
    this.changed();
  }

  /**
   * Ends the named children, side by side; others stay. A child that does not end in its time is killed.
   *
   * @param {readonly string[]} names unknown ones are passed over
   */
  async stop(names) {
    this.#stopping = true;
    clearInterval(this.#logTimer);
    await Promise.all(
      names.map(async (name) => {
        const child = this.#children.get(name);
        if (!child) return;
        clearTimeout(child.restartTimer);
        if (child.identity) {
          const { stopSignal = 'SIGTERM', stopWithinMs = 30_000 } = child.spec;
          const how = await endProcess(child.identity, { signal: stopSignal, graceMs: stopWithinMs });
          if (how === 'killed') this.say(`${name} did not end within ${stopWithinMs / 1000} s and was killed`);
        }
        child.state = 'stopped';
        this.changed();
      }),
    );
  }

  /** Kills everything at once, for whoever does not want to wait. */
  kill() {
    this.#stopping = true;
    for (const { identity, restartTimer } of this.#children.values()) {
      clearTimeout(restartTimer);
      if (identity && fingerprint(identity.pid) === identity.fingerprint) send(-identity.pid, 'SIGKILL');
    }
  }

  /** @param {Child} child */
  async #spawn(child) {
    const { name, command, args, env, beforeStart } = child.spec;
    await beforeStart?.();
    // A stop may have come while we prepared.
    if (this.#stopping) return;
    this.#boundLog(name);
    const log = openSync(this.#log(name), 'a');
    const spawned = spawn(command, args, { env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    const startedAt = Date.now();
    const identity = spawned.pid === undefined ? undefined : identify(spawned.pid);
    child.identity = identity;
    const died = (/** @type {string} */ how) => {
      if (child.identity !== identity) return;
      child.identity = undefined;
      if (!this.#stopping) this.#restartLater(child, how, Date.now() - startedAt);
    };
    spawned.once('error', (error) => died(`cannot be started (${error.message})`));
    spawned.once('exit', (code, signal) => died(signal ? `was ended by ${signal}` : `ended with exit code ${code}`));
    this.changed();
  }

  /**
   * @param {Child} child
   * @param {string} how
   * @param {number} livedMs
   */
  #restartLater(child, how, livedMs) {
    child.deathsInRow = livedMs > HEALTHY_AFTER_MS ? 1 : child.deathsInRow + 1;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (child.deathsInRow - 1), LONGEST_PAUSE_MS);
    child.state = 'restarting';
    this.say(
      `${child.spec.name} ${how}; starting it again in ${pauseMs / 1000} s (log: ${this.#log(child.spec.name)})`,
    );
    this.changed();
    child.restartTimer = setTimeout(() => void this.#restart(child), pauseMs);
  }

  /** @param {Child} child */
  async #restart(child) {
    child.restarts += 1;
    child.state = 'starting';
    try {
      await this.#spawn(child);
      const { spec, identity } = child;
      const readyOrDead = () => child.identity !== identity || identity === undefined || spec.ready(identity.pid);
      await until(`${spec.name} is ready`, readyOrDead, { timeoutMs: HEALTHY_AFTER_MS });
      if (child.identity !== identity || identity === undefined || this.#stopping) return;
      child.state = 'running';
      this.say(`${spec.name} runs again`);
      this.changed();
    } catch (error) {
      if (!this.#stopping)
        this.say(`${error instanceof Error ? error.message : error} (log: ${this.#log(child.spec.name)})`);
    }
  }

  #boundLogs() {
    for (const name of this.#children.keys()) this.#boundLog(name);
  }

  /**
   * Copies and truncates instead of renaming: the child keeps its file open, in append mode.
   *
   * @param {string} name
   */
  #boundLog(name) {
    const log = this.#log(name);
    if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) <= LOG_LIMIT_BYTES) return;
    copyFileSync(log, path.join(this.logs, `${name}.1.log`));
    truncateSync(log);
  }

  /** @param {string} name */
  #log(name) {
    return path.join(this.logs, `${name}.log`);
  }

  /** @param {string} name */
  #logTail(name) {
    const lines = readFileSync(this.#log(name), 'utf8').trimEnd().split('\n').slice(-20);
    return lines.map((line) => `    ${line.slice(0, 400)}`).join('\n');
  }
}
