/** Where jobs are done: one time-skipping server, one database, and a store that can be told to fail. */
import { fileURLToPath } from 'node:url';
import { Client, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { writesRideAlong } from '../../../activities/records/carrier.js';
import { RECORDS_TASK_QUEUE } from '../../../activities/records/contract.js';
import { createPool, openDatabase } from '../../../records/pool.js';
import { loadJournal, verifyEntity } from '../../../records/verify.js';
import { JournalWriter } from '../../../records/writer.js';
import { bundleWorkflows } from '../../../workers/workflow-bundle.js';
import type { Actor, Entry, EntityState, ReviewTask } from '../../../workflows/lifecycle/entry.js';
import type { KernelMessages } from '../../../workflows/lifecycle/kernel-messages.js';
import type { Answer } from '../../../workflows/lifecycle/message.js';
import { searchAttributes } from '../../../workflows/lifecycle/search-attributes.js';
import { message } from '../../lifecycles/support/messages.js';
import { quiet } from '../../lifecycles/support/quiet.js';
import { createDatabase, type TestDatabase } from '../../support/database.js';
import { timeSkippingServer } from '../../support/time-skipping.js';
import { eventually } from '../../support/eventually.js';
import { answered } from '../patience.js';
import { jobLifecycle, STORE_TASK_QUEUE, type JobMessages, type JobNotice, type JobState } from './job.js';

const ANNA: Actor = { kind: 'staff', id: 'anna', authenticated: 'token' };
const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

type Everything = JobMessages & KernelMessages;

/** One workshop for a file of tests; after each test the records of its jobs are proven. */
export function useWorkshop(): Workshop {
  const workshop = new Workshop();
  beforeAll(() => workshop.open());
  afterEach(() => workshop.prove());
  afterAll(() => workshop.close());
  return workshop;
}

export class Workshop {
  /** Orders that the store fails on. */
  broken = false;
  /** What the store does not take back. */
  readonly unwanted = new Set<string>();
  /** How many more times the store does not answer. */
  away = 0;
  /** What the store has taken back, in order. */
  readonly takenBack: string[] = [];
  private env: TestWorkflowEnvironment | undefined;
  private database: TestDatabase | undefined;
  private pool: pg.Pool | undefined;
  private workers: { readonly worker: Worker; readonly run: Promise<void> }[] = [];
  private jobs: Job[] = [];

  get temporal(): TestWorkflowEnvironment {
    if (!this.env) throw new Error('the workshop is not open');
    return this.env;
  }

  get db() {
    if (!this.pool) throw new Error('the workshop is not open');
    return openDatabase(this.pool);
  }

  async open(): Promise<void> {
    quiet();
    [this.database, this.env] = await Promise.all([createDatabase(), timeSkippingServer()]);
    await this.env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributes).map(({ name, type }) => [name, INDEXED_VALUE_TYPE[type]]),
      ),
    });
    this.pool = createPool(this.database.url, { applicationName: 'workshop', max: 4 });
    const writer = new JournalWriter(this.pool);
    await writer.registerDefinition(jobLifecycle);
    const workflowBundle = await bundleWorkflows({
      root: here('./job.ts'),
      interceptors: [here('../../model/renewal.ts')],
    });
    const order = async () => {
      if (this.broken) throw new Error('the store is closed');
    };
    const takeBack = async ({ name }: { readonly name: string }) => {
      if (this.away-- > 0) throw new Error('the store is closed');
      if (this.unwanted.has(name)) throw ApplicationFailure.nonRetryable(`nobody wants ${name}`, 'NotOurs');
      this.takenBack.push(name);
    };
    const interceptors = { activity: [writesRideAlong(writer)] };
    await Promise.all(
      [
        { taskQueue: 'throughline-job', workflowBundle },
        { taskQueue: STORE_TASK_QUEUE, activities: { order, takeBack }, interceptors },
        { taskQueue: RECORDS_TASK_QUEUE, activities: { record: async () => undefined }, interceptors },
      ].map(async (options) => {
        const worker = await Worker.create({ connection: this.temporal.nativeConnection, ...options });
        this.workers.push({ worker, run: worker.run() });
      }),
    );
  }

  async close(): Promise<void> {
    for (const { worker } of this.workers) worker.shutdown();
    await Promise.all(this.workers.map(({ run }) => run));
    await this.env?.teardown();
    await this.pool?.end();
    await this.database?.drop();
  }

  /** Starts a job. `runs`: it continues as new after that many events. */
  async take(notice: Omit<JobNotice, 'id'> = {}, runs?: number): Promise<Job> {
    const id = `J-${this.jobs.length}-${Date.now()}${runs === undefined ? '' : `-r${runs}`}`;
    const job = new Job(this, id);
    const workflowId = `job/${id}`;
    await job.handle.client.start('job', {
      workflowId,
      taskQueue: 'throughline-job',
      args: [message(workflowId, { ...notice, id }, { messageId: 'submit' })],
    });
    this.jobs.push(job);
    await job.is(({ state }) => state === 'Working');
    return job;
  }

  /** Lets time pass, in milliseconds. */
  async pass(ms: number): Promise<void> {
    await this.temporal.sleep(ms);
  }

  async now(): Promise<number> {
    return this.temporal.currentTimeMs();
  }

  /** All that the jobs know is on record, gap-free and with a valid chain. */
  async prove(): Promise<void> {
    this.broken = false;
    for (const job of this.jobs.splice(0)) {
      await job.is(() => true);
      expect(await verifyEntity(this.db, 'job', job.id), job.id).toEqual([]);
      await job.handle.terminate().catch(() => undefined);
    }
  }
}

export class Job {
  constructor(
    private readonly workshop: Workshop,
    readonly id: string,
  ) {
    const client = new Client({ connection: workshop.temporal.connection });
    this.handle = client.workflow.getHandle(`job/${id}`);
  }

  /** Of whichever run is the current one. */
  readonly handle: WorkflowHandle;

  async tell<Name extends keyof JobMessages>(name: Name, data: JobMessages[Name]): Promise<void> {
    const told = message(`job/${this.id}`, data);
    // Between a run and the one that continues it this server knows neither; the message keeps its id.
    await eventually(() => this.handle.signal(name, told).then(() => true));
  }

  /** How an update of Anna's was answered, or the code with which it was refused. */
  async ask<Name extends keyof Everything>(name: Name, data: Everything[Name]): Promise<Answer | string> {
    try {
      const args: [unknown] = [message(`job/${this.id}`, data, { actor: ANNA })];
      return await answered(this.handle.client, () => this.handle.executeUpdate<Answer, [unknown]>(name, { args }));
    } catch (err) {
      if (!(err instanceof WorkflowUpdateFailedError && err.cause instanceof ApplicationFailure)) throw err;
      return String((err.cause.details?.[0] as Answer).code);
    }
  }

  state(): Promise<EntityState> {
    return answered(this.handle.client, () => this.handle.query<EntityState>('status'));
  }

  /** Waits, without letting time pass, until the job is as expected and all of it is on record. */
  async is(holds: (state: EntityState) => boolean): Promise<EntityState> {
    await eventually(() => this.state(), holds);
    await this.journal();
    return this.state();
  }

  reaches(state: JobState): Promise<EntityState> {
    return this.is((seen) => seen.state === state);
  }

  async task(): Promise<readonly [string, ReviewTask]> {
    const [first] = Object.entries((await this.state()).reviews);
    if (!first) throw new Error(`${this.id} has no open task`);
    return first;
  }

  /** All that has been decided so far; an answer may come before its entry is on record. */
  async journal(): Promise<Entry[]> {
    const { sequence } = await this.state();
    return eventually(
      () => this.written(),
      (entries) => entries.length >= sequence,
    );
  }

  private async written(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const { entry } of loadJournal(this.workshop.db, 'job', this.id)) entries.push(entry);
    return entries;
  }

  /** `Working`, `Fetching`, …: where it was, in order; a clock that struck in between as `!<name>`. */
  async path(): Promise<string[]> {
    return (await this.journal()).flatMap(({ to, breach, kind }) =>
      kind === 'transition' && to ? [to] : breach ? [`!${breach.name}`] : [],
    );
  }

  async runs(): Promise<number> {
    const runs = new Set<string>();
    for await (const { run_id: runId } of loadJournal(this.workshop.db, 'job', this.id)) runs.add(runId);
    return runs.size;
  }
}
