import { describe, expect, test } from 'vitest';
import { REGULATIONS, termsFor } from '../../../workflows/claim/regulations.js';
import { claimLifecycle } from '../../../workflows/claim/states.js';
import { US_FEDERAL } from '../../../workflows/lifecycle/calendar.js';
import { dueOf } from '../../../workflows/lifecycle/clockwork.js';
import type { CalendarDays, Lifecycle } from '../../../workflows/lifecycle/definition.js';

const rules = { lifecycle: claimLifecycle as Lifecycle, calendars: [US_FEDERAL], scale: 1 };
const NOTICED = '2012-11-02T15:00:00.000Z';
const flood = termsFor('flood', 'NY', '2012-10-29', NOTICED);
const home = termsFor('homeowners', 'NY', '2012-10-29', NOTICED);

/** The last day of a time that begins on a day, in New York; a due is the midnight that ends it. */
const lastDay = (within: CalendarDays, from: string): string => {
  const { dueAt } = dueOf(rules, within, Date.parse(`${from}T17:00:00Z`));
  expect(dueAt).toMatch(/T05:00:00\.000Z$/);
  return new Date(Date.parse(dueAt) - 86_400_000).toISOString().slice(0, 10);
};

describe('the days of a flood claim', () => {
  test.each([
    // Day 60 after Hurricane Sandy was a Friday.
    ['proof of loss', flood.proofOfLoss, '2012-10-29', '2012-12-28'],
    // Day 60 is Sunday, 3 March 2013: the Monday after it still counts.
    ['appeal that ends on a Sunday', flood.appeal, '2013-01-02', '2013-03-04'],
    // Day 60 is Saturday, 16 February; the Monday is Washington's Birthday.
    ['appeal over a weekend and a holiday', flood.appeal, '2012-12-18', '2013-02-19'],
    // Day 15 is Saturday, 17 November.
    ['acknowledgment', flood.acknowledge, '2012-11-02', '2012-11-19'],
    ['payment', flood.pay, '2013-01-15', '2013-03-18'],
  ])('%s', (_what, within, from, last) => {
    expect(lastDay(within, from)).toBe(last);
  });
});

describe('the days of a homeowner in New York', () => {
  test.each([
    // Veterans Day (observed on the 12th) and Thanksgiving are none.
    ['acknowledgment over two holidays', home.acknowledge, '2012-11-02', '2012-11-27'],
    ['decision over Christmas and New Year', home.decide, '2012-12-17', '2013-01-09'],
    ['decision without a holiday', home.decide, '2013-03-04', '2013-03-25'],
    ['payment, five working days', home.pay, '2013-03-06', '2013-03-13'],
  ])('%s', (_what, within, from, last) => {
    expect(lastDay(within, from)).toBe(last);
  });
});

describe('the rules of a claim', () => {
  test.each([
    ['flood', 'NY', 'flood/*'],
    ['flood', 'TX', 'flood/*'],
    ['homeowners', 'NY', 'homeowners/NY'],
    ['homeowners', 'NJ', 'homeowners/*'],
    // A name of JavaScript's own is no state.
    ['homeowners', 'constructor', 'homeowners/*'],
  ] as const)('of %s in %s are %s', (line, state, expected) => {
    expect(termsFor(line, state, '2012-10-29', NOTICED).rules).toBe(expected);
  });

  test.each([
    ['2012-10-29', '2012-11-28T00:00:00.000Z', '2012-10-29'],
    ['2012-10-29', '2012-11-28T00:00:01.000Z', '2012-11-28T00:00:01.000Z'],
    ['2012-10-29', '2013-06-01T12:00:00.000Z', '2013-06-01T12:00:00.000Z'],
  ])('a loss of %s told at %s is to be proven from %s', (loss, noticed, from) => {
    expect(termsFor('flood', 'NY', loss, noticed).proofOfLossFrom).toBe(from);
  });

  test('each says where it stands, or is known not to be law', () => {
    for (const [line, states] of Object.entries(REGULATIONS)) {
      expect(states['*'], `${line} has rules for every state`).toBeDefined();
      for (const [state, { sources }] of Object.entries(states)) {
        expect(sources.length, `${line}/${state}`).toBeGreaterThan(0);
      }
    }
  });
});
