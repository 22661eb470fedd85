import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CLI_MAIN, ensureBuild } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { endCommands, run, runAttached } from './exec.mjs';
import { SetupError } from './failure.mjs';
import { entryPoint, fleetChildren, fleetEnvironment } from './fleet.mjs';
import { projectRoot } from './paths.mjs';
import { portPlan, reachable, requireFreePorts } from './ports.mjs';
import { EmbeddedPostgres } from './postgres.mjs';
import { STOP_ORDER } from './state.mjs';
import { Supervisor } from './supervisor.mjs';
import { resolveTemporalCli } from './temporal-cli.mjs';
import { temporalServer } from './temporal-server.mjs';

const SAMPLE = 'examples/sandy-sample.csv';

/**
 * @typedef {object} Options
 * @property {boolean} sample whether the sample claims are submitted and shown
 * @property {number} portBase
 * @property {boolean} [workers] whether workers, relay and subscribers run; default true
 */

/** Everything that `npm start` runs, from the first installation to the end. */
export class LocalFleet {
  #startedAt = new Date().toISOString();
  #complete = false;
  /** @type {Partial<import('./state.mjs').Addresses>} */
  #addresses = {};
  /** @type {Record<string, string>} */
  #versions = {};

  /**
   * @param {import('./state.mjs').State} state claimed before {@link serve}
   * @param {import('./progress.mjs').Progress} progress
   * @param {Options} options
   */
  constructor(state, progress, options) {
    this.state = state;
    this.progress = progress;
    this.options = options;
    this.ports = portPlan(options.portBase);
    this.supervisor = new Supervisor({
      logs: state.logs,
      say: (text) => progress.note(`! ${text}`),
      changed: () => this.#publish(),
    });
  }

  /**
   * Brings everything up, shows the sample, and then never ends by itself.
   *
   * @returns {Promise<never>}
   */
  async serve() {
    const surroundings = await this.bringUp();
    this.#announce();
    if (this.options.sample) await this.#showSample(surroundings);
    console.log('\nRunning; Ctrl-C stops everything. In another terminal:');
    console.log('  npx throughline status');
    console.log('  npx throughline list claim');
    console.log('  npx throughline --help');
    return new Promise(() => undefined);
  }

  /** Ends everything in order, each part with the time that it needs to drain. */
  async stop() {
    endCommands();
    for (const name of STOP_ORDER) await this.supervisor.stop([name]);
  }

  /** Ends everything at once. */
  kill() {
    endCommands('SIGKILL');
    this.supervisor.kill();
    this.state.release();
  }

  /**
   * Sets up and starts everything; resolves when it serves.
   *
   * @returns {Promise<import('./fleet.mjs').Surroundings>}
   */
  async bringUp() {
    const { progress, ports, state } = this;
    const { TEMPORAL_ADDRESS: temporalElsewhere, DATABASE_URL: databaseElsewhere } = process.env;
    await this.#requirePorts(Boolean(temporalElsewhere), Boolean(databaseElsewhere));
    this.#versions = { throughline: projectVersion(), node: process.versions.node };
    this.#publish();

    await progress.step('npm dependencies', ensureDependencies);
    const namespace = process.env['TEMPORAL_NAMESPACE'] || 'default';
    const building = progress.step('Build', ensureBuild);
    const [database] = await Promise.all([
      databaseElsewhere || this.#startPostgres(),
      temporalElsewhere ? this.#useTemporal(temporalElsewhere) : this.#startTemporal(namespace),
      building,
    ]);
    const secrets = state.secrets();
    const surroundings = {
      stateDir: state.folder,
      ports,
      namespace,
      callbackSecret: secrets.callbackSecret,
      developmentKey: state.developmentKey(),
      embedded: !temporalElsewhere && !databaseElsewhere,
      addresses: {
        temporal: temporalElsewhere || `127.0.0.1:${ports.temporal}`,
        ...(temporalElsewhere ? {} : { temporalUi: `http://127.0.0.1:${ports.temporalUi}` }),
        gateway: `http://127.0.0.1:${ports.gateway}`,
        services: `http://127.0.0.1:${ports.services}`,
        database,
      },
    };
    this.#addresses = surroundings.addresses;
    await progress.step('Database migrations', async () => {
      await run(process.execPath, [entryPoint('records', 'migrate.js')], { env: fleetEnvironment(surroundings) });
    });
    const children = fleetChildren(surroundings).filter(
      ({ name }) => this.options.workers !== false || name === 'services' || name === 'gateway',
    );
    await Promise.all(children.map((spec) => progress.step(titleOf(spec.name), () => this.supervisor.start(spec))));
    this.#complete = true;
    this.#publish();
    return surroundings;
  }

  /**
   * @param {boolean} temporalElsewhere
   * @param {boolean} databaseElsewhere
   */
  async #requirePorts(temporalElsewhere, databaseElsewhere) {
    const { gateway, services, workers, relay, subscribers, database, ...temporal } = this.ports;
    await requireFreePorts(
      {
        gateway,
        services,
        'worker health': workers,
        'relay health': relay,
        subscribers,
        ...(databaseElsewhere ? {} : { PostgreSQL: database }),
        ...(temporalElsewhere
          ? {}
          : {
              Temporal: temporal.temporal,
              'Temporal web UI': temporal.temporalUi,
              'Temporal HTTP API': temporal.temporalHttp,
              'Temporal metrics': temporal.temporalMetrics,
            }),
      },
      `Stop that process, or move all ports: npm start -- --port-base ${this.options.portBase + 100}`,
    );
  }

  /** @returns {Promise<string>} the database's URL */
  async #startPostgres() {
    const { databasePassword } = this.state.secrets();
    const folder = path.join(this.state.folder, 'postgres');
    const postgres = new EmbeddedPostgres({ folder, port: this.ports.database, password: databasePassword });
    await this.progress.step('PostgreSQL', async (step) => {
      const version = await postgres.prepare(step);
      step.say('starting');
      await this.supervisor.start(postgres.child());
      this.#versions['postgres'] = version;
      step.done(version);
    });
    return postgres.url;
  }

  /** @param {string} namespace */
  async #startTemporal(namespace) {
    const cli = await this.progress.step('Temporal CLI', resolveTemporalCli);
    this.#versions['temporal'] = cli.serverVersion;
    this.#versions['temporalCli'] = cli.version;
    await this.progress.step('Temporal server', async () => {
      const { ports, state } = this;
      await this.supervisor.start(temporalServer({ cli: cli.path, ports, namespace, folder: state.folder }));
    });
  }

  /** @param {string} address */
  async #useTemporal(address) {
    await this.progress.step('Temporal server', async (step) => {
      if (!(await reachable(address))) {
        throw new SetupError(`TEMPORAL_ADDRESS is ${address}, where nothing answers: start that server, or unset it.`);
      }
      step.done(address);
    });
  }

  #announce() {
    const seconds = ((Date.now() - Date.parse(this.#startedAt)) / 1000).toFixed(1);
    console.log(`\nThroughline is ready (${seconds} s).`);
    console.log(`  Console          ${this.#addresses.gateway}`);
    console.log(`  API              ${this.#addresses.gateway}/docs/api`);
    if (this.#addresses.temporalUi) console.log(`  Temporal web UI  ${this.#addresses.temporalUi}`);
  }

  /** @param {import('./fleet.mjs').Surroundings} surroundings */
  async #showSample(surroundings) {
    console.log('\nTen real flood claims of October 2012, from first notice to settlement:');
    const intake = ['intake', SAMPLE, '--line', 'flood', '--wait', '--table'];
    const args = [CLI_MAIN, ...intake];
    const code = await runAttached(process.execPath, args, { cwd: projectRoot, env: fleetEnvironment(surroundings) });
    if (code !== 0) console.log(`The sample ended with exit code ${code}; again: npx throughline ${intake.join(' ')}`);
  }

  #publish() {
    const { processes } = this.supervisor;
    this.state.writeRuntime({
      startedAt: this.#startedAt,
      ready: this.#complete && processes.every(({ state }) => state === 'running'),
      addresses: this.#addresses,
      versions: this.#versions,
      processes,
    });
  }
}

/** @returns {string} */
function projectVersion() {
  return JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8')).version;
}

/** @param {string} name */
function titleOf(name) {
  return (
    {
      services: 'Reference services',
      gateway: 'Gateway',
      workers: 'Workers',
      relay: 'Relay',
      subscribers: 'Subscribers',
    }[name] ?? name
  );
}
