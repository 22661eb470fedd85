/** What an administrator does with the console: a rehearsal, a look at the log, a catastrophe from its declaration to its end. */
import { expect } from 'vitest';
import type { Person } from './browser.js';

/** A fault is set, told on every page, and cleared. */
export async function rehearses(ada: Person): Promise<void> {
  const { page } = ada;
  await ada.goTo('/faults', 'Faults');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Set one' }).click();
  await dialog.getByRole('textbox', { name: /^Service/ }).fill('payments');
  await dialog.getByLabel(/^Kind/).first().click();
  await page.getByRole('option', { name: 'Latency', exact: true }).click();
  await dialog.getByRole('textbox', { name: /^Rate/ }).fill('0.5');
  expect(await ada.violations()).toEqual([]);
  await dialog.getByRole('button', { name: 'Set', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.getByRole('row', { name: /Payments Latency 50 % of the time/ }).waitFor();
  expect(await ada.violations()).toEqual([]);
  await ada.picture('faults');
  await ada.goTo('/', 'Overview');
  await page.getByText('This is a rehearsal').waitFor();
  await page.getByRole('link', { name: 'See them' }).click();
  await page.getByRole('button', { name: 'Clear all' }).click();
  await dialog.getByRole('button', { name: 'Clear all' }).click();
  await page.getByText('Nothing goes wrong on purpose').waitFor();
  await page.getByText('This is a rehearsal').waitFor({ state: 'hidden' });
}

/** Who was refused what. */
export async function looksAtTheLog(ada: Person): Promise<void> {
  const { page } = ada;
  // Not hers to do.
  const headers = { authorization: `Bearer ${await ada.token()}` };
  const refused = await fetch(new URL('/api/delegations', page.url()), { method: 'POST', headers });
  expect(refused.status).toBe(403);
  await ada.goTo('/audit', 'Audit');
  const log = page.getByRole('table', { name: 'Audit log' });
  await log
    .getByRole('row', { name: /ada .*Changed something PUT \/api\/faults .*Let/ })
    .first()
    .waitFor();
  expect(await ada.violations()).toEqual([]);
  await ada.picture('audit');
  await page.getByLabel('Result').first().click();
  await page.getByRole('option', { name: 'Refused' }).click();
  await expect.poll(() => page.url()).toContain('decision=refused');
  await log
    .getByRole('row', { name: /ada .*POST \/api\/delegations .*Refused/ })
    .first()
    .waitFor();
  await expect.poll(() => log.getByRole('row', { name: /Let \d/ }).count()).toBe(0);
}

/** One is declared by a form, found on its board, and closed. */
export async function declaresAndCloses(ada: Person): Promise<void> {
  const { page } = ada;
  await ada.goTo('/catastrophes', 'Catastrophes');
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Declare one' }).click();
  for (const [field, value] of DECLARATION) await dialog.getByLabel(field).first().fill(value);
  await page.keyboard.press('Enter');
  expect(await ada.violations()).toEqual([]);
  await dialog.getByRole('button', { name: 'Declare', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Storm of the test' }).waitFor();
  await page.getByRole('button', { name: 'Close it' }).click();
  await dialog.getByRole('button', { name: 'Close it' }).click();
  await page.getByText(/closed \w+ \d/).waitFor();
  expect(await page.getByRole('button', { name: 'Close it' }).count()).toBe(0);
}

const DECLARATION: readonly (readonly [field: RegExp, value: string])[] = [
  [/^Code/, 'TEST-1990'],
  [/^Name/, 'Storm of the test'],
  [/^From/, '1990-01-01'],
  [/^To/, '1990-01-03'],
  [/^Bulletin/, 'T-1'],
  [/^States/, 'NY'],
];
