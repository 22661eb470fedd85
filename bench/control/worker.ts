/** Worker process of the control: the same activities over the same queues, without interceptors. Prints `ready` when it polls. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { ActivitiesModule, SERVICE_ACTIVITIES } from '../../activities/activities.module.js';

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;

Runtime.install({
  shutdownSignals: ['SIGTERM'],
  logger: new DefaultLogger('WARN'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'WARN' }) } },
});
const app = await NestFactory.createApplicationContext(ActivitiesModule, { logger: ['error'] });
const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
const connection = await NativeConnection.connect(connectionOptions);
const workflowBundle = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('workflow.js', import.meta.url)),
  logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
});
const workers = await Promise.all([
  Worker.create({ connection, namespace, taskQueue: 'throughline-bench-control', workflowBundle }),
  ...SERVICE_ACTIVITIES.map(({ taskQueue, provider, names }) => {
    const instance = app.get<Methods>(provider);
    const activities = Object.fromEntries(
      names.map((name) => [name, (...args: unknown[]) => instance[name]?.(...args)]),
    );
    return Worker.create({ connection, namespace, taskQueue, activities });
  }),
]);
const running = workers.map((worker) => worker.run());
console.log('ready');
await Promise.all(running);
await connection.close();
await app.close();
