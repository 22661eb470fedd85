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

interface Asked {
  readonly atMs: number;
  readonly view: Promise<QueueView>;
}

/** Describes task queues, each at most once a second however many ask. */
export class TaskQueues {
  private readonly asked = new Map<string, Asked>();

  constructor(private readonly temporal: Client) {}

  /** Describes queues; never throws. One that cannot be described spoils the answer, since it may be the one that matters. */
  async describe(queues: readonly QueueName[]): Promise<BacklogAnswer> {
    const asOf = new Date().toISOString();
    try {
      return { queues: await Promise.all(queues.map((queue) => this.one(queue))), asOf };
    } catch (err) {
      return { error: err instanceof Error ? err.message : String(err) };
    }
  }

  private one(name: QueueName): Promise<QueueView> {
    const now = Date.now();
    for (const [key, { atMs }] of this.asked) if (now - atMs >= FRESH_MS) this.asked.delete(key);
    const key = `${name.kind}:${name.queue}`;
    const known = this.asked.get(key);
    if (known) return known.view;
    const view = this.ask(name);
    this.asked.set(key, { atMs: now, view });
    return view;
  }

  private async ask({ queue, kind }: QueueName): Promise<QueueView> {
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
    const lately = Date.now() - POLLED_LATELY_MS;
    return {
      queue,
      kind,
      backlog: Number(stats?.approximateBacklogCount ?? 0),
      oldestMs: Number(seconds) * 1000 + Math.round((nanos ?? 0) / 1e6),
      pollers: (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 > lately)
        .length,
    };
  }
}
