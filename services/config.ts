/** What the services process reads from its environment, checked once at start-up. */
import { z } from 'zod';
import { webhookKey } from '../events/webhook.js';

/**
 * The reference services, in the order in which a claim meets them, then an order, a ticket, an application. Each name is its path and
 * (`svc_<name>`) its schema.
 */
export const SERVICE_NAMES = [
  'policy',
  'fraud',
  'assessment',
  'documents',
  'settlement',
  'payments',
  'notifications',
  'inventory',
  'risk',
  'shipping',
  'plans',
  'experts',
  'identity',
  'eligibility',
  'screening',
  'accounts',
] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Settings of one services process. A class, so that NestJS can inject it. */
export class ServicesConfig {
  readonly databaseUrl!: string;
  readonly host!: string;
  /** 0: any free port. */
  readonly port!: number;
  /** Where callbacks go, without a slash at the end. */
  readonly gatewayUrl!: string;
  /** Standard Webhooks secret, `whsec_<base64>`. */
  readonly callbackSecret!: string;
  /** The services that this process runs. */
  readonly services!: readonly ServiceName[];
  /** Whether `PUT /seed` is open. */
  readonly seeding!: boolean;
  /** Whether `/faults` is open. */
  readonly faults!: boolean;
  /** Pause before a callback is first sent, in milliseconds. */
  readonly callbackDelayMs!: number;
  /** How long each leg of a shipment takes where nothing else is seeded, in milliseconds. */
  readonly carrierLegMs!: number;
  /** What may be paid on a claim without a person's approval, in cents. */
  readonly authorityLimitMinor!: number;
  /** Below this in all, in cents, a clear claim needs nobody in the field. */
  readonly fastTrackLimitMinor!: number;
}

const environment = z.object({
  DATABASE_URL: z.string({ error: 'the PostgreSQL server, as postgres://user:password@host:port/database' }).min(1),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65535).default(7231),
  THROUGHLINE_GATEWAY_URL: z
    .url({ protocol: /^https?$/, error: 'an http or https URL' })
    .default('http://127.0.0.1:7230'),
  THROUGHLINE_CALLBACK_SECRET: z
    .string({ error: 'the secret that the gateway knows too, whsec_<base64 of at least 24 bytes>' })
    .superRefine((secret, context) => {
      try {
        webhookKey(secret);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as RangeError).message });
      }
    }),
  THROUGHLINE_SERVICES: z
    .string()
    .default(SERVICE_NAMES.join(','))
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(SERVICE_NAMES, { error: `names out of ${SERVICE_NAMES.join(',')}` })).min(1)),
  THROUGHLINE_SEED: z.enum(['0', '1']).default('0'),
  THROUGHLINE_FAULTS: z.enum(['allowed', 'refused'], 'allowed or refused').default('refused'),
  THROUGHLINE_SERVICE_DELAY_MS: z.coerce.number().int().min(0).max(3_600_000).default(0),
  THROUGHLINE_CARRIER_LEG_MS: z.coerce.number().int().min(0).max(86_400_000).default(1_000),
  THROUGHLINE_AUTHORITY_LIMIT_USD: z.coerce.number().min(0).max(1_000_000_000).default(250_000),
  THROUGHLINE_FAST_TRACK_LIMIT_USD: z.coerce.number().min(0).max(1_000_000_000).default(5_000),
});

/**
 * Reads the settings.
 * @throws Error that names each variable that is missing or wrong and says what it must be. Values are not repeated: two of them
 *   are secrets.
 */
export function configFromEnvironment(env: NodeJS.ProcessEnv): ServicesConfig {
  const read = environment.safeParse(env);
  if (!read.success) {
    const problems = read.error.issues.map(
      (issue) => `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`,
    );
    throw new Error(`the services cannot start; set these environment variables:\n  ${problems.join('\n  ')}`);
  }
  const given = read.data;
  return {
    databaseUrl: given.DATABASE_URL,
    host: given.HOST,
    port: given.PORT,
    gatewayUrl: given.THROUGHLINE_GATEWAY_URL.replace(/\/+$/, ''),
    callbackSecret: given.THROUGHLINE_CALLBACK_SECRET,
    services: [...new Set(given.THROUGHLINE_SERVICES)],
    seeding: given.THROUGHLINE_SEED === '1',
    faults: given.THROUGHLINE_FAULTS === 'allowed',
    callbackDelayMs: given.THROUGHLINE_SERVICE_DELAY_MS,
    carrierLegMs: given.THROUGHLINE_CARRIER_LEG_MS,
    authorityLimitMinor: Math.round(given.THROUGHLINE_AUTHORITY_LIMIT_USD * 100),
    fastTrackLimitMinor: Math.round(given.THROUGHLINE_FAST_TRACK_LIMIT_USD * 100),
  };
}
