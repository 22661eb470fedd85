/**
 * Rehearses a lifecycle: its own workflow code and the real records, on a server whose time skips, with services that a test scripts.
 * After each test the journals of its entities are proven: equal to history, chain valid, the fold of what they say, and told as described.
 */
import { Client, WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { writesRideAlong } from '../../activities/records/carrier.js';
import { RECORDS_TASK_QUEUE } from '../../activities/records/contract.js';
import { CATALOGUE } from '../../events/catalogue.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { continuationOf } from '../../records/continuation.js';
import { RecordsReader } from '../../records/reader.js';
import { loadJournal, verifyEntity } from '../../records/verify.js';
import { JournalWriter } from '../../records/writer.js';
import type { Actor, Entry, EntityState, Envelope } from '../../workflows/lifecycle/entry.js';
import type { Answer, Profile } from '../../workflows/lifecycle/message.js';
import { searchAttributes } from '../../workflows/lifecycle/search-attributes.js';
import { note } from '../edges/sightings.js';
import { quiet } from '../lifecycles/support/quiet.js';
import { message } from '../lifecycles/support/messages.js';
import { faultsInOutbox } from './asyncapi.js';
import { createDatabase, type TestDatabase } from './database.js';
import { timeSkippingServer } from './time-skipping.js';
import { eventually } from './eventually.js';
import { journalInHistory, taskUnderWay, type History } from './history.js';

const INDEXED_VALUE_TYPE = { KEYWORD: 2, DATETIME: 6 } as const;

/** The activities of each task queue, e.g. `{ 'throughline-payments': { requestPayment: async () => … } }`. */
export type ScriptedActivities = Readonly<Record<string, object>>;

/** A bundle of other workflows than the product's. */
export interface RehearsalOptions {
  readonly bundle?: () => Promise<WorkflowBundleOption>;
}

/**
 * Starts servers and workers before the file's tests and stops them afterwards.
 * @param name of a lifecycle in `events/catalogue.ts`
 */
export function useLifecycle(name: string, services: ScriptedActivities, options: RehearsalOptions = {}): Rehearsal {
  const rehearsal = new Rehearsal(name, services, options);
  beforeAll(() => rehearsal.start());
  afterEach(() => rehearsal.prove());
  afterAll(() => rehearsal.stop());
  return rehearsal;
}

class Rehearsal {
  /** Set to false to take the records down. */
  recordsAvailable = true;
  private readonly entry;
  private readonly running: { readonly worker: Worker; readonly run: Promise<void> }[] = [];
  private readonly entities: RehearsedEntity[] = [];
  private env: TestWorkflowEnvironment | undefined;
  private database: TestDatabase | undefined;
  private pool: pg.Pool | undefined;

  constructor(
    private readonly name: string,
    private readonly services: ScriptedActivities,
    private readonly options: RehearsalOptions,
  ) {
    const entry = CATALOGUE.find(({ table }) => table.name === name);
    if (!entry) throw new Error(`lifecycle ${name} is not in events/catalogue.ts: add it there`);
    this.entry = entry;
  }

  /** Starts an entity. */
  async submit(notice: Readonly<Record<string, unknown>>, profile?: Profile): Promise<RehearsedEntity> {
    const id = String(notice[this.entry.key]);
    const workflowId = `${this.name}/${id}`;
    const submission = { ...message(workflowId, notice, { messageId: 'submit' }), ...(profile && { profile }) };
    const entity = new RehearsedEntity(await this.begin(workflowId, submission), () => this.journal(id));
    this.entities.push(entity);
    return entity;
  }

  /** Takes up again an entity that has ended, as the gateway does: the next stage of it, which judges the message first. */
  async reopen(entity: RehearsedEntity, name: string, data: unknown): Promise<void> {
    const { workflowId } = entity.handle;
    const continued = await continuationOf(
      openDatabase(this.records),
      this.name,
      workflowId.slice(this.name.length + 1),
    );
    if (!continued) throw new Error(`${workflowId} is not on record`);
    const reopening = { name, message: message(workflowId, data) };
    entity.goesOn(await this.begin(workflowId, { continued: { ...continued, reopening } }));
  }

  /** What the records say. */
  get reader(): RecordsReader {
    return new RecordsReader(openDatabase(this.records));
  }

  /** Lets time pass, in milliseconds: clocks strike and retries go on. At all other times the server's clock is the machine's. */
  async sleep(durationMs: number): Promise<void> {
    await this.begun.sleep(durationMs);
  }

  async start(): Promise<void> {
    quiet();
    this.database = await createDatabase();
    this.env = await timeSkippingServer();
    await this.env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        Object.values(searchAttributes).map((attribute) => [attribute.name, INDEXED_VALUE_TYPE[attribute.type]]),
      ),
    });
    this.pool = createPool(this.database.url, { applicationName: 'rehearsal', max: 4 });
    const writer = new JournalWriter(this.pool);
    await writer.registerDefinition(this.entry.table);
    const write: JournalWriter['write'] = async (carrier, run) => {
      if (!this.recordsAvailable) throw new Error('the database is down');
      await writer.write(carrier, run);
    };
    const connection = this.env.nativeConnection;
    const workers = [
      Worker.create({
        connection,
        taskQueue: `throughline-${this.name}`,
        workflowBundle: (await this.options.bundle?.()) ?? { codePath: inject('workflowBundlePath') },
      }),
      ...Object.entries({ ...this.services, [RECORDS_TASK_QUEUE]: { record: async () => undefined } }).map(
        ([taskQueue, activities]) =>
          Worker.create({
            connection,
            taskQueue,
            activities,
            interceptors: { activity: [writesRideAlong({ write })] },
          }),
      ),
    ];
    for (const worker of await Promise.all(workers)) this.running.push({ worker, run: worker.run() });
  }

  /** The server stands still: what was begun since the last proof is not proven. */
  abandon(): void {
    this.entities.splice(0);
  }

  /** Proves the journals of the entities since the last proof, and ends those that are still open: their clocks concern nobody. */
  async prove(): Promise<void> {
    for (const entity of this.entities.splice(0)) {
      const { workflowId } = entity.handle;
      // Both sides at a moment at which nothing is being written.
      const { journal, history } = await eventually(
        async () => {
          await entity.settled();
          return { journal: await entity.journal(), history: await entity.history() };
        },
        (seen) => seen.journal.length === journalInHistory(seen.history).length,
      );
      expect(journal, workflowId).toEqual(journalInHistory(history));
      const id = workflowId.slice(this.name.length + 1);
      expect(await verifyEntity(openDatabase(this.records), this.name, id), workflowId).toEqual([]);
      expect(await faultsInOutbox(this.records, workflowId), workflowId).toEqual([]);
      note(this.entry.table, journal, history);
      await this.end(entity);
    }
  }

  /** One that is ended while a call is under way, be it abandoned, keeps this server from ever skipping time again: it lives on. */
  private async end(entity: RehearsedEntity): Promise<void> {
    const atRest = await eventually(
      () => entity.history(),
      ({ events }) => !taskUnderWay(events ?? []),
      5_000,
    ).catch(() => undefined);
    if (atRest && !atRest.events?.some((event) => event.activityTaskCancelRequestedEventAttributes))
      await entity.handle.terminate().catch(() => undefined);
  }

  async stop(): Promise<void> {
    for (const { worker } of this.running) worker.shutdown();
    await Promise.all(this.running.map(({ run }) => run));
    await this.env?.teardown();
    await this.pool?.end();
    await this.database?.drop();
  }

  /** Of this very run, whatever other runs of the key there will be. */
  private async begin(workflowId: string, input: unknown): Promise<WorkflowHandle> {
    const { workflow } = new Client({ connection: this.begun.connection });
    const { firstExecutionRunId } = await workflow.start(this.name, {
      workflowId,
      taskQueue: `throughline-${this.name}`,
      args: [input],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    });
    return workflow.getHandle(workflowId, firstExecutionRunId);
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

/** The server has lost what an entity has answered, and nothing will happen any more: nothing is known of the entity. */
export class StoodStill extends Error {
  override readonly name = 'StoodStill';
}

/** How long whoever asks waits for calls to be answered, in milliseconds. */
const ANSWERED_MS = 1_000;

/** One entity under test. */
export class RehearsedEntity {
  private readonly stagesBefore: WorkflowHandle[] = [];

  constructor(
    /** Of its present stage. */
    public handle: WorkflowHandle,
    /** Its journal as the records have it. */
    readonly journal: () => Promise<Entry[]>,
  ) {}

  /** It was taken up again. */
  goesOn(handle: WorkflowHandle): void {
    this.stagesBefore.push(this.handle);
    this.handle = handle;
  }

  /** The first run of each stage, the present one last. */
  get stages(): WorkflowHandle[] {
    return [...this.stagesBefore, this.handle];
  }

  /** The events of all its stages. */
  async history(): Promise<History> {
    const stages = await Promise.all(this.stages.map((stage) => stage.fetchHistory()));
    return { ...stages[0], events: stages.flatMap(({ events }) => events ?? []) };
  }

  /** A signal, from a service unless `given` changes its envelope. */
  async tell(name: string, data: unknown, given: Partial<Envelope> = {}): Promise<void> {
    await this.handle.signal(name, message(this.handle.workflowId, data, given));
  }

  /** An update, from a person; the answer, or the code of the refusal. It waits for calls that are about to be answered. */
  async ask(name: string, data: unknown, who = 'reviewer-3', messageId?: string): Promise<Answer | string> {
    // One that is not answered so soon is not meant to be.
    await this.atRest(ANSWERED_MS).catch(() => undefined);
    return this.askAtOnce(name, data, who, messageId);
  }

  /** The same, of what leaves the entity where it is: no call is called off by it. */
  async askAtOnce(name: string, data: unknown, who = 'reviewer-3', messageId?: string): Promise<Answer | string> {
    const actor: Actor = { kind: 'staff', id: who, authenticated: 'token' };
    try {
      const given = { actor, ...(messageId !== undefined && { messageId }) };
      const args = [message(this.handle.workflowId, data, given)] as [unknown];
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

  /**
   * Waits until nothing that it has begun is under way. Temporal's time-skipping server stands still at times where a call is called off in
   * the moment of its answer: whoever moves an entity out of a state that makes calls waits for their answers first.
   */
  async atRest(withinMs?: number): Promise<void> {
    let seen: History = {};
    await eventually(
      async () => (seen = await this.handle.fetchHistory()),
      ({ events }) => !taskUnderWay(events ?? []),
      withinMs,
    ).catch((err: unknown) => {
      // A task that has begun is answered within seconds, or has failed and says so, or has run out of time, unless the server lost it.
      if (withinMs !== ANSWERED_MS && seen.events?.at(-1)?.workflowTaskStartedEventAttributes)
        throw new StoodStill(`${this.handle.workflowId} waits for a workflow task that the server has lost`);
      throw err;
    });
  }

  /** The result of its workflow. */
  ends(): Promise<unknown> {
    return this.handle.result();
  }
}

/**
 * Plays a random test; where the server stands still, which is the server's fault and costs this play, it is skipped and says so. All of
 * them in a row that stand still would be seen as skipped in the report of the tests.
 */
export async function unlessStill(
  play: () => Promise<void>,
  { skip, abandon }: { readonly skip: (note: string) => void; readonly abandon: () => void },
): Promise<void> {
  try {
    await play();
  } catch (err) {
    if (!(err instanceof StoodStill)) throw err;
    abandon();
    skip(err.message);
  }
}
