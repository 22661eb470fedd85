/** The pure parts of the benchmark of a surge: which claims, when they come in, and what the records must say of them. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { evenly } from '../../bench/surge/arrivals.js';
import { claimsOf, rowsIn, STORM } from '../../bench/surge/claims.js';
import { accountOf, settlementTimes, throughput, type ClaimRecord } from '../../bench/surge/records.js';

const fixture = (name: string) => fileURLToPath(new URL(`../intake/fixtures/${name}`, import.meta.url));
const extract = await rowsIn(fixture('queens-200.csv'));

describe('the claims', () => {
  test('of the storm are those that the data names so; everyday ones need nobody', () => {
    expect(extract.storm).toHaveLength(134);
    expect(extract.everyday.length).toBeGreaterThan(5);
    for (const row of extract.everyday) {
      expect(row.floodEvent).toBeUndefined();
      expect(row.dateOfLoss < STORM.from || row.dateOfLoss > STORM.to).toBe(true);
      expect([row.building.nonPaymentReason, row.contents.nonPaymentReason]).toEqual([undefined, undefined]);
    }
  });

  test('are taken evenly, again where there are too few, and each has an id of its own', () => {
    const some = claimsOf(extract.storm, 10, 'r1', 'Storm 1');
    expect(some.map(({ notice }) => notice.dateOfLoss)).toEqual(
      Array.from({ length: 10 }, (_, i) => extract.storm[Math.floor(i * 13.4)]?.dateOfLoss),
    );
    const many = claimsOf(extract.storm, 300, 'r1', 'Storm 1');
    expect(new Set(many.map(({ notice }) => notice.claimId)).size).toBe(300);
    expect(new Set(many.map(({ policy }) => policy.policyNumber)).size).toBe(300);
    for (const { notice, policy } of many) {
      expect(notice.catastrophe).toBe('Storm 1');
      expect(policy.line).toBe('flood');
    }
  });

  test('of everyday name no catastrophe', () => {
    for (const { notice } of claimsOf(extract.everyday, 20, 'r1')) expect(notice).not.toHaveProperty('catastrophe');
  });

  test('a file without a claim of the storm is refused with the remedy', async () => {
    const empty = fileURLToPath(new URL('../../examples/sandy-sample.csv', import.meta.url));
    await expect(rowsIn(empty)).rejects.toThrow(/10 claims of Hurricane Sandy and 0 payable ones.*--file must name/s);
  });
});

test('each kind comes in evenly over the same time, one between the others', () => {
  const arrivals = evenly([['e1', 'e2'], ['s1', 's2', 's3', 's4'], []], 8_000);
  expect(arrivals.map(({ item, atMs }) => [item, atMs])).toEqual([
    ['s1', 1_000],
    ['e1', 2_000],
    ['s2', 3_000],
    ['s3', 5_000],
    ['e2', 6_000],
    ['s4', 7_000],
  ]);
});

describe('the records', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const closed: ClaimRecord = { state: 'Closed', since: at(4), closed: true, deadline: null };
  const waiting: ClaimRecord = {
    state: 'EscalatedForManualReview',
    since: at(2),
    closed: false,
    deadline: { at: at(50), leadsTo: 'Closed' },
    waitsFor: 'a decision',
    reason: { code: 'amountUnknown' },
  };
  const { reason: _reason, ...reasonless } = waiting;

  test('count what is closed and what waits with a clock and a reason', () => {
    const claims = new Map([
      ['A', closed],
      ['B', waiting],
      ['C', closed],
    ]);
    expect(accountOf(['A', 'B', 'C'], claims)).toEqual({ closed: 2, waiting: 1 });
  });

  test.each<[string, ClaimRecord | undefined, string]>([
    ['is lost', undefined, 'B is not on record'],
    ['waits for ever', { ...waiting, deadline: null }, 'B waits in EscalatedForManualReview without a clock that runs'],
    ['does not say why', reasonless, 'B waits in EscalatedForManualReview without a reason'],
  ])('accuse a claim that %s', (_, claim, fault) => {
    const claims = new Map([['A', closed], ...(claim ? ([['B', claim]] as const) : [])]);
    expect(() => accountOf(['A', 'B'], claims)).toThrow(
      `1 of 2 claims are neither closed nor wait with a clock and a reason: ${fault}`,
    );
  });

  test('tell the seconds from submission to settlement of those that are settled', () => {
    const claims = new Map([
      ['A', closed],
      ['B', waiting],
      ['S', closed],
    ]);
    const submitted = new Map(['A', 'B'].map((id) => [id, Date.parse(at(1)) + 500]));
    expect(settlementTimes(submitted, claims)).toEqual([2.5]);
  });

  test('tell what a fleet carries: by nine in ten, whatever the last ones do', () => {
    const rested = [...Array(9).keys()].map((i) => ({ ...closed, since: at(i + 2) }));
    const last = { ...closed, since: at(59) };
    expect(throughput(Date.parse(at(1)), [last, ...rested])).toBe(1);
  });
});
