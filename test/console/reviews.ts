/** What people do about their reviews, in the console before a fleet: many at once, other teams, somebody away, and the keyboard. */
import type { Browser, Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Person } from './browser.js';

const MINUTES = 60_000;
const DAY_MS = 24 * 60 * MINUTES;

/** What the tests have; read when they run. */
export interface Stage {
  readonly browser: Browser;
  readonly address: string;
  readonly sam: Person;
}

/** Adds the tests. At least two reviews wait that nobody has. */
export function testReviews(stage: () => Stage): void {
  test(
    'many are given to one person and given more time, by keyboard, with one reason; each order is shown before',
    async () => {
      const { sam } = stage();
      const { page } = sam;
      // From elsewhere: the inbox knows which of its rows the keys were at.
      await sam.goTo('/', 'Overview');
      await sam.goTo('/reviews', 'Reviews');
      const rows = rowsOf(page);
      await rows.nth(1).waitFor();
      for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
      await page.getByRole('button', { name: 'Change 2 marked' }).press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'To whom' }).fill('olaf');
      await carryOut(dialog, 'the others are ill', () => sam.picture('bulk-assign'));
      const olafs = rows.filter({ has: page.getByRole('cell', { name: 'olaf', exact: true }) });
      await expect.poll(() => olafs.count()).toBe(2);

      await sam.goTo('/reviews?assignee=olaf', 'Reviews');
      await expect.poll(() => rows.count()).toBe(2);
      await page.getByRole('button', { name: 'Change all of this cut' }).click();
      await dialog.getByLabel('What', { exact: true }).first().click();
      await page.getByRole('option', { name: 'Give more time' }).click();
      await dialog.getByRole('textbox', { name: 'By how many days' }).fill('10');
      await dialog.getByRole('textbox', { name: 'What allows it' }).fill('BULLETIN-7');
      await carryOut(dialog, 'state of emergency', () => sam.picture('bulk-extend'));
      await expect.poll(() => rows.filter({ hasText: /in 2\d days/ }).count(), { timeout: 10_000 }).toBe(2);
      expect(sam.complaints).toEqual([]);
    },
    2 * MINUTES,
  );

  test(
    'another team is asked and answers while the task stays; a note is kept, the task parked; who is away is stood in for',
    async () => {
      const { sam, browser, address } = stage();
      const olaf = await Person.signIn(browser, address, 'Olaf');
      const { page } = olaf;
      await olaf.goTo('/reviews?assignee=olaf', 'Reviews');
      await rowsOf(page).first().getByRole('link').click();
      const review = page.getByRole('complementary', { name: 'The open review' });
      await review.getByRole('textbox', { name: 'Add a note' }).fill('The insured called twice.');
      await review.getByRole('button', { name: 'Add the note' }).click();
      await review.getByText('The insured called twice.').first().waitFor();
      await review.getByLabel('Ask a team').first().click();
      await page.getByRole('option', { name: 'Legal', exact: true }).click();
      await review.getByRole('textbox', { name: 'Question' }).fill('May we go on?');
      await review.getByRole('button', { name: 'Ask', exact: true }).click();
      await review.getByText(/^olaf asked legal/).waitFor();

      await sam.goTo('/reviews?show=questions', 'Reviews');
      await sam.page.getByText('May we go on?').waitFor();
      await sam.page.getByRole('textbox', { name: 'Answer' }).fill('You may.');
      await sam.page.getByRole('button', { name: 'Answer' }).click();
      await sam.page.getByText('No team waits for an answer').waitFor();
      await review.getByText('You may.').waitFor();
      await olaf.picture('question');

      await review.getByRole('button', { name: 'Park' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Until').fill(inDays(2));
      await dialog.getByRole('textbox', { name: /^Reason/ }).fill('the plumber comes tomorrow');
      await dialog.getByRole('button', { name: 'Park' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await expect.poll(() => rowsOf(page).count()).toBe(1);
      await page.getByRole('checkbox', { name: 'Parked too' }).check();
      await page
        .getByText(/^Parked, back/)
        .first()
        .waitFor();

      await sam.goTo('/reviews?show=absences', 'Reviews');
      const absence = sam.page.getByRole('region', { name: 'Somebody is away' });
      const away = { 'Who is away': 'olaf', 'Who stands in': 'sam', From: inDays(-1), Until: inDays(3) };
      for (const [label, value] of Object.entries(away)) await absence.getByLabel(label).fill(value);
      await absence.getByRole('button', { name: 'Enter' }).click();
      await sam.page.getByRole('row', { name: /olaf sam .* In force/ }).waitFor();
      await sam.goTo('/reviews?show=workload', 'Reviews');
      await sam.page.getByRole('row', { name: /^olaf .* sam stands in/ }).waitFor();
      await sam.picture('workload');
      await sam.goTo('/reviews', 'Reviews');
      await sam.page.getByText('Mine', { exact: true }).click();
      await expect.poll(() => rowsOf(sam.page).filter({ hasText: 'olaf' }).count()).toBe(1);
      expect([...sam.complaints, ...olaf.complaints]).toEqual([]);
      await olaf.context.close();
    },
    2 * MINUTES,
  );
}

const rowsOf = (page: Page): Locator => page.getByRole('table', { name: 'Reviews' }).locator('tbody tr');

/** Looks at what an order for two would do, and carries it out. */
async function carryOut(dialog: Locator, reason: string, whenShown: () => Promise<void>): Promise<void> {
  await dialog.getByRole('textbox', { name: 'One reason for all' }).fill(reason);
  await dialog.getByRole('button', { name: 'Show what it would do' }).click();
  await dialog.getByText('It would change 2 reviews of 2.').waitFor();
  await whenShown();
  await dialog.getByRole('button', { name: 'Change 2', exact: true }).click();
  await dialog.getByText('2 reviews changed.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await dialog.waitFor({ state: 'hidden' });
}

/** As a field for a moment takes it, in UTC. */
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 16);
