/** Triage: who looks at a claim, how soon, and what is set aside. */
import { expect, it } from 'vitest';
import { triage, type Known } from '../../services/assessment/triage.js';
import { usd } from './support.js';

const LIMIT_MINOR = 500_000;
const input: Parameters<typeof triage>[0] = {
  claimId: 'CLM-1',
  line: 'flood',
  causeOfLoss: '1',
  property: { state: 'NJ', postalCode: '08203' },
  coverages: ['building', 'contents'],
};
const damage = (building: number, contents: number): Known => ({
  findings: [
    { coverage: 'building', damage: usd(building) },
    { coverage: 'contents', damage: usd(contents) },
  ],
});
const judged = (known: Known, change: Partial<typeof input> = {}) =>
  triage({ ...input, ...change }, known, LIMIT_MINOR);

it('takes the fast track where the damage is known and below the limit, and the cause is known', () => {
  expect(judged(damage(3_000, 1_999.99))).toEqual({
    lane: 'fastTrack',
    skill: 'flood',
    area: '082',
    priority: 4,
    reserves: [
      { coverage: 'building', amount: usd(3_000) },
      { coverage: 'contents', amount: usd(1_999.99) },
    ],
  });
  expect(judged(damage(3_000, 2_000))).toMatchObject({ lane: 'field', priority: 3 });
  expect(judged(damage(1, 1), { causeOfLoss: '' }).lane).toBe('field');
});

it('sends somebody, and sets the default aside, where nothing is known of a coverage', () => {
  expect(judged({ findings: [{ coverage: 'building', damage: usd(1) }, { coverage: 'contents' }] })).toMatchObject({
    lane: 'field',
    reserves: [
      { coverage: 'building', amount: usd(1) },
      { coverage: 'contents', amount: usd(10_000) },
    ],
  });
  expect(judged({ findings: [] }).reserves[0]).toEqual({ coverage: 'building', amount: usd(30_000) });
});

it('sets nothing aside where there is a reason not to pay', () => {
  const known: Known = { findings: [{ coverage: 'building', damage: usd(9_000), nonPaymentReason: '08' }] };
  expect(judged(known, { coverages: ['building'] })).toMatchObject({
    lane: 'fastTrack',
    reserves: [{ coverage: 'building', amount: usd(0) }],
  });
});

it('puts those who cannot live at home first, in a catastrophe', () => {
  const known: Known = { ...damage(10, 10), habitable: false };
  const catastrophe = 'Hurricane Sandy';
  expect(judged(known, { catastrophe })).toMatchObject({ lane: 'field', habitable: false, priority: 1 });
  expect(judged({ ...known, habitable: true }, { catastrophe })).toMatchObject({ lane: 'fastTrack', habitable: true });
  expect(judged(damage(10, 10), { catastrophe })).not.toHaveProperty('habitable');
  const everyday = judged(known);
  expect(everyday).toMatchObject({ lane: 'fastTrack', priority: 4 });
  expect(everyday).not.toHaveProperty('habitable');
});

it('asks for the skill of the line, or of a large loss above $100,000, where the claim is', () => {
  expect(judged(damage(50_000, 50_000), { line: 'homeowners' })).toMatchObject({ skill: 'homeowners', priority: 3 });
  expect(judged(damage(50_000, 50_000.01))).toMatchObject({ skill: 'largeLoss', priority: 2 });
  expect(judged(damage(1, 1), { property: { state: 'NY', postalCode: '' } }).area).toBe('NY');
});
