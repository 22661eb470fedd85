/**
 * Signed callbacks as Standard Webhooks (https://www.standardwebhooks.com) has them: the services sign, the gateway verifies.
 *
 * What is signed is `<id>.<timestamp>.<body>` with HMAC-SHA-256, so that neither the event's id, nor its age, nor a byte of its
 * body can be changed on the way. Verify the raw body, before parsing it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Why a callback was refused, for logs and tests; `status` 401 suits each. */
type WebhookRefusal = 'missingHeader' | 'invalidTimestamp' | 'stale' | 'badSignature';

/** A callback whose signature or age does not hold. The message names the header, its value and the remedy; never the secret. */
export class WebhookRefused extends Error {
  readonly type = 'WebhookRefused';

  constructor(
    readonly code: WebhookRefusal,
    message: string,
  ) {
    super(message);
    this.name = 'WebhookRefused';
  }
}

/** Request headers by lower-case name, as Node and Fastify give them. */
export type WebhookHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const SECRET_PREFIX = 'whsec_';
const MINIMUM_SECRET_BYTES = 24;

/**
 * The key bytes of a secret `whsec_<base64>`.
 * @throws RangeError where it is not one, or shorter than the 24 bytes that the standard asks for. The secret is not repeated.
 */
export function webhookKey(secret: string): Buffer {
  const encoded = secret.startsWith(SECRET_PREFIX) ? secret.slice(SECRET_PREFIX.length) : '';
  const key = Buffer.from(encoded, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || key.length < MINIMUM_SECRET_BYTES) {
    throw new RangeError(
      `the callback secret must be "${SECRET_PREFIX}" and at least ${MINIMUM_SECRET_BYTES} bytes in base64; ` +
        'set THROUGHLINE_CALLBACK_SECRET to the same value for services and gateway',
    );
  }
  return key;
}

/**
 * The value of `webhook-signature`: `v1,<base64>`.
 * @param secret `whsec_<base64>`
 * @param id the event's id, sent as `webhook-id`
 * @param timestampSeconds time of this attempt, seconds since 1970, sent as `webhook-timestamp`
 * @param body the exact body that is sent
 */
export function signWebhook(secret: string, id: string, timestampSeconds: number, body: string | Buffer): string {
  const mac = createHmac('sha256', webhookKey(secret))
    .update(`${id}.${timestampSeconds}.`)
    .update(body)
    .digest('base64');
  return `v1,${mac}`;
}

/**
 * Returns when the callback is authentic and fresh.
 * @param headers `webhook-id`, `webhook-timestamp`, `webhook-signature`; the last may list several signatures (a change of secret)
 * @param body the raw body as received
 * @param nowMs the receiver's clock, milliseconds since 1970
 * @param toleranceSeconds how far the timestamp may lie before or after it
 * @throws WebhookRefused otherwise
 */
export function verifyWebhook(
  secret: string,
  headers: WebhookHeaders,
  body: string | Buffer,
  nowMs: number,
  toleranceSeconds = 300,
): void {
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const signatures = header(headers, 'webhook-signature');

  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new WebhookRefused(
      'invalidTimestamp',
      `header webhook-timestamp is ${JSON.stringify(timestamp.slice(0, 32))}; send whole seconds since 1970`,
    );
  }
  const ageSeconds = Math.floor(nowMs / 1000) - Number(timestamp);
  if (Math.abs(ageSeconds) > toleranceSeconds) {
    throw new WebhookRefused(
      'stale',
      `header webhook-timestamp ${timestamp} is ${ageSeconds} s away from this clock, more than ${toleranceSeconds} s; ` +
        'sign each attempt anew and keep the clocks in step',
    );
  }

  const expected = Buffer.from(signWebhook(secret, id, Number(timestamp), body));
  const authentic = signatures.split(' ').some((candidate) => {
    const given = Buffer.from(candidate);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!authentic) {
    throw new WebhookRefused(
      'badSignature',
      `header webhook-signature does not match event ${JSON.stringify(id.slice(0, 64))}; ` +
        'sign "<webhook-id>.<webhook-timestamp>.<body>" with the shared THROUGHLINE_CALLBACK_SECRET',
    );
  }
}

function header(headers: WebhookHeaders, name: string): string {
  const value = headers[name];
  if (typeof value !== 'string' || value === '') {
    throw new WebhookRefused('missingHeader', `header ${name} is missing; send it once, as Standard Webhooks has it`);
  }
  return value;
}
