/** How the machinery stands: workers, task queues, Temporal, database, broker. */
import { Injectable } from '@nestjs/common';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DEPENDENCIES } from '../activities/dependencies.js';
import type { FleetQueueView, FleetView, PillarView, WorkerView } from '../client/console-views.js';
import { callTemporal } from '../client/temporal.js';
import { version } from '../client/version.js';
import { databaseFigures, outboxFigures } from '../records/pillars.js';
import { TaskQueues, type Described, type QueueName } from './explain-queues.js';
import { Lifecycles } from './lifecycles.js';
import { Records } from './records.js';
import { GatewaySettings } from './settings.js';
import { Shared } from './shared.js';
import { Temporal } from './temporal.js';

/** Everybody who looks within this time sees the same, in milliseconds. */
const FRESH_MS = 1_000;
/** How long one of the pillars may take to say that it stands, in milliseconds. */
const PROBE_MS = 2_000;
/** Queues beside those of lifecycles and dependencies. */
const OTHER_QUEUES = ['records', 'reconciliation'];
const PREFIX = 'throughline-';

@Injectable()
export class Fleet {
  private readonly queues: TaskQueues;
  private readonly names: readonly QueueName[];
  private readonly shared = new Shared(FRESH_MS, () => this.look());

  constructor(
    private readonly temporal: Temporal,
    private readonly records: Records,
    private readonly settings: GatewaySettings,
    lifecycles: Lifecycles,
  ) {
    this.queues = new TaskQueues(temporal.client);
    const queue = (name: string, kind: QueueName['kind']): QueueName => ({ queue: PREFIX + name, kind });
    this.names = [
      ...lifecycles.names.map((name) => queue(name, 'workflow')),
      ...[...DEPENDENCIES, ...OTHER_QUEUES].map((name) => queue(name, 'activity')),
      queue('reconciliation', 'workflow'),
    ];
  }

  /** Never fails: what does not answer is told as down. */
  view(): Promise<FleetView> {
    return this.shared.get();
  }

  private async look(): Promise<FleetView> {
    const asOf = new Date().toISOString();
    const [described, temporal, database, broker, outbox, deployments] = await Promise.all([
      this.queues.detailed(this.names).catch((): readonly Described[] => []),
      standing(async () => ({ version: await this.temporal.serverVersion(), figures: {} })),
      standing(() => this.records.write(databaseFigures)),
      this.broker(),
      this.records.write(outboxFigures).catch(() => ({ waiting: 0, refused: 0, parked: 0, lagMs: 0 })),
      this.deployments(),
    ]);
    return {
      asOf,
      workers: workersOf(described),
      queues: described.map(({ view }) => queueView(view)).sort((a, b) => b.backlog - a.backlog),
      deployments,
      ...{ temporal, database, outbox },
      ...(broker && { broker }),
      versions: { throughline: version, node: process.versions.node },
    };
  }

  private async broker(): Promise<FleetView['broker']> {
    const { broker } = this.settings;
    if (!broker) return undefined;
    const url = new URL(broker.kind === 'nats' ? broker.url : broker.databaseUrl);
    const port = Number(url.port || (broker.kind === 'nats' ? 4222 : 5432));
    return { kind: broker.kind, ...(await standing(() => reachable(url.hostname, port))) };
  }

  /** None where the server knows no versions of workers. */
  private async deployments(): Promise<FleetView['deployments']> {
    const { client } = this.temporal;
    const { namespace } = client.options;
    try {
      const { workerDeployments } = await callTemporal(
        client,
        () => client.workflowService.listWorkerDeployments({ namespace, pageSize: 50 }),
        PROBE_MS,
      );
      return (workerDeployments ?? []).flatMap(({ name, routingConfig }) => {
        const current = routingConfig?.currentVersion;
        return current ? [{ deployment: name ?? '', version: current, current: true }] : [];
      });
    } catch {
      return [];
    }
  }
}

/** How long it took to answer, or what it said instead. */
async function standing(
  ask: () => Promise<{ readonly version?: string; readonly figures: Readonly<Record<string, number>> }>,
): Promise<PillarView> {
  const startedAt = performance.now();
  try {
    const told = await ask();
    return { status: 'up', answeredInMs: Math.round(performance.now() - startedAt), ...told };
  } catch (err) {
    return { status: 'down', failure: err instanceof Error ? err.message : String(err), figures: {} };
  }
}

/** @throws Error where nobody listens there */
async function reachable(host: string, port: number): Promise<{ readonly figures: Readonly<Record<string, number>> }> {
  const socket = connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PROBE_MS) });
    return { figures: {} };
  } finally {
    socket.destroy();
  }
}

function queueView(view: Described['view']): FleetQueueView {
  return {
    ...view,
    role: view.queue.slice(PREFIX.length),
    unattended: view.backlog > 0 && view.pollers === 0,
  };
}

/** By identity: a worker process asks on several queues. */
function workersOf(described: readonly Described[]): WorkerView[] {
  const workers = new Map<string, WorkerView>();
  for (const { view, pollers } of described) {
    for (const { identity, seenAt, ...versions } of pollers) {
      const known = workers.get(identity);
      workers.set(identity, {
        identity,
        ...versions,
        queues: [...new Set([...(known?.queues ?? []), view.queue])].sort(),
        seenAt: known && known.seenAt > seenAt ? known.seenAt : seenAt,
      });
    }
  }
  return [...workers.values()].sort((a, b) => (a.identity < b.identity ? -1 : 1));
}
