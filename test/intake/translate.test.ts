import { expect, test } from 'vitest';
import { translate } from '../../cli/intake/translate.js';
import { claimNotice } from '../../events/claim.js';
import { row } from './samples.js';

const usd = (minor: number) => ({ minor, currency: 'USD' });

test('the claim hears the notice alone', () => {
  const { notice } = translate(row());
  expect(notice).toEqual({
    claimId: 'CLM-A',
    policyNumber: 'POL-A',
    dateOfLoss: '2012-10-29',
    causeOfLoss: '1',
    property: { state: 'NY', postalCode: '11692' },
    catastrophe: 'Hurricane Sandy',
  });
  expect(claimNotice.parse(notice)).toEqual(notice);
});

test('the services are told what they would know', () => {
  const { policy, assessment, documents } = translate(row());
  expect(policy).toEqual({
    policyNumber: 'POL-A',
    inceptionDate: '1996-10-31',
    coverages: [
      { coverage: 'building', limit: usd(25_000_000), deductible: usd(100_000) },
      { coverage: 'contents', limit: usd(1_000_000) },
    ],
  });
  expect(assessment).toEqual({
    claimId: 'CLM-A',
    findings: [
      { coverage: 'building', damage: usd(3_900_000) },
      { coverage: 'contents', nonPaymentReason: '20' },
    ],
  });
  expect(documents).toEqual({ claimId: 'CLM-A' });
});

test('what was really paid goes nowhere', () => {
  const paid = 1_234_567;
  expect(JSON.stringify(translate(row({ building: { ...row().building, paid } })))).not.toContain(String(paid));
});

test('a coverage without a limit is not insured: neither in the policy nor in the findings', () => {
  for (const limit of [{}, { limit: 0 }]) {
    const { policy, assessment } = translate(row({ building: { damage: 100, deductible: 100, ...limit } }));
    expect(policy.coverages.map(({ coverage }) => coverage)).toEqual(['contents']);
    expect(assessment.findings.map(({ coverage }) => coverage)).toEqual(['contents']);
  }
});

test('a non-payment reason wins over damage; no damage, or none above zero, is no finding', () => {
  const finding = (building: object) =>
    translate(row({ building: { limit: 100, ...building } })).assessment.findings[0];
  expect(finding({ damage: 500, nonPaymentReason: '01' })).toEqual({ coverage: 'building', nonPaymentReason: '01' });
  expect(finding({ damage: 0 })).toEqual({ coverage: 'building' });
  expect(finding({})).toEqual({ coverage: 'building' });
});
