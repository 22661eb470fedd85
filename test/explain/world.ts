/** The claim on real servers: a gateway, the product's workflows, workers that can be stopped, services that fail as they are told. */
import { NativeConnection, Worker } from '@temporalio/worker';
import type pg from 'pg';
import { inject } from 'vitest';
import { respectsGates } from '../../activities/health/respects-gates.js';
import { Gates } from '../../activities/health/gates.js';
import { writesRideAlong } from '../../activities/records/carrier.js';
import { GatewayClient } from '../../client/gateway.js';
import type { Explanation } from '../../client/views.js';
import { createPool, openDatabase } from '../../records/pool.js';
import { JournalWriter } from '../../records/writer.js';
import type { ClaimMessages } from '../../workflows/claim/messages.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';
import type { KernelMessages } from '../../workflows/lifecycle/kernel-messages.js';
import type { Answer } from '../../workflows/lifecycle/message.js';
import { notice, setStage, type Stage } from '../gateway/stage.js';
import { message } from '../lifecycles/support/messages.js';
import { quiet } from '../lifecycles/support/quiet.js';
import type { Script } from '../lifecycles/support/script.js';
import { ScriptedServices } from '../lifecycles/support/services.js';
import { eventually } from '../support/eventually.js';
import { tokenFor } from '../support/tokens.js';

const SERVICES = ['policy', 'fraud', 'assessment', 'documents', 'settlement', 'payments', 'notifications'] as const;
/** Whose task queue a worker polls; `claim` runs the workflows. */
export type Role = (typeof SERVICES)[number] | 'records' | 'claim';
const ROLES: readonly Role[] = ['claim', 'records', ...SERVICES];

type Messages = ClaimMessages & KernelMessages;

/** Somebody of the house. */
export const staff = (id: string): Actor => ({ kind: 'staff', id, authenticated: 'token' });

export class World {
  private readonly workers = new Map<Role, { readonly worker: Worker; readonly run: Promise<void> }>();

  private constructor(
    readonly stage: Stage,
    private readonly native: NativeConnection,
    private readonly pool: pg.Pool,
    private readonly gates: Gates,
    readonly services: ScriptedServices,
  ) {}

  /** Starts all of it, every worker too. */
  static async set(): Promise<World> {
    quiet();
    const stage = await setStage();
    const native = await NativeConnection.connect({ address: inject('temporalAddress') });
    const pool = createPool(stage.database.url, { applicationName: 'explain-tests', max: 4 });
    const gates = new Gates(openDatabase(pool), 0);
    await gates.start();
    const world = new World(stage, native, pool, gates, new ScriptedServices(() => stage.temporal));
    await world.pollAll();
    return world;
  }

  get db() {
    return openDatabase(this.pool);
  }

  /** Starts the worker of a role. */
  async poll(role: Role): Promise<void> {
    const write = writesRideAlong(new JournalWriter(this.pool));
    const worker = await Worker.create({
      connection: this.native,
      namespace: this.stage.namespace,
      taskQueue: `throughline-${role}`,
      ...(role === 'claim'
        ? // Without a cache, no task waits for the very worker that is gone.
          { workflowBundle: { codePath: inject('workflowBundlePath') }, maxCachedWorkflows: 0 }
        : {
            activities: this.services.activities,
            interceptors: { activity: role === 'records' ? [write] : [write, respectsGates(this.gates, role)] },
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

  /** Starts every worker. */
  async pollAll(): Promise<void> {
    await Promise.all(ROLES.map((role) => this.poll(role)));
  }

  /** Stops every worker. */
  async unpollAll(): Promise<void> {
    await Promise.all(ROLES.map((role) => this.unpoll(role)));
  }

  /** Waits until the workers know that a dependency's gate is closed, or open: they read it once a second. */
  async gate(dependency: string, status: 'closed' | 'open'): Promise<void> {
    await eventually(() => (this.gates.closed(dependency) ? 'closed' : 'open') === status);
  }

  /** Starts a claim that the services treat as scripted; what is left out goes well. */
  async submit(script: Partial<Script> = {}): Promise<string> {
    const data = notice();
    this.services.expect(data.claimId, script);
    await this.stage.temporal.workflow.start('claim', {
      workflowId: `claim/${data.claimId}`,
      taskQueue: 'throughline-claim',
      args: [message(`claim/${data.claimId}`, data, { messageId: 'submit' })],
    });
    return data.claimId;
  }

  /** A signal of a service. */
  async tell<Name extends keyof Messages>(id: string, name: Name, data: Messages[Name]): Promise<void> {
    await this.run(id).signal(name, message(`claim/${id}`, data));
  }

  /** An update of somebody. */
  ask<Name extends keyof Messages>(
    id: string,
    name: Name,
    data: Messages[Name],
    actor = staff('ops-1'),
  ): Promise<Answer> {
    return this.run(id).executeUpdate<Answer, [unknown]>(name, { args: [message(`claim/${id}`, data, { actor })] });
  }

  run(id: string) {
    return this.stage.temporal.workflow.getHandle(`claim/${id}`);
  }

  /** What the gateway says of a claim, once it is as expected. */
  explained(id: string, holds: (explanation: Explanation) => boolean, timeoutMs?: number): Promise<Explanation> {
    const gateway = new GatewayClient(this.stage.gatewayUrl, () => tokenFor('vera', ['viewer']));
    return eventually(() => gateway.explain('claim', id), holds, timeoutMs);
  }

  async strike(): Promise<void> {
    await this.unpollAll();
    await this.gates.stop();
    await this.pool.end();
    await this.native.close();
    await this.stage.close();
  }
}
