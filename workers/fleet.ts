/** Runs one Temporal worker per role, and drains them all when the process is asked to stop. */
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Client } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, Worker, type ActivityInterceptorsFactory } from '@temporalio/worker';
import { Gates } from '../activities/health/gates.js';
import { respectsGates } from '../activities/health/respects-gates.js';
import { ReconciliationSettings } from '../activities/reconciliation/settings.js';
import { correlationIn, writesRideAlong } from '../activities/records/carrier.js';
import { JournalWriter } from '../records/writer.js';
import { tracesActivities, tracesClientCalls } from '../telemetry/temporal.js';
import { Gatekeeper } from './gatekeeper.js';
import { patiently } from './patience.js';
import { scheduleReconciliation } from './reconciliation.js';
import { ROLES, type Role } from './roles.js';
import { registerSearchAttributes } from './search-attributes.js';
import { WorkerSettings } from './settings.js';

/** How long activities under way may take to finish after a stop was asked for; then they are cancelled and run elsewhere. */
const GRACE = '20 seconds';
/** Far above the longest activity: reaching it means that something hangs, and the process exits non-zero on purpose. */
const FORCE = '2 minutes';

@Injectable()
export class WorkerFleet implements OnModuleDestroy {
  private readonly logger = new Logger(WorkerFleet.name);
  private connection: NativeConnection | undefined;
  private workers: readonly Worker[] = [];
  private running: Promise<unknown> = Promise.resolve();
  private stopping = false;

  /** Called when a worker ends although nobody asked it to. */
  onDeath: (reason: unknown) => void = () => undefined;

  constructor(
    private readonly settings: WorkerSettings,
    private readonly writer: JournalWriter,
    private readonly gates: Gates,
    private readonly gatekeeper: Gatekeeper,
    private readonly reconciliation: ReconciliationSettings,
    private readonly modules: ModuleRef,
  ) {}

  /** Whether every role polls. */
  get ready(): boolean {
    return this.workers.length > 0 && this.workers.every((worker) => worker.getState() === 'RUNNING');
  }

  /** State of each worker by task queue. */
  get states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.workers.map((worker) => [worker.options.taskQueue, worker.getState()]));
  }

  /** Connects, registers what the lifecycles need, and polls; waits for servers that are still starting. */
  async start(): Promise<void> {
    const { connectionOptions, namespace } = loadClientConnectConfig();
    const roles = ROLES.filter(({ name }) => this.settings.roles.includes(name));
    const connection = await patiently('connect to Temporal', this.logger, () =>
      NativeConnection.connect({ ...connectionOptions, address: connectionOptions.address ?? '127.0.0.1:7233' }),
    );
    this.connection = connection;
    await patiently('register search attributes', this.logger, () =>
      registerSearchAttributes(connection, namespace ?? 'default'),
    );
    for (const { lifecycle } of roles) {
      if (lifecycle) {
        await patiently(`register lifecycle ${lifecycle.name}`, this.logger, () =>
          this.writer.registerDefinition(lifecycle),
        );
      }
    }
    await patiently('read the gates of the dependencies', this.logger, () => this.gates.start());
    this.workers = await Promise.all(roles.map((role) => this.worker(role, connection, namespace ?? 'default')));
    this.running = Promise.all(this.workers.map((worker) => worker.run()));
    this.running.then(
      () => !this.stopping && this.onDeath('a worker stopped by itself'),
      (reason: unknown) => !this.stopping && this.onDeath(reason),
    );
    const interceptors = { workflow: [tracesClientCalls()] };
    const client = new Client({ connection, namespace: namespace ?? 'default', interceptors });
    if (this.settings.roles.includes('records')) this.gatekeeper.start(client);
    if (this.settings.roles.includes('reconciliation')) {
      await patiently('schedule reconciliation', this.logger, () =>
        scheduleReconciliation(client, this.reconciliation.everyMs),
      );
    }
    this.logger.log(`polling as ${roles.map(({ name }) => name).join(', ')}`);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    for (const worker of this.workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    await Promise.all([this.gatekeeper.stop(), this.gates.stop()]);
    try {
      await this.running;
      await this.connection?.close();
      if (this.workers.length > 0) this.logger.log('drained');
    } catch (err) {
      // The force time struck, or a worker had died before: what it had not finished runs again elsewhere.
      process.exitCode = 1;
      this.logger.error(err instanceof Error ? err : String(err));
    }
  }

  private worker(role: Role, connection: NativeConnection, namespace: string): Promise<Worker> {
    const common = {
      connection,
      namespace,
      taskQueue: role.taskQueue,
      shutdownGraceTime: GRACE,
      shutdownForceTime: FORCE,
    } as const;
    if (role.lifecycle) {
      const { workflowBundle, deployment } = this.settings;
      return Worker.create({
        ...common,
        maxConcurrentWorkflowTaskExecutions: this.settings.workflowTaskSlots,
        workflowBundle: { codePath: workflowBundle },
        // Lifecycles alone: calls of every version go to whoever polls the service's queue.
        ...(deployment && { workerDeploymentOptions: deployment }),
      });
    }
    return Worker.create({
      ...common,
      // Runs that last for minutes: they end on whatever build is there, under no version.
      ...(role.workflows && { workflowBundle: { codePath: this.settings.workflowBundle } }),
      maxConcurrentActivityTaskExecutions: this.settings.activitySlots,
      activities: this.activities(role),
      interceptors: { activity: this.interceptors(role) },
    });
  }

  /** In this order: what an entity did is on record also where its call is then refused. */
  private interceptors({ dependency }: Role): ActivityInterceptorsFactory[] {
    const written = writesRideAlong(this.writer);
    const seen = [tracesActivities(correlationIn), written];
    return dependency === undefined ? seen : [...seen, respectsGates(this.gates, dependency)];
  }

  private activities(role: Role): Record<string, (...args: unknown[]) => Promise<unknown>> {
    const { provider, names } = role.activities ?? { names: [] };
    if (!provider) return {};
    const instance = this.modules.get<Record<string, (...args: unknown[]) => Promise<unknown>>>(provider, {
      strict: false,
    });
    return Object.fromEntries(
      names.map((name) => [name, (...args) => (instance[name] as () => Promise<unknown>).apply(instance, args as [])]),
    );
  }
}
