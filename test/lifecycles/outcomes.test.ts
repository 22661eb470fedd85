import { describe, expect, test } from 'vitest';
import { useFleet } from './support/fleet.js';
import { covered, damage, usd } from './support/script.js';

const fleet = useFleet();

const HAPPY_WAY = [
  'Submitted',
  'PolicyValidationPending',
  'FraudScreenPending',
  'AwaitingAssessment',
  'AwaitingDocuments',
  'SettlementCalculated',
  'PaymentPending',
  'Closed',
];

describe('a claim on which all goes well', () => {
  test('is paid on its one coverage', async () => {
    const claim = await fleet.claim().submit();

    expect(await claim.ends()).toMatchObject({
      outcome: 'paid',
      coverages: [{ coverage: 'building', state: 'Paid', paid: usd(38_000) }],
    });
    expect(await claim.path()).toEqual(HAPPY_WAY);
    expect(claim.calls('requestPayment').map(({ input }) => input.key)).toEqual([
      `${claim.workflowId}/payment-building/1`,
    ]);
    expect(claim.calls('sendNotice')).toHaveLength(1);
  });

  test('is paid on both coverages, each with its own document and payment', async () => {
    const claim = await fleet
      .claim({ policy: covered('building', 'contents'), findings: damage({ building: 39_000, contents: 11_000 }) })
      .submit();

    expect(await claim.ends()).toMatchObject({
      outcome: 'paid',
      coverages: [
        { coverage: 'building', paid: usd(38_000) },
        { coverage: 'contents', paid: usd(10_000) },
      ],
    });
    expect(await claim.path()).toEqual(HAPPY_WAY);
    expect(claim.calls('requestPayment')).toHaveLength(2);
    expect(await claim.outcomes('documentReceived')).toEqual(['applied', 'applied']);
  });
});

describe('a claim ends as', () => {
  const refused = (nonPaymentReason: string) => [{ coverage: 'building' as const, nonPaymentReason }];

  test.each([
    ['closedWithoutPayment', '08'],
    ['openedInError', '98'],
    ['openedInError', '99'],
    ['denied', '04'],
  ])('%s where the adjuster finds reason %s', async (outcome, reason) => {
    const claim = await fleet.claim({ findings: refused(reason) }).submit();
    expect(await claim.ends()).toMatchObject({ outcome, coverages: [{ state: 'NotPayable', reason }] });
    expect(claim.calls('requestDocuments')).toEqual([]);
  });

  test('closedWithoutPayment (01) where the damage is within the deductible', async () => {
    const claim = await fleet.claim({ findings: damage({ building: 900 }) }).submit();
    expect(await claim.ends()).toMatchObject({
      outcome: 'closedWithoutPayment',
      coverages: [{ state: 'NotPayable', reason: '01' }],
    });
    expect(claim.calls('requestPayment')).toEqual([]);
  });

  test('partlyPaid where one coverage is paid and the other refused', async () => {
    const claim = await fleet
      .claim({
        policy: covered('building', 'contents'),
        findings: [...damage({ building: 39_000 }), { coverage: 'contents', nonPaymentReason: '05' }],
      })
      .submit();
    expect(await claim.ends()).toMatchObject({
      outcome: 'partlyPaid',
      coverages: [
        { coverage: 'building', state: 'Paid' },
        { coverage: 'contents', state: 'NotPayable', reason: '05' },
      ],
    });
    expect(claim.calls('requestPayment')).toHaveLength(1);
  });

  test('withdrawn where the claimant takes it back', async () => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.withdraw();
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn', coverages: [{ state: 'Withdrawn' }] });
  });
});

test('many claims at once keep to themselves', async () => {
  const claims = Array.from({ length: 40 }, (_, i) =>
    fleet.claim(
      i % 2
        ? { findings: damage({ building: 2_000 + i }) }
        : { findings: [{ coverage: 'building', nonPaymentReason: '98' }] },
    ),
  );
  await Promise.all(claims.map((claim) => claim.submit()));
  const results = await Promise.all(claims.map((claim) => claim.ends()));
  expect(results.map(({ claimId, coverages }) => [claimId, coverages[0]?.paid])).toEqual(
    claims.map(({ id }, i) => [id, i % 2 ? usd(1_000 + i) : undefined]),
  );
});
