/**
 * Rehearses a lifecycle: its own workflow code and the real records, on a server whose time skips, with services that a test scripts.
 * After each test the journals of its entities are proven: equal to history, chain valid, and the fold of what they say.
 */
import { Client, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { writesRideAlong } from '../../activities/records/carrier.js';
import { RECORDS_TASK_QUEUE } from '../../activities/records/contract.js';
import { CATALOGUE } from '../../events/catalogue.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { loadJournal, verifyEntity } from '../../records/verify.js';
import { JournalWriter } from '../../records/writer.js';
import type { Actor, Entry, EntityState } from '../../workflows/lifecycle/entry.js';
import type { Answer } from '../../workflows/lifecycle/message.js';
import { searchAttributes } from '../../workflows/lifecycle/search-attributes.js';
import { note } from '../edges/sightings.js';
import { quiet } from '../lifecycles/support/quiet.js';
import { message } from '../lifecycles/support/messages.js';
import { createDatabase, type TestDatabase } from './database.js';
import { eventually } from './eventually.js';
import { journalInHistory } from './history.js';

const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

/** The activities of each task queue, e.g. `{ 'throughline-payments': { requestPayment: async () => … } }`. */
export type ScriptedActivities = Readonly<Record<string, object>>;

/**
 * Starts servers and workers before the file's tests and stops them afterwards.
 * @param name of a lifecycle in `events/catalogue.ts`
 */
export function useLifecycle(name: string, services: ScriptedActivities): Rehearsal {
  const rehearsal = new Rehearsal(name, services);
  beforeAll(() => rehearsal.start());
  afterEach(() => rehearsal.prove());
  afterAll(() => rehearsal.stop());
  return rehearsal;
}

class Rehearsal {
  private readonly entry;
  private readonly running: { readonly worker: Worker; readonly run: Promise<void> }[] = [];
  private readonly entities: RehearsedEntity[] = [];
  private env: TestWorkflowEnvironment | undefined;
  private database: TestDatabase | undefined;
  private pool: pg.Pool | undefined;

  constructor(
    private readonly name: string,
    private readonly services: ScriptedActivities,
  ) {
    const entry = CATALOGUE.find(({ table }) => table.name === name);
    if (!entry) throw new Error(`lifecycle ${name} is not in events/catalogue.ts: add it there`);
    this.entry = entry;
  }

  /** Starts an entity. */
  async submit(notice: Readonly<Record<string, unknown>>): Promise<RehearsedEntity> {
    const id = String(notice[this.entry.key]);
    const workflowId = `${this.name}/${id}`;
    const handle = await new Client({ connection: this.begun.connection }).workflow.start(this.name, {
      workflowId,
      taskQueue: `throughline-${this.name}`,
      args: [message(workflowId, notice, { messageId: 'submit' })],
    });
    const entity = new RehearsedEntity(handle, () => this.journal(id));
    this.entities.push(entity);
    return entity;
  }

  /** Lets time pass, in milliseconds: clocks strike and retries go on. At all other times the server's clock is the machine's. */
  async sleep(durationMs: number): Promise<void> {
    await this.begun.sleep(durationMs);
  }

  async start(): Promise<void> {
    quiet();
    const executable = { type: 'existing-path', path: inject('testServerPath') } as const;
    this.database = await createDatabase();
    this.env = await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } });
    await this.env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributes).map((attribute) => [attribute.name, INDEXED_VALUE_TYPE[attribute.type]]),
      ),
    });
    this.pool = createPool(this.database.url, { applicationName: 'rehearsal', max: 4 });
    const writer = new JournalWriter(this.pool);
    await writer.registerDefinition(this.entry.table);
    const connection = this.env.nativeConnection;
    const workers = [
      Worker.create({
        connection,
        taskQueue: `throughline-${this.name}`,
        workflowBundle: { codePath: inject('workflowBundlePath') },
      }),
      ...Object.entries({ ...this.services, [RECORDS_TASK_QUEUE]: { record: async () => undefined } }).map(
        ([taskQueue, activities]) =>
          Worker.create({ connection, taskQueue, activities, interceptors: { activity: [writesRideAlong(writer)] } }),
      ),
    ];
    for (const worker of await Promise.all(workers)) this.running.push({ worker, run: worker.run() });
  }

  /** Proves the journals of the entities since the last proof. */
  async prove(): Promise<void> {
    for (const entity of this.entities.splice(0)) {
      await entity.settled();
      const { workflowId } = entity.handle;
      const journal = await entity.journal();
      const history = await entity.handle.fetchHistory();
      expect(journal, workflowId).toEqual(journalInHistory(history));
      const id = workflowId.slice(this.name.length + 1);
      expect(await verifyEntity(openDatabase(this.records), this.name, id), workflowId).toEqual([]);
      note(this.entry.table, journal, history);
    }
  }

  async stop(): Promise<void> {
    for (const { worker } of this.running) worker.shutdown();
    await Promise.all(this.running.map(({ run }) => run));
    await this.env?.teardown();
    await this.pool?.end();
    await this.database?.drop();
  }

  private async journal(id: string): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const row of loadJournal(openDatabase(this.records), this.name, id)) entries.push(row.entry);
    return entries;
  }

  private get begun(): TestWorkflowEnvironment {
    if (!this.env) throw new Error('the rehearsal has not begun');
    return this.env;
  }

  private get records(): pg.Pool {
    if (!this.pool) throw new Error('the rehearsal has not begun');
    return this.pool;
  }
}

/** One entity under test. */
export class RehearsedEntity {
  constructor(
    readonly handle: WorkflowHandle,
    /** Its journal as the records have it. */
    readonly journal: () => Promise<Entry[]>,
  ) {}

  /** A signal, from a service. */
  async tell(name: string, data: unknown): Promise<void> {
    await this.handle.signal(name, message(this.handle.workflowId, data));
  }

  /** An update, from a person; the answer, or the code of the refusal. */
  async ask(name: string, data: unknown, who = 'reviewer-3'): Promise<Answer | string> {
    const actor: Actor = { kind: 'staff', id: who, authenticated: 'token' };
    try {
      const args = [message(this.handle.workflowId, data, { actor })] as [unknown];
      return await this.handle.executeUpdate<Answer, [unknown]>(name, { args });
    } catch (err) {
      if (!(err instanceof WorkflowUpdateFailedError) || !(err.cause instanceof ApplicationFailure)) throw err;
      return (err.cause.details?.[0] as Partial<Answer> | undefined)?.code ?? err.cause.type ?? 'refused';
    }
  }

  state(): Promise<EntityState> {
    return this.handle.query<EntityState>('status');
  }

  /** Waits, without letting time pass, until it is in a state and all of it is on record. */
  async reaches(state: string): Promise<EntityState> {
    await eventually(
      () => this.state(),
      (seen) => seen.state === state,
    );
    return this.settled();
  }

  /** Waits until all that it knows is on record. */
  async settled(): Promise<EntityState> {
    const [state] = await eventually(
      async () => [await this.state(), await this.journal()] as const,
      ([{ sequence }, journal]) => journal.length === sequence,
    );
    return state;
  }

  /** The result of its workflow. */
  ends(): Promise<unknown> {
    return this.handle.result();
  }
}
