/**
 * The fleet as `npm start` runs it, on a Temporal development server that goes on and a PostgreSQL that does not, with workers
 * under sabotage and a bad network for callbacks.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { inject } from 'vitest';
import { ThroughlineClient } from '../../client/index.js';
import { migrate } from '../../records/migrate.js';
import { fleetChildren, fleetEnvironment } from '../../scripts/lib/fleet.mjs';
import { freePorts, portPlan } from '../../scripts/lib/ports.mjs';
import { EmbeddedPostgres } from '../../scripts/lib/postgres.mjs';
import { Progress } from '../../scripts/lib/progress.mjs';
import { State } from '../../scripts/lib/state.mjs';
import type { ChildSpec } from '../../scripts/lib/supervisor.mjs';
import { resolveTemporalCli } from '../../scripts/lib/temporal-cli.mjs';
import { temporalServer } from '../../scripts/lib/temporal-server.mjs';
import { bundleWorkflows } from '../../workers/workflow-bundle.js';
import { eventually } from '../support/eventually.js';
import { BadNetwork } from './callbacks.js';
import type { Dice } from './dice.mjs';
import { WATCH_ENTITY_ROWS } from './evidence.js';
import { Broken, endedByItself, Program } from './program.js';
import { Workers, type Toll } from './workers.js';

const READY_MS = 120_000;

export class World {
  /** How PostgreSQL was stopped, each time, and for how long it was away. */
  readonly outages: { readonly signal: NodeJS.Signals; readonly awayMs: number }[] = [];
  private readonly programs = new Map<string, Program>();
  /** Programs whose end is wanted. */
  private readonly ending = new Set<Program>();

  private constructor(
    readonly client: ThroughlineClient,
    /** Reads and prepares as the owner of the database; connections are lost with every outage. */
    readonly database: pg.Pool,
    readonly workers: Workers,
    readonly network: BadNetwork,
    /** Rejects as soon as a process ends that nobody has killed (each must outlive the ends of the others), or says what must not be. */
    readonly broken: Broken,
    readonly addresses: { readonly temporal: string; readonly services: string; readonly database: string },
    private readonly postgres: ChildSpec,
    private readonly folder: string,
  ) {}

  /**
   * Starts everything but the workers; resolves when it serves.
   * @param pace as {@link Workers} has it
   */
  static async open(dice: Dice, toll: Toll, pace: number): Promise<World> {
    const folder = mkdtempSync(path.join(tmpdir(), `throughline-chaos-${process.pid}-`));
    const state = new State(folder);
    const progress = new Progress(process.stderr);
    const [any = 0] = await freePorts(1);
    // Below the ephemeral range, so that no connection of ours takes PostgreSQL's port while it is away.
    const ports = portPlan(29_020 + (any % 150) * 20);
    const { databasePassword, callbackSecret } = state.secrets();
    const cli = await progress.step('Temporal CLI', resolveTemporalCli);

    const embedded = new EmbeddedPostgres({
      folder: path.join(folder, 'postgres'),
      port: ports.database,
      password: databasePassword,
    });
    await progress.step('PostgreSQL', async (step) => void (await embedded.prepare(step)));
    // Processes are killed, not the machine: what is committed needs no flush. But a commit must be one.
    const postgres = embedded.child(['fsync=off', 'max_connections=200']);

    const addresses = {
      temporal: `127.0.0.1:${ports.temporal}`,
      gateway: `http://127.0.0.1:${ports.gateway}`,
      services: `http://127.0.0.1:${ports.services}`,
      database: embedded.url,
    };
    const developmentKey = inject('developmentKey');
    const surroundings = { stateDir: folder, ports, namespace: 'default', callbackSecret, developmentKey, addresses };
    const bundle = path.join(folder, 'workflow-bundle.js');
    const { code } = await bundleWorkflows({
      interceptors: [fileURLToPath(new URL('./impatience.workflows.ts', import.meta.url))],
    });
    writeFileSync(bundle, code);

    const network = new BadNetwork(addresses.gateway, dice);
    const database = new pg.Pool({ connectionString: embedded.url, max: 4 });
    database.on('error', () => undefined); // PostgreSQL is killed on purpose
    const broken = new Broken();
    const environment = fleetEnvironment(surroundings);
    delete environment['NODE_OPTIONS'];
    const world = new World(
      new ThroughlineClient({ temporal: addresses.temporal, gateway: addresses.gateway, source: '/tests/chaos' }),
      database,
      new Workers(environment, bundle, dice, toll, pace, broken),
      network,
      broken,
      addresses,
      postgres,
      folder,
    );
    await Promise.all([
      world.run(temporalServer({ cli: cli.path, ports, namespace: 'default' })),
      world.run(postgres).then(() => migrate(embedded.url)),
    ]);
    await database.query(WATCH_ENTITY_ROWS);
    const callbacks = { THROUGHLINE_GATEWAY_URL: await network.listen() };
    const [services, gateway] = fleetChildren(surroundings) as [ChildSpec, ChildSpec];
    await Promise.all([world.run({ ...services, env: { ...services.env, ...callbacks } }), world.run(gateway)]);
    return world;
  }

  /** Tells the services what real ones would know of the claims. */
  async seed(body: object): Promise<void> {
    const answer = await fetch(`${this.addresses.services}/seed`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`PUT /seed: ${answer.status} ${await answer.text()}`);
  }

  /** Stops PostgreSQL (SIGQUIT: at once, without a checkpoint; SIGKILL: without a word) and starts it after a while. */
  async outage(signal: 'SIGQUIT' | 'SIGKILL', forMs: number): Promise<void> {
    const since = Date.now();
    await this.end('postgres', signal);
    await pause(forMs);
    await this.run(this.postgres);
    this.outages.push({ signal, awayMs: Date.now() - since });
  }

  /** Ends everything and removes all state. */
  async close(): Promise<void> {
    await this.workers.stop();
    await this.network.close();
    await this.client.close();
    await this.database.end().catch(() => undefined);
    for (const name of ['gateway', 'services', 'temporal', 'postgres']) await this.end(name, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Starts a program; resolves when it is ready. One that ends before, as PostgreSQL does beside its own remains, starts again. */
  private async run(spec: ChildSpec): Promise<void> {
    let program: Program | undefined;
    const start = async () => {
      await spec.beforeStart?.();
      program = new Program(spec);
      this.programs.set(spec.name, program);
    };
    await eventually(
      async () => {
        if (program?.runs !== true) await start();
        return program !== undefined && spec.ready(program.pid);
      },
      Boolean,
      READY_MS,
    );
    const ready = program;
    void ready?.exited.then((exit) => {
      if (!this.ending.has(ready)) this.broken.by(spec.name, endedByItself(exit));
    });
  }

  private async end(name: string, signal: NodeJS.Signals): Promise<void> {
    const program = this.programs.get(name);
    if (!program) return;
    this.ending.add(program);
    await program.end(signal);
  }
}
