/** Signature and age of a callback. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signWebhook, verifyWebhook, WebhookRefused, type WebhookHeaders } from '../../events/webhook.js';

// The example of the Standard Webhooks specification's reference libraries.
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const AT = 1614265330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

const headers = (changes: WebhookHeaders = {}): WebhookHeaders => ({
  'webhook-id': ID,
  'webhook-timestamp': String(AT),
  'webhook-signature': SIGNATURE,
  ...changes,
});
const refusal = (changes: WebhookHeaders, body: string | Buffer = BODY, nowMs = AT * 1000, secret = SECRET) => {
  try {
    verifyWebhook(secret, headers(changes), body, nowMs);
    return undefined;
  } catch (error) {
    return error;
  }
};
const code = (...given: Parameters<typeof refusal>) => (refusal(...given) as WebhookRefused | undefined)?.code;

it('signs as the standard does', () => {
  expect(signWebhook(SECRET, ID, AT, BODY)).toBe(SIGNATURE);
});

it('accepts what it signs, whatever the body, also beside a signature of another secret', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uint8Array(), (id, bytes) => {
      const body = Buffer.from(bytes);
      const signed = { 'webhook-id': id, 'webhook-signature': `v1,AAAA ${signWebhook(SECRET, id, AT, body)}` };
      expect(refusal(signed, body)).toBeUndefined();
    }),
  );
});

describe('refuses', () => {
  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('a callback without %s', (name) => {
    expect(code({ [name]: undefined })).toBe('missingHeader');
    expect(code({ [name]: ['a', 'b'] })).toBe('missingHeader');
    expect(refusal({ [name]: '' })).toMatchObject({
      type: 'WebhookRefused',
      message: expect.stringContaining(name) as string,
    });
  });

  it('a changed body, id, time or secret', () => {
    expect(code({}, `${BODY} `)).toBe('badSignature');
    expect(code({ 'webhook-id': 'msg_other' })).toBe('badSignature');
    expect(code({ 'webhook-timestamp': String(AT + 1) })).toBe('badSignature');
    expect(code({}, BODY, AT * 1000, `whsec_${Buffer.alloc(32).toString('base64')}`)).toBe('badSignature');
    expect(code({ 'webhook-signature': SIGNATURE.slice(0, -1) })).toBe('badSignature');
  });

  it('one that is too old or from the future, by more than five minutes', () => {
    expect(code({}, BODY, (AT + 300) * 1000)).toBeUndefined();
    expect(code({}, BODY, (AT - 300) * 1000)).toBeUndefined();
    expect(code({}, BODY, (AT + 301) * 1000)).toBe('stale');
    expect(code({}, BODY, (AT - 301) * 1000)).toBe('stale');
  });

  it('a time that is none', () => {
    expect(code({ 'webhook-timestamp': '2021-02-25' })).toBe('invalidTimestamp');
  });

  it('to work with a secret that is none, without repeating it', () => {
    for (const secret of ['', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_short', 'whsec_###']) {
      expect(() => signWebhook(secret, ID, AT, BODY)).toThrow(/THROUGHLINE_CALLBACK_SECRET/);
      if (secret) expect(() => signWebhook(secret, ID, AT, BODY)).not.toThrow(secret);
    }
  });
});
