/**
 * The console in Chromium, before a whole fleet: what a supervisor does on a day on which a claim is late, a service has to be left alone
 * and a decision is above one person's authority; and what a viewer does not find. Pictures are kept in `test/.artefacts/console`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { text as contentOf } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { developmentToken, endOf } from '../../client/development-token.js';
import { Fleet } from '../e2e/fleet.js';
import { eventually } from '../support/eventually.js';
import { declaresAndCloses, looksAtTheLog, rehearses } from './administration.js';
import { PATIENCE_MS, Person, startBrowser, type Scheme } from './browser.js';
import { walk } from './long-lists.js';
import { testReviews } from './reviews.js';

const MINUTES = 60_000;
const DESK = { width: 1360, height: 900 };
const TELEPHONE = { width: 390, height: 844 };
/** How soon the deadline of the late claim is. */
const NEAR_MS = 4_000;
const SAMPLE = 'examples/sandy-sample.csv';
const MORE = fileURLToPath(new URL('../intake/fixtures/queens-200.csv', import.meta.url));
const BUILT = fileURLToPath(new URL('../../dist/console/', import.meta.url));

/** Of the sample: goes to its end by itself, and is more than one person may approve. */
const LATE = 'CLM-0019c0d9-d860-4bc7-a982-a7b49785b889';
const LARGE = 'CLM-00d8d30a-4d41-4019-9c60-5efdc9de8502';

/** Everything that changes something, by the beginning of its name. */
const CHANGING =
  /^(take|give back|manual|decid|approve|decline|park|release|assign|resolve|pause|resume|actions|more$|change|add|ask|answer|withdraw|enter|end|set one|clear all|a bad day|declare|close it)/i;

let fleet: Fleet;
let browser: Browser;
let sam: Person;

beforeAll(async () => {
  fleet = await Fleet.start('--no-sample');
  browser = await startBrowser();
  await makeLate();
  const rest = await fleet.cli('intake', SAMPLE, '--wait', '--json').ended;
  expect(rest.code, rest.stderr).toBe(0);
  sam = await Person.signIn(browser, address(), 'Sam');
}, 5 * MINUTES);

afterAll(async () => {
  await browser?.close();
  await fleet?.remove();
}, MINUTES);

test(
  'a supervisor goes from the overview to a late claim, to its review, and decides; the claim moves on while its page is open',
  async () => {
    const { page } = sam;
    await page.getByRole('table', { name: 'States of claim' }).waitFor();
    await page.getByRole('figure').locator('.box').first().waitFor();
    const late = page.getByRole('region', { name: 'What needs attention' }).getByRole('link', { name: LATE });
    await late.waitFor();
    await sam.picture('overview');
    await late.click();
    const said = page.getByRole('region', { name: 'What is happening' });
    await expect.poll(() => said.textContent()).toMatch(/Escalated for manual review .*deadline/);
    await page.getByText('The deadline of the state has passed').waitFor();
    await sam.picture('late-claim');

    const beside = await sam.anotherTab(page.url());
    await beside.getByRole('tab', { name: '1 review' }).waitFor();
    await page.getByRole('tab', { name: '1 review' }).click();
    await page.getByRole('link', { name: 'Open the review' }).click();
    const review = page.getByRole('complementary', { name: 'The open review' });
    await review.getByRole('button', { name: 'Take', exact: true }).click();
    await review.getByText('sam has it').waitFor();
    await sam.picture('review');
    await decide(page, 'Continue', 'fraud service has answered by telephone');
    await review.getByText('This review is done').waitFor();

    await expect
      .poll(() => beside.getByRole('region', { name: 'What is happening' }).textContent(), { timeout: MINUTES })
      .toMatch(/has been (?!Escalated)/);
    await beside
      .getByText(/^Escalated for manual review → /)
      .first()
      .waitFor();
    await beside.close();
    expect(sam.complaints).toEqual([]);
  },
  3 * MINUTES,
);

test(
  'payments are paused, claims say so, and go on once they are resumed',
  async () => {
    const { page } = sam;
    await sam.goTo('/dependencies', 'Dependencies');
    const payments = page.getByRole('region', { name: 'Payments' });
    await payments.getByRole('button', { name: 'Pause payments' }).click();
    await order(page, 'Pause payments', 'end of the month');
    await payments.getByText('Paused by a person').waitFor();
    const intake = await fleet.cli('intake', MORE, '--limit', '12', '--json').ended;
    expect(intake.code, intake.stderr).toBe(0);

    await payments.getByRole('link', { name: /wait/ }).click();
    const claim = page.getByRole('table', { name: 'Entities' }).getByRole('link').first();
    await claim.click();
    const said = page.getByRole('region', { name: 'What is happening' });
    await said.getByText('Paused', { exact: true }).waitFor();
    await expect.poll(() => said.textContent()).toMatch(/payments is paused: end of the month/i);
    await sam.picture('paused');
    const open = page.url();

    await sam.goTo('/dependencies', 'Dependencies');
    const waiting = await sam.anotherTab(open);
    await waiting.getByText('Paused', { exact: true }).first().waitFor();
    await payments.getByRole('button', { name: 'Resume payments' }).click();
    await order(page, 'Resume payments', 'month is closed');
    await payments.getByText('Up', { exact: true }).waitFor();
    await expect
      .poll(() => waiting.getByRole('region', { name: 'What is happening' }).textContent(), { timeout: MINUTES })
      .toMatch(/Closed/);
    await waiting.close();
    expect(sam.complaints).toEqual([]);
  },
  3 * MINUTES,
);

test(
  'what one person proposed above authority is approved by another, and the first is told why not by that one',
  async () => {
    const { page } = sam;
    await sam.goTo('/reviews', 'Reviews');
    await page.getByRole('table', { name: 'Reviews' }).getByRole('link', { name: LARGE }).click();
    const review = page.getByRole('complementary', { name: 'The open review' });
    await review.getByRole('button', { name: 'Take', exact: true }).click();
    await review.getByText('sam has it').waitFor();
    await decide(page, 'Continue', 'amounts checked');
    await review.getByText(/^sam proposed/).waitFor();
    await review.getByText(/second member of staff decides/).waitFor();
    await expect.poll(() => review.getByRole('button', { name: /^Approve/ }).isDisabled()).toBe(true);
    await sam.picture('four-eyes');

    const sue = await Person.signIn(browser, address(), 'Sue');
    await sue.goTo(page.url(), 'Reviews');
    await sue.page.getByRole('button', { name: /^Approve/ }).click();
    const dialog = sue.page.getByRole('dialog');
    await dialog.getByRole('button', { name: /^Approve/ }).click();
    await sue.page.getByText('This review is done').waitFor();
    await review.getByText('This review is done').waitFor({ timeout: MINUTES });
    expect([...sam.complaints, ...sue.complaints]).toEqual([]);
    await sue.context.close();
  },
  3 * MINUTES,
);

test(
  'the inbox is worked by keyboard',
  async () => {
    const { page } = sam;
    await sam.goTo('/reviews', 'Reviews');
    const rows = page.getByRole('table', { name: 'Reviews' }).locator('tbody tr');
    await rows.first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByRole('table', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await expect.poll(() => rows.first().getAttribute('data-chosen')).toBe('true');
    await page.keyboard.press('Enter');
    const review = page.getByRole('complementary', { name: 'The open review' });
    await review.getByText('Nobody has it').waitFor();
    await page.keyboard.press('t');
    await review.getByText('sam has it').waitFor();
    await page.keyboard.press('r');
    await review.getByText('Nobody has it').waitFor();
    await page.keyboard.press('Escape');
    await review.waitFor({ state: 'hidden' });
  },
  2 * MINUTES,
);

test(
  'a viewer finds everything and no button that changes anything',
  async () => {
    const vera = await Person.signIn(browser, address(), 'Vera');
    const { page } = vera;
    for (const [at, heading] of PAGES) {
      await vera.goTo(at, heading);
      const names = await page.locator('button:visible').allInnerTexts();
      const labelled = await page.locator('button[aria-label]:visible').all();
      const labels = await Promise.all(labelled.map(async (one) => (await one.getAttribute('aria-label')) ?? ''));
      const found = [...names, ...labels].map((name) => name.trim());
      expect(
        found.filter((name) => CHANGING.test(name)),
        at,
      ).toEqual([]);
    }
    expect(vera.complaints).toEqual([]);
    await vera.context.close();
  },
  2 * MINUTES,
);

testReviews(() => ({ browser, address: address(), sam }));

const SCHEMES: readonly Scheme[] = ['light', 'dark'];

test(
  'on no page axe finds anything, in either scheme, and on a telephone none is wider than the screen',
  async () => {
    const { page } = sam;
    const found: string[] = [];
    for (const [at, heading] of PAGES) {
      await sam.goTo(at, heading);
      for (const scheme of SCHEMES) {
        await sam.wear(scheme);
        for (const violation of await sam.violations()) found.push(`${at}, ${scheme}: ${violation}`);
        await sam.picture(`${scheme}-${heading.toLowerCase()}-${at.split('show=')[1] ?? 'page'}`);
      }
      await page.setViewportSize(TELEPHONE);
      const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
      await expect.poll(width, { message: at, timeout: PATIENCE_MS }).toBeLessThanOrEqual(TELEPHONE.width);
      await page.setViewportSize(DESK);
    }
    expect(found).toEqual([]);
    expect(sam.complaints).toEqual([]);
  },
  4 * MINUTES,
);

test(
  'on a telephone the menu opens and leads on',
  async () => {
    const { page } = sam;
    await page.setViewportSize(TELEPHONE);
    try {
      await page.getByRole('button', { name: 'Open the menu' }).click();
      await page.getByRole('link', { name: 'Dependencies' }).click();
      await page.getByRole('heading', { level: 1, name: 'Dependencies' }).waitFor();
      await sam.picture('telephone');
    } finally {
      await page.setViewportSize(DESK);
    }
  },
  2 * MINUTES,
);

test(
  'what is exported is what the list shows',
  async () => {
    const { page } = sam;
    await sam.goTo('/entities?lifecycle=claim&state=EscalatedForManualReview', /./);
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export as CSV' }).click(),
    ]);
    const rows = parse<{ id: string; state: string }>(await contentOf(await file.createReadStream()), {
      bom: true,
      columns: true,
    });
    expect(rows.length).toBeGreaterThan(0);
    const links = page.getByRole('table', { name: 'Entities' }).locator('tbody a.key');
    await expect.poll(() => links.allInnerTexts(), { timeout: PATIENCE_MS }).toEqual(rows.map(({ id }) => id));
    expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(['EscalatedForManualReview']));
  },
  MINUTES,
);

test(
  'a token that ends is renewed, and what somebody types stays',
  async () => {
    const token = await developmentToken(path.join(fleet.stateDir, 'development-key.json'), {
      subject: 'sue',
      roles: ['supervisor'],
      ttlSeconds: 5,
    });
    const expiresAt = endOf(token);
    const stored = { token, expiresAt, renewAt: expiresAt, subject: 'sue', from: { kind: 'development' } };
    const sue = await Person.open(browser, address());
    const { page } = sue;
    await page.addInitScript({
      content: `sessionStorage['throughline-session'] ??= ${JSON.stringify(JSON.stringify(stored))}`,
    });
    await page.goto('/reviews?show=absences');
    await page.getByLabel('Who is away').fill('olaf');
    await eventually(async () => (await sue.token()) !== token);
    expect(await page.getByLabel('Who is away').inputValue()).toBe('olaf');
    await page.getByRole('status', { name: 'Live', exact: true }).waitFor();
    expect(sue.complaints).toEqual([]);
    await sue.context.close();
  },
  MINUTES,
);

test(
  'an administrator rehearses a fault, of which everybody is told, finds who was refused what, and declares and closes a catastrophe',
  async () => {
    const ada = await Person.signIn(browser, address(), 'Ada');
    await rehearses(ada);
    await looksAtTheLog(ada);
    await declaresAndCloses(ada);
    expect(ada.complaints).toEqual([]);
    await ada.context.close();
  },
  2 * MINUTES,
);

test(
  'a list of very many is gone through by keyboard, with as few rows in the document as one of few',
  async () => {
    const found = await walk(sam, fleet.runtime.addresses.database);
    console.info(`[long list] ${JSON.stringify(found)}`);
    expect(sam.complaints).toEqual([]);
  },
  // Of full size: 1,000 pages.
  30 * MINUTES,
);

test('the page is served with a policy of its own, what is built for ever, and nothing else of the folder', async () => {
  const html = { headers: { accept: 'text/html' } };
  const [page, again, deep, api] = await Promise.all([
    fetch(`${address()}/`, html),
    fetch(`${address()}/`, html),
    fetch(`${address()}/entities/claim/CLM-1`, html),
    fetch(`${address()}/api/nothing`, html),
  ]);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/script-src 'self';/);
  expect(policy).not.toContain('unsafe');
  expect(again.headers.get('content-security-policy')).not.toBe(policy);
  expect(page.headers.get('cache-control')).toBe('no-store');
  const text = await page.text();
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? 'none';
  expect(text).toContain(`nonce="${nonce}"`);
  expect([deep.status, await deep.text()]).toEqual([200, expect.stringContaining('id="root"')]);
  expect(api.status).toBe(404);
  expect(api.headers.get('content-type')).toContain('application/problem+json');
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(text)?.[1] ?? '';
  const asset = await fetch(`${address()}${script}`);
  expect(asset.headers.get('cache-control')).toContain('immutable');
  for (const hidden of ['/manifest.json', '/.console.json', '/assets/../../gateway/main.js'])
    expect((await fetch(`${address()}${hidden}`)).status, hidden).toBe(404);
});

test('the first view is under 300 kB, compressed; what draws diagrams is not in it', () => {
  const chunks = JSON.parse(readFileSync(path.join(BUILT, 'manifest.json'), 'utf8')) as Manifest;
  const files = new Set<string>();
  const take = (name: string): void => {
    const chunk = chunks[name];
    if (!chunk || files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) take(imported);
  };
  take('index.html');
  take('pages/overview/overview.tsx');
  const bytes = [...files].reduce((sum, file) => sum + compressed(path.join(BUILT, file)).length, 0);
  expect(files.size).toBeGreaterThan(2);
  expect(bytes).toBeLessThan(300_000);
  expect([...files].filter((file) => /diagram|oidc/.test(file))).toEqual([]);
});

type Manifest = Readonly<
  Record<string, { readonly file: string; readonly css?: readonly string[]; readonly imports?: readonly string[] }>
>;

/** As the gateway sends it: the copy that the build has compressed, where it has. */
function compressed(file: string): Buffer {
  try {
    return readFileSync(`${file}.gz`);
  } catch {
    return readFileSync(file);
  }
}

/** Every page, with its heading. */
const PAGES: readonly (readonly [address: string, heading: string])[] = [
  ['/', 'Overview'],
  ['/entities?lifecycle=claim', 'Lists'],
  [`/entities/claim/${LATE}`, LATE],
  [`/entities/claim/${LATE}?show=evidence`, LATE],
  [`/entities/claim/${LATE}?show=messages`, LATE],
  [`/entities/claim/${LATE}?show=clocks`, LATE],
  [`/entities/claim/${LATE}?show=technical`, LATE],
  ['/reviews', 'Reviews'],
  ['/reviews?show=questions', 'Reviews'],
  ['/reviews?show=workload', 'Reviews'],
  ['/reviews?show=absences', 'Reviews'],
  ['/reconciliation', 'Reconciliation'],
  ['/dependencies', 'Dependencies'],
  ['/catastrophes', 'Catastrophes'],
  ['/fleet', 'Fleet'],
  ['/faults', 'Faults'],
  ['/audit', 'Audit'],
];

const address = (): string => fleet.runtime.addresses.gateway;

/** A claim of which the fraud service's answer is lost, and whose deadline passes. */
async function makeLate(): Promise<void> {
  const fault = await fleet.cli('fault', 'set', 'fraud', 'callback-lost=next:1').ended;
  expect(fault.code, fault.stderr).toBe(0);
  const intake = await fleet.cli('intake', SAMPLE, '--limit', '1', '--json').ended;
  expect(intake.code, intake.stderr).toBe(0);
  await eventually(
    async () => (await shown()).expectations.some(({ name }) => name.startsWith('fraud')),
    Boolean,
    MINUTES,
  );
  // On a busy machine a moment that is near may have passed before the claim hears of it: then it is refused.
  await eventually(
    () => {
      const dueAt = new Date(Date.now() + NEAR_MS).toISOString();
      const data = JSON.stringify({ clock: 'state', dueAt, reasonCode: 'test', reference: 'TEST-1' });
      return fleet.cli('message', 'claim', LATE, 'moveClock', '--data', data).ended;
    },
    ({ code }) => code === 0,
    MINUTES,
  );
  await eventually(
    async () => (await shown()).state,
    (state) => state === 'EscalatedForManualReview',
    MINUTES,
  );
}

async function shown(): Promise<{
  readonly state: string;
  readonly expectations: readonly { readonly name: string }[];
}> {
  const { stdout } = await fleet.cli('show', 'claim', LATE, '--json').ended;
  return JSON.parse(stdout) as Awaited<ReturnType<typeof shown>>;
}

/** The decision on the open review. */
async function decide(page: Page, decision: string, reason: string): Promise<void> {
  await page.getByRole('complementary').getByRole('button', { name: 'Manual decision' }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByLabel(/^Decision/)
    .first()
    .click();
  await page.getByRole('option', { name: decision, exact: true }).click();
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill(reason);
  await dialog.getByRole('button', { name: 'Manual decision' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Confirms an order, with its reason. */
async function order(page: Page, title: string, reason: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: /^Reason/ }).fill(reason);
  await dialog.getByRole('button', { name: title }).click();
  await dialog.waitFor({ state: 'hidden' });
}
