/** One time-skipping server, one database and all worker roles with scripted services, for one test file. */
import { setTimeout as pause } from 'node:timers/promises';
import { Client, type WorkflowClientInterceptor } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { writesRideAlong } from '../../../activities/records/carrier.js';
import { createPool, openDatabase } from '../../../records/pool.js';
import { loadJournal, verifyEntity } from '../../../records/verify.js';
import { JournalWriter } from '../../../records/writer.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import type { Entry } from '../../../workflows/lifecycle/entry.js';
import { searchAttributes } from '../../../workflows/lifecycle/search-attributes.js';
import { Progress } from '../../../scripts/lib/progress.mjs';
import { resolveTemporalCli } from '../../../scripts/lib/temporal-cli.mjs';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { timeSkippingServer } from '../../support/time-skipping.js';
import { note } from '../../edges/sightings.js';
import { eventually } from '../../support/eventually.js';
import { journalInHistory, taskUnderWay, type History } from '../../support/history.js';
import { ClaimRun } from './claim-run.js';
import { quiet } from './quiet.js';
import type { Script } from './script.js';
import { ScriptedServices } from './services.js';

const SERVICES = [
  'policy',
  'fraud',
  'assessment',
  'documents',
  'settlement',
  'payments',
  'notifications',
  'records',
] as const;
type Service = (typeof SERVICES)[number];
/** Whose task queue a worker polls; `claim` runs the workflows. */
type Role = Service | 'claim';

const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

export interface FleetOptions {
  /** A development server instead, whose histories are those of a real one; its time does not skip. */
  readonly server?: 'development';
  /** With a development server: after how many events of a run it suggests to continue as new. */
  readonly suggestContinueAsNewAt?: number;
  /** With a development server: how many updates a run may take in all. */
  readonly mostUpdates?: number;
  /** What clients do beside what they are told. */
  readonly interceptors?: WorkflowClientInterceptor[];
  /** Pause before the services call back. Default: they do so before they answer the call. */
  readonly callbackAfterMs?: number;
  /** Services whose task queue nobody polls until {@link Fleet.poll} is called. */
  readonly unpolled?: readonly Service[];
  /**
   * Whether the workflow worker may be stopped and started: without a cache, no task waits for the very worker that is gone. Every
   * task then replays the whole history.
   */
  readonly uncached?: true;
  /** A bundle of other workflows than the product's. */
  readonly bundle?: () => Promise<WorkflowBundleOption>;
}

/**
 * Starts a fleet before the file's tests and stops it after them. After each test the journals of all its claims are proven:
 * gap-free, chain valid, and equal to what history holds.
 */
export function useFleet(options: FleetOptions = {}): Fleet {
  const fleet = new Fleet(options);
  beforeAll(() => fleet.start());
  afterEach(() => fleet.prove());
  afterAll(() => fleet.stop());
  return fleet;
}

export class Fleet {
  /** Set to false to take the records down. */
  recordsAvailable = true;
  readonly services: ScriptedServices;
  private temporal: TestWorkflowEnvironment | undefined;
  private database: TestDatabase | undefined;
  private pool: pg.Pool | undefined;
  private writer: JournalWriter | undefined;
  private readonly workers = new Map<Role, { readonly worker: Worker; readonly run: Promise<void> }>();
  private readonly runs: ClaimRun[] = [];
  private workflows: Pick<WorkerOptions, 'workflowBundle'> = {};
  private count = 0;

  constructor(private readonly options: FleetOptions) {
    this.services = new ScriptedServices(
      () => this.client,
      options.callbackAfterMs,
      () => (options.server === 'development' ? Promise.resolve(Date.now()) : this.env.currentTimeMs()),
    );
  }

  get env(): TestWorkflowEnvironment {
    if (!this.temporal) throw new Error('the fleet is not started');
    return this.temporal;
  }

  /** A plain client: unlike the environment's own it never lets time pass while it waits for a result. */
  get client(): Client {
    const { interceptors = [] } = this.options;
    return new Client({ connection: this.env.connection, interceptors: { workflow: interceptors } });
  }

  get db() {
    if (!this.pool) throw new Error('the fleet is not started');
    return openDatabase(this.pool);
  }

  async start(): Promise<void> {
    quiet();
    [this.database, this.temporal] = await Promise.all([
      createDatabase(),
      this.options.server === 'development' ? developmentServer(this.options) : timeSkippingServer(),
    ]);
    await this.temporal.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributes).map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]),
      ),
    });
    this.pool = createPool(this.database.url, { applicationName: 'lifecycle-tests', max: 4 });
    this.writer = new JournalWriter(this.pool);
    await this.writer.registerDefinition(claimLifecycle);
    this.workflows = {
      workflowBundle: (await this.options.bundle?.()) ?? { codePath: inject('workflowBundlePath') },
    };
    const roles = (['claim', ...SERVICES] as const).filter(
      (role) => !this.options.unpolled?.some((none) => none === role),
    );
    await Promise.all(roles.map((role) => this.poll(role)));
  }

  /** Starts the worker of a role. */
  async poll(role: Role): Promise<void> {
    const write: JournalWriter['write'] = async (carrier, run) => {
      if (!this.recordsAvailable) throw new Error('the database is down');
      await this.writer?.write(carrier, run);
    };
    const worker = await Worker.create({
      connection: this.env.nativeConnection,
      taskQueue: `throughline-${role}`,
      ...(role === 'claim'
        ? { ...this.workflows, ...(this.options.uncached && { maxCachedWorkflows: 0 }) }
        : {
            activities: this.services.activities,
            interceptors: { activity: [writesRideAlong({ write })] },
            maxConcurrentActivityTaskPolls: 2,
          }),
    });
    this.workers.set(role, { worker, run: worker.run() });
  }

  /** Stops the worker of a role. */
  async unpoll(role: Role): Promise<void> {
    const stopped = this.workers.get(role);
    this.workers.delete(role);
    stopped?.worker.shutdown();
    await stopped?.run;
  }

  /** A claim that the services treat as scripted. It is not started yet. */
  claim(script: Partial<Script> = {}): ClaimRun {
    const run = new ClaimRun(this, `CLM-${++this.count}`);
    this.services.expect(run.id, script);
    this.runs.push(run);
    return run;
  }

  /** The entity's journal as the records have it. */
  async journal(id: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const row of loadJournal(this.db, 'claim', id)) entries.push(row.entry);
    return entries;
  }

  /** Lets time pass, in milliseconds: timers strike and retries go on. At all other times the server's clock is the machine's. */
  async sleep(durationMs: number): Promise<void> {
    await this.env.sleep(durationMs);
  }

  /**
   * The same while a worker is missing. The server's clock stands still for as long as a task waits for one, so each standstill
   * is undone, and the reason for it put back afterwards.
   */
  async sleepUnattended(durationMs: number): Promise<void> {
    const { testService } = this.env.connection;
    let awake = false;
    let undone = 0;
    const asleep = this.env.sleep(durationMs).then(() => (awake = true));
    for (let before = 0; !awake; await Promise.race([asleep, pause(400)])) {
      const now = await this.env.currentTimeMs();
      if (now - before < 5_000) {
        await testService?.unlockTimeSkipping({});
        undone++;
      }
      before = now;
    }
    for (; undone > 0; undone--) await testService?.lockTimeSkipping({});
  }

  /** Proves the records of every claim of the test, and ends those that are still open. */
  async prove(): Promise<void> {
    this.recordsAvailable = true;
    const runs = this.runs.splice(0).filter((run) => run.wasStarted);
    for (const run of runs) await this.proveOne(run);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.workers.keys()].map((role) => this.unpoll(role)));
    await this.temporal?.teardown();
    await this.pool?.end();
    await this.database?.drop();
  }

  private async proveOne(run: ClaimRun): Promise<void> {
    const { journal, history } = await this.atRest(run);
    expect(journal, run.workflowId).toEqual(journalInHistory(history));
    expect(await verifyEntity(this.db, 'claim', run.id), run.workflowId).toEqual(
      journal.length === 0 ? [`${run.workflowId} is not on record`] : [],
    );
    note(claimLifecycle, journal, history);
    await run.handle.terminate().catch(() => undefined);
  }

  /**
   * Both sides once no task is under way: a write may be, and a run that is terminated in the middle of a task keeps this server
   * from ever skipping time again.
   */
  private async atRest(run: ClaimRun) {
    const events: NonNullable<History['events']> = [];
    for (const stage of run.stages) {
      let runId: string | null | undefined = (await stage.describe()).raw.workflowExecutionInfo?.firstRunId;
      while (runId) {
        const handle = this.client.workflow.getHandle(run.workflowId, runId);
        const history = await eventually(
          () => handle.fetchHistory(),
          ({ events: of }) => !taskUnderWay(of ?? []),
        );
        events.push(...(history.events ?? []));
        runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId;
      }
    }
    return { journal: await this.journal(run.id), history: { events } as History };
  }
}

/** One of its own: the task queues of the shared one are polled by other files' workers. */
async function developmentServer(options: FleetOptions): Promise<TestWorkflowEnvironment> {
  const { path } = await new Progress(process.stderr).step('Temporal CLI', resolveTemporalCli);
  const limits = Object.entries({
    'limit.historyCount.suggestContinueAsNew': options.suggestContinueAsNewAt,
    'history.maxTotalUpdates': options.mostUpdates,
  }).flatMap(([key, most]) => (most === undefined ? [] : ['--dynamic-config-value', `${key}=${most}`]));
  return TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, extraArgs: limits },
  });
}
