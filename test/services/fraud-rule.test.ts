/** The fraud rule, by its lines and on the real claims. */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { screen } from '../../services/fraud/rule.js';

it.each([
  ['2012-10-29', { verdict: 'refer', score: 900, rule: 'loss-within-two-days' }],
  ['2012-10-31', { verdict: 'refer', score: 800, rule: 'loss-within-two-days' }],
  ['2012-11-01', { verdict: 'clear', score: 300, rule: 'loss-within-waiting-period' }],
  ['2012-11-28', { verdict: 'clear', score: 300, rule: 'loss-within-waiting-period' }],
  ['2012-11-29', { verdict: 'clear', score: 0, rule: 'loss-after-waiting-period' }],
  ['2012-10-28', { verdict: 'refer', score: 1000, rule: 'loss-before-inception' }],
])('a policy of 29 October 2012 and a loss on %s', (dateOfLoss, expected) => {
  expect(screen('2012-10-29', dateOfLoss)).toEqual(expected);
});

// The data lie beside the repository, not in it.
const data = new URL('../../../shared/data/nfip-queens-2000-2025.csv', import.meta.url);

it.skipIf(!existsSync(data))('refers at most 1 in 500 of the real claims', () => {
  const rows = parse<Record<string, string>>(readFileSync(data), { columns: true });
  const referred = (among: typeof rows) =>
    among.filter(({ originalNBDate = '', dateOfLoss = '' }) => {
      const inception = originalNBDate.slice(0, 10);
      const loss = dateOfLoss.slice(0, 10);
      // These are escalated before they reach the fraud screen.
      return inception <= loss && screen(inception, loss).verdict === 'refer';
    }).length;
  const sandy = rows.filter((row) => row['dateOfLoss']?.startsWith('2012-10-29'));
  expect([rows.length, referred(rows)]).toEqual([11_309, 10]);
  expect([sandy.length, referred(sandy)]).toEqual([6_189, 3]);
  expect(referred(rows) / rows.length).toBeLessThanOrEqual(1 / 500);
});
