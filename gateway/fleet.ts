/** How the machinery stands: workers, task queues, Temporal, database, broker. */
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DEPENDENCIES } from '../activities/dependencies.js';
import type { FleetQueueView, FleetView, PillarView, WorkerView } from '../client/console-views.js';
import { callTemporal } from '../client/temporal.js';
import { version } from '../client/version.js';
import { databaseFigures, outboxFigures } from '../records/pillars.js';
import { TaskQueues, type Described, type QueueName } from './explain-queues.js';
import { Inbound } from './inbound/inbound.js';
import { Lifecycles } from './lifecycles.js';
import { Records } from './records.js';
import { GatewaySettings } from './settings.js';
import { Shared } from './shared.js';
import { Temporal } from './temporal.js';

/** Everybody who looks within this time sees the same, in milliseconds. */
const FRESH_MS = 1_000;
/** Likewise, of database and broker, whose figures cost them more. */
const FIGURES_FRESH_MS = 5_000;
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
  private readonly database = new Shared(FIGURES_FRESH_MS, () => standing(() => this.records.write(databaseFigures)));
  private readonly broker = new Shared(FIGURES_FRESH_MS, () => this.brokerView());

  constructor(
    private readonly temporal: Temporal,
    private readonly records: Records,
    private readonly settings: GatewaySettings,
    private readonly inbound: Inbound,
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
      this.database.get(),
      this.broker.get(),
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

  private async brokerView(): Promise<FleetView['broker']> {
    const { broker: settings } = this.settings;
    if (!settings) return undefined;
    const pillar = await standing(async () => {
      const broker = this.inbound.reached();
      const [about, subscriptions] = await Promise.all([broker.about(), broker.lag()]);
      return { ...about, subscriptions };
    });
    return { kind: settings.kind, subscriptions: [], ...pillar };
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

/** How long it took to answer and what, or what it said instead. Waits no longer than {@link PROBE_MS}. */
async function standing<Told extends { readonly figures: PillarView['figures'] }>(
  ask: () => Promise<Told>,
): Promise<PillarView & Partial<Told>> {
  const startedAt = performance.now();
  const answered = new AbortController();
  try {
    const told = await Promise.race([ask(), tooLate(answered.signal)]);
    return { status: 'up', answeredInMs: Math.round(performance.now() - startedAt), ...told };
  } catch (err) {
    return { status: 'down', failure: err instanceof Error ? err.message : String(err), figures: {} } as PillarView &
      Partial<Told>;
  } finally {
    answered.abort();
  }
}

async function tooLate(signal: AbortSignal): Promise<never> {
  await pause(PROBE_MS, undefined, { signal });
  throw new Error(`it has not answered within ${PROBE_MS} ms`);
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
