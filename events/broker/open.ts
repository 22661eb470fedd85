/** The broker that the environment names. */
import { z } from 'zod';
import type { Broker, Patience } from './broker.js';
import type { Log } from './log.js';

/** Which broker, and where. */
export type BrokerSettings =
  { readonly kind: 'postgres'; readonly databaseUrl: string } | { readonly kind: 'nats'; readonly url: string };

const environment = z.object({
  THROUGHLINE_BROKER: z.enum(['postgres', 'nats'], { error: 'postgres or nats' }).default('postgres'),
  DATABASE_URL: z.string().optional(),
  NATS_URL: z.string().optional(),
});

/**
 * `THROUGHLINE_BROKER` says which: `postgres` (the default), in the database of `DATABASE_URL`, or `nats`, at `NATS_URL`.
 * @throws Error that names each variable that is missing or wrong and says what it must be; values are not repeated
 */
export function brokerSettings(env: NodeJS.ProcessEnv): BrokerSettings {
  const read = environment.safeParse(env);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`);
    throw new Error(`there is no broker; set these environment variables:\n  ${faults.join('\n  ')}`);
  }
  const { THROUGHLINE_BROKER: kind, DATABASE_URL: databaseUrl, NATS_URL: url } = read.data;
  if (kind === 'nats') {
    if (url) return { kind, url };
    throw new Error('there is no broker; with THROUGHLINE_BROKER=nats set NATS_URL, such as nats://127.0.0.1:4222');
  }
  if (databaseUrl) return { kind, databaseUrl };
  throw new Error('there is no broker; set DATABASE_URL, as postgres://user:password@host:port/database');
}

/** What a program may say of its broker. */
export interface BrokerUse {
  readonly applicationName: string;
  readonly log?: Log;
  readonly patience?: Patience;
}

/** Connects. @throws where it does not answer */
export async function openBroker(settings: BrokerSettings, use: BrokerUse): Promise<Broker> {
  // Each is loaded where it is used: a fleet has one of the two.
  if (settings.kind === 'nats') {
    const { NatsBroker } = await import('./nats.js');
    return NatsBroker.open({ ...use, url: settings.url });
  }
  const { PostgresBroker } = await import('./postgres.js');
  return PostgresBroker.open({ ...use, databaseUrl: settings.databaseUrl });
}
