/** Every route with every kind of token: whoever should be let in is, and nobody else. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from '../../client/development-token.js';
import { routesOf, type Route } from '../../gateway/access/described.js';
import { sendersOf } from '../../gateway/access/senders.js';
import { CONTROLLERS } from '../../gateway/gateway.module.js';
import { Lifecycles } from '../../gateway/lifecycles.js';
import { KERNEL_MESSAGES } from '../../workflows/lifecycle/kernel-messages.js';
import { tokenFor } from '../support/tokens.js';
import { setStage, type Stage } from './stage.js';

/** What each role lets one do, said once more: the gateway's own table is what is under test. */
const MAY_ACT_AS: Readonly<Record<string, readonly string[]>> = {
  viewer: ['viewer'],
  operator: ['operator', 'viewer'],
  supervisor: ['supervisor', 'operator', 'viewer'],
  service: ['service'],
  admin: ['admin', 'viewer'],
};
const ROLES = Object.keys(MAY_ACT_AS);

/** What needs no token. Whatever is added to this list is open to everybody: think twice. */
const OPEN = [
  'GET /docs/api',
  'GET /docs/api/:asset',
  'GET /docs/api/start.js',
  'GET /health/live',
  'GET /health/ready',
  'GET /livez',
  'GET /metrics',
  'GET /openapi.json',
  'GET /readyz',
  'GET /session',
  'POST /callbacks/:service',
  'POST /session/token',
];

const ROUTES = routesOf(CONTROLLERS);
const nameOf = ({ method, path }: Route) => `${method} ${path}`;

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

/** Asks a route about things that are not there: whoever is let in finds nothing, and changes nothing. */
async function knock({ method, path }: Route, token: string | undefined, role?: string): Promise<number> {
  const filled = path
    .replace(':lifecycle', 'claim')
    .replace(':taskId', encodeURIComponent('claim/CLM-NONE#1'))
    .replace(':name', path.includes('/messages/') ? messageOf(role) : 'nothing')
    .replace(':findingId', '1')
    .replace(/:\w+/g, 'nothing');
  const hasBody = method !== 'GET' && method !== 'DELETE';
  const aborted = new AbortController();
  const response = await fetch(stage.gatewayUrl + filled, {
    method,
    signal: aborted.signal,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(hasBody && { 'content-type': 'application/json' }),
    },
    ...(hasBody && { body: path.includes('/messages/') ? '{"data":{}}' : '{}' }),
  });
  // A stream has no end.
  aborted.abort();
  return response.status;
}

/** One that the role may send, where it may send any: who may send which is tried below. */
const messageOf = (role: string | undefined): string => (role === 'admin' ? 'dependencyResumed' : 'withdraw');

const verdictOf = (status: number): string => (status === 401 ? 'unknown' : status === 403 ? 'refused' : 'let in');

/** What a grant should come to. */
function expected({ spec, path, method }: Route, role: string, lifecycle?: string): string {
  if (spec.may === 'anyone') return 'let in';
  const ofEntity = spec.scope === 'entity' || (!spec.scope && /:(lifecycle|taskId)/.test(path));
  const ofFleet = spec.scope === 'fleet' || (!spec.scope && !ofEntity && method !== 'GET');
  if (lifecycle !== undefined && (ofFleet || (ofEntity && lifecycle !== 'claim'))) return 'refused';
  return spec.may.some((needed) => MAY_ACT_AS[role]?.includes(needed)) ? 'let in' : 'refused';
}

async function signed(
  change: Readonly<Record<string, unknown>>,
  header: Record<string, string> = {},
  key?: JWK,
): Promise<string> {
  const own = JSON.parse(readFileSync(inject('developmentKey'), 'utf8')) as JWK;
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'mallory', roles: ROLES, iss: DEVELOPMENT_ISSUER, aud: DEVELOPMENT_AUDIENCE, exp: now + 600 };
  return new SignJWT({ ...claims, ...change })
    .setProtectedHeader({ alg: 'ES256', kid: String(own.kid), ...header })
    .sign(await importJWK(key ?? own, 'ES256'));
}

/** Tokens with every role that must open nothing. */
async function badTokens(): Promise<Readonly<Record<string, string>>> {
  const own = JSON.parse(readFileSync(inject('developmentKey'), 'utf8')) as JWK;
  const foreign = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }) as JWK;
  const good = await signed({});
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub: 'mallory', roles: ROLES, iss: DEVELOPMENT_ISSUER, aud: DEVELOPMENT_AUDIENCE, exp: now + 600 };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const { d: _private, ...publicKey } = own;
  // The public key as the secret of a shared one: what a verifier that believes the header would accept.
  const confused = `${part({ alg: 'HS256', kid: own.kid })}.${part(claims)}`;
  return {
    'a signature by another key': await signed({}, {}, foreign),
    'another key under an unknown id': await signed({}, { kid: 'other' }, foreign),
    'content changed after signing': good.replace(/\.([^.]+)\./, `.${part({ ...claims, sub: 'admin' })}.`),
    'an end that has passed': await signed({ exp: now - 120 }),
    'no end': await signed({ exp: undefined }),
    'a beginning that has not come': await signed({ nbf: now + 600 }),
    'another issuer': await signed({ iss: 'https://elsewhere.example' }),
    'another audience': await signed({ aud: 'somebody-else' }),
    'no audience': await signed({ aud: undefined }),
    'nobody in it': await signed({ sub: undefined }),
    'no signature (alg none)': new UnsecuredJWT(claims).encode(),
    'the public key as a shared secret': `${confused}.${createHmac('sha256', JSON.stringify(publicKey)).update(confused).digest('base64url')}`,
    'no token at all in it': 'abc.def.ghi',
  };
}

it('only these need no token', () => {
  const open = ROUTES.filter(({ spec }) => spec.may === 'anyone').map(nameOf);
  expect(open.filter((name) => !OPEN.includes(name))).toEqual([]);
});

it('some routes are for those that one would think of', () => {
  const may = (name: string) => ROUTES.find((route) => nameOf(route) === name)?.spec.may;
  expect(may('GET /api/audit')).toEqual(['admin']);
  expect(may('POST /api/entities/:lifecycle')).toEqual(['service']);
  expect(may('DELETE /api/subjects/:ref')).toEqual(['service']);
  expect(may('POST /api/findings/:findingId/resolve')).toEqual(['supervisor', 'admin']);
  expect(may('POST /api/dependencies/:name/pause')).toEqual(['operator', 'admin']);
});

describe.each(ROUTES.map((route) => [nameOf(route), route] as const))('%s', (_, route) => {
  it('lets in whom it should', async () => {
    const told: Record<string, string> = {};
    const should: Record<string, string> = {};
    for (const role of ROLES) {
      for (const grant of [role, `${role}:claim`, `${role}:order`]) {
        told[grant] = verdictOf(await knock(route, await tokenFor('somebody', [grant]), role));
        should[grant] = expected(route, role, grant.split(':')[1]);
      }
    }
    for (const grants of [[], ['owner', 'claim:viewer', 'viewer:', 'admin:claim:order']]) {
      told[String(grants)] = verdictOf(await knock(route, await tokenFor('nobody', grants)));
      should[String(grants)] = route.spec.may === 'anyone' ? 'let in' : 'refused';
    }
    expect(told).toEqual(should);
  });

  it.skipIf(route.spec.may === 'anyone')('knows nobody without a good token', async () => {
    const bad = await badTokens();
    const told: Record<string, string> = { none: verdictOf(await knock(route, undefined)) };
    for (const [name, token] of Object.entries(bad)) told[name] = verdictOf(await knock(route, token));
    expect(told).toEqual(Object.fromEntries(['none', ...Object.keys(bad)].map((name) => [name, 'unknown'])));
  });
});

describe('messages', () => {
  const tables = new Lifecycles().all.map(({ table }) => table);
  const all = tables.flatMap((table) =>
    [...Object.keys(KERNEL_MESSAGES), ...Object.keys(table.messages)].map((name) => ({ table, name })),
  );

  it('are taken from those who may send them alone', async () => {
    const wrong: string[] = [];
    for (const role of ROLES) {
      const token = await tokenFor('u-1', [role]);
      for (const { table, name } of all) {
        const response = await fetch(`${stage.gatewayUrl}/api/entities/${table.name}/NONE/messages/${name}`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
          body: JSON.stringify({ data: { assignee: 'u-1' } }),
        });
        const should = sendersOf(table, name).some((needed) => MAY_ACT_AS[role]?.includes(needed));
        // The route itself asks for one of these first.
        const through = role === 'operator' || role === 'supervisor' || role === 'service' || role === 'admin';
        if ((response.status !== 403) !== (should && through))
          wrong.push(`${role} ${table.name} ${name}: ${response.status}`);
        await response.body?.cancel();
      }
    }
    expect(wrong).toEqual([]);
  });

  it('of some kinds are for those that one would think of', () => {
    const [claim, order] = [tables.find(({ name }) => name === 'claim')!, tables.find(({ name }) => name === 'order')!];
    expect(sendersOf(claim, 'placeHold')).toEqual(['supervisor']);
    expect(sendersOf(claim, 'manualDecision')).toEqual(['operator', 'service']);
    expect(sendersOf(claim, 'fraudDecision')).toEqual(['service']);
    expect(sendersOf(order, 'captureDecided')).toEqual(['service']);
  });

  it('give work to others for supervisors alone', async () => {
    const assign = async (role: string, assignee: string) => {
      const response = await fetch(`${stage.gatewayUrl}/api/entities/claim/NONE/messages/assignReview`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await tokenFor('olaf', [role])}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ data: { taskId: 'claim/NONE#1', assignee } }),
      });
      await response.body?.cancel();
      return response.status;
    };
    expect([await assign('operator', 'olaf'), await assign('operator', 'carol')]).toEqual([404, 403]);
    expect(await assign('supervisor', 'carol')).toBe(404);
  });
});

it('a refusal says who would be let in, and is on record with who was not', async () => {
  const response = await fetch(`${stage.gatewayUrl}/api/audit`, {
    headers: { authorization: `Bearer ${await tokenFor('vera', ['viewer:claim'])}` },
  });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({
    type: 'urn:throughline:problem:Forbidden',
    detail: expect.stringContaining('takes the role admin for every lifecycle, and vera has viewer:claim'),
  });
  const nobody = await fetch(`${stage.gatewayUrl}/api/status`);
  expect(nobody.headers.get('www-authenticate')).toBe('Bearer realm="throughline"');
  const tried = await fetch(`${stage.gatewayUrl}/api/status`, { headers: { authorization: 'Bearer a.b.c' } });
  expect(tried.headers.get('www-authenticate')).toContain('error="invalid_token"');
  const rows = await stage.query<Record<string, unknown>>(
    `SELECT actor, roles, decision, problem, status FROM throughline.audit WHERE request_id = $1`,
    [response.headers.get('x-request-id')],
  );
  expect(rows).toEqual([
    { actor: 'vera', roles: ['viewer:claim'], decision: 'refused', problem: 'Forbidden', status: 403 },
  ]);
});
