/** A claim whose policy says its line of business goes the whole way. */
import { expect, test } from 'vitest';
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
