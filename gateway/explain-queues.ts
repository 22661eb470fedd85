/** How long the task queues are on which an entity depends, and whether anybody works on them. */
import type { Client } from '@temporalio/client';
import { callTemporal } from '../client/temporal.js';
import type { QueueView } from '../client/views.js';
import type { BacklogAnswer } from './explain.js';

/** How long explain waits for Temporal to tell of a queue, in milliseconds. */
const DESCRIBE_TIMEOUT_MS = 3_000;
/** An answer serves everybody who asks within this time, in milliseconds; the server itself reckons anew every five seconds. */
const FRESH_MS = 1_000;
/** A poll lasts up to a minute, and the next follows at once: who has not polled for longer is gone. In milliseconds. */
const POLLED_LATELY_MS = 70_000;

/** `temporal.api.enums.v1.TaskQueueType` */
const TASK_QUEUE_TYPE = { workflow: 1, activity: 2 } as const;

/** A queue and whose tasks of it. */
export type QueueName = Pick<QueueView, 'queue' | 'kind'>;

/** Who has asked a queue for work lately. */
export interface Poller {
  readonly identity: string;
  readonly seenAt: string;
  readonly buildId?: string;
  readonly deployment?: string;
}

/** A queue with everybody who works on it. */
export interface Described {
  readonly view: QueueView;
  readonly pollers: readonly Poller[];
}

interface Asked {
  readonly atMs: number;
  readonly described: Promise<Described>;
}

/** Describes task queues, each at most once a second however many ask. */
export class TaskQueues {
  private readonly asked = new Map<string, Asked>();

  constructor(private readonly temporal: Client) {}

  /** Describes queues; never throws. One that cannot be described spoils the answer, since it may be the one that matters. */
  async describe(queues: readonly QueueName[]): Promise<BacklogAnswer> {
    const asOf = new Date().toISOString();
    try {
      const described = await this.detailed(queues);
      return { queues: described.map(({ view }) => view), asOf };
    } catch (err) {
      return { error: err instanceof Error ? err.message : String(err) };
    }
  }

  /** The same with the workers. @throws Unreachable */
  detailed(queues: readonly QueueName[]): Promise<readonly Described[]> {
    return Promise.all(queues.map((queue) => this.one(queue)));
  }

  private one(name: QueueName): Promise<Described> {
    const now = Date.now();
    for (const [key, { atMs }] of this.asked) if (now - atMs >= FRESH_MS) this.asked.delete(key);
    const key = `${name.kind}:${name.queue}`;
    const known = this.asked.get(key);
    if (known) return known.described;
    const described = this.ask(name);
    this.asked.set(key, { atMs: now, described });
    return described;
  }

  private async ask({ queue, kind }: QueueName): Promise<Described> {
    const { workflowService, options } = this.temporal;
    const { stats, pollers } = await callTemporal(
      this.temporal,
      () =>
        workflowService.describeTaskQueue({
          namespace: options.namespace,
          taskQueue: { name: queue },
          taskQueueType: TASK_QUEUE_TYPE[kind],
          reportStats: true,
        }),
      DESCRIBE_TIMEOUT_MS,
    );
    const { seconds = 0, nanos = 0 } = stats?.approximateBacklogAge ?? {};
    const lately = new Date(Date.now() - POLLED_LATELY_MS).toISOString();
    const recent = (pollers ?? []).map(poller).filter(({ seenAt }) => seenAt > lately);
    return {
      view: {
        queue,
        kind,
        backlog: Number(stats?.approximateBacklogCount ?? 0),
        oldestMs: Number(seconds) * 1000 + Math.round((nanos ?? 0) / 1e6),
        pollers: recent.length,
      },
      pollers: recent,
    };
  }
}

type RawPoller = NonNullable<Awaited<ReturnType<Client['workflowService']['describeTaskQueue']>>['pollers']>[number];

function poller({ identity, lastAccessTime, deploymentOptions }: RawPoller): Poller {
  const { buildId, deploymentName } = deploymentOptions ?? {};
  return {
    identity: identity ?? 'unknown',
    seenAt: new Date(Number(lastAccessTime?.seconds ?? 0) * 1000).toISOString(),
    ...(buildId ? { buildId } : {}),
    ...(deploymentName ? { deployment: deploymentName } : {}),
  };
}
