/** A claim whose policy says its line of business goes the whole way. */
import { describe, expect, test } from 'vitest';
import { useFleet } from './support/fleet.js';
import { damage, managed, usd } from './support/script.js';

const fleet = useFleet();

test('is acknowledged, routed, inspected by an adjuster who took it, settled and paid', async () => {
  const claim = await fleet.claim({ policy: managed('building') }).submit();
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  expect(await claim.path()).toEqual([
    'Submitted',
    'PolicyValidationPending',
    'TriagePending',
    'FraudScreenPending',
    'AwaitingAdjuster',
    'AdjusterAssigned',
    'AwaitingAssessment',
    'AwaitingDocuments',
    'SettlementCalculated',
    'PaymentPending',
    'Closed',
  ]);
});

test('an advance is deducted from what is settled later', async () => {
  const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
  await claim.reaches('AwaitingAssessment');
  await claim.ask('payAdvance', { coverage: 'building', amount: usd(5_000), reasonCode: 'emergency' });
  await claim.reaches('AwaitingAssessment');
  await claim.tell('assessmentResult', { assignmentId: 'AS-1', findings: damage({ building: 39_000 }) });
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
  expect(claim.calls('requestPayment').map(({ input }) => [input['kind'], input['ordinal'], input['amount']])).toEqual([
    ['advance', 1, usd(5_000)],
    ['final', 2, usd(33_000)],
  ]);
});

describe('news of a payment that overtakes the news that it was issued', () => {
  const about = { paymentId: 'P-building-1', coverage: 'building', ordinal: 1 } as const;
  const paying = async () => {
    const claim = await fleet.claim({ policy: managed('building'), payment: () => 'silence' }).submit();
    await claim.reaches('PaymentPending');
    return claim;
  };

  test('that it was cashed: it is paid', async () => {
    const claim = await paying();
    await claim.tell('paymentCleared', about);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect((await claim.state()).parts['payment:building-1']).toMatchObject({ state: 'Cleared' });
  });

  test('that it came back: a person looks at it, and it is issued anew', async () => {
    const claim = await paying();
    await claim.tell('paymentReturned', { ...about, how: 'returned', code: 'addressUnknown' });
    expect((await claim.reaches('EscalatedForManualReview')).parts['building']).toMatchObject({
      state: 'PaymentFailed',
    });
    claim.script({ payment: () => 'acknowledge' });
    await claim.decide({ decision: 'continue', reasonCode: 'addressCorrected' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect(claim.calls('requestPayment').at(-1)?.input).toMatchObject({ ordinal: 2, replaces: 1 });
  });
});

test('a claim that is withdrawn before anybody has seen the loss frees its adjuster', async () => {
  const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
  await claim.reaches('AwaitingAssessment');
  await claim.withdraw();
  expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn' });
  expect(claim.calls('releaseAdjuster')).toHaveLength(1);
});
