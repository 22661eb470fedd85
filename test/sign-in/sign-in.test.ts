/** Signing in, staying signed in and signing out at an OpenID provider, in Chromium, before the built gateway and console. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import type { Browser, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { freePorts } from '../../scripts/lib/ports.mjs';
import { Person, startBrowser } from '../console/browser.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { CLIENT_ID, OpenIdProvider, RESOURCE, ROLES_CLAIM, SCOPE, type PersonName } from './openid-provider.js';

const GATEWAY = fileURLToPath(new URL('../../dist/gateway/main.js', import.meta.url));
const MINUTE = 60_000;
/** A page with a form, at an address that says more than its path. */
const ABSENCES = '/reviews?show=absences';
/** Of tokens that end while somebody looks on, in seconds. */
const SHORT_S = 4;

let database: TestDatabase;
let provider: OpenIdProvider;
let gateway: ChildProcess;
let address: string;
let browser: Browser;

beforeAll(async () => {
  const [port = 0, providerPort = 0] = await freePorts(2);
  address = `http://127.0.0.1:${port}`;
  [database, provider, browser] = await Promise.all([
    createDatabase(),
    OpenIdProvider.open(providerPort, address),
    startBrowser(),
  ]);
  const { PATH = '' } = process.env;
  gateway = spawn(process.execPath, [GATEWAY], {
    stdio: 'inherit',
    env: {
      PATH,
      PORT: String(port),
      LOG_LEVEL: 'fatal',
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      THROUGHLINE_CALLBACK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      THROUGHLINE_OIDC_ISSUER: provider.url,
      THROUGHLINE_OIDC_AUDIENCE: RESOURCE,
      THROUGHLINE_OIDC_RESOURCE: RESOURCE,
      THROUGHLINE_OIDC_CLIENT_ID: CLIENT_ID,
      THROUGHLINE_OIDC_SCOPE: SCOPE,
      THROUGHLINE_OIDC_ROLES_CLAIM: ROLES_CLAIM,
    },
  });
  await eventually(async () => (await fetch(`${address}/health/ready`)).ok, Boolean, MINUTE);
}, 2 * MINUTE);

afterAll(async () => {
  await browser?.close();
  if (gateway?.kill()) await once(gateway, 'exit');
  await provider?.close();
  await database?.drop();
});

test('a person signs in at the provider, comes back to the address that was asked for, and may what the token says', async () => {
  const vic = await Person.open(browser, address);
  const asked = vic.page.waitForRequest((request) => request.url().startsWith(`${provider.url}/auth?`));
  await vic.page.goto(ABSENCES);
  await vic.page.getByRole('heading', { level: 1, name: 'Throughline' }).waitFor();
  expect(await vic.violations()).toEqual([]);
  await enter(vic.page, 'u-vic');
  expect(Object.fromEntries(new URL((await asked).url()).searchParams)).toMatchObject({
    ...{ response_type: 'code', code_challenge_method: 'S256', client_id: CLIENT_ID, resource: RESOURCE },
    redirect_uri: `${address}/signed-in`,
  });
  expect(decodeJwt(await vic.token())).toMatchObject({ iss: provider.url, aud: RESOURCE, sub: 'u-vic' });
  expect(vic.page.url()).toBe(address + ABSENCES);
  await vic.page.getByText('Nobody is away').waitFor();
  expect(await vic.page.getByRole('region', { name: 'Somebody is away' }).count()).toBe(0);
  await vic.page.reload();
  await vic.page.getByRole('button', { name: 'Signed in as u-vic' }).waitFor();
  expect(vic.complaints).toEqual([]);
  await vic.context.close();
});

test('who holds no role is told whom to ask; who signs out is signed out at the provider too', async () => {
  const nil = await Person.open(browser, address);
  await nil.page.goto(ABSENCES);
  await askFor(nil.page, 'u-nil');
  await nil.page.getByText(/u-nil has none; ask those who grant roles/).waitFor();
  await nil.page.getByRole('button', { name: 'Sign out' }).click();
  await nil.page.getByRole('button', { name: 'Sign me out' }).click();
  await nil.page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await nil.page.evaluate('Object.values(sessionStorage).join()')).not.toMatch(/token/);
  await enter(nil.page, 'u-sue');
  expect(nil.complaints).toEqual([]);
  await nil.context.close();
});

test('tokens are renewed while somebody types, and changes go on arriving', async () => {
  provider.lifetimeS = SHORT_S;
  const sue = await Person.open(browser, address);
  const streams: Request[] = [];
  sue.page.on('request', (request) => request.url() === `${address}/api/stream` && streams.push(request));
  await sue.page.goto(ABSENCES);
  await enter(sue.page, 'u-sue');
  const first = await sue.token();
  await fillIn(sue.page);
  // The gateway ends a stream with its token.
  await eventually(
    () => streams.length,
    (opened) => opened > 1,
  );
  const tokens = streams.map((request) => request.headers()['authorization']);
  expect(tokens).toContain(`Bearer ${first}`);
  expect(new Set(tokens).size).toBe(tokens.length);
  await sue.page.getByRole('status', { name: 'Live', exact: true }).waitFor();
  await submit(sue.page);
  expect(sue.complaints).toEqual([]);
  await sue.context.close();
});

test('whose token cannot be renewed signs in again beside the page, which keeps its address and what was typed', async () => {
  provider.lifetimeS = SHORT_S;
  const ned = await Person.open(browser, address);
  const { page } = ned;
  await page.goto(ABSENCES);
  await enter(page, 'u-ned');
  await fillIn(page);
  const again = page.getByRole('dialog', { name: 'Sign in again' });
  await again.getByText(/what you have typed/).waitFor();
  expect(await ned.violations()).toEqual([]);
  await ned.picture('sign-in-again');
  provider.lifetimeS = 3_600;
  const [beside] = await Promise.all([
    page.waitForEvent('popup'),
    again.getByRole('button', { name: 'Sign in' }).click(),
  ]);
  await again.waitFor({ state: 'hidden' });
  await eventually(() => beside.isClosed());
  expect(page.url()).toBe(address + ABSENCES);
  await submit(page);
  expect(ned.complaints).toEqual([]);
  await ned.context.close();
});

test('what goes wrong is told in words, with what to do', async () => {
  const sue = await Person.open(browser, address);
  const { page } = sue;
  const told = page.getByRole('alert');

  await page.goto('/signed-in?code=of-somebody&state=of-another');
  await told.getByText(/used already, or it was begun in another browser\. Sign in again from here/).waitFor();

  await page.goto(ABSENCES);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await told.getByText(/says access_denied: the person went away\. Sign in again/).waitFor();
  expect(page.url()).toBe(address + ABSENCES);

  provider.audience = 'https://elsewhere.example.org';
  await askFor(page, 'u-sue');
  await told.getByText(/its aud is not what this gateway expects/).waitFor();
  expect(page.url()).toBe(address + ABSENCES);

  await provider.close();
  await page.reload();
  await page.getByRole('button', { name: 'Sign in' }).click();
  await told.getByText(/cannot be reached, or does not let this page ask it\. Check the connection/).waitFor();
  expect(sue.complaints).toEqual([]);
  await sue.context.close();
});

/** From the page that asks to sign in, by the provider's form. */
async function askFor(page: Page, name: PersonName): Promise<void> {
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Let me in' }).click();
}

async function enter(page: Page, name: PersonName): Promise<void> {
  await askFor(page, name);
  await page.getByRole('button', { name: `Signed in as ${name}` }).waitFor();
}

const TYPED = {
  'Who is away': 'alma',
  'Who stands in': 'bela',
  From: '2030-01-07T08:00',
  Until: '2030-01-11T18:00',
} as const;

async function fillIn(page: Page): Promise<void> {
  const form = page.getByRole('region', { name: 'Somebody is away' });
  for (const [label, value] of Object.entries(TYPED)) await form.getByLabel(label).fill(value);
}

/** What was typed is still there, and is taken. */
async function submit(page: Page): Promise<void> {
  const form = page.getByRole('region', { name: 'Somebody is away' });
  for (const [label, value] of Object.entries(TYPED)) expect(await form.getByLabel(label).inputValue()).toBe(value);
  await form.getByRole('button', { name: 'Enter' }).click();
  const row = page.getByRole('row', { name: /alma bela/ });
  await row.getByRole('button', { name: /^End/ }).click();
  await row.waitFor({ state: 'hidden' });
}
