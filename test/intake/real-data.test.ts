/** The published data itself: a sample that lies here, and the whole file where it lies beside the repository. */
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { withoutConflicts } from '../../cli/intake/duplicates.js';
import { REQUIRED_COLUMNS, rowsOf } from '../../cli/intake/parse.js';
import { differenceOf } from '../../cli/intake/report.js';
import { recordsOf } from '../../cli/intake/records.js';
import { translate } from '../../cli/intake/translate.js';
import { claimNotice } from '../../events/claim.js';
import { all } from './samples.js';

const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const WHOLE_FILE = here('../../../shared/data/nfip-queens-2000-2025.csv');

async function intake(file: string, selection: Parameters<typeof rowsOf>[1] = {}) {
  const items = await all(
    withoutConflicts(rowsOf(recordsOf(createReadStream(file, 'utf8'), REQUIRED_COLUMNS), selection)),
  );
  return {
    rows: items.filter((item) => item.kind === 'row'),
    rejects: items.filter((item) => item.kind === 'reject'),
  };
}

test('200 real rows: one payment is negative, the others are taken', async () => {
  const { rows, rejects } = await intake(here('fixtures/queens-200.csv'));
  expect(rows).toHaveLength(199);
  expect(rejects).toMatchObject([{ line: 194, field: 'amountPaidOnBuildingClaim', value: '-8627.72' }]);
  for (const row of rows) expect(claimNotice.safeParse(translate(row).notice).success).toBe(true);
});

test('the sample of ten: every way that a claim can go', async () => {
  const { rows, rejects } = await intake(here('../../examples/sandy-sample.csv'), { lossDate: '2012-10-29' });
  expect(rejects).toEqual([]);
  expect(rows).toHaveLength(10);
  const findings = rows.flatMap((row) => translate(row).assessment.findings);
  expect(findings.map((finding) => finding.nonPaymentReason).filter(Boolean)).toEqual(['06', '01', '20', '99', '99']);
  expect(rows.filter((row) => row.policyStart > row.dateOfLoss)).toHaveLength(1);
  expect(rows.filter((row) => row.building.limit === 0)).toHaveLength(1);
});

describe.skipIf(!existsSync(WHOLE_FILE))('the whole file (skipped where ../shared/data is not there)', () => {
  test('11,309 rows: one reject; the known truth about the settlements holds', async () => {
    const { rows, rejects } = await intake(WHOLE_FILE);
    expect(rows).toHaveLength(11_308);
    expect(rejects).toMatchObject([{ line: 10_895, field: 'amountPaidOnBuildingClaim', value: '-8627.72' }]);
    expect(rows.filter((row) => row.policyStart > row.dateOfLoss)).toHaveLength(286);

    const eligible = rows.flatMap(({ building: { damage = 0, paid = 0, deductible, limit = 0 } }) =>
      damage > 0 && paid > 0 && deductible !== undefined ? [{ damage, paid, deductible, limit }] : [],
    );
    const equal = eligible.filter(
      ({ damage, paid, deductible, limit }) =>
        Math.abs(Math.min(Math.max(damage - deductible, 0), limit) - paid) <= 100,
    );
    expect(eligible).toHaveLength(10_004);
    expect((100 * equal.length) / eligible.length).toBeCloseTo(63.2, 1);

    // The table of docs/settlement.md.
    const differences: Record<string, number> = {};
    for (const row of eligible) {
      if (equal.includes(row)) continue;
      const how = differenceOf(row, Math.min(Math.max(row.damage - row.deductible, 0), row.limit));
      differences[how] = (differences[how] ?? 0) + 1;
    }
    const page = readFileSync(new URL('../../docs/settlement.md', import.meta.url), 'utf8');
    for (const [how, number] of Object.entries(differences)) {
      expect(page).toMatch(new RegExp(`\\| ${how} +\\| +${number.toLocaleString('en-US')} `));
    }
  });

  test('the day of the storm', async () => {
    const { rows, rejects } = await intake(WHOLE_FILE, { lossDate: '2012-10-29' });
    expect([rows.length, rejects.length]).toEqual([6_189, 0]);
    expect((await intake(WHOLE_FILE, { lossDate: '2012-10-29', limit: 1_000 })).rows).toHaveLength(1_000);
  });
});
