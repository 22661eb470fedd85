/**
 * A measured process: one workflow worker with the settings of production and a cache that never evicts. Its parent talks to it
 * over the process channel: it says `ready` when it polls, and answers each message with a {@link Sample}.
 */
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { collected, HEAP_CHANNEL, type HeapAnswer } from './heap-probe.js';

/** Memory of the whole process after a full collection, in bytes. */
export interface Sample {
  /** Workflows in the worker's cache. */
  readonly cached: number;
  /** Live objects in the heap of the thread in which the workflows run. */
  readonly workflowHeap: number;
  /** Live objects in the heap of the main thread, which keeps some of each workflow too. */
  readonly mainHeap: number;
  /** What the process occupies, with the SDK's native core. */
  readonly rss: number;
}

const { values } = parseArgs({
  options: { queue: { type: 'string' }, bundle: { type: 'string' }, cache: { type: 'string' } },
});
const { queue: taskQueue, bundle: codePath, cache } = values;
if (!taskQueue || !codePath || !cache) throw new Error('give --queue, --bundle and --cache');

Runtime.install({
  shutdownSignals: ['SIGTERM'],
  logger: new DefaultLogger('WARN'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }) } },
});
const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const worker = await Worker.create({
  connection,
  namespace,
  taskQueue,
  workflowBundle: { codePath },
  maxCachedWorkflows: Number(cache),
  reuseV8Context: true,
});
const running = worker.run();

const thread = new BroadcastChannel(HEAP_CHANNEL);
process.on('message', () => void sample().then((taken) => process.send?.(taken)));
process.send?.('ready');

await running;
thread.close();
await connection.close();
process.disconnect();

async function sample(): Promise<Sample> {
  const answer = once(thread, 'message');
  thread.postMessage('measure');
  const [{ data: workflows }] = (await answer) as [{ readonly data: HeapAnswer }];
  const main = await collected();
  return {
    cached: worker.getStatus().numCachedWorkflows,
    workflowHeap: workflows.heapUsed,
    mainHeap: main.heapUsed,
    rss: process.memoryUsage.rss(),
  };
}
