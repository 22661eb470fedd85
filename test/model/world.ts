/**
 * The world that the model's entities live in: one time-skipping server, one database, real workers, and the means to trouble them.
 * Time is global to the server, so a file of tests has one world, and plays one batch after the other.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type pg from 'pg';
import { inject } from 'vitest';
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
import { parcelLifecycle } from './parcel/states.js';
import { ParcelServices } from './parcel-services.js';

const LIFECYCLES = ['parcel', 'claim'] as const;
const CLAIM_SERVICES = [
  'policy',
  'fraud',
  'assessment',
  'documents',
  'settlement',
  'payments',
  'notifications',
] as const;
const PARCEL_SERVICES = ['depot', 'courier'] as const;
const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

/** A jump of the server's clock is told from its ticking with the machine's by this, in milliseconds. */
const JUMP_MS = 200;
/** How long the server's clock may stand still before that is undone, in real milliseconds: a worker that is there needs its time. */
const PATIENCE_MS = 2_000;
const PATIENCE_UNATTENDED_MS = 40;

/** The product's workflows and the parcel's, as one bundle, with a change of it if there is one. */
export const modelBundle = (webpackConfigHook?: WorkflowCode['webpackConfigHook']): Promise<WorkflowBundleOption> =>
  bundleWorkflows({
    root: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    interceptors: [fileURLToPath(new URL('./renewal.ts', import.meta.url))],
    ...(webpackConfigHook && { webpackConfigHook }),
  });

/** A span of the server's time, in ms since the epoch. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export class World {
  readonly claims = new ScriptedServices(() => this.client);
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

  private constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly database: TestDatabase,
    readonly pool: pg.Pool,
    private readonly journalWriter: JournalWriter,
    private bundle: WorkflowBundleOption,
    /** Workflows stay in memory; the workflow workers must then not be stopped. */
    private readonly cached: boolean,
  ) {}

  /** Starts servers and workers. */
  static async begin(bundle: WorkflowBundleOption, { cached = false } = {}): Promise<World> {
    quiet();
    const executable = { type: 'existing-path', path: inject('testServerPath') } as const;
    const [database, env] = await Promise.all([
      createDatabase(),
      TestWorkflowEnvironment.createTimeSkipping({ server: { executable } }),
    ]);
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributes).map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]),
      ),
    });
    const pool = createPool(database.url, { applicationName: 'model', max: 8 });
    const writer = new JournalWriter(pool);
    await Promise.all([claimLifecycle, parcelLifecycle].map((lifecycle) => writer.registerDefinition(lifecycle)));
    const world = new World(env, database, pool, writer, bundle, cached);
    await Promise.all([
      ...[...CLAIM_SERVICES, ...PARCEL_SERVICES, 'records'].map((service) => world.serve(service)),
      world.attend(),
    ]);
    return world;
  }

  async end(): Promise<void> {
    await this.leaveUnattended();
    for (const { worker } of this.services) worker.shutdown();
    await Promise.all(this.services.map(({ run }) => run));
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
    return this.env.currentTimeMs();
  }

  /** Closes the gates of these dependencies and opens all others. */
  pause(dependencies: readonly string[]): void {
    this.paused.clear();
    for (const dependency of dependencies) this.paused.add(dependency);
  }

  /** Starts the workflow workers, which then run another bundle if one is given. */
  async attend(bundle = this.bundle): Promise<void> {
    this.bundle = bundle;
    this.workflows = await Promise.all(
      LIFECYCLES.map((lifecycle) =>
        this.poll({
          connection: this.env.nativeConnection,
          taskQueue: `throughline-${lifecycle}`,
          workflowBundle: bundle,
          // Without a cache no task waits for the very worker that is gone, and every task is a replay.
          ...(!this.cached && { maxCachedWorkflows: 0 }),
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
   *
   * The clock stands still for as long as a task waits for its worker, and for good where an activity was cancelled before its worker
   * had it; each standstill is undone, and the reason for it put back afterwards.
   */
  async pass(durationMs: number): Promise<void> {
    if (durationMs === 0) return;
    const patienceMs = this.workflows.length > 0 ? PATIENCE_MS : PATIENCE_UNATTENDED_MS;
    let awake = false;
    let undone = 0;
    const asleep = this.env.sleep(durationMs).then(() => (awake = true));
    let before = await this.clocks();
    while (!(await Promise.race([asleep, pause(patienceMs)]))) {
      const now = await this.clocks();
      const jumped = now.server - before.server - (now.machine - before.machine) > JUMP_MS;
      if (!jumped && !awake && (await this.unlocked())) { undone++; process.stderr.write('LAP undone\n'); }
      before = now;
    }
    for (; undone > 0; undone--) await this.env.connection.testService?.lockTimeSkipping({});
  }

  private async clocks() {
    return { server: await this.now(), machine: Date.now() };
  }

  /** Undoes one reason for the clock to stand still; false where the last one has just gone, which the server takes for a mistake. */
  private async unlocked(): Promise<boolean> {
    const { connection } = this.env;
    try {
      await connection.withDeadline(Date.now() + 250, async () => connection.testService?.unlockTimeSkipping({}));
      return true;
    } catch {
      return false;
    }
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
        activity: [writesRideAlong({ write }), ...(service === 'records' ? [] : [respectsGates(gates, service)])],
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
    const worker = await Worker.create(options);
    return { worker, run: worker.run() };
  }
}
