import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { follow, refresh, type Summaries } from '../../cli/intake/follow.js';
import { reject, RejectsFile } from '../../cli/intake/rejects.js';
import { buildReport, differenceOf, formatReport } from '../../cli/intake/report.js';
import type { AcceptedClaim } from '../../cli/intake/submit.js';
import { claimTable } from '../../cli/intake/table.js';
import type { EntitySummary } from '../../client/index.js';
import { impatience, summaryOf } from './samples.js';

const since = '2026-11-21T07:52:46.120Z';
const usd = (minor: number) => ({ minor, currency: 'USD' });
const settlement = (building: number) => ({ settlement: { lines: [{ coverage: 'building', amount: usd(building) }] } });
const counts = { submitted: 5, repeated: 1, rejected: 1, failed: 0 };

const claim = (claimId: string, building: AcceptedClaim['building'] = {}, line = 2): AcceptedClaim => ({
  claimId,
  line,
  building: { damage: 3_900_000, deductible: 100_000, paid: 3_800_000, ...building },
  contents: {},
});

const claims = [
  claim('CLM-equal', { paid: 3_800_100 }),
  claim('CLM-off', { paid: 3_800_101 }),
  claim('CLM-uncalculated'),
  claim('CLM-unpaid', { paid: 0 }),
  claim('CLM-undamaged', { damage: 0 }),
  claim('CLM-unrecorded', { paid: 0 }),
];

const summaries: Summaries = new Map(
  [
    summaryOf('CLM-equal', 'Closed', {
      outcome: 'paid',
      facts: settlement(3_800_000),
      parts: { building: { state: 'Paid', since, amount: usd(3_800_000) }, contents: { state: 'NotPayable', since } },
    }),
    summaryOf('CLM-off', 'EscalatedForManualReview', {
      waitsFor: 'a decision of a claims reviewer',
      facts: settlement(3_800_000),
      parts: { building: { state: 'InReview', since } },
    }),
    summaryOf('CLM-uncalculated', 'EscalatedForManualReview', { waitsFor: 'a decision of a claims reviewer' }),
    summaryOf('CLM-unpaid', 'Closed', { outcome: 'closedWithoutPayment', facts: settlement(0) }),
    summaryOf('CLM-undamaged', 'AwaitingAssessment', { next: ['AwaitingDocuments', 'Closed'] }),
  ].map((summary) => [summary.id, summary]),
);

test('the report counts outcomes and states and holds the building settlement against what was paid', () => {
  expect(buildReport(counts, claims, summaries, '/x/rejects.csv')).toEqual({
    ...counts,
    outcomes: { closedWithoutPayment: 1, paid: 1 },
    states: { Closed: 2, EscalatedForManualReview: 2, AwaitingAssessment: 1, Submitted: 1 },
    settlement: { eligible: 3, compared: 2, equal: 1, differences: { 'more, within the damage': 1 } },
    rejectsFile: '/x/rejects.csv',
  });
});

test('the report for people has every number and the percentages', () => {
  const text = formatReport(buildReport(counts, claims, summaries, '/x/rejects.csv'));
  expect(text).toMatch(/Rows read +7\n/);
  expect(text).toMatch(/rejected +1 {2}listed in \/x\/rejects.csv/);
  expect(text).toMatch(/calculated +2 {2}66\.7 %/);
  expect(text).toMatch(/equal within \$1 +1 {2}50\.0 % of the calculated/);
  expect(text).not.toContain('failed');
  expect(formatReport(buildReport({ ...counts, failed: 2 }, [], new Map(), null))).toMatch(/failed +2/);
});

test.each([
  [3_900_000, 3_900_200, 'more than the actual cash value of the damage'],
  [3_900_000, 3_850_000, 'more, within the damage'],
  [3_900_000, 3_500_000, 'up to a tenth less'],
  [3_900_000, 1_000_000, 'less'],
  [25_100_000, 25_100_000, 'above the limit'],
  [25_050_000, 25_000_000, 'the limit'],
])('of a damage of %i, %i paid is %s', (damage, paid, how) => {
  const limit = 25_000_000;
  expect(differenceOf({ damage, paid, limit }, Math.min(damage - 100_000, limit))).toBe(how);
});

test('the table fits the terminal and right-aligns amounts', () => {
  const wide = claim('CLM-6be89a2c-87c2-4263-8d31-7308108f2f5e', { paid: 25_000_000 });
  for (const width of [80, 90, 100, 120, 140, 200]) {
    const lines = claimTable([...claims, wide], summaries, width).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    for (const word of ['payment', 'EscalatedFor', '$250,000.00', 'reviewer']) expect(lines.join(' ')).toContain(word);
  }
  const lines = claimTable([...claims, wide], summaries, undefined).split('\n');
  expect(lines).toHaveLength(8);
  expect(lines[0]).toMatch(/^claim +state +since \(UTC\) +waiting for \/ next +settled +really paid$/);
  expect(lines[1]).toMatch(/^CLM-equal +Closed +2026-11-21 07:52:46 +ended: paid +\$38,000\.00 +\$38,001\.00$/);
  expect(lines[2]).toContain('a decision of a claims reviewer');
  expect(lines[2]).toContain('$38,000.00');
  expect(lines[6]).toMatch(/Submitted +- +its first step +- +\$0\.00$/);
  expect(new Set(lines.slice(0, 8).map((line) => line.length)).size).toBe(1);
});

test('following ends when each claim has ended or waits for a person, and asks only for those that move', async () => {
  const asked: string[][] = [];
  const lookup = (ids: readonly string[]): Promise<readonly EntitySummary[]> => {
    asked.push([...ids]);
    if (asked.length === 1) return Promise.resolve([summaryOf('A', 'Closed')]);
    return Promise.resolve([summaryOf('B', asked.length === 2 ? 'PaymentPending' : 'EscalatedForManualReview')]);
  };
  const seen: Summaries = new Map();
  const progress: number[] = [];
  const { patience } = impatience();
  const left = await follow(['A', 'B'], lookup, patience, seen, { timeoutMs: 60_000, moved: (n) => progress.push(n) });
  expect(left).toEqual([]);
  expect(asked).toEqual([['A', 'B'], ['B'], ['B']]);
  expect(progress).toEqual([1, 1, 2]);
  expect(seen.get('B')?.state).toBe('EscalatedForManualReview');
});

test('following ends with its time and names what still moves', async () => {
  const { patience } = impatience();
  const lookup = () => Promise.resolve([summaryOf('A', 'AwaitingDocuments')]);
  const left = await follow(['A', 'B'], lookup, patience, new Map(), { timeoutMs: 50, moved: () => undefined });
  expect(left).toEqual(['A', 'B']);
});

test('looking up takes at most 500 at a time', async () => {
  const sizes: number[] = [];
  const { patience } = impatience();
  const ids = Array.from({ length: 1_201 }, (_, i) => `CLM-${i}`);
  await refresh(ids, (some) => Promise.resolve(void sizes.push(some.length)).then(() => []), patience, new Map());
  expect(sizes).toEqual([500, 500, 201]);
});

test('the rejects file comes with the first reject and quotes what it must', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'throughline-rejects-'));
  try {
    const file = new RejectsFile(path.join(folder, 'deep', 'rejects.csv'));
    expect(file.created).toBe(false);
    await Promise.all([
      file.add(reject(3, 'id', 'a"b,c', 'is wrong: mend it')),
      file.add(reject(4, '(line)', 'x'.repeat(300), 'is broken')),
    ]);
    await file.close();
    expect(await readFile(file.path, 'utf8')).toBe(
      `line,field,value,reason\n3,id,"a""b,c",is wrong: mend it\n4,(line),${'x'.repeat(200)}…,is broken\n`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
