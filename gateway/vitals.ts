/** The gateway's gauges: facts of the records, and what Temporal says of the task queues. Read when somebody asks, and kept for a while. */
import { Injectable, Logger } from '@nestjs/common';
import { DEPENDENCIES } from '../activities/dependencies.js';
import type { StateFigures } from '../records/overview.js';
import { readVitals, type Vitals as VitalSigns } from '../records/vitals.js';
import type { QueueView } from '../client/views.js';
import { Metrics, type Sample } from '../telemetry/metrics.js';
import { TaskQueues, type QueueName } from './explain-queues.js';
import { Lifecycles } from './lifecycles.js';
import { Records } from './records.js';
import { Temporal } from './temporal.js';

/** Several scrapers within this time are told the same, in milliseconds. */
const KEPT_MS = 10_000;
const STATUSES = ['up', 'paused', 'failing'] as const;
/** Queues beside those of lifecycles and dependencies. */
const OTHER_QUEUES = ['records', 'reconciliation'];

@Injectable()
export class Vitals {
  private readonly log = new Logger('vitals');
  private readonly queues: TaskQueues;
  private readonly names: readonly QueueName[];
  private current: Promise<void> = Promise.resolve();
  private readAt = -Infinity;

  constructor(
    private readonly metrics: Metrics,
    private readonly records: Records,
    temporal: Temporal,
    lifecycles: Lifecycles,
  ) {
    this.queues = new TaskQueues(temporal.client);
    const queue = (name: string, kind: QueueName['kind']): QueueName => ({ queue: `throughline-${name}`, kind });
    this.names = [
      ...lifecycles.names.map((name) => queue(name, 'workflow')),
      ...[...DEPENDENCIES, ...OTHER_QUEUES].map((name) => queue(name, 'activity')),
    ];
  }

  /** Brings the gauges up to date; never rejects: a source that does not answer is itself a fact, and what it said before is gone. */
  async refresh(): Promise<void> {
    if (Date.now() - this.readAt >= KEPT_MS) {
      this.readAt = Date.now();
      this.current = this.read();
    }
    await this.current;
  }

  private async read(): Promise<void> {
    await Promise.all([
      this.ask('records', async () => this.tellRecords(await this.records.write(readVitals))),
      this.ask('temporal', async () => {
        const answer = await this.queues.describe(this.names);
        if ('error' in answer) throw new Error(answer.error);
        this.tellQueues(answer.queues);
      }),
    ]);
  }

  private async ask(source: 'records' | 'temporal', read: () => Promise<void>): Promise<void> {
    const since = performance.now();
    let well = 1;
    try {
      await read();
    } catch (err) {
      well = 0;
      if (source === 'records') this.tellRecords(undefined);
      else this.tellQueues([]);
      this.log.warn({ source, reason: (err as Error).message }, 'metrics lack what this source would say');
    }
    this.metrics.gauge('collected').set({ source }, well);
    this.metrics.gauge('collectionSeconds').set({ source }, (performance.now() - since) / 1000);
  }

  private tellRecords(vitals: VitalSigns | undefined): void {
    const { metrics } = this;
    const { states = [], attention = [], deferred = [], reviews = [], findings = [], outbox = [] } = vitals ?? {};
    const inFlight = states.filter(({ open }) => open > 0);
    metrics.replace(
      'entities',
      inFlight.map(({ lifecycle, state, open }) => [{ lifecycle, state }, open]),
    );
    metrics.replace(
      'overdue',
      inFlight.map(({ lifecycle, state, overdue }) => [{ lifecycle, state }, overdue]),
    );
    metrics.replace('stateAge', inFlight.flatMap(ages));
    metrics.replace(
      'attention',
      attention.map(({ lifecycle, name, count }) => [{ lifecycle, attention: name }, count]),
    );
    metrics.replace(
      'deferred',
      deferred.map(({ lifecycle, name, count }) => [{ lifecycle, guard: name }, count]),
    );
    metrics.replace(
      'reviewsOpen',
      reviews.map(({ lifecycle, queue, open }) => [{ lifecycle, queue }, open]),
    );
    metrics.replace(
      'reviewsOverdue',
      reviews.map(({ lifecycle, queue, overdue }) => [{ lifecycle, queue }, overdue]),
    );
    metrics.replace(
      'findings',
      findings.map(({ lifecycle, kind, open }) => [{ lifecycle, kind }, open]),
    );
    metrics.replace(
      'findingsOverdue',
      findings.map(({ lifecycle, kind, overdue }) => [{ lifecycle, kind }, overdue]),
    );
    metrics.replace(
      'outboxWaiting',
      outbox.map(({ lifecycle, waiting }) => [{ lifecycle }, waiting]),
    );
    metrics.replace(
      'outboxOldest',
      outbox.map(({ lifecycle, oldestSeconds }) => [{ lifecycle }, oldestSeconds]),
    );
    metrics.replace(
      'outboxParked',
      outbox.map(({ lifecycle, parked }) => [{ lifecycle }, parked]),
    );
    metrics.replace(
      'admissions',
      (vitals?.admissions ?? []).map(({ catastrophe, count }) => [{ catastrophe }, count]),
    );
    this.tellGates(vitals?.gates);
  }

  /** Of every dependency that there is: one that was never touched is up. */
  private tellGates(gates: VitalSigns['gates'] | undefined): void {
    const known = gates === undefined ? [] : DEPENDENCIES;
    const of = (dependency: string) => gates?.find(({ name }) => name === dependency);
    this.metrics.replace(
      'gate',
      known.flatMap((dependency) =>
        STATUSES.map((status): Sample => [{ dependency, status }, (of(dependency)?.status ?? 'up') === status ? 1 : 0]),
      ),
    );
    this.metrics.replace(
      'gateShut',
      known.map((dependency) => {
        const gate = of(dependency);
        return [{ dependency }, gate && gate.status !== 'up' ? gate.seconds : 0];
      }),
    );
  }

  private tellQueues(queues: readonly QueueView[]): void {
    const samples = (value: (view: QueueView) => number): Sample[] =>
      queues.map((view) => [{ queue: view.queue, kind: view.kind }, value(view)]);
    this.metrics.replace(
      'backlog',
      samples(({ backlog }) => backlog),
    );
    this.metrics.replace(
      'backlogAge',
      samples(({ oldestMs }) => oldestMs / 1000),
    );
    this.metrics.replace(
      'pollers',
      samples(({ pollers }) => pollers),
    );
  }
}

/** In seconds. */
function ages({ lifecycle, state, enteredAt }: StateFigures): Sample[] {
  if (!enteredAt) return [];
  const { median, p95, first } = enteredAt;
  return Object.entries({ '0.5': median, '0.95': p95, '1': first }).map(([quantile, since]) => [
    { lifecycle, state, quantile },
    Math.max(0, (Date.now() - Date.parse(since)) / 1000),
  ]);
}
