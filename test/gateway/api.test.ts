/** The API against its own document; what is on record of its use; keys of writes; its limits. */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../gateway/server.js';
import { eventually } from '../support/eventually.js';
import { bearer, testIdentity } from '../support/tokens.js';
import { notice, SECRET, setStage, submitted, withdrawnJournal, type Stage } from './stage.js';

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, { readonly content?: object }> }>>;
}

let stage: Stage;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  stage = await setStage();
  document = (await (await fetch(`${stage.gatewayUrl}/openapi.json`)).json()) as Document;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  await stage.record({ id: 'CLM-API' }, [submitted()]);
  await stage.record({ id: 'CLM-DONE', firstRunId: 'run-done' }, withdrawnJournal({ messageId: 'w', digest: 'd' }));
});
afterAll(() => stage.close());

interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Told> {
  const response = await fetch(stage.gatewayUrl + path, {
    method,
    headers: {
      ...(await bearer()),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : undefined };
}

/** The schema of an answer, by the document's own path for an address. */
function schemaFor(method: string, path: string, status: number): ValidateFunction | undefined {
  const segments = path.split('?')[0]?.split('/') ?? [];
  const fits = (template: string) => {
    const parts = template.split('/');
    return parts.length === segments.length && parts.every((part, i) => part.startsWith('{') || part === segments[i]);
  };
  // One that is written out goes before one with parameters.
  const found = Object.keys(document.paths)
    .filter(fits)
    .sort((a, b) => a.split('{').length - b.split('{').length)[0];
  if (found === undefined) throw new Error(`the document has no path for ${path}`);
  const responses = document.paths[found]?.[method.toLowerCase()]?.responses ?? {};
  const key = status in responses ? String(status) : 'default';
  const type = key === 'default' ? 'application/problem+json' : 'application/json';
  if (!responses[key]?.content) return undefined;
  const pointer = ['paths', found, method.toLowerCase(), 'responses', key, 'content', type, 'schema'];
  const ref = `api#/${pointer.map((part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/')}`;
  return ajv.getSchema(ref) ?? ajv.compile({ $ref: ref });
}

/** Asks, and holds the answer against the document. */
async function checked(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Told> {
  const told = await call(method, path, body, headers);
  expect(told.status, `${method} ${path}: ${JSON.stringify(told.body)}`).toBeLessThan(500);
  const validate = schemaFor(method, path, told.status);
  if (validate) {
    const valid = validate(told.body);
    expect(valid ? [] : validate.errors, `${method} ${path}: ${told.status} ${JSON.stringify(told.body)}`).toEqual([]);
  }
  return told;
}

describe('the document', () => {
  it('is OpenAPI 3.1, the same as in the documentation, and nobody needs a token to read it', async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')));
    const page = await fetch(`${stage.gatewayUrl}/docs/api`);
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    const assets = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
    expect(assets.length).toBeGreaterThan(3);
    for (const asset of assets) {
      expect(asset).toMatch(/^\//);
      const response = await fetch(stage.gatewayUrl + asset);
      expect([asset, response.status, (await response.text()).length > 50]).toEqual([asset, 200, true]);
    }
    expect((await call('GET', '/docs/api/package.json')).status).toBe(404);
  });

  it('says what is answered', async () => {
    const claim = notice('CLM-API-1');
    await checked('POST', '/api/entities/claim', { data: claim });
    await checked('POST', '/api/entities/claim', { data: claim });
    expect(await checked('POST', '/api/entities/claim', { data: { ...claim, causeOfLoss: '4' } })).toMatchObject({
      status: 409,
    });
    expect(await checked('POST', '/api/entities/claim', { data: {} })).toMatchObject({ status: 422 });
    for (const id of ['CLM-API', 'CLM-DONE']) {
      for (const what of ['', '/journal', '/submission', '/messages', '/evidence', '/actions']) {
        expect((await checked('GET', `/api/entities/claim/${id}${what}`)).status).toBe(200);
      }
    }
    expect(await checked('GET', '/api/entities/claim/NONE')).toMatchObject({ status: 404 });
    expect(await checked('GET', '/api/entities/claim/NONE?at=2012-10-30T00:00:00Z')).toMatchObject({ status: 404 });
    expect(await checked('GET', '/api/entities/claim/CLM-API?at=2012-10-30T00:00:00Z')).toMatchObject({ status: 200 });
    for (const list of [
      '/api/entities?lifecycle=claim&limit=1',
      '/api/entities/totals?lifecycle=claim',
      '/api/entities?state=Nothing&lifecycle=claim',
      '/api/reviews',
      '/api/reviews/claim%2FCLM-API%231',
      '/api/findings',
      '/api/findings/1',
      '/api/dependencies',
      '/api/catastrophes',
      '/api/catastrophes/NONE',
      '/api/status',
      '/api/overview',
      '/api/lifecycles',
      '/api/lifecycles/claim',
      '/api/views',
      '/api/console',
      '/api/reviews/totals',
      '/api/reviews/queues',
      '/api/reviews/workload',
      '/api/questions',
      '/api/delegations',
      '/api/me',
      '/session',
      '/api/audit?limit=3',
      '/api/faults',
      '/health/ready',
    ]) {
      await checked('GET', list);
    }
    await checked('POST', '/api/entities/lookup', { lifecycle: 'claim', ids: ['CLM-API', 'CLM-DONE'] });
    expect(await checked('POST', '/api/entities/claim/CLM-DONE/messages/placeHold', { data: {} })).toMatchObject({
      status: 422,
    });
    expect(
      await checked('POST', '/api/entities/claim/CLM-API-1/messages/documentReceived', {
        data: { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) },
      }),
    ).toMatchObject({ status: 202 });
    const { body } = await checked('POST', '/api/subjects', { data: { name: 'x' } });
    expect(await checked('DELETE', `/api/subjects/${(body as { ref: string }).ref}`)).toMatchObject({ status: 204 });
    await checked('POST', '/api/dependencies/fraud/pause', { reason: 'maintenance' });
    await checked('POST', '/api/dependencies/fraud/resume', { reason: 'done' });
    expect(await checked('PUT', '/api/faults', { faults: [] })).toMatchObject({ status: 409 });
    expect(await checked('DELETE', '/api/faults')).toMatchObject({ status: 409 });
    const declaration = {
      code: 'API-1',
      name: 'Storm',
      from: '2001-01-01',
      to: '2001-01-02',
      states: ['NY'],
      bulletin: 'B',
    };
    expect(await checked('POST', '/api/catastrophes', declaration)).toMatchObject({ status: 201 });
    for (const part of ['', '/attachable', '/attachable/claims'])
      await checked('GET', `/api/catastrophes/API-1${part}`);
    await checked('POST', '/api/catastrophes/API-1/close', {});
  });
});

describe('an Idempotency-Key', () => {
  const key = { 'idempotency-key': 'once' };

  it('gets the first answer again, for the same content, from the same one', async () => {
    const pause = (reason: string, headers: Record<string, string>) =>
      call('POST', '/api/dependencies/payments/pause', { reason }, headers);
    const first = await pause('maintenance', key);
    expect(first).toMatchObject({ status: 200, body: { changed: true } });
    const again = await pause('maintenance', key);
    expect(again.body).toEqual(first.body);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await pause('other', key)).toMatchObject({
      status: 409,
      body: { type: 'urn:throughline:problem:KeyReused' },
    });
    expect(await pause('maintenance', { ...key, ...(await bearer('somebody')) })).toMatchObject({
      body: { changed: false },
    });
    expect(await pause('maintenance', { 'idempotency-key': 'a b' })).toMatchObject({ status: 422 });
  });

  it('is not used up by what was refused', async () => {
    const declare = (to: string) =>
      call(
        'POST',
        '/api/catastrophes',
        { code: 'API-2', name: 'Flood', from: '2002-02-02', to, states: ['NJ'], bulletin: 'B-2' },
        { 'idempotency-key': 'declared' },
      );
    expect(await declare('2001-01-01')).toMatchObject({ status: 422 });
    expect(await declare('2002-02-03')).toMatchObject({ status: 201 });
    expect(await declare('2002-02-03')).toMatchObject({ status: 201, body: { changed: true } });
  });
});

describe('the audit log', () => {
  const rows = async (query: string) => {
    const { body } = await call('GET', `/api/audit?${query}`, undefined, await bearer('ada', ['admin']));
    return (body as { items: Record<string, unknown>[] }).items;
  };

  it('has who looked at what, searched for what and changed what, and nothing of what was said', async () => {
    const sam = await bearer('sam', ['supervisor']);
    await call('GET', '/api/entities/claim/CLM-API', undefined, sam);
    await call('GET', '/api/entities?lifecycle=claim&state=Submitted', undefined, sam);
    await call('GET', '/api/status', undefined, sam);
    const secret = { data: { reasonCode: 'secret-reason' }, envelope: { correlationId: 'case-7' } };
    await call('POST', '/api/entities/claim/CLM-DONE/messages/withdraw', secret, sam);
    await call('POST', '/api/entities/claim', { data: notice() }, sam);
    const told = await rows('actor=sam');
    expect(told.map(({ action, decision, status, route }) => [action, decision, status, route])).toEqual([
      ['write', 'refused', 403, '/api/entities/:lifecycle'],
      ['write', 'allowed', 410, '/api/entities/:lifecycle/:id/messages/:name'],
      ['search', 'allowed', 200, '/api/entities'],
      ['view', 'allowed', 200, '/api/entities/:lifecycle/:id'],
    ]);
    expect(told[1]).toMatchObject({
      lifecycle: 'claim',
      entityId: 'CLM-DONE',
      target: 'withdraw',
      correlationId: 'case-7',
    });
    expect(told[1]).toMatchObject({ problem: 'EntityClosed', roles: ['supervisor'] });
    expect(told[2]).toMatchObject({ filter: { lifecycle: 'claim', state: 'Submitted' }, rows: expect.any(Number) });
    expect(JSON.stringify(told)).not.toContain('secret-reason');
  });

  it('is filtered and paged, and cannot be changed', async () => {
    expect((await rows('decision=refused&actor=sam')).map(({ problem }) => problem)).toEqual(['Forbidden']);
    const [first, second] = await rows('limit=2');
    expect((await rows(`limit=1&cursor=${String(first?.['auditId'])}`))[0]).toEqual(second);
    await expect(stage.query('DELETE FROM throughline.audit')).rejects.toThrow('append-only');
  });
});

it('more than the limits allow is refused with when to come back', async () => {
  const app = await createGateway({
    ...{ databaseUrl: stage.database.url, host: '127.0.0.1', port: 0, callbackSecret: SECRET, loopbackOnly: true },
    identity: testIdentity(),
    limits: { perSecond: 1, atOnce: 5 },
  });
  await app.listen(0, '127.0.0.1');
  try {
    const url = await app.getUrl();
    const ask = async (subject: string, path = '/api/me') => {
      const response = await fetch(url + path, { headers: await bearer(subject, ['viewer']) });
      await response.text();
      return response;
    };
    const told: number[] = [];
    for (let time = 0; time < 12; time++) told.push((await ask('eager')).status);
    expect(told.filter((status) => status === 200)).toHaveLength(10);
    expect(told.at(-1)).toBe(429);
    expect((await ask('calm')).status).toBe(200);
    expect(Number((await ask('eager')).headers.get('retry-after'))).toBeGreaterThan(0);
    // Five that never say what they want.
    const silent = Array.from({ length: 5 }, () => {
      const waiting = request(`${url}/session/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': 100 },
      });
      waiting.on('error', () => undefined).flushHeaders();
      return waiting;
    });
    const busy = await eventually(
      () => ask('calm', '/session'),
      ({ status }) => status === 503,
    );
    expect(busy.headers.get('retry-after')).toBe('1');
    expect((await ask('calm', '/health/live')).status).toBe(200);
    for (const waiting of silent) waiting.destroy();
    await eventually(
      () => ask('calm', '/session'),
      ({ status }) => status === 200,
    );
  } finally {
    await app.close();
  }
});
