import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { searchAttributes } from '../../workflows/lifecycle/search-attributes.js';
import { refusal } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { REVIEWER } from './support/messages.js';
import { covered, damage, REFERRED, usd, type PaymentAnswer } from './support/script.js';

const fleet = useFleet();
const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const DENY = { decision: 'deny', reasonCode: 'notCredible' } as const;
const settle = (dollars: number) =>
  ({ decision: 'settle', amounts: [{ coverage: 'building', amount: usd(dollars) }], reasonCode: 'agreed' }) as const;

describe('a referred fraud screen', () => {
  test('waits for a person, who lets it go on', async () => {
    const claim = await fleet.claim({ fraud: REFERRED }).submit();
    const { reviews, attention, reason } = await claim.reaches('EscalatedForManualReview');
    expect(Object.values(reviews)[0]).toMatchObject({ queue: 'claims-review', reason: 'fraudReferred', priority: 3 });
    expect(attention).toBe('fraudReferred');
    expect(reason).toEqual({ code: 'fraudReferred', visibility: 'restricted' });

    expect(await claim.decide(CONTINUE)).toMatchObject({ outcome: 'applied' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('requestFraudScreen')).toHaveLength(1);
    expect(await claim.path()).toEqual([
      'Submitted',
      'PolicyValidationPending',
      'FraudScreenPending',
      'EscalatedForManualReview',
      'FraudScreenPending',
      'AwaitingAssessment',
      'AwaitingDocuments',
      'SettlementCalculated',
      'PaymentPending',
      'Closed',
    ]);
  });

  test('is denied', async () => {
    const claim = await fleet.claim({ fraud: REFERRED }).submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(DENY);
    expect(await claim.ends()).toMatchObject({
      outcome: 'denied',
      coverages: [{ state: 'NotPayable', reason: 'notCredible' }],
    });
    expect(claim.calls('requestAssessment')).toEqual([]);
  });

  test('shows in the search attributes and no longer once it is settled', async () => {
    const claim = await fleet.claim({ fraud: REFERRED, findings: 'silence' }).submit();
    await claim.reaches('EscalatedForManualReview');
    const attributes = async () => (await claim.handle.describe()).typedSearchAttributes;
    expect((await attributes()).get(searchAttributes.state)).toBe('EscalatedForManualReview');
    expect((await attributes()).get(searchAttributes.attention)).toBe('fraudReferred');
    expect((await attributes()).get(searchAttributes.deadline)).toBeInstanceOf(Date);

    await claim.decide(CONTINUE);
    await claim.reaches('AwaitingAssessment');
    expect((await attributes()).get(searchAttributes.state)).toBe('AwaitingAssessment');
    expect((await attributes()).get(searchAttributes.attention)).toBeUndefined();
  });
});

describe('an amount above authority', () => {
  const above = { authority: usd(10_000) };

  test('is paid as calculated when a person continues', async () => {
    const claim = await fleet.claim(above).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await claim.decide(CONTINUE)).toMatchObject({ outcome: 'applied', code: 'awaitingSecondPerson' });
    expect(await refusal(claim.approve({ actor: REVIEWER }))).toBe('fourEyes');
    await claim.approve();
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect(claim.calls('calculateSettlement')).toHaveLength(1);
    const guards = (await claim.journal()).flatMap(({ guard }) => (guard ? [guard.verdict] : []));
    expect(guards).toEqual(['defer', 'proceed']);
  });

  test('is paid as a person sets it', async () => {
    const claim = await fleet.claim(above).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.decide(settle(250_001)))).toBe('aboveLimit');
    await claim.decide(settle(25_000));
    await claim.approve();
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(25_000) }] });
  });

  test('is denied', async () => {
    const claim = await fleet.claim(above).submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(DENY);
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect(claim.calls('requestPayment')).toEqual([]);
  });
});

describe('a policy', () => {
  test('that starts after the loss goes to a person, not to denial', async () => {
    const claim = await fleet.claim({ policy: { ...covered('building'), verdict: 'startsAfterLoss' } }).submit();
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'startsAfterLoss' });
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('validatePolicy')).toHaveLength(1);
  });

  test('that insures nothing can only be denied', async () => {
    const claim = await fleet.claim({ policy: { ...covered(), verdict: 'noCoverage' } }).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.decide(CONTINUE))).toBe('nothingInsured');
    expect(await refusal(claim.decide(settle(1)))).toBe('coverageNotOpen');
    await claim.decide(DENY);
    expect(await claim.ends()).toMatchObject({ outcome: 'denied', coverages: [] });
  });

  test('that nobody knows is told by its name, and validated again once it is mended', async () => {
    const claim = fleet.claim({
      trouble: (activity) => {
        if (activity === 'validatePolicy') throw ApplicationFailure.nonRetryable('no such policy', 'PolicyNotFound');
      },
    });
    await claim.submit();
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'PolicyNotFound' });
    expect(await refusal(claim.decide(settle(1)))).toBe('policyUnknown');
    claim.script({ trouble: () => undefined });
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  });
});

describe('a coverage that nobody could calculate', () => {
  test('needs an amount', async () => {
    const claim = await fleet.claim({ findings: [{ coverage: 'building' }] }).submit();
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'coverageUnresolved' });
    expect(await refusal(claim.decide(CONTINUE))).toBe('amountNeeded');
    await claim.decide(settle(7_000));
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(7_000) }] });
  });

  test('goes on by itself when the adjuster has come after all', async () => {
    const claim = await fleet.claim({ findings: [{ coverage: 'building' }] }).submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.tell('assessmentResult', { assignmentId: 'AS-2', findings: damage({ building: 5_000 }) });
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(4_000) }] });
  });

  test('waits for a person beside one that is calculated, which is paid as it is', async () => {
    const claim = await fleet
      .claim({
        policy: covered('building', 'contents'),
        findings: [...damage({ building: 39_000 }), { coverage: 'contents' }],
      })
      .submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.decide(settle(1_000)))).toBe('amountMissing');
    const late = { assignmentId: 'AS-2', findings: damage({ contents: 9_000 }) };
    await claim.tell('assessmentResult', late);
    await claim.decide({
      decision: 'settle',
      amounts: [{ coverage: 'contents', amount: usd(8_000) }],
      reasonCode: 'agreed',
    });
    expect(await claim.ends()).toMatchObject({
      outcome: 'paid',
      coverages: [{ paid: usd(38_000) }, { paid: usd(8_000) }],
    });
    expect(await claim.outcomes('assessmentResult')).toEqual(['applied', 'rejected alreadyCalculated']);
  });

  test('that is set to nothing is refused with the decision as its reason', async () => {
    const claim = await fleet.claim({ findings: [{ coverage: 'building' }] }).submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide({ ...settle(0), reasonCode: '08' });
    expect(await claim.ends()).toMatchObject({ outcome: 'closedWithoutPayment' });
  });
});

describe('a payment', () => {
  const inTurn = (...answers: PaymentAnswer[]) => {
    let call = 0;
    return () => answers[Math.min(call++, answers.length - 1)] as PaymentAnswer;
  };

  test('that fails is tried anew under the next ordinal', async () => {
    const claim = await fleet.claim({ payment: inTurn('fail', 'acknowledge') }).submit();
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({
      attention: 'paymentFailed',
      parts: { building: { state: 'PaymentFailed', reason: 'accountClosed' } },
    });
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect(claim.calls('requestPayment').map(({ input }) => [input['ordinal'], input.key])).toEqual([
      [1, `${claim.workflowId}/payment-building/1`],
      [2, `${claim.workflowId}/payment-building/2`],
    ]);
  });

  test('that is acknowledged after its deadline is not made a second time', async () => {
    const claim = await fleet.claim({ payment: () => 'silence' }).submit();
    await claim.reaches('PaymentPending');
    await fleet.sleep(days(10) + minutes(1));
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.decide(DENY))).toBe('paymentUnderWay');
    expect(await refusal(claim.decide(settle(1)))).toBe('paymentUnderWay');
    await claim.tell('paymentAcknowledged', {
      paymentId: 'P-1',
      coverage: 'building',
      ordinal: 1,
      amount: usd(38_000),
    });
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('requestPayment')).toHaveLength(1);
  });

  test('whose answer is lost is asked for again under the same key', async () => {
    const claim = await fleet.claim({ payment: inTurn('silence', 'acknowledge') }).submit();
    await claim.reaches('PaymentPending');
    await fleet.sleep(days(10) + minutes(1));
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(new Set(claim.calls('requestPayment').map(({ input }) => input.key)).size).toBe(1);
  });

  test('that fails beside one that succeeded leaves the claim partly paid when it is given up', async () => {
    const claim = await fleet
      .claim({
        policy: covered('building', 'contents'),
        findings: damage({ building: 39_000, contents: 11_000 }),
        payment: ({ coverage }) => (coverage === 'contents' ? 'fail' : 'acknowledge'),
      })
      .submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(DENY);
    expect(await claim.ends()).toMatchObject({
      outcome: 'partlyPaid',
      coverages: [{ state: 'Paid' }, { state: 'NotPayable', reason: 'notCredible' }],
    });
  });
});

describe('a service that fails', () => {
  test('is tried for its whole budget, then shown to a person, who has it tried again', async () => {
    const claim = fleet.claim({
      trouble: (activity) => {
        if (activity === 'requestAssessment') throw new Error('the service is down');
      },
    });
    await claim.submit();
    await claim.reaches('AwaitingAssessment');
    await fleet.sleep(minutes(30));
    expect(await claim.reaches('EscalatedForManualReview')).toMatchObject({ attention: 'serviceFailed' });
    expect(claim.calls('requestAssessment').map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
    claim.script({ trouble: () => undefined });
    await claim.decide(CONTINUE);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  });

  test('does not hold anything up where it only notifies', async () => {
    const claim = fleet.claim({
      trouble: (activity) => {
        if (activity === 'sendNotice') throw new Error('no mail today');
      },
    });
    await claim.submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('sendNotice')).toHaveLength(3);
  });
});
