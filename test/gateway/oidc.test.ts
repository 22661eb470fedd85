/** Tokens of an OpenID provider: one that really answers, with keys that change. */
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createGateway } from '../../gateway/server.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { OpenIdProvider } from '../support/openid-provider.js';
import { SECRET } from './stage.js';

const AUDIENCE = 'throughline-test';

const newProvider = () =>
  new OpenIdProvider(AUDIENCE, {
    sub: 'u-17',
    realm: { access: { roles: ['supervisor:claim', 'offline_access'] } },
  });
const provider = newProvider();
let database: TestDatabase;
let app: NestFastifyApplication;
beforeAll(async () => {
  vi.stubEnv('LOG_LEVEL', 'fatal');
  [database] = await Promise.all([createDatabase(), provider.open()]);
  app = await gatewayOf(provider.url);
});
afterAll(async () => {
  await app.close();
  await provider.close();
  await database.drop();
});

async function gatewayOf(issuer: string): Promise<NestFastifyApplication> {
  const gateway = await createGateway({
    ...{ databaseUrl: database.url, host: '127.0.0.1', port: 0, callbackSecret: SECRET, loopbackOnly: false },
    identity: {
      kind: 'oidc',
      issuer,
      audience: AUDIENCE,
      rolesClaim: 'realm.access.roles',
      clientId: 'console',
      scope: 'openid profile',
    },
  });
  await gateway.listen(0, '127.0.0.1');
  return gateway;
}

async function me(token: string, gateway = app) {
  const response = await fetch(`${await gateway.getUrl()}/api/me`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it('are believed for the roles that are ours, by new keys too, and the keys are not read for each', async () => {
  const first = await provider.newKey('k-1');
  const token = await provider.token(first, 'k-1');
  for (let time = 1; time <= 3; time++) {
    expect(await me(token)).toMatchObject({
      status: 200,
      body: { id: 'u-17', kind: 'staff', roles: ['supervisor:claim'] },
    });
  }
  expect(provider.reads).toBe(1);
  const second = await provider.newKey('k-2');
  // An unknown key id is asked for again, though not at once: that is how many made-up ones stay harmless.
  await vi.waitFor(async () => expect((await me(await provider.token(second, 'k-2'))).status).toBe(200), 15_000);
});

it('of others, or for others, are refused', async () => {
  const key = await provider.newKey('k-3');
  await vi.waitFor(async () => expect((await me(await provider.token(key, 'k-3'))).status).toBe(200), 15_000);
  const { privateKey: foreign } = await generateKeyPair('RS256');
  for (const bad of [
    await provider.token(foreign, 'k-3'),
    await provider.token(key, 'k-3').then((token) => `${token.slice(0, -8)}AAAAAAAA`),
    await new SignJWT({ sub: 'u-17' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k-3' })
      .setIssuer(provider.url)
      .setAudience('somebody-else')
      .setExpirationTime('5m')
      .sign(key),
    await new SignJWT({ sub: 'u-17' })
      .setProtectedHeader({ alg: 'RS256', kid: 'k-3' })
      .setIssuer('https://elsewhere.example')
      .setAudience(AUDIENCE)
      .setExpirationTime('5m')
      .sign(key),
  ]) {
    expect(await me(bad)).toMatchObject({ status: 401, body: { type: 'urn:throughline:problem:InvalidToken' } });
  }
});

it('cannot be judged while the provider is away, which is nobody’s fault who asks', async () => {
  const away = newProvider();
  await away.open();
  const key = await away.newKey('k-1');
  const [{ url }, token] = [away, await away.token(key, 'k-1')];
  await away.close();
  const gateway = await gatewayOf(url);
  try {
    expect(await me(token, gateway)).toMatchObject({
      status: 503,
      body: { type: 'urn:throughline:problem:IssuerUnreachable' },
    });
  } finally {
    await gateway.close();
  }
});

it('are told of to the console, and nobody gets one here', async () => {
  const url = await app.getUrl();
  expect(await (await fetch(`${url}/session`)).json()).toEqual({
    kind: 'oidc',
    issuer: provider.url,
    clientId: 'console',
    scope: 'openid profile',
  });
  const asked = await fetch(`${url}/session/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"persona":"ada"}',
  });
  expect(asked.status).toBe(404);
});
