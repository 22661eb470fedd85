/** What the gateway reads from its environment, checked once at start-up. Temporal's own settings are read by its client. */
import { z } from 'zod';
import { brokerSettings, type BrokerSettings } from '../events/broker/open.js';
import { webhookKey } from '../events/webhook.js';
import { identityEnvironment, identityOf, type Identity } from './access/identity.js';

/** Settings of one gateway process. A class, so that NestJS can inject it. */
export class GatewaySettings {
  readonly databaseUrl!: string;
  readonly host!: string;
  /** 0: any free port. */
  readonly port!: number;
  /** Standard Webhooks secret, `whsec_<base64>`. */
  readonly callbackSecret!: string;
  /** Whose tokens are believed. */
  readonly identity!: Identity;
  /** Only requests to a loopback name are served: a web page must not reach the gateway through a name of its own. */
  readonly loopbackOnly!: boolean;
  /** Claims of a catastrophe started per second where its declaration does not say; absent: as they come. */
  readonly admissionRate?: number;
  /** Base of Temporal's own web UI, without a slash at its end; absent: no links into it. */
  readonly temporalUiUrl?: string;
  /** Where the reference services are, without a slash at its end; absent: there are none whose fault switches could be set. */
  readonly servicesUrl?: string;
  /** Requests under way at once, and of one asker in a second; absent: see `limits.ts`. */
  readonly limits?: { readonly atOnce?: number; readonly perSecond?: number };
  /** Where events of others come from; absent: nowhere. */
  readonly broker?: BrokerSettings;
}

const LOOPBACK_HOSTS: readonly string[] = ['127.0.0.1', '::1', 'localhost'];

const environment = identityEnvironment.extend({
  DATABASE_URL: z.string({ error: 'the PostgreSQL server, as postgres://user:password@host:port/database' }).min(1),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(7230),
  THROUGHLINE_CALLBACK_SECRET: z
    .string({ error: 'the secret that the services know too, whsec_<base64 of at least 24 bytes>' })
    .superRefine((secret, context) => {
      try {
        webhookKey(secret);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as RangeError).message });
      }
    }),
  THROUGHLINE_TEMPORAL_UI_URL: z
    .url({ protocol: /^https?$/, error: "the base of Temporal's web UI, as http://127.0.0.1:8233" })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  THROUGHLINE_SERVICES_URL: z
    .url({ protocol: /^https?$/, error: 'where the reference services are, as http://127.0.0.1:7231' })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  THROUGHLINE_REQUESTS_AT_ONCE: z.coerce.number().int().min(1).max(100_000).optional(),
  THROUGHLINE_REQUESTS_PER_SECOND: z.coerce.number().int().min(1).max(100_000).optional(),
  THROUGHLINE_ADMISSION_RATE: z
    .string()
    .refine((text) => text === '' || (Number(text) >= 0.01 && Number(text) <= 100), {
      error: 'claims of a catastrophe started per second, from 0.01 to 100; leave it out to start them as they come',
    })
    .transform((text) => (text === '' ? undefined : Number(text)))
    .optional(),
});

/**
 * Reads the settings.
 * @throws Error that names each variable that is missing or wrong and says what it must be; values are not repeated, since two
 *   of them are secrets. Also where it would believe nobody's tokens, or anybody's beyond this machine.
 */
export function settingsFromEnvironment(env: NodeJS.ProcessEnv): GatewaySettings {
  const read = environment.safeParse(env);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`);
    throw new Error(`the gateway cannot start; set these environment variables:\n  ${faults.join('\n  ')}`);
  }
  const given = read.data;
  const identity = identityOf(given);
  if (identity.kind === 'development' && !LOOPBACK_HOSTS.includes(given.HOST)) {
    throw new Error(
      `the gateway will not listen on HOST=${given.HOST}: with the development issuer whoever reaches it may be anybody. ` +
        'Leave HOST at 127.0.0.1, or set THROUGHLINE_OIDC_ISSUER and THROUGHLINE_OIDC_AUDIENCE',
    );
  }
  return {
    databaseUrl: given.DATABASE_URL,
    host: given.HOST,
    port: given.PORT,
    callbackSecret: given.THROUGHLINE_CALLBACK_SECRET,
    identity,
    // Behind a provider it may have a name of its own; without one it answers to this machine alone.
    loopbackOnly: identity.kind === 'development',
    broker: brokerSettings(env),
    ...(given.THROUGHLINE_TEMPORAL_UI_URL === undefined ? {} : { temporalUiUrl: given.THROUGHLINE_TEMPORAL_UI_URL }),
    ...(given.THROUGHLINE_SERVICES_URL === undefined ? {} : { servicesUrl: given.THROUGHLINE_SERVICES_URL }),
    limits: {
      ...(given.THROUGHLINE_REQUESTS_AT_ONCE !== undefined && { atOnce: given.THROUGHLINE_REQUESTS_AT_ONCE }),
      ...(given.THROUGHLINE_REQUESTS_PER_SECOND !== undefined && { perSecond: given.THROUGHLINE_REQUESTS_PER_SECOND }),
    },
    ...(given.THROUGHLINE_ADMISSION_RATE === undefined ? {} : { admissionRate: given.THROUGHLINE_ADMISSION_RATE }),
  };
}

/** Whether a request's `Host` header names this machine by its loopback. */
export function isLoopbackName(hostHeader: string | undefined): boolean {
  const name = (hostHeader ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return LOOPBACK_HOSTS.includes(name);
}
