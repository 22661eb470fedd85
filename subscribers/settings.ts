/** What a subscribers process reads from its environment, checked once at start-up. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { brokerSettings, type BrokerSettings } from '../events/broker/open.js';
import type { Chain } from './platform/chain.js';

export interface Settings {
  readonly databaseUrl: string;
  readonly broker: BrokerSettings;
  /** Names of those that this process runs; undefined: all that are configured. */
  readonly only: readonly string[] | undefined;
  /** The module that says which chains there are; folders of steps are looked for beside it, then among the product's own. */
  readonly configuration: URL;
}

const environment = z.object({
  DATABASE_URL: z.string({ error: 'the PostgreSQL server, as postgres://user:password@host:port/database' }).min(1),
  THROUGHLINE_SUBSCRIBERS: z.string().default(''),
  THROUGHLINE_SUBSCRIBERS_CONFIG: z.string().default(''),
});

/**
 * `DATABASE_URL`, the broker's variables, `THROUGHLINE_SUBSCRIBERS` (names, separated by commas; default: all) and
 * `THROUGHLINE_SUBSCRIBERS_CONFIG` (path of a module like `configuration.ts`; default: that one).
 * @throws Error that names each variable that is missing or wrong and says what it must be; values are not repeated
 */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv, ownConfiguration: URL): Settings {
  const read = environment.safeParse(env);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`);
    throw new Error(`the subscribers cannot start; set these environment variables:\n  ${faults.join('\n  ')}`);
  }
  const { DATABASE_URL: databaseUrl, THROUGHLINE_SUBSCRIBERS: names, THROUGHLINE_SUBSCRIBERS_CONFIG: file } = read.data;
  const only = names
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  return {
    databaseUrl,
    broker: brokerSettings(env),
    only: only.length > 0 ? only : undefined,
    configuration: file === '' ? ownConfiguration : pathToFileURL(path.resolve(file)),
  };
}

/** The chains of a configuration. @throws Error that names the file and says what is lacking */
export async function chainsOf(configuration: URL): Promise<readonly Chain[]> {
  const { chains } = (await import(configuration.href)) as { readonly chains?: readonly Chain[] };
  if (chains?.every(({ begins, ends, steps }: Chain) => begins && ends && Array.isArray(steps))) return chains;
  throw new Error(`${configuration.pathname} exports no "chains" with "begins", "ends" and "steps"`);
}
