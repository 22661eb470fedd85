import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayClient } from '../../client/gateway.js';
import type { Explanation } from '../../client/views.js';
import { digest } from '../../workflows/lifecycle/canonical.js';
import { notice, setStage, submitted, withdrawnJournal, type Stage } from './stage.js';
import { bearer } from '../support/tokens.js';

let stage: Stage;
let gateway: GatewayClient;
beforeAll(async () => {
  stage = await setStage();
  gateway = new GatewayClient(stage.gatewayUrl);
});
afterAll(() => stage.close());

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(stage.gatewayUrl + path, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(await bearer()),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? undefined : JSON.parse(text)) as Record<string, unknown>,
  };
}

describe('POST /api/entities/claim', () => {
  it('starts once, answers a repeat as the first time, and refuses other content', async () => {
    const data = notice();
    const first = await call('POST', '/api/entities/claim', { data });
    expect(first).toMatchObject({
      status: 201,
      body: { started: true, id: data.claimId, workflowId: `claim/${data.claimId}` },
    });
    const again = await call('POST', '/api/entities/claim', { data });
    expect(again).toMatchObject({ status: 200, body: { started: false, firstRunId: first.body['firstRunId'] } });
    const other = await call('POST', '/api/entities/claim', { data: { ...data, causeOfLoss: '4' } });
    expect(other).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:ConflictingSubmission' } });
  });

  it('looks at the records first: what Temporal has forgotten is not started again', async () => {
    const data = notice('CLM-FORGOTTEN');
    await stage.record({ id: data.claimId, contentHash: 'another', firstRunId: 'r-0' }, [submitted()]);
    expect(await call('POST', '/api/entities/claim', { data })).toMatchObject({ status: 409 });
    await expect(stage.temporal.workflow.getHandle('claim/CLM-FORGOTTEN').describe()).rejects.toThrow(/not found/);
  });

  it('names every field that is wrong, and repeats no value that may be personal', async () => {
    const data = { ...notice('CLM-1'), dateOfLoss: '2012-02-30', policyNumber: '', insuredName: 'Jane Roe' };
    const { status, headers, body } = await call('POST', '/api/entities/claim', { data });
    expect(status).toBe(422);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ type: 'urn:throughline:problem:InvalidMessage', status: 422 });
    expect(body['issues']).toEqual([
      { field: 'policyNumber', remedy: 'use at least 1 characters' },
      { field: 'dateOfLoss', value: '2012-02-30', remedy: 'use a date YYYY-MM-DD that exists' },
      { field: 'insuredName', remedy: 'leave it out: the field is not known' },
    ]);
    expect(JSON.stringify(body)).not.toContain('Jane');
  });

  it('refuses an unknown lifecycle, an unknown profile and broken JSON', async () => {
    expect(await call('POST', '/api/entities/parcel', { data: {} })).toMatchObject({ status: 404 });
    const profile = await call('POST', '/api/entities/claim', { data: notice(), profile: 'slow' });
    expect(profile.body).toMatchObject({ issues: [{ field: 'profile', remedy: 'use one of brisk, fast, standard' }] });
    const broken = await fetch(`${stage.gatewayUrl}/api/entities/claim`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(await bearer()) },
      body: '{"data"',
    });
    expect(broken.status).toBe(400);
  });
});

describe('POST …/messages', () => {
  const withdrawal = { reasonCode: 'repaired' };

  it('passes an update on, from the person that a system vouches for, and answers a repeat the same', async () => {
    const data = notice();
    await call('POST', '/api/entities/claim', { data });
    const path = `/api/entities/claim/${data.claimId}/messages/withdraw`;
    const body = {
      envelope: { messageId: 'w-1', actor: { kind: 'staff', id: 'u-7', authenticated: 'temporal' } },
      data: withdrawal,
    };
    await stage.withWorker(async () => {
      const first = await call('POST', path, body);
      expect(first).toMatchObject({ status: 200, body: { outcome: 'applied', state: 'Closed', sequence: 1 } });
      expect((await call('POST', path, body)).body).toEqual(first.body);
    });
    const history = await stage.temporal.workflow.getHandle(`claim/${data.claimId}`).fetchHistory();
    const updates = history.events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
    expect(updates).toHaveLength(1);
    const payload =
      updates?.[0]?.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input?.args?.payloads?.[0];
    expect(JSON.parse(Buffer.from(payload?.data ?? []).toString())).toMatchObject({
      envelope: { entityId: data.claimId, messageId: 'w-1', actor: { id: 'u-7', authenticated: 'token' } },
      data: withdrawal,
    });
  });

  it('answers a signal 202 and takes the Idempotency-Key as its id', async () => {
    const data = notice();
    await call('POST', '/api/entities/claim', { data });
    const path = `/api/entities/claim/${data.claimId}/messages/paymentFailed`;
    const failed = { paymentId: 'P-1', coverage: 'building', ordinal: 1, code: 'account-closed' };
    expect(await call('POST', path, { data: failed }, { 'idempotency-key': 'k-1' })).toMatchObject({
      status: 202,
      body: { outcome: 'accepted' },
    });
    const { events } = await stage.temporal.workflow.getHandle(`claim/${data.claimId}`).fetchHistory();
    const input = events?.at(-1)?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0];
    expect(JSON.parse(Buffer.from(input?.data ?? []).toString())).toMatchObject({ envelope: { messageId: 'k-1' } });
  });

  it('tells the answer that a closed entity gave, and refuses what is new to it', async () => {
    await stage.record({ id: 'CLM-DONE' }, withdrawnJournal({ messageId: 'w-9', digest: digest(withdrawal) }));
    const path = '/api/entities/claim/CLM-DONE/messages/withdraw';
    expect(await call('POST', path, { envelope: { messageId: 'w-9' }, data: withdrawal })).toMatchObject({
      status: 200,
      body: { outcome: 'applied', state: 'Closed', sequence: 2 },
    });
    expect(await call('POST', path, { envelope: { messageId: 'w-9' }, data: { reasonCode: 'other' } })).toMatchObject({
      status: 409,
      body: { type: 'urn:throughline:problem:MessageRefused', code: 'messageIdReused' },
    });
    expect(await call('POST', path, { envelope: { messageId: 'w-10' }, data: withdrawal })).toMatchObject({
      status: 410,
      body: { type: 'urn:throughline:problem:EntityClosed', late: 'reject', outcome: 'withdrawn' },
    });
    expect(await stage.strays('CLM-DONE')).toMatchObject([{ message_id: 'w-10', reason: 'closed' }]);
  });

  it('names an unknown message, a wrong field and an unknown entity', async () => {
    const path = '/api/entities/claim/CLM-NONE/messages';
    expect((await call('POST', `${path}/shout`, { data: {} })).body).toMatchObject({
      type: 'urn:throughline:problem:UnknownMessage',
      detail: expect.stringContaining('withdraw'),
    });
    expect((await call('POST', `${path}/withdraw`, { data: {} })).body).toMatchObject({
      issues: [{ field: 'reasonCode', remedy: 'is missing: give it' }],
    });
    expect(await call('POST', `${path}/withdraw`, { data: withdrawal })).toMatchObject({ status: 404 });
  });
});

describe('GET /api/entities/claim/:id', () => {
  it('explains while no worker runs', async () => {
    const data = notice();
    await call('POST', '/api/entities/claim', { data });
    await stage.record({ id: data.claimId }, [submitted('2099-01-01T00:00:00.000Z')]);
    const { status, body } = await call('GET', `/api/entities/claim/${data.claimId}`);
    const it = body as unknown as Explanation;
    expect(status).toBe(200);
    expect(it).toMatchObject({
      id: data.claimId,
      state: 'Submitted',
      since: '2012-10-29T00:00:00.000Z',
      timesEntered: 1,
      because: { causationId: 'submit', sentence: 'it was submitted' },
      next: ['PolicyValidationPending', 'Closed'],
      deadline: { at: '2099-01-01T00:00:00.000Z', leadsTo: 'PolicyValidationPending' },
      closed: false,
      run: { workflowId: `claim/${data.claimId}`, status: 'RUNNING', pendingTask: { attempt: 1, state: 'scheduled' } },
      sources: { record: { ageMs: expect.any(Number) }, temporal: { asOf: expect.any(String) } },
    });
    expect(it.sentence).toMatch(
      new RegExp(`^${data.claimId} has been Submitted for \\d+ days because it was submitted; `),
    );
  });

  it('explains from the record alone when Temporal has forgotten the run', async () => {
    await stage.record({ id: 'CLM-OLD' }, withdrawnJournal({ messageId: 'w-1', digest: 'd' }));
    const { body } = await call('GET', '/api/entities/claim/CLM-OLD');
    expect(body).toMatchObject({
      state: 'Closed',
      outcome: 'withdrawn',
      blockedBy: null,
      because: { sentence: 'the claimant takes the claim back (withdrawn)' },
      run: { error: 'Temporal no longer keeps its run' },
      journal: [{ sequence: 1 }, { sequence: 2, message: { name: 'withdraw', outcome: 'applied' } }, { sequence: 3 }],
    });
  });

  it('is 404 for one that does not exist, and so are its journal and submission', async () => {
    for (const path of ['', '/journal', '/submission']) {
      expect(await call('GET', `/api/entities/claim/CLM-NEVER${path}`)).toMatchObject({
        status: 404,
        body: { type: 'urn:throughline:problem:UnknownEntity' },
      });
    }
  });
});

describe('lists', () => {
  it('page through everything once, by state, overdue and catastrophe', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `CLM-LIST-${i}`);
    for (const id of ids) await stage.record({ id }, [submitted()]);
    await stage.record({ id: 'CLM-LIST-DUE-LATER' }, [submitted('2099-01-01T00:00:00.000Z')]);
    const seen: string[] = [];
    for await (const { id } of gateway.list('claim', { state: 'Submitted', overdue: true }, 2)) seen.push(id);
    expect(seen.filter((id) => id.startsWith('CLM-LIST')).sort()).toEqual(ids);
    const { body } = await call('GET', '/api/entities?lifecycle=claim&catastrophe=Hurricane%20Sandy&closed=true');
    expect((body['items'] as { state: string }[]).every(({ state }) => state === 'Closed')).toBe(true);
  });

  it('summarise many at once and leave out what does not exist', async () => {
    const found = await gateway.lookup('claim', ['CLM-LIST-1', 'CLM-NEVER']);
    expect(found).toEqual([
      {
        lifecycle: 'claim',
        id: 'CLM-LIST-1',
        state: 'Submitted',
        since: '2012-10-29T00:00:00.000Z',
        owner: 'claims operations',
        next: ['PolicyValidationPending', 'Closed'],
        deadline: { at: '2012-10-29T01:00:00.000Z', leadsTo: 'PolicyValidationPending' },
        closed: false,
        late: true,
        lateSince: '2012-10-29T01:00:00.000Z',
        stage: 1,
        parts: { building: { state: 'Open', since: '2012-10-29T00:00:00.000Z' } },
        facts: { catastrophe: 'Hurricane Sandy' },
        clocks: {
          state: {
            basis: 'entered Submitted',
            startedAt: '2012-10-29T00:00:00.000Z',
            dueAt: '2012-10-29T01:00:00.000Z',
            leadsTo: 'PolicyValidationPending',
          },
        },
      },
    ]);
  });

  it('refuse a state that the table does not know, a foreign cursor and an unknown filter, by name', async () => {
    const get = async (query: string) => (await call('GET', `/api/entities?${query}`)).body;
    expect(await get('lifecycle=claim&state=Lost')).toMatchObject({ issues: [{ field: 'state', value: 'Lost' }] });
    expect(await get('cursor=abc')).toMatchObject({ type: 'urn:throughline:problem:InvalidCursor' });
    expect(await get('colour=red')).toMatchObject({ issues: [{ field: 'colour' }] });
    expect(await get('limit=0')).toMatchObject({ issues: [{ field: 'limit' }] });
  });

  it('count by state', async () => {
    const status = await gateway.status();
    expect(status.entities['claim']?.['Submitted']).toBeGreaterThanOrEqual(6);
    expect(status.versions).toMatchObject({ throughline: expect.any(String), temporal: expect.stringMatching(/^\d/) });
  });
});

describe('subjects', () => {
  it('are stored once per key, and erased for good', async () => {
    const jane = { name: 'Jane Roe', bank: 'X-1' };
    const first = await gateway.putSubject(jane, 'claimant/CLM-1');
    expect(await gateway.putSubject({ bank: 'X-1', name: 'Jane Roe' }, 'claimant/CLM-1')).toEqual(first);
    expect((await gateway.putSubject(jane)).digest).not.toBe(first.digest);
    await expect(gateway.putSubject({ name: 'John Doe' }, 'claimant/CLM-1')).rejects.toMatchObject({
      code: 'KeyReused',
    });
    await gateway.eraseSubject(first.ref);
    await gateway.eraseSubject(first.ref);
    const kept = await stage.query('SELECT data, salt FROM throughline.subject WHERE ref = $1', [first.ref]);
    expect(kept).toEqual([{ data: null, salt: null }]);
    await expect(gateway.putSubject(jane, 'claimant/CLM-1')).rejects.toMatchObject({ code: 'KeyReused' });
  });

  it('that many store at once under one key are one', async () => {
    const put = () => gateway.putSubject({ name: 'A' }, 'claimant/CLM-RACE');
    const refs = await Promise.all(Array.from({ length: 8 }, put));
    expect(new Set(refs.map(({ ref }) => ref)).size).toBe(1);
    const [counted] = await stage.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM throughline.subject WHERE data = '{"name": "A"}'`,
    );
    expect(counted?.n).toBe(1);
  });

  it('cannot be erased by something that is no reference', async () => {
    expect(await call('DELETE', '/api/subjects/1')).toMatchObject({ status: 422 });
    expect(await call('DELETE', '/api/subjects/00000000-0000-4000-8000-000000000000')).toMatchObject({ status: 404 });
  });
});

describe('the door', () => {
  it('is healthy, and tells browsers to keep away', async () => {
    const live = await call('GET', '/health/live');
    expect(live).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect((await call('GET', '/health/ready')).status).toBe(200);
    expect(live.headers.get('x-content-type-options')).toBe('nosniff');
    expect(live.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('refuses requests under a foreign host name, too large ones, and unknown paths', async () => {
    const { port } = new URL(stage.gatewayUrl);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/api/status', headers: { host: 'evil.example:80' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
    const large = await call('POST', '/api/entities/claim', { data: { claimId: 'x'.repeat(300_000) } });
    expect(large).toMatchObject({ status: 413, body: { detail: expect.stringContaining('too large') } });
    expect(await call('GET', '/api/nothing')).toMatchObject({
      status: 404,
      body: { type: 'urn:throughline:problem:NotFound' },
    });
  });
});
