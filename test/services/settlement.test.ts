/** The settlement's sum, for any amounts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { calculate, dollars } from '../../services/settlement/calculation.js';

const cents = fc.integer({ min: 0, max: 100_000_000_000 });
const sums = fc.record({ damageMinor: cents, deductibleMinor: cents, limitMinor: cents });
/** Reads `$1,234.56` back. */
const read = (text: string): number => Number(text.replace('−', '-').replace(/[$,.]/g, ''));

it('is min(max(damage − deductible, 0), limit)', () => {
  fc.assert(
    fc.property(sums, (sum) => {
      const { amountMinor } = calculate(sum);
      const expected = Math.min(Math.max(sum.damageMinor - sum.deductibleMinor, 0), sum.limitMinor);
      expect(amountMinor).toBe(expected);
      expect(Number.isSafeInteger(amountMinor)).toBe(true);
    }),
  );
});

it('never falls as damage or limit rise, nor rises with the deductible', () => {
  fc.assert(
    fc.property(sums, fc.integer({ min: 0, max: 1_000_000 }), (sum, more) => {
      const { amountMinor } = calculate(sum);
      expect(calculate({ ...sum, damageMinor: sum.damageMinor + more }).amountMinor).toBeGreaterThanOrEqual(
        amountMinor,
      );
      expect(calculate({ ...sum, limitMinor: sum.limitMinor + more }).amountMinor).toBeGreaterThanOrEqual(amountMinor);
      expect(calculate({ ...sum, deductibleMinor: sum.deductibleMinor + more }).amountMinor).toBeLessThanOrEqual(
        amountMinor,
      );
    }),
  );
});

it('gives reason 01 exactly where the damage does not exceed the deductible', () => {
  fc.assert(
    fc.property(sums, (sum) => {
      expect(calculate(sum).nonPaymentReason).toBe(sum.damageMinor <= sum.deductibleMinor ? '01' : undefined);
    }),
  );
});

it('explains with the amounts that it used', () => {
  fc.assert(
    fc.property(sums, (sum) => {
      const { amountMinor, explanation } = calculate(sum);
      const amounts = (explanation.match(/−?\$[\d,]+\.\d\d/g) ?? []).map(read);
      expect(amounts.slice(0, 3)).toEqual([
        sum.damageMinor,
        sum.deductibleMinor,
        sum.damageMinor - sum.deductibleMinor,
      ]);
      expect(amounts.slice(-2)).toEqual([sum.limitMinor, amountMinor]);
    }),
  );
});

it('takes off what is paid, never below nothing, and gives 01 only where nothing ever was payable', () => {
  fc.assert(
    fc.property(sums, cents, (sum, paidMinor) => {
      const whole = calculate(sum);
      const rest = calculate({ ...sum, paidMinor });
      expect(rest.amountMinor).toBe(Math.max(whole.amountMinor - paidMinor, 0));
      expect(rest.nonPaymentReason).toBe(paidMinor === 0 ? whole.nonPaymentReason : undefined);
      const amounts = (rest.explanation.match(/−?\$[\d,]+\.\d\d/g) ?? []).map(read);
      if (paidMinor === 0) expect(rest).toEqual(whole);
      else if (whole.amountMinor >= paidMinor) expect(amounts.slice(-2)).toEqual([paidMinor, rest.amountMinor]);
      else expect(amounts.slice(-3)).toEqual([paidMinor, whole.amountMinor - paidMinor, 0]);
    }),
  );
  expect(
    calculate({ damageMinor: 3_900_000, deductibleMinor: 100_000, limitMinor: 25_000_000, paidMinor: 500_000 })
      .explanation,
  ).toBe(
    '$39,000.00 damage − $1,000.00 deductible = $38,000.00, limit $250,000.00 → $38,000.00, − $5,000.00 paid = $33,000.00',
  );
});

it('writes dollars that read back, with commas every three digits', () => {
  expect(dollars(0)).toBe('$0.00');
  expect(dollars(-5)).toBe('−$0.05');
  expect(dollars(123_456_789)).toBe('$1,234,567.89');
  fc.assert(fc.property(fc.maxSafeInteger(), (minor) => read(dollars(minor)) === minor));
});
