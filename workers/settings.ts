/** What a worker process reads from its environment, checked once at start-up. Temporal's own settings are read by its client. */
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { z } from 'zod';
import { ROLE_NAMES } from './roles.js';

/** Settings of one worker process. A class, so that NestJS can inject it. */
export class WorkerSettings {
  readonly databaseUrl!: string;
  readonly host!: string;
  /** Port of the health endpoints; 0: any free port. */
  readonly port!: number;
  /** Which roles this process plays. */
  readonly roles!: readonly string[];
  /** Path of the prebuilt workflow bundle. */
  readonly workflowBundle!: string;
  /** How many workflow tasks this process works on at once, per lifecycle. */
  readonly workflowTaskSlots!: number;
  /** How many activities this process works on at once, per task queue. */
  readonly activitySlots!: number;
  /** Under which version the lifecycles' workers poll; undefined: under none. */
  readonly deployment!: WorkerDeploymentOptions | undefined;
}

/**
 * What a process takes at once of each queue, unless it is told otherwise. The SDK's own 40 and 100 would empty a surge's backlog into
 * the worker, where nothing is overtaken: priority and fairness decide only among tasks that still wait on the server.
 */
const SLOTS = 10;

/** Unset and empty are the same: manifests with a gap say the latter. */
const named = z
  .string()
  .optional()
  .transform((text) => text || undefined);

/** @param min the SDK needs two slots for workflow tasks, one of them for the queue of those that are cached. */
const slots = (min: number) => {
  const error = `a whole number from ${min} on: how many tasks of a queue this process works on at once`;
  return z.preprocess((text) => text || SLOTS, z.coerce.number({ error }).int({ error }).min(min, { error }));
};

const environment = z.object({
  DATABASE_URL: z.string({ error: 'the PostgreSQL server, as postgres://user:password@host:port/database' }).min(1),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(7237),
  THROUGHLINE_ROLES: z
    .string()
    .default('all')
    .transform((text) => (text === 'all' ? ROLE_NAMES : text.split(',').map((name) => name.trim())))
    .refine((names) => names.length > 0 && names.every((name) => ROLE_NAMES.includes(name)), {
      error: `"all", or some of ${ROLE_NAMES.join(', ')}, separated by commas`,
    }),
  THROUGHLINE_WORKFLOW_TASK_SLOTS: slots(2),
  THROUGHLINE_ACTIVITY_SLOTS: slots(1),
  // The names that Temporal's worker controller sets.
  TEMPORAL_DEPLOYMENT_NAME: named,
  TEMPORAL_WORKER_BUILD_ID: named,
  // docs/decisions/0015 says why entities move on by default.
  THROUGHLINE_VERSIONING_BEHAVIOR: z
    .enum(['AUTO_UPGRADE', 'PINNED'], {
      error: 'AUTO_UPGRADE (running entities move to this build) or PINNED (entities end on the build they began on)',
    })
    .default('AUTO_UPGRADE'),
});

type Environment = z.infer<typeof environment>;

/**
 * Reads the settings.
 * @param bundle path of the workflow bundle.
 * @throws Error that names each variable that is missing or wrong and says what it must be; values are not repeated, since one
 *   of them holds a password.
 */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv, bundle: string): WorkerSettings {
  const read = environment.safeParse(env);
  if (!read.success) {
    throw wrong(read.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`));
  }
  return {
    databaseUrl: read.data.DATABASE_URL,
    host: read.data.HOST,
    port: read.data.PORT,
    roles: read.data.THROUGHLINE_ROLES,
    workflowBundle: bundle,
    workflowTaskSlots: read.data.THROUGHLINE_WORKFLOW_TASK_SLOTS,
    activitySlots: read.data.THROUGHLINE_ACTIVITY_SLOTS,
    deployment: deploymentIn(read.data),
  };
}

function deploymentIn(read: Environment): WorkerDeploymentOptions | undefined {
  const { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId } = read;
  if (deploymentName === undefined && buildId === undefined) return undefined;
  // With half a version a worker would poll beside its deployment and take tasks of entities that are not its own.
  if (deploymentName === undefined) throw wrong(['TEMPORAL_DEPLOYMENT_NAME: needed with TEMPORAL_WORKER_BUILD_ID']);
  if (buildId === undefined) throw wrong(['TEMPORAL_WORKER_BUILD_ID: needed with TEMPORAL_DEPLOYMENT_NAME']);
  return {
    useWorkerVersioning: true,
    version: { deploymentName, buildId },
    defaultVersioningBehavior: read.THROUGHLINE_VERSIONING_BEHAVIOR,
  };
}

const wrong = (faults: readonly string[]): Error =>
  new Error(`the workers cannot start; set these environment variables:\n  ${faults.join('\n  ')}`);
