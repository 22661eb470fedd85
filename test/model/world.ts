/**
 * The world that the model's entities live in: one time-skipping server, one database, real workers, and the means to trouble them.
 * Time is global to the server, so a file of tests has one world, and plays one batch after the other.
 */
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type pg from 'pg';
import { respectsGates, type ClosedGate } from '../../activities/health/respects-gates.js';
import { writesRideAlong, type EntryWriter } from '../../activities/records/carrier.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { JournalWriter } from '../../records/writer.js';
import { bundleWorkflows, type WorkflowCode } from '../../workers/workflow-bundle.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { searchAttributes } from '../../workflows/lifecycle/search-attributes.js';
import { quiet } from '../lifecycles/support/quiet.js';
import { ScriptedServices } from '../lifecycles/support/services.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { timeSkippingServer } from '../support/time-skipping.js';
import { parcelLifecycle } from './parcel/states.js';
import { ParcelServices } from './parcel-services.js';
import { WorldClock } from './world-clock.js';

const LIFECYCLES = ['parcel', 'claim'] as const;
type Name = (typeof LIFECYCLES)[number];
const SERVICES: Readonly<Record<Name, readonly string[]>> = {
  parcel: ['depot', 'courier'],
  claim: ['policy', 'fraud', 'assessment', 'documents', 'settlement', 'payments', 'notifications'],
};
/** More than ever live at once. */
const MOST_CACHED = 1_000;
const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

/** A worker whose calls have not ended by then leaves them. */
const FORCE_AFTER = '5 seconds';

/** The product's workflows and the parcel's, as one bundle. */
export const modelBundle = (): Promise<WorkflowBundleOption> => bundleOf('./workflows.ts');

/** The parcel's alone, with a change of it if there is one. */
export const parcelBundle = (webpackConfigHook?: WorkflowCode['webpackConfigHook']): Promise<WorkflowBundleOption> =>
  bundleOf('./parcel/workflows.ts', webpackConfigHook);

const bundleOf = (root: string, webpackConfigHook?: WorkflowCode['webpackConfigHook']): Promise<WorkflowBundleOption> =>
  bundleWorkflows({
    root: fileURLToPath(new URL(root, import.meta.url)),
    interceptors: [fileURLToPath(new URL('./renewal.ts', import.meta.url))],
    ...(webpackConfigHook && { webpackConfigHook }),
  });

/** A span of the server's time, in ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export class World {
  readonly claims = new ScriptedServices(
    () => this.client,
    undefined,
    () => this.now(),
  );
  readonly parcels = new ParcelServices(() => this.client);
  /** Set to false to take the records down. */
  recordsAvailable = true;
  /** When no workflow worker was there. */
  readonly unattended: Span[] = [];
  /** Stands between the workers and the journal; a test may put a broken one here. */
  writer: EntryWriter = { write: (carrier, run) => this.journalWriter.write(carrier, run) };
  private readonly paused = new Set<string>();
  private readonly services: { readonly worker: Worker; readonly run: Promise<void> }[] = [];
  private workflows: { readonly worker: Worker; readonly run: Promise<void> }[] = [];
  private downSince: number | undefined;

  /** When it began, in the machine's time, ms since the epoch. */
  readonly begun = Date.now();
  private readonly clock: WorldClock;
  private readonly ended = new AbortController();

  private constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly database: TestDatabase,
    readonly pool: pg.Pool,
    private readonly journalWriter: JournalWriter,
    private bundle: WorkflowBundleOption,
    private readonly lifecycles: readonly Name[],
    /** See {@link attend}. */
    private cached: boolean,
  ) {
    this.clock = new WorldClock(env, this.ended.signal);
  }

  /**
   * Starts servers and workers.
   * @param lifecycles those that live in it; default: both.
   */
  static async begin(
    bundle: WorkflowBundleOption,
    { cached = false, lifecycles = LIFECYCLES }: { cached?: boolean; lifecycles?: readonly Name[] } = {},
  ): Promise<World> {
    quiet();
    const [database, env] = await Promise.all([createDatabase(), timeSkippingServer()]);
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributes).map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]),
      ),
    });
    const pool = createPool(database.url, { applicationName: 'model', max: 8 });
    const writer = new JournalWriter(pool);
    await Promise.all([claimLifecycle, parcelLifecycle].map((lifecycle) => writer.registerDefinition(lifecycle)));
    const world = new World(env, database, pool, writer, bundle, lifecycles, cached);
    await Promise.all([
      ...[...lifecycles.flatMap((lifecycle) => SERVICES[lifecycle]), 'records'].map((service) => world.serve(service)),
      world.attend(),
    ]);
    return world;
  }

  /** Aborted when the world ends: whoever does something in it then gives up. */
  get over(): AbortSignal {
    return this.ended.signal;
  }

  /** When anything last happened: a call, a jump of the clock; the machine's time in ms since the epoch. */
  get lastSign(): number {
    return this.clock.lastSign;
  }

  /** Has everybody give up who still does something in it. */
  abandon(): void {
    this.ended.abort(new Error('the world has ended'));
  }

  /** Stops all that it started, also where its server no longer answers. */
  async end(): Promise<void> {
    const running = [...this.workflows, ...this.services];
    for (const { worker } of running) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.allSettled(running.map(({ run }) => run));
    // Who still waits for a server that stands still tries again, and on a closed channel that throws where nobody can catch it.
    if (this.over.aborted) this.env.connection.close = () => Promise.resolve();
    await this.env.teardown();
    await this.pool.end();
    await this.database.drop();
  }

  /** A plain client: unlike the environment's own it never lets time pass while it waits for a result. */
  get client(): Client {
    return new Client({ connection: this.env.connection });
  }

  get db() {
    return openDatabase(this.pool);
  }

  now(): Promise<number> {
    return this.clock.now();
  }

  /** Closes the gates of these dependencies and opens all others. */
  pause(dependencies: readonly string[]): void {
    this.paused.clear();
    for (const dependency of dependencies) this.paused.add(dependency);
  }

  /** Whether its workers keep entities in their memory. */
  get remembers(): boolean {
    return this.cached;
  }

  /**
   * Starts the workflow workers.
   * @param cached workflows stay in memory. The workers must then not be stopped while one of them runs: its tasks would wait for the
   * very worker that is gone. Without, every task is a replay. Default: as before.
   * @param bundle what they run from now on; default: as before.
   */
  async attend({ cached = this.cached, bundle = this.bundle } = {}): Promise<void> {
    Object.assign(this, { cached, bundle });
    this.workflows = await Promise.all(
      this.lifecycles.map((lifecycle) =>
        this.poll({
          connection: this.env.nativeConnection,
          taskQueue: `throughline-${lifecycle}`,
          workflowBundle: bundle,
          maxCachedWorkflows: cached ? MOST_CACHED : 0,
        }),
      ),
    );
    if (this.downSince !== undefined) this.unattended.push({ from: this.downSince, to: await this.now() });
    this.downSince = undefined;
  }

  /** Stops the workflow workers. */
  async leaveUnattended(): Promise<void> {
    this.downSince ??= await this.now();
    for (const { worker } of this.workflows) worker.shutdown();
    await Promise.all(this.workflows.map(({ run }) => run));
    this.workflows = [];
  }

  /**
   * Lets time pass, in milliseconds: timers strike and retries go on. At all other times the server's clock is the machine's.
   * @param ids workflow ids of those that live now.
   */
  async pass(durationMs: number, ids: readonly string[] = []): Promise<void> {
    if (durationMs > 0) await this.clock.run(durationMs, this.workflows.length > 0, ids);
  }

  private async serve(service: string): Promise<void> {
    const write: EntryWriter['write'] = async (carrier, run) => {
      if (!this.recordsAvailable) throw new Error('the database is down');
      await this.writer.write(carrier, run);
    };
    const gates = { closed: (dependency: string) => this.gate(dependency), answered: () => {}, failed: () => {} };
    const running = await this.poll({
      connection: this.env.nativeConnection,
      taskQueue: `throughline-${service}`,
      activities: { ...this.claims.activities, ...this.parcels.activities },
      interceptors: {
        activity: [
          this.clock.watches,
          writesRideAlong({ write }),
          ...(service === 'records' ? [] : [respectsGates(gates, service)]),
        ],
      },
      maxConcurrentActivityTaskPolls: 2,
    });
    this.services.push(running);
  }

  private gate(dependency: string): ClosedGate | undefined {
    if (!this.paused.has(dependency)) return undefined;
    return { dependency, status: 'paused', reason: 'maintenance', since: '2012-11-02T10:00:00.000Z' };
  }

  private async poll(options: Parameters<typeof Worker.create>[0]) {
    const worker = await Worker.create({ shutdownForceTime: FORCE_AFTER, ...options });
    return { worker, run: worker.run() };
  }
}
