/** A list of very many: it is gone through by keyboard to its end, and what is in the document stays the same. */
import pg from 'pg';
import { expect } from 'vitest';
import { fill } from '../../bench/console/fill.js';
import { median, percentile } from '../../bench/statistics.js';
import { withSessionOptions } from '../../records/pool.js';
import { RECORDS_SCHEMA } from '../../records/schema.js';
import type { Person } from './browser.js';

const SIZE = process.env['THROUGHLINE_TEST_SIZE'] === 'full' ? 100_000 : 400;
/** Of whatever length a list is, so many rows may be in the document, with a window of 900 pixels. */
const MOST_ROWS = 70;

/** What was found; the times in milliseconds. */
export interface Walk {
  readonly entities: number;
  readonly mostRows: number;
  readonly firstRowsMs: number;
  readonly pageMedianMs: number;
  readonly pageP95Ms: number;
}

/** From the first row to the last, to the entity there, and back to the place in the list. @param database as its owner */
export async function walk(person: Person, database: string): Promise<Walk> {
  const owner = new pg.Pool({ ...withSessionOptions(database, { search_path: RECORDS_SCHEMA }), max: 1 });
  try {
    await fill(owner, { entities: SIZE, entries: 1 }, () => undefined);
    const found = await toTheEndAndBack(person);
    await owner.query(`UPDATE entity SET updated_at = now() WHERE entity_id = (SELECT min(entity_id) FROM entity)`);
    await startsAgain(person);
    return found;
  } finally {
    await owner.end();
  }
}

/** It is longer than what is read again unasked: it says that it has changed. */
async function startsAgain({ page }: Person): Promise<void> {
  await page.getByText('This list has changed since it was read.').waitFor();
  await page.getByRole('button', { name: 'Read it again from the top' }).click();
  await page.locator('[aria-rowindex="2"]').waitFor();
  await page.getByText('This list has changed since it was read.').waitFor({ state: 'hidden' });
}

async function toTheEndAndBack(person: Person): Promise<Walk> {
  const { page } = person;
  await person.goTo('/fleet', 'Fleet');
  const beganAt = performance.now();
  await page.getByRole('link', { name: 'Lists' }).click();
  const table = page.getByRole('table', { name: 'Entities' });
  const rows = table.locator('tbody tr[data-index]');
  await rows.first().waitFor();
  const firstRowsMs = performance.now() - beganAt;
  const entities = Number((await page.getByText(/ found$/).innerText()).replace(/\D/g, ''));
  expect(entities).toBeGreaterThanOrEqual(SIZE);

  await rows.first().getByRole('link').focus();
  const steps: number[] = [];
  let mostRows = await rows.count();
  for (let at = 0; at < entities;) {
    const steppedAt = performance.now();
    // Until the next page is there the focus stays where it is.
    const next = async (): Promise<number> => {
      await page.keyboard.press('End');
      return rowOfFocus(page);
    };
    await expect.poll(next, { interval: 10, timeout: 30_000 }).toBeGreaterThan(at);
    at = await rowOfFocus(page);
    steps.push(performance.now() - steppedAt);
    mostRows = Math.max(mostRows, await rows.count());
  }
  expect(mostRows).toBeLessThan(MOST_ROWS);
  expect(await table.getAttribute('aria-rowcount')).toBe(String(entities + 1));

  const last = table.getByRole('row').and(page.locator(`[aria-rowindex="${entities + 1}"]`));
  const name = await last.getByRole('link').innerText();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await page.goBack();
  await expect.poll(() => page.evaluate<boolean>(isInSight(entities + 1)), { timeout: 10_000 }).toBe(true);
  return { entities, mostRows, firstRowsMs, pageMedianMs: median(steps), pageP95Ms: percentile(steps, 0.95) };
}

/** Number of the row that has the focus, without the heads. */
const rowOfFocus = async (page: Person['page']): Promise<number> =>
  Number(await page.evaluate<string>(`document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') ?? '1'`)) -
  1;

/** Whether a row can be seen whole, for the page to say. */
const isInSight = (row: number): string => `(() => {
  const { top = -1, bottom } = document.querySelector('[aria-rowindex="${row}"]')?.getBoundingClientRect() ?? {};
  return top >= 0 && bottom <= window.innerHeight;
})()`;
