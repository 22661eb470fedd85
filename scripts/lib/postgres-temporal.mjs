import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { cachedVersions, installIntoCache } from './cache.mjs';
import { run } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { cacheDirectory, findOnPath } from './paths.mjs';
import { requireFreePorts } from './ports.mjs';
import { EmbeddedPostgres } from './postgres.mjs';
import { Supervisor } from './supervisor.mjs';
import { SERVER_SETTINGS } from './temporal-server.mjs';
import { answers, until } from './wait.mjs';
import { firstWay } from './ways.mjs';

const TOOL = 'temporal-server';
/** The newest version that Go 1.26 builds; it wants 1.26.8. */
const VERSION = '1.32.1';
const SERVER_PACKAGE = 'go.temporal.io/server/cmd/server';
const SQL_PACKAGE = 'go.temporal.io/server/cmd/tools/sql';

/** Database → the schema that the tool carries for it. */
const DATABASES = { temporal: 'postgresql/v12/temporal', temporal_visibility: 'postgresql/v12/visibility' };
/** How long the server keeps closed workflows; what runs here is thrown away long before. */
const RETENTION = '86400s';

/** @typedef {{ server: string, sql: string }} Programs the server and the tool that sets up its schema */

/**
 * @typedef {object} Command
 * @property {string[]} args of the schema tool
 * @property {NodeJS.ProcessEnv} env
 */

/** A real Temporal server on a PostgreSQL of its own, for what a development server cannot show. Keeps nothing but its folder. */
export class PostgresTemporal {
  /**
   * @param {object} options
   * @param {string} options.folder where data and logs lie; it exists
   * @param {number} options.portBase of the fleet: the ports lie where {@link temporalPorts} says
   * @param {string} options.namespace made if lacking
   * @param {string} options.password of the database's role
   * @param {import('./progress.mjs').Progress} options.progress
   */
  constructor({ folder, portBase, namespace, password, progress }) {
    this.folder = folder;
    this.namespace = namespace;
    this.progress = progress;
    this.ports = temporalPorts(portBase);
    this.address = `127.0.0.1:${this.ports.frontend}`;
    this.postgres = new EmbeddedPostgres({
      folder: path.join(folder, 'postgres'),
      port: this.ports.database,
      password,
    });
    this.supervisor = new Supervisor({
      logs: folder,
      say: (text) => progress.note(`! ${text}`),
      changed: () => undefined,
    });
  }

  /**
   * Sets everything up and starts it; resolves when the server takes workflows. The npm dependencies, which hold PostgreSQL,
   * have to be installed.
   *
   * @throws {SetupError} when the server cannot be had, a port is taken, or a step fails, with its own words
   */
  async start() {
    const { progress, ports } = this;
    await requireFreePorts(ports, 'Stop that process, or move all ports with --port-base.');
    const programs = await progress.step('Temporal server with PostgreSQL', resolveTemporalServer);
    await progress.step('PostgreSQL of Temporal', async (step) => {
      const version = await this.postgres.prepare(step);
      // Four services with pools of their own, and the fleet's where it shares the database.
      await this.supervisor.start(this.postgres.child(['max_connections=500']));
      step.done(version);
    });
    await progress.step("Temporal's schema", async () => {
      for (const { args, env } of schemaCommands(this.#database())) await run(programs.sql, args, { env });
    });
    await progress.step('Temporal server', async (step) => {
      await this.supervisor.start(this.#server(programs.server));
      step.say(`making namespace ${this.namespace}`);
      await this.#makeNamespace();
      step.done(`${VERSION}, ${this.address}`);
    });
  }

  /** Ends the server, then its database. */
  async stop() {
    await this.supervisor.stop(['temporal']);
    await this.supervisor.stop(['postgres']);
  }

  /** Ends both at once. */
  kill() {
    this.supervisor.kill();
  }

  /**
   * @param {string} server
   * @returns {import('./supervisor.mjs').ChildSpec}
   */
  #server(server) {
    const dynamicConfig = path.join(this.folder, 'dynamic-config.yaml');
    writeFileSync(
      dynamicConfig,
      Object.entries(SERVER_SETTINGS)
        .map(([key, value]) => `${key}:\n  - value: ${value}\n`)
        .join(''),
    );
    return {
      name: 'temporal',
      command: server,
      args: ['--allow-no-auth', 'start'],
      env: serverEnvironment({ ports: this.ports, database: this.#database(), dynamicConfig }),
      ready: () => answers(`${this.#api}/system-info`),
      stopWithinMs: 15_000,
    };
  }

  async #makeNamespace() {
    const response = await fetch(`${this.#api}/namespaces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ namespace: this.namespace, workflowExecutionRetentionPeriod: RETENTION }),
    });
    const said = await response.text();
    // 409: it is there already.
    if (!response.ok && response.status !== 409)
      throw new SetupError(`The Temporal server made no namespace ${this.namespace}: ${response.status} ${said}`);
    // Frontends read the list of namespaces every few seconds.
    const url = `${this.#api}/namespaces/${encodeURIComponent(this.namespace)}/workflow-count`;
    await until(`namespace ${this.namespace} is served`, () => answers(url), { timeoutMs: 60_000 });
  }

  get #api() {
    return `http://127.0.0.1:${this.ports.http}/api/v1`;
  }

  #database() {
    const { username, password } = new URL(this.postgres.url);
    return { port: this.ports.database, username, password };
  }
}

/**
 * Where everything listens: the frontend where a development server would (see `portPlan`), what only it needs above the fleet's
 * ports.
 *
 * @param {number} base
 */
export function temporalPorts(base) {
  return {
    frontend: base + 3,
    http: base + 5,
    database: base + 10,
    frontendMembership: base + 11,
    history: base + 12,
    historyMembership: base + 13,
    matching: base + 14,
    matchingMembership: base + 15,
    worker: base + 16,
    workerMembership: base + 17,
  };
}

/** @typedef {{ port: number, username: string, password: string }} Database on 127.0.0.1 */

/**
 * What the schema tool is run with, in this order, to make both databases. The password is not among the arguments, which every
 * user of the machine can see.
 *
 * @param {Database} database
 * @returns {Command[]}
 */
export function schemaCommands({ port, username, password }) {
  return Object.entries(DATABASES).flatMap(([database, schema]) => {
    const env = {
      SQL_PLUGIN: 'postgres12',
      SQL_HOST: '127.0.0.1',
      SQL_PORT: String(port),
      SQL_USER: username,
      SQL_PASSWORD: password,
      SQL_DATABASE: database,
    };
    return [
      { args: ['create-database'], env },
      { args: ['setup-schema', '--version', '0.0'], env },
      { args: ['update-schema', '--schema-name', schema], env },
    ];
  });
}

/**
 * The whole environment of the server, which fills in its built-in configuration from it. Nothing of ours is passed on: its
 * variables bear names as general as `DB`.
 *
 * @param {object} options
 * @param {ReturnType<typeof temporalPorts>} options.ports
 * @param {Database} options.database
 * @param {string} options.dynamicConfig path of a file
 * @returns {NodeJS.ProcessEnv}
 */
export function serverEnvironment({ ports, database, dynamicConfig }) {
  return {
    BIND_ON_IP: '127.0.0.1',
    TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
    DB: 'postgres12',
    POSTGRES_SEEDS: '127.0.0.1',
    DB_PORT: String(database.port),
    POSTGRES_USER: database.username,
    POSTGRES_PWD: database.password,
    DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
    LOG_LEVEL: 'warn',
    FRONTEND_GRPC_PORT: String(ports.frontend),
    FRONTEND_HTTP_PORT: String(ports.http),
    FRONTEND_MEMBERSHIP_PORT: String(ports.frontendMembership),
    HISTORY_GRPC_PORT: String(ports.history),
    HISTORY_MEMBERSHIP_PORT: String(ports.historyMembership),
    MATCHING_GRPC_PORT: String(ports.matching),
    MATCHING_MEMBERSHIP_PORT: String(ports.matchingMembership),
    WORKER_GRPC_PORT: String(ports.worker),
    WORKER_MEMBERSHIP_PORT: String(ports.workerMembership),
  };
}

/**
 * Finds the server and its schema tool in the cache, or builds them.
 *
 * @param {import('./progress.mjs').Step} step
 * @returns {Promise<Programs>}
 * @throws {SetupError} when neither works, with what each said
 * @public called by name in a process of its own, by the tests
 */
export async function resolveTemporalServer(step) {
  const programs = await firstWay(
    'Temporal server with PostgreSQL',
    [
      { name: 'cached server', attempt: inCache, remedy: 'is filled by the way below' },
      {
        name: 'a build from the Go module proxy',
        attempt: byGo,
        remedy: 'install Go 1.26.8 or later (https://go.dev/dl), or run without --server postgres',
      },
    ],
    step,
  );
  step.done(VERSION);
  return programs;
}

async function inCache() {
  const cached = cachedVersions(TOOL).find(({ version }) => version === VERSION);
  if (cached === undefined) throw new SetupError(`no ${VERSION} in ${path.join(cacheDirectory(), TOOL)}`);
  return inspect(cached.folder);
}

/** @param {import('./progress.mjs').Step} step */
async function byGo(step) {
  if (findOnPath('go') === undefined) throw new SetupError('go is not on PATH');
  const { folder } = await installIntoCache(TOOL, async (building) => {
    step.say(`building ${VERSION} from source, 2 to 5 minutes the first time`);
    let packages = 0;
    const own = (await run('go', ['env', 'GOFLAGS'])).trim();
    // One call for both: they share nearly all packages. See `temporal-cli.mjs` for the flags.
    await run('go', ['install', '-v', `${SERVER_PACKAGE}@v${VERSION}`, `${SQL_PACKAGE}@v${VERSION}`], {
      env: { ...process.env, GOBIN: building, GOOS: '', GOARCH: '', GOFLAGS: `${own} '-ldflags=-s -w'`.trim() },
      onLine: (line) => step.tick(line.startsWith('go: ') ? line.slice(4) : `${++packages} packages compiled`),
    });
    await inspect(building);
    return VERSION;
  });
  return inspect(folder);
}

/**
 * @param {string} folder
 * @returns {Promise<Programs>}
 */
async function inspect(folder) {
  const programs = { server: path.join(folder, 'server'), sql: path.join(folder, 'sql') };
  for (const program of Object.values(programs)) {
    const said = await run(program, ['--version'], { timeoutMs: 20_000 });
    if (!said.includes(VERSION)) throw new SetupError(`${program} --version does not say ${VERSION}: ${said.trim()}`);
  }
  return programs;
}
