/** What a worker process reads from its environment, checked once at start-up. Temporal's own settings are read by its client. */
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
}

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
});

/**
 * Reads the settings.
 * @param bundle path of the workflow bundle.
 * @throws Error that names each variable that is missing or wrong and says what it must be; values are not repeated, since one
 *   of them holds a password.
 */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv, bundle: string): WorkerSettings {
  const read = environment.safeParse(env);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`);
    throw new Error(`the workers cannot start; set these environment variables:\n  ${faults.join('\n  ')}`);
  }
  return {
    databaseUrl: read.data.DATABASE_URL,
    host: read.data.HOST,
    port: read.data.PORT,
    roles: read.data.THROUGHLINE_ROLES,
    workflowBundle: bundle,
  };
}
