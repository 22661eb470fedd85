/** A development server, a database, the warehouse and the records: what parcels need beside the workers under test. */
import { fileURLToPath } from 'node:url';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type pg from 'pg';
import { expect } from 'vitest';
import { writesRideAlong } from '../../../activities/records/carrier.js';
import { RECORDS_TASK_QUEUE } from '../../../activities/records/contract.js';
import { createPool, openDatabase } from '../../../records/pool.js';
import { verifyEntity } from '../../../records/verify.js';
import { JournalWriter } from '../../../records/writer.js';
import { Progress } from '../../../scripts/lib/progress.mjs';
import { resolveTemporalCli } from '../../../scripts/lib/temporal-cli.mjs';
import { registerSearchAttributes } from '../../../workers/search-attributes.js';
import { settingsFromEnvironment } from '../../../workers/settings.js';
import { quiet } from '../../lifecycles/support/quiet.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { parcelLifecycle, WAREHOUSE_TASK_QUEUE, type ParcelResult, type WarehouseActivities } from './parcel.js';

type Parcels = (submission: { data: { parcelId: string } }) => Promise<ParcelResult>;
export type Parcel = WorkflowHandle<Parcels>;

const TASK_QUEUE = 'throughline-parcel';

/** The workflow module of a build: `before`, `patched` or `after` the change. */
export const rootOf = (build: string): string => fileURLToPath(new URL(`./${build}.workflows.ts`, import.meta.url));

export class Depot {
  /** Parcels that were reserved: from then on they wait for their packing. */
  private readonly reserved = new Set<string>();
  private readonly workers = new Map<string, { readonly worker: Worker; readonly run: Promise<void> }>();
  private readonly parcels: string[] = [];

  private constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly database: TestDatabase,
    private readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<Depot> {
    quiet();
    const { path } = await new Progress(process.stderr).step('Temporal CLI', resolveTemporalCli);
    const [env, database] = await Promise.all([
      TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } }),
      createDatabase(),
    ]);
    const pool = createPool(database.url, { applicationName: 'release-tests', max: 4 });
    const depot = new Depot(env, database, pool);
    await depot.serve();
    return depot;
  }

  async close(): Promise<void> {
    await Promise.all([...this.workers.keys()].map((name) => this.stop(name)));
    await this.env.teardown();
    await this.pool.end();
    await this.database.drop();
  }

  get client(): Client {
    return this.env.client;
  }

  /**
   * Starts a worker of the lifecycle.
   * @param settings of its process, beside those that every process has; a version makes it part of a deployment
   */
  async work(
    name: string,
    workflowBundle: WorkflowBundleWithSourceMap,
    settings: NodeJS.ProcessEnv = {},
  ): Promise<void> {
    const { deployment } = settingsFromEnvironment({ DATABASE_URL: this.database.url, ...settings }, 'unused');
    await this.start(name, {
      taskQueue: TASK_QUEUE,
      workflowBundle,
      // Every task replays the whole history, as it does on a machine that has just been deployed to.
      maxCachedWorkflows: 0,
      ...(deployment && { workerDeploymentOptions: deployment }),
    });
  }

  async stop(name: string): Promise<void> {
    const stopped = this.workers.get(name);
    this.workers.delete(name);
    stopped?.worker.shutdown();
    await stopped?.run;
  }

  /** Orders a parcel and waits until it waits for its packing. */
  async order(parcelId: string): Promise<Parcel> {
    const handle = await this.client.workflow.start<Parcels>('parcel', {
      workflowId: `parcel/${parcelId}`,
      taskQueue: TASK_QUEUE,
      args: [{ data: { parcelId } }],
    });
    this.parcels.push(parcelId);
    // A task that went to a worker just stopped is given out again after ten seconds.
    await eventually(() => this.reserved.has(parcelId), Boolean, 40_000);
    return handle;
  }

  /** The build that a deployment's new parcels begin with; waits until its workers are known to the server. */
  async setCurrent(deploymentName: string, buildId: string): Promise<void> {
    const { workflowService } = this.env.connection;
    await eventually(() =>
      workflowService.setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName, buildId }),
    );
  }

  /** Every parcel's journal is gap-free, its chain valid and its row the fold of it. */
  async prove(): Promise<void> {
    for (const id of this.parcels.splice(0)) {
      expect(await verifyEntity(openDatabase(this.pool), 'parcel', id), id).toEqual([]);
    }
  }

  private async serve(): Promise<void> {
    const writer = new JournalWriter(this.pool);
    await writer.registerDefinition(parcelLifecycle);
    await registerSearchAttributes(this.env.nativeConnection, 'default');
    const interceptors = { activity: [writesRideAlong(writer)] };
    const warehouse: WarehouseActivities = {
      inspect: async () => undefined,
      reserve: async ({ parcelId }) => void this.reserved.add(parcelId),
    };
    await this.start('warehouse', { taskQueue: WAREHOUSE_TASK_QUEUE, activities: warehouse, interceptors });
    const activities = { record: async () => undefined };
    await this.start('records', { taskQueue: RECORDS_TASK_QUEUE, activities, interceptors });
  }

  private async start(name: string, options: Omit<Parameters<typeof Worker.create>[0], 'connection'>): Promise<void> {
    const worker = await Worker.create({ connection: this.env.nativeConnection, ...options });
    this.workers.set(name, { worker, run: worker.run() });
  }
}
