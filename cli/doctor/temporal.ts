/** Temporal: whether it can be reached, is what the fleet needs, and has workers that ask it for tasks. */
import type { Client } from '@temporalio/client';
import { DEPENDENCIES } from '../../activities/dependencies.js';
import { callTemporal, temporalClient } from '../../client/temporal.js';
import { LIFECYCLES } from '../../workflows/lifecycles.js';
import { searchAttributes } from '../../workflows/lifecycle/search-attributes.js';
import { failed, isBelow, ok, PATIENCE_MS, reasonOf, skipped, warning, type Finding } from './check.js';
import { clockFinding } from './clocks.js';

/** docs/operations/deploy.md says why. */
const LEAST_VERSION = '1.29.0';
/** Below this the records outlive what explains them. */
const LEAST_RETENTION_DAYS = 1;
/** A poll lasts up to a minute. */
const POLLED_LATELY_MS = 70_000;
/** `temporal.api.enums.v1.IndexedValueType` */
const INDEXED = { KEYWORD: 2, DATETIME: 6 } as const;
/** `temporal.api.enums.v1.TaskQueueType` */
const KIND = { workflow: 1, activity: 2 } as const;

/** @param address undefined: Temporal's own configuration decides */
export async function temporalFindings(address: string | undefined): Promise<Finding[]> {
  const client = temporalClient(address);
  try {
    const server = await reached(client);
    if (server.verdict === 'failed') {
      const rest = ['namespace', 'search attributes', 'server settings', 'workers', 'clock of Temporal'];
      return [server, ...rest.map((name) => skipped(name, 'Temporal does not answer'))];
    }
    const queues = await described(client);
    return [
      server,
      await orFailed('namespace', () => namespace(client)),
      await orFailed('search attributes', () => attributes(client)),
      settings(queues),
      workers(queues),
      clock(queues),
    ];
  } finally {
    await client.connection.close();
  }
}

const ask = <T>(client: Client, call: () => Promise<T>): Promise<T> => callTemporal(client, call, PATIENCE_MS);

async function reached(client: Client): Promise<Finding> {
  try {
    const { serverVersion } = await ask(client, () => client.workflowService.getSystemInfo({}));
    const found = serverVersion ?? 'unknown';
    if (isBelow(found, LEAST_VERSION))
      return failed(
        'Temporal',
        `server ${found}`,
        `server ${LEAST_VERSION} or newer is needed: priorities and fairness`,
      );
    return ok('Temporal', `server ${found}`);
  } catch (err) {
    return failed(
      'Temporal',
      `it cannot be reached (${reasonOf(err)})`,
      'start the server, or correct TEMPORAL_ADDRESS and TEMPORAL_TLS*',
    );
  }
}

async function orFailed(name: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (err) {
    return failed(
      name,
      reasonOf(err),
      'give the credentials of TEMPORAL_API_KEY or TEMPORAL_TLS* the right to read it',
    );
  }
}

async function namespace(client: Client): Promise<Finding> {
  const { namespace: name } = client.options;
  const { config } = await ask(client, () => client.workflowService.describeNamespace({ namespace: name }));
  const days = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / 86_400;
  if (days < LEAST_RETENTION_DAYS)
    return warning(
      'namespace',
      `${name} keeps closed runs for ${days.toFixed(1)} days`,
      'raise its retention to a day at least',
    );
  return ok('namespace', `${name} keeps closed runs for ${days.toFixed(0)} days`);
}

async function attributes(client: Client): Promise<Finding> {
  const name = 'search attributes';
  const { operatorService } = client.connection as unknown as {
    operatorService: {
      listSearchAttributes(request: object): Promise<{ customAttributes?: Record<string, number> | null }>;
    };
  };
  const { customAttributes } = await ask(client, () =>
    operatorService.listSearchAttributes({ namespace: client.options.namespace }),
  );
  const there = customAttributes ?? {};
  const wanted = Object.values(searchAttributes);
  const wrong = wanted.filter((one) => there[one.name] !== undefined && there[one.name] !== INDEXED[one.type]);
  if (wrong.length > 0)
    return failed(
      name,
      `of another type: ${wrong.map((one) => one.name).join(', ')}`,
      'remove them there; the workers register them',
    );
  const missing = wanted.filter((one) => there[one.name] === undefined);
  if (missing.length > 0)
    return failed(
      name,
      `not registered: ${missing.map((one) => one.name).join(', ')}`,
      'start the workers, which register them',
    );
  return ok(name, `all ${wanted.length} are registered`);
}

interface Described {
  readonly queue: string;
  readonly polledAt: number;
  /** Undefined where the server does not tell backlogs by priority. */
  readonly byPriority: boolean;
}

/** Every queue of the fleet; one that cannot be described has no poller. */
function described(client: Client): Promise<Described[]> {
  const queue = (name: string, kind: keyof typeof KIND) => ({ queue: `throughline-${name}`, kind });
  const all = [
    ...LIFECYCLES.map(({ name }) => queue(name, 'workflow')),
    ...[...DEPENDENCIES, 'records', 'reconciliation'].map((name) => queue(name, 'activity')),
  ];
  return Promise.all(
    all.map(async ({ queue: name, kind }) => {
      try {
        const { pollers, statsByPriorityKey } = await ask(client, () =>
          client.workflowService.describeTaskQueue({
            namespace: client.options.namespace,
            taskQueue: { name },
            taskQueueType: KIND[kind],
            reportStats: true,
          }),
        );
        const times = (pollers ?? []).map(
          ({ lastAccessTime: at }) => Number(at?.seconds ?? 0) * 1000 + Number(at?.nanos ?? 0) / 1e6,
        );
        return {
          queue: name,
          polledAt: Math.max(0, ...times),
          byPriority: Object.keys(statsByPriorityKey ?? {}).length > 0,
        };
      } catch {
        return { queue: name, polledAt: 0, byPriority: false };
      }
    }),
  );
}

/** A server without its new matcher has no backlogs by priority to tell of. */
function settings(queues: readonly Described[]): Finding {
  const name = 'server settings';
  if (queues.some(({ byPriority }) => byPriority)) return ok(name, 'the server keeps tasks by priority');
  return warning(
    name,
    'the server does not tell of priorities',
    'set matching.useNewMatcher and matching.enableFairness in its dynamic configuration (docs/operations/deploy.md)',
  );
}

function workers(queues: readonly Described[]): Finding {
  const unattended = queues
    .filter(({ polledAt }) => Date.now() - polledAt > POLLED_LATELY_MS)
    .map(({ queue }) => queue);
  if (unattended.length === 0) return ok('workers', `all ${queues.length} task queues are polled`);
  return warning(
    'workers',
    `nobody polls ${unattended.length === queues.length ? 'any task queue' : unattended.join(', ')}`,
    'start workers that play these roles (THROUGHLINE_ROLES)',
  );
}

/** The server has no clock to ask, but says when it was last polled: not in our future, and not long ago where workers run. */
function clock(queues: readonly Described[]): Finding {
  const latest = Math.max(...queues.map(({ polledAt }) => polledAt));
  if (latest === 0) return skipped('clock of Temporal', 'it shows in polls, and nobody polls');
  const now = Date.now();
  return clockFinding('Temporal', { asked: now - POLLED_LATELY_MS, theirs: latest, had: now });
}
