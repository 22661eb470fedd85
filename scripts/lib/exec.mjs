import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SetupError } from './failure.mjs';

/** Lines of output that a failure message repeats from the beginning and from the end: some tools say first what is wrong. */
const HEAD_LINES = 8;
const TAIL_LINES = 15;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();
let ended = false;

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] the whole environment; default: ours
 * @property {string} [input] written to standard input, which is otherwise empty
 * @property {number} [timeoutMs] after this the command is killed and fails
 * @property {AbortSignal} [signal] when aborted, the command is killed and fails with the signal's reason
 * @property {(line: string) => void} [onLine] called with each line of both outputs, e.g. to show progress
 */

/**
 * Runs a command to its end and gives what it printed on standard output.
 *
 * @param {string} command a path or a name on PATH; no shell is involved
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<string>} standard output
 * @throws {SetupError} not found, ended by other than 0, or out of time: with the command and the last lines it printed
 */
export async function run(command, args, options = {}) {
  refuseIfEnded(command);
  const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'pipe' });
  running.add(child);
  /** @type {string[]} */
  const stdout = [];
  /** @type {string[]} */
  const excerpt = [];
  const collect = (/** @type {string} */ line) => {
    excerpt.push(line);
    if (excerpt.length > HEAD_LINES + TAIL_LINES) excerpt.splice(HEAD_LINES, 2, '…');
    options.onLine?.(line);
  };
  createInterface(child.stdout).on('line', (line) => {
    stdout.push(line);
    collect(line);
  });
  createInterface(child.stderr).on('line', collect);
  // A command that does not read its input may be gone before we wrote it; its exit code tells the story.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');

  /** @type {string | undefined} */
  let killedBecause;
  const kill = (/** @type {string} */ why) => {
    killedBecause = why;
    child.kill('SIGKILL');
  };
  const timer = options.timeoutMs
    ? setTimeout(() => kill(`did not end within ${Math.round((options.timeoutMs ?? 0) / 1000)} s`), options.timeoutMs)
    : undefined;
  const onAbort = () => kill(String(options.signal?.reason));
  options.signal?.addEventListener('abort', onAbort, { once: true });

  try {
    await new Promise((resolve, reject) => {
      child.once('error', (error) => {
        const missing = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT';
        reject(new SetupError(missing ? `${command} was not found` : `${command} cannot be run: ${error.message}`));
      });
      child.once('close', (code, signal) => {
        if (code === 0) return resolve(undefined);
        const how = killedBecause ?? (signal ? `was ended by ${signal}` : `ended with exit code ${code}`);
        const output = excerpt.map((line) => `\n    ${line}`).join('');
        reject(new SetupError(`${[command, ...args].join(' ')} ${how}${output ? `:${output}` : ''}`));
      });
    });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    running.delete(child);
  }
  return stdout.join('\n');
}

/**
 * Runs a command that talks to the person itself: it shares our terminal.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code; 128 for one that a signal ended
 * @throws {SetupError} when it cannot be started
 */
export async function runAttached(command, args, options = {}) {
  refuseIfEnded(command);
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  running.add(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new SetupError(`${command} cannot be run: ${error.message}`)));
      child.once('close', (code) => resolve(code ?? 128));
    });
  } finally {
    running.delete(child);
  }
}

/**
 * Ends every command that {@link run} or {@link runAttached} has started and that still runs, and lets no new one start:
 * whoever is interrupted leaves nothing behind.
 *
 * @param {NodeJS.Signals} [signal]
 */
export function endCommands(signal = 'SIGTERM') {
  ended = true;
  for (const child of running) child.kill(signal);
}

/**
 * For scripts that only wait for commands: a signal to the script ends its commands, and the script with them.
 *
 * The terminal sends Ctrl-C to the commands itself; they would take a second one for impatience.
 */
export function endCommandsOnSignals() {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) endCommands(signal);
    });
  }
}

/** @param {string} command */
function refuseIfEnded(command) {
  if (ended) throw new SetupError(`${command} was not started: interrupted`);
}
