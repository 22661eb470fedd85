import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { withoutConflicts } from '../../cli/intake/duplicates.js';
import { centsOf, dayOf, REQUIRED_COLUMNS, rowsOf } from '../../cli/intake/parse.js';
import { recordsOf } from '../../cli/intake/records.js';
import { all, chunks, csvLine, fileOf, HEADER } from './samples.js';

const read = (file: AsyncIterable<string>, selection: Parameters<typeof rowsOf>[1] = {}) =>
  all(withoutConflicts(rowsOf(recordsOf(file, REQUIRED_COLUMNS), selection)));

/** What the one changed row is refused for. */
async function refusal(changes: Record<string, string>) {
  const [item] = await read(fileOf(csvLine(changes)));
  return item?.kind === 'reject' ? item : undefined;
}

test('a good row becomes amounts in cents, dates and codes', async () => {
  const [row] = await read(fileOf(csvLine({ floodEvent: '' })));
  expect(row).toEqual({
    kind: 'row',
    line: 2,
    end: expect.any(Number) as number,
    id: '6be89a2c-87c2-4263-8d31-7308108f2f5e',
    dateOfLoss: '2012-10-29',
    causeOfDamage: '1',
    state: 'NY',
    postalCode: '11692',
    policyStart: '1996-10-31',
    building: { damage: 3_101_900, limit: 3_000_000, deductible: 100_000, paid: 3_000_000 },
    contents: { damage: 1_305_000, limit: 1_200_000, deductible: 125_000, paid: 1_180_050 },
  });
});

test('empty means not given', async () => {
  const empty = Object.fromEntries(REQUIRED_COLUMNS.slice(7).map((name) => [name, '']));
  const [row] = await read(
    fileOf(csvLine({ ...empty, causeOfDamage: '', reportedZipCode: '', originalNBDate: '2000-02-29' })),
  );
  expect(row).toMatchObject({ kind: 'row', building: {}, contents: {}, causeOfDamage: '', postalCode: '' });
});

describe('a row is refused, with field, value and reason, for', () => {
  test.each([
    ['a negative amount', 'amountPaidOnBuildingClaim', '-8627.72', 'is a negative amount'],
    ['a negative damage', 'contentsDamageAmount', '-1', 'is a negative amount'],
    ['an amount in words', 'buildingDamageAmount', 'ten', 'is not an amount in dollars'],
    ['a fraction of a cent', 'buildingDamageAmount', '1.005', 'is not an amount in dollars'],
    ['an exponent', 'totalBuildingInsuranceCoverage', '1e5', 'is not an amount in dollars'],
    ['an unknown deductible', 'buildingDeductibleCode', 'Z', 'is not a deductible code'],
    ['an unknown non-payment reason', 'nonPaymentReasonContents', '42', 'is not a non-payment reason'],
    ['a non-payment reason of one digit', 'nonPaymentReasonBuilding', '1', 'is not a non-payment reason'],
    ['an unknown cause', 'causeOfDamage', 'Q', 'is not a cause of damage'],
    ['a day that does not exist', 'dateOfLoss', '2012-02-30T00:00:00.000Z', 'is not a date that exists'],
    ['a month that does not exist', 'originalNBDate', '2012-13-01T00:00:00.000Z', 'is not a date that exists'],
    ['a missing date', 'dateOfLoss', '', 'is not a date that exists'],
    ['a loss in the future', 'dateOfLoss', '2999-01-01T00:00:00.000Z', 'lies in the future'],
    ['a loss before the program', 'dateOfLoss', '1912-10-29T00:00:00.000Z', 'lies before the program began'],
    ['an empty id', 'id', '', 'is not an id'],
    ['an id with other characters', 'id', 'a/b', 'is not an id'],
    ['a state that is none', 'state', 'New York', 'is not a two-letter state'],
    ['a ZIP code that is none', 'reportedZipCode', '1169', 'is not a five-digit ZIP code'],
  ])('%s', async (_, field, value, reason) => {
    const item = await refusal({ [field]: value });
    expect(item).toMatchObject({ line: 2, field, value });
    expect(item?.reason).toContain(reason);
  });

  test('several things at once, all of them named', async () => {
    const item = await refusal({ causeOfDamage: 'Q', buildingDeductibleCode: 'Z' });
    expect(item).toMatchObject({ field: 'causeOfDamage', value: 'Q' });
    expect(item?.reason).toContain('also buildingDeductibleCode "Z" is not a deductible code');
  });

  test('what is not used but cannot be true; a depth below ground can', async () => {
    const file = (depth: string, value: string) =>
      chunks(`${HEADER},waterDepth,buildingPropertyValue\n${csvLine()},${depth},${value}\n`);
    expect(await read(file('-9', '1000'))).toMatchObject([{ kind: 'row' }]);
    expect(await read(file('deep', ''))).toMatchObject([{ kind: 'reject', field: 'waterDepth' }]);
    expect(await read(file('', '-1'))).toMatchObject([{ kind: 'reject', field: 'buildingPropertyValue' }]);
  });
});

test('the same id again: same content passes as a repeat, other content is refused', async () => {
  const items = await read(fileOf(csvLine(), csvLine({ buildingDamageAmount: '1' }), csvLine()));
  expect(items.map((item) => item.kind)).toEqual(['row', 'reject', 'row']);
  expect(items[1]).toMatchObject({ line: 3, field: 'id' });
  expect(items[1]?.kind === 'reject' && items[1].reason).toContain('stands on line 2 with other content');
});

test('a loss date selects rows; one whose date nobody can read is refused in the open', async () => {
  const file = fileOf(
    csvLine({ id: '1', dateOfLoss: '2012-10-30T00:00:00.000Z', causeOfDamage: 'bad but not asked for' }),
    csvLine({ id: '2' }),
    csvLine({ id: '3', dateOfLoss: 'autumn' }),
    'broken',
    csvLine({ id: '4' }),
  );
  const items = await read(file, { lossDate: '2012-10-29' });
  expect(items.map(({ kind, line }) => [kind, line])).toEqual([
    ['row', 3],
    ['reject', 4],
    ['reject', 5],
    ['row', 6],
  ]);
});

test('a limit ends reading, and counts rejects as rows', async () => {
  let asked = 0;
  async function* endless() {
    yield `${HEADER}\n`;
    for (;;) {
      asked += 1;
      await Promise.resolve();
      yield `${csvLine({ id: `id-${asked}`, ...(asked === 2 ? { state: '' } : {}) })}\n`;
    }
  }
  const items = await read(endless(), { limit: 3 });
  expect(items.map((item) => item.kind)).toEqual(['row', 'reject', 'row']);
  expect(asked).toBeLessThan(6);
});

test('dollars become cents without floating point', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 13 }), fc.integer({ min: 0, max: 3 }), (cents, zeros) => {
      const digits = String(cents).padStart(3, '0');
      const text = `${digits.slice(0, -2)}.${digits.slice(-2)}${'0'.repeat(zeros)}`;
      expect(centsOf(text)).toBe(cents);
    }),
  );
  expect(['5', '5.1', '5.10', '-0', '-0.01', '1.1.1', '', '.5', '5.', ' 5'].map(centsOf)).toEqual([
    500,
    510,
    510,
    0,
    -1,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a day is read exactly when the calendar has it', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(14), fc.nat(34), (year, month, day) => {
      const pad = (n: number, width: number) => String(n).padStart(width, '0');
      const text = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
      const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
      const length = [0, 31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;
      expect(dayOf(`${text}T00:00:00.000Z`)).toBe(day >= 1 && day <= length ? text : undefined);
    }),
  );
  expect(dayOf('2012-10-29T05:00:00.000Z')).toBeUndefined();
});

test('any cells make a row or a reject that names a field, one per line', async () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }).map((text) => `"${text.replaceAll('"', '""').replaceAll(/[\n\r]/g, ' ')}"`),
    fc.constantFrom('', '0', '-1', '98', '250000', '2012-10-29T00:00:00.000Z', 'NY', '11692'),
  );
  const line = fc.tuple(...REQUIRED_COLUMNS.map(() => cell)).map((cells) => cells.join(','));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, fc.constant(csvLine())), { maxLength: 8 }), async (lines) => {
      const items = await read(fileOf(...lines));
      expect(items).toHaveLength(lines.length);
      for (const item of items) {
        if (item.kind === 'reject') expect([...REQUIRED_COLUMNS, '(line)']).toContain(item.field);
      }
    }),
  );
});
