import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signWebhook } from '../../events/webhook.js';
import { canonicalJson, digest } from '../../workflows/lifecycle/canonical.js';
import { eventually } from '../support/eventually.js';
import { listening, notice, SECRET, setStage, submitted, withdrawnJournal, type Stage } from './stage.js';
import { heardQuery } from './workflows.js';

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const DECISION = { screenId: 'S-1', verdict: 'clear', score: 3, rule: 'no-sign' };

function event(subject: string, changes: Record<string, unknown> = {}) {
  return {
    specversion: '1.0',
    id: `evt-${subject}`,
    source: '/services/fraud',
    type: 'com.throughline.fraud.decided.v1',
    subject,
    time: '2012-10-30T09:00:00.000Z',
    datacontenttype: 'application/json',
    data: DECISION,
    ...changes,
  };
}

interface Given {
  readonly service?: string;
  readonly headers?: Record<string, string | undefined>;
  readonly ageSeconds?: number;
  readonly sent?: string;
  readonly url?: string;
}

async function post(body: { id?: unknown } | string, given: Given = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const id = typeof body === 'string' ? 'evt-raw' : String(body.id);
  const timestamp = Math.floor(Date.now() / 1000) - (given.ageSeconds ?? 0);
  const headers = {
    'content-type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signWebhook(SECRET, id, timestamp, text),
    ...given.headers,
  };
  const response = await fetch(`${given.url ?? stage.gatewayUrl}/callbacks/${given.service ?? 'fraud'}`, {
    method: 'POST',
    headers: Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined),
    body: given.sent ?? text,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function startClaim(): Promise<string> {
  const data = notice();
  await stage.temporal.workflow.start('claim', {
    workflowId: `claim/${data.claimId}`,
    taskQueue: 'throughline-claim',
    args: [{ data }],
  });
  return data.claimId;
}

describe('a callback that is signed', () => {
  it('signals its entity with an envelope that says who sent it and how that is known', async () => {
    const id = await startClaim();
    const answer = await post(event(`claim/${id}`, { correlationid: 'c-1' }));
    expect(answer).toEqual({ status: 202, body: { outcome: 'accepted' } });
    const heard = await stage.withWorker(() => stage.temporal.workflow.getHandle(`claim/${id}`).query(heardQuery));
    expect(heard).toEqual([
      {
        name: 'fraudDecision',
        message: {
          envelope: {
            entityId: id,
            messageId: `evt-claim/${id}`,
            correlationId: 'c-1',
            occurredAt: '2012-10-30T09:00:00.000Z',
            source: '/services/fraud',
            actor: { kind: 'service', id: 'fraud', authenticated: 'hmac' },
            schemaVersion: 1,
          },
          data: DECISION,
        },
      },
    ]);
  });

  it('is refused for an unknown entity, once on record however often it comes', async () => {
    const first = await post(event('claim/CLM-NOBODY'));
    expect(first.status).toBe(404);
    expect(first.body).toMatchObject({
      type: 'urn:throughline:problem:UnknownEntity',
      detail: expect.stringContaining('CLM-NOBODY'),
    });
    await post(event('claim/CLM-NOBODY'));
    const strays = await stage.strays('CLM-NOBODY');
    expect(strays).toHaveLength(1);
    expect(strays[0]).toMatchObject({ message_name: 'fraudDecision', reason: 'unknown-entity', data: DECISION });
  });

  it('is refused for a closed entity by the rule for late messages, and kept', async () => {
    await stage.record({ id: 'CLM-CLOSED' }, withdrawnJournal({ messageId: 'w-1', digest: 'd' }));
    const answer = await post(event('claim/CLM-CLOSED'));
    expect(answer.status).toBe(410);
    expect(answer.body).toMatchObject({
      type: 'urn:throughline:problem:EntityClosed',
      late: 'record',
      outcome: 'withdrawn',
    });
    expect(await stage.strays('CLM-CLOSED')).toMatchObject([{ reason: 'closed', data: DECISION }]);
  });

  it('gets its first answer again where the entity had it before it closed', async () => {
    const [first, second, third] = withdrawnJournal({ messageId: 'evt-claim/CLM-HAD', digest: digest(DECISION) });
    const heard = { ...second, message: { ...second?.message, name: 'fraudDecision', outcome: 'held' } };
    await stage.record({ id: 'CLM-HAD' }, [first, heard, { ...third, causationId: 'other' }] as never);
    expect(await post(event('claim/CLM-HAD'))).toEqual({
      status: 202,
      body: { outcome: 'held', state: 'Submitted', sequence: 2 },
    });
    expect(await stage.strays('CLM-HAD')).toEqual([]);
  });

  it('is refused where the record is open but the run is gone', async () => {
    await stage.record({ id: 'CLM-STOPPED' }, [submitted()]);
    const answer = await post(event('claim/CLM-STOPPED'));
    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:EntityStopped' } });
    expect(await stage.strays('CLM-STOPPED')).toMatchObject([{ reason: 'stopped' }]);
  });

  it.each([
    ['data of the wrong shape', { data: { ...DECISION, score: 'high' } }, 'InvalidMessage', 'invalid-data', 'score'],
    ['a type nobody knows', { type: 'com.throughline.fraud.undecided.v1' }, 'UnknownEventType', 'unknown-type', 'type'],
    [
      "another service's type",
      { type: 'com.throughline.payments.failed.v1' },
      'UnknownEventType',
      'unknown-type',
      'type',
    ],
    ['no time', { time: undefined }, 'InvalidMessage', 'invalid-data', 'time'],
  ])('with %s is refused by name, and only its digest is kept', async (_, changes, type, reason, field) => {
    const id = `evt-${reason}-${field}-${canonicalJson(changes).length}`;
    const answer = await post(event('claim/CLM-BAD', { id, ...changes }));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      type: `urn:throughline:problem:${type}`,
      detail: expect.stringContaining(field),
    });
    const kept = await stage.query('SELECT reason, data, digest FROM throughline.stray_message WHERE message_id = $1', [
      id,
    ]);
    expect(kept).toEqual([{ reason, data: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  it('that is no JSON, or carries another id than the signed one, is refused', async () => {
    expect(await post('{"id":')).toMatchObject({ status: 422, body: { detail: expect.stringContaining('JSON') } });
    const answer = await post(JSON.stringify(event('claim/CLM-X')));
    expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining('webhook-id') } });
  });

  it('for something that is no lifecycle of ours is refused', async () => {
    expect(await post(event('order/1'))).toMatchObject({ status: 404 });
    expect(await post(event('nonsense'))).toMatchObject({ status: 404 });
  });
});

describe('a callback that is not authentic', () => {
  it.each<[string, Given, string]>([
    ['has no signature', { headers: { 'webhook-signature': undefined } }, 'webhook-signature'],
    ['has a foreign signature', { headers: { 'webhook-signature': 'v1,AAAA' } }, 'webhook-signature'],
    ['was changed on the way', { sent: JSON.stringify(event('claim/CLM-OTHER')) }, 'webhook-signature'],
    ['is too old', { ageSeconds: 301 }, 'webhook-timestamp'],
    ['comes from the future', { ageSeconds: -301 }, 'webhook-timestamp'],
  ])('is refused when it %s, without a trace', async (_, given, header) => {
    const answer = await post(event('claim/CLM-FORGED'), given);
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({
      type: 'urn:throughline:problem:WebhookRefused',
      detail: expect.stringContaining(header),
    });
    expect(await stage.strays('CLM-FORGED')).toEqual([]);
  });

  it('is refused in another content type and from an unknown service', async () => {
    expect(await post(event('claim/X'), { headers: { 'content-type': 'application/json' } })).toMatchObject({
      status: 415,
    });
    expect(await post(event('claim/X'), { service: 'astrology' })).toMatchObject({ status: 404 });
  });
});

describe('a callback during an outage', () => {
  it('of Temporal is answered 503, so that the service repeats it', async () => {
    const before = process.env['TEMPORAL_ADDRESS'];
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:24999';
    const app = await listening(stage.database.url);
    process.env['TEMPORAL_ADDRESS'] = before;
    try {
      const answer = await post(event('claim/CLM-ANY'), { url: await app.getUrl() });
      expect(answer).toMatchObject({ status: 503, body: { type: 'urn:throughline:problem:Unreachable' } });
      const ready = await fetch(`${await app.getUrl()}/health/ready`);
      expect(ready.status).toBe(503);
    } finally {
      await app.close();
    }
  });

  it('of the records is answered 503 where they are needed', async () => {
    const app = await listening('postgres://nobody@127.0.0.1:24998/none');
    try {
      const url = await app.getUrl();
      await eventually(async () => (await post(event('claim/CLM-NOBODY'), { url })).status === 503);
    } finally {
      await app.close();
    }
  });
});
