import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessed, coveragesIn, nextPayment, outcomeOf, settlementLines } from '../../../workflows/claim/facts.js';
import type { ClaimFacts } from '../../../workflows/claim/facts.js';
import type { Money, PartState } from '../../../workflows/lifecycle/entry.js';

const since = '2012-10-29T23:10:00.000Z';
const usd = (dollars: number): Money => ({ minor: dollars * 100, currency: 'USD' });

describe('the outcome', () => {
  /** Every way a coverage can end, with its weight where nothing is paid: the heaviest decides. */
  const ENDS: readonly [PartState, string][] = [
    [{ state: 'Paid', since, amount: usd(1) }, 'paid'],
    [{ state: 'Withdrawn', since }, 'withdrawn'],
    ...['02', '04', '20', '97', 'notCredible'].map((reason): [PartState, string] => [
      { state: 'NotPayable', since, reason },
      'denied',
    ]),
    ...['01', '08'].map((reason): [PartState, string] => [
      { state: 'NotPayable', since, reason },
      'closedWithoutPayment',
    ]),
    ...['98', '99'].map((reason): [PartState, string] => [{ state: 'NotPayable', since, reason }, 'openedInError']),
  ];
  const WEIGHT = ['withdrawn', 'denied', 'closedWithoutPayment', 'openedInError'];

  test.each(ENDS)('of one coverage: %o → %s', (part, outcome) => {
    expect(outcomeOf({ building: part })).toBe(outcome);
  });

  test('of two coverages, in all combinations', () => {
    for (const [building, alone] of ENDS) {
      for (const [contents, other] of ENDS) {
        const both = [alone, other];
        const paid = both.filter((outcome) => outcome === 'paid').length;
        const expected =
          paid === 2 ? 'paid' : paid === 1 ? 'partlyPaid' : WEIGHT.find((outcome) => both.includes(outcome));
        expect(outcomeOf({ building, contents }), `${alone} and ${other}`).toBe(expected);
        expect(outcomeOf({ contents, building })).toBe(expected);
      }
    }
  });
});

describe('a payment', () => {
  const facts = (last?: { ordinal: number; amount: Money }): ClaimFacts =>
    ({ notice: {}, ...(last && { payments: { building: last } }) }) as ClaimFacts;
  const part = (state: string, amount?: Money): PartState => ({ state, since, ...(amount && { amount }) });

  test('is the first one of the amount calculated', () => {
    expect(nextPayment(facts(), 'building', part('Calculated', usd(5)))).toEqual({ ordinal: 1, amount: usd(5) });
  });

  test('stays the same one while it is under way, whatever the part says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(), fc.nat(), (ordinal, approved, other) => {
        const last = { ordinal, amount: usd(approved) };
        expect(nextPayment(facts(last), 'building', part('PaymentRequested', usd(other)))).toEqual(last);
      }),
    );
  });

  test('is the next one after a failure, of the same amount or of one set anew', () => {
    const last = { ordinal: 1, amount: usd(5) };
    expect(nextPayment(facts(last), 'building', part('PaymentFailed'))).toEqual({ ordinal: 2, amount: usd(5) });
    expect(nextPayment(facts(last), 'building', part('Calculated', usd(3)))).toEqual({ ordinal: 2, amount: usd(3) });
  });

  test('needs an amount', () => {
    expect(() => nextPayment(facts(), 'building', part('Calculated'))).toThrow(
      'building is to be paid without an amount',
    );
  });
});

describe('a finding', () => {
  const policy = (deductible?: Money) =>
    ({
      verdict: 'covered',
      inceptionDate: '2010-01-01',
      coverages: [{ coverage: 'building', limit: usd(250), ...(deductible && { deductible }) }],
    }) as const;

  test('with a non-payment reason ends the coverage, damage or not', () => {
    const finding = { coverage: 'building', damage: usd(9), nonPaymentReason: '08' } as const;
    expect(assessed(finding, policy(usd(1)), since)).toEqual({ state: 'NotPayable', since, reason: '08' });
  });

  test.each([undefined, usd(0)])('without damage (%o) is for a person', (damage) => {
    const finding = { coverage: 'building', ...(damage && { damage }) } as const;
    expect(assessed(finding, policy(usd(1)), since)).toMatchObject({ state: 'InReview', reason: 'noDamageReported' });
  });

  test('without a known deductible is for a person, who sees the damage', () => {
    expect(assessed({ coverage: 'building', damage: usd(9) }, policy(), since)).toMatchObject({
      state: 'InReview',
      reason: 'deductibleUnknown',
      amount: usd(9),
    });
  });

  test('with damage and deductible can be calculated', () => {
    expect(assessed({ coverage: 'building', damage: usd(9) }, policy(usd(1)), since)).toEqual({
      state: 'Assessed',
      since,
      amount: usd(9),
    });
    const facts = {
      policy: policy(usd(1)),
      findings: [{ coverage: 'building', damage: usd(9) }],
    } as unknown as ClaimFacts;
    expect(settlementLines(facts, {}, ['building'])).toEqual([
      { coverage: 'building', damage: usd(9), deductible: usd(1), limit: usd(250) },
    ]);
    expect(() => settlementLines({ ...facts, findings: [] }, {}, ['building'])).toThrow(
      'without damage and deductible',
    );
  });
});

test('coverages are found by the state of their part', () => {
  const parts = { building: { state: 'Paid', since }, contents: { state: 'Open', since } };
  expect(coveragesIn(parts, 'Open', 'Assessed')).toEqual(['contents']);
  expect(coveragesIn(parts)).toEqual([]);
});
