/** The gateway's stage with the dispute beside the claim, and workers that run it on the product's kernel and records. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import { z } from 'zod';
import { writesRideAlong } from '../../../activities/records/carrier.js';
import { RECORDS_TASK_QUEUE } from '../../../activities/records/contract.js';
import { understood, type LifecycleBinding } from '../../../client/binding.js';
import { BINDINGS } from '../../../client/bindings.js';
import { EntityClient } from '../../../client/entities.js';
import { ThroughlineClient, type EntitySummary } from '../../../client/index.js';
import { Lifecycles } from '../../../gateway/lifecycles.js';
import { createPool, openDatabase } from '../../../records/pool.js';
import { RecordsReader } from '../../../records/reader.js';
import { JournalWriter } from '../../../records/writer.js';
import { bundleWorkflows } from '../../../workers/workflow-bundle.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import { LIFECYCLES } from '../../../workflows/lifecycles.js';
import { eventually } from '../../support/eventually.js';
import { setStage, type Stage } from '../stage.js';
import { disputeLifecycle, type DisputeMessages, type DisputeNotice } from './states.js';

export const disputeBinding: LifecycleBinding<DisputeNotice, DisputeMessages> = {
  name: 'dispute',
  taskQueue: 'throughline-dispute',
  initialState: 'Received',
  workflowId: (id) => `dispute/${id}`,
  notice: z.strictObject({ disputeId: z.string() }),
  idOf: ({ disputeId }) => disputeId,
  catastropheOf: () => undefined,
  messages: understood<DisputeMessages>({
    settle: { kind: 'update', schema: z.strictObject({ amount: z.int() }) },
    appeal: { kind: 'update', schema: z.strictObject({ ground: z.string() }) },
    evidence: { kind: 'signal', schema: z.strictObject({ document: z.string() }) },
    letter: { kind: 'signal', schema: z.strictObject({ document: z.string() }) },
  }),
};

export const person = (id: string): Actor => ({ kind: 'staff', id, authenticated: 'none' });

type Disputes = EntityClient<DisputeNotice, DisputeMessages, { readonly outcome: string }>;

export class DisputeStage {
  readonly client: ThroughlineClient;
  readonly disputes: Disputes;
  readonly reader: RecordsReader;
  private workers: { readonly worker: Worker; readonly run: Promise<void> }[] = [];

  private constructor(
    readonly stage: Stage,
    private readonly native: NativeConnection,
    private readonly bundle: Awaited<ReturnType<typeof bundleWorkflows>>,
    private readonly pool: ReturnType<typeof createPool>,
    private readonly writer: JournalWriter,
  ) {
    const { temporal, gatewayUrl } = stage;
    this.reader = new RecordsReader(openDatabase(pool));
    this.client = new ThroughlineClient({
      temporal,
      gateway: gatewayUrl,
      source: '/test',
      bindings: [disputeBinding as unknown as LifecycleBinding],
    });
    this.disputes = new EntityClient(
      { temporal, gateway: this.client.gateway, source: '/test', actor: person('tester') },
      disputeBinding,
      ({ outcome }) => (outcome === undefined ? undefined : { outcome }),
    );
  }

  static async set(): Promise<DisputeStage> {
    const [stage, bundle, native] = await Promise.all([
      setStage(
        new Lifecycles([...BINDINGS, disputeBinding as unknown as LifecycleBinding], [...LIFECYCLES, disputeLifecycle]),
      ),
      bundleWorkflows({ root: fileURLToPath(new URL('./workflows.ts', import.meta.url)) }),
      NativeConnection.connect({ address: inject('temporalAddress') }),
    ]);
    const pool = createPool(stage.database.url, { applicationName: 'dispute-test' });
    const writer = new JournalWriter(pool);
    await writer.registerDefinition(disputeLifecycle);
    const set = new DisputeStage(stage, native, bundle, pool, writer);
    await set.startWorkers();
    return set;
  }

  async startWorkers(): Promise<void> {
    const common = { connection: this.native, namespace: this.stage.namespace };
    const workers = await Promise.all([
      Worker.create({ ...common, taskQueue: disputeBinding.taskQueue, workflowBundle: this.bundle }),
      Worker.create({
        ...common,
        taskQueue: RECORDS_TASK_QUEUE,
        activities: { record: async () => {} },
        interceptors: { activity: [writesRideAlong(this.writer)] },
      }),
    ]);
    this.workers = workers.map((worker) => ({ worker, run: worker.run() }));
  }

  async stopWorkers(): Promise<void> {
    const stopping = this.workers.splice(0);
    for (const { worker } of stopping) worker.shutdown();
    await Promise.all(stopping.map(({ run }) => run));
  }

  /** A new dispute, open and on record. */
  async open(profile: 'standard' | 'brisk' | 'fast' = 'standard'): Promise<string> {
    const { id } = await this.disputes.submit({ disputeId: `D-${randomUUID().slice(0, 8)}` }, { profile });
    await this.onRecord(id, ({ state }) => state === 'Open');
    return id;
  }

  /** Waits until the record is as expected. */
  onRecord(id: string, as: (entity: EntitySummary) => boolean): Promise<EntitySummary> {
    return eventually(
      async () => (await this.disputes.lookup([id]))[0] as EntitySummary,
      (entity) => (entity as EntitySummary | undefined) !== undefined && as(entity),
    );
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.client.close();
    await this.pool.end();
    await this.native.close();
    await this.stage.close();
  }
}
