/** Money before the settlement: held back, refused, unanswered, and never confused with what else is to be paid. */
import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { refusal } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { ADVANCE, WHOLE_WAY } from './support/resting.js';
import { damage, usd } from './support/script.js';

const fleet = useFleet();

const ORDER = { hold: 'legal', reference: 'CASE-7', reasonCode: 'courtOrder' } as const;
const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const FINDINGS = { assignmentId: 'AS-1', findings: damage({ building: 39_000, contents: 11_000 }) };
const paidOut = (claim: ReturnType<typeof fleet.claim>) =>
  claim
    .calls('requestPayment')
    .map(({ input }) => [input['coverage'], input['kind'], input['ordinal'], input['amount']]);

test('waits for a hold to be released', async () => {
  const claim = await fleet.claim({ ...WHOLE_WAY, findings: 'silence' }).submit();
  await claim.reaches('AwaitingAssessment');
  await claim.ask('placeHold', ORDER);
  expect(await claim.ask('payAdvance', ADVANCE)).toMatchObject({ outcome: 'applied', state: 'AwaitingAssessment' });
  const { deferrals } = await claim.settled();
  expect(deferrals['hold:legal']).toMatchObject({ reason: 'courtOrder', move: { to: 'AdvancePending' } });
  expect(paidOut(claim)).toEqual([]);
  expect(await refusal(claim.ask('payAdvance', { ...ADVANCE, coverage: 'contents' }))).toBe('paymentUnderWay');

  await claim.ask('releaseHold', ORDER);
  await claim.reaches('AwaitingAssessment');
  expect(paidOut(claim)).toEqual([['building', 'advance', 1, usd(5_000)]]);
});

test('is paid after all where a deadline came between', async () => {
  const claim = await fleet.claim({ ...WHOLE_WAY, findings: 'silence' }).submit();
  await claim.reaches('AwaitingAssessment');
  await claim.ask('placeHold', ORDER);
  await claim.ask('payAdvance', ADVANCE);
  await fleet.sleep(days(30) + minutes(1));
  await claim.reaches('EscalatedForManualReview');
  expect(await refusal(claim.decide({ decision: 'deny', reasonCode: '97' }))).toBe('paymentUnderWay');
  await claim.ask('releaseHold', ORDER);
  await claim.decide(CONTINUE);
  await claim.reaches('AwaitingAssessment');
  await claim.tell('assessmentResult', FINDINGS);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }, {}] });
  const [advance, ...final] = paidOut(claim);
  expect(advance).toEqual(['building', 'advance', 1, usd(5_000)]);
  expect(final).toHaveLength(2);
  expect(final).toContainEqual(['building', 'final', 2, usd(33_000)]);
  expect(final).toContainEqual(['contents', 'final', 1, usd(10_000)]);
});

test('that fails leaves the claim where it was, and all of the settlement to be paid', async () => {
  const claim = await fleet
    .claim({ ...WHOLE_WAY, findings: 'silence', payment: ({ kind }) => (kind === 'advance' ? 'fail' : 'acknowledge') })
    .submit();
  await claim.reaches('AwaitingAssessment');
  await claim.ask('payAdvance', ADVANCE);
  expect((await claim.reaches('AwaitingAssessment')).parts['payment:building-1']?.state).toBe('Failed');
  await claim.tell('assessmentResult', FINDINGS);
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }, {}] });
  expect(paidOut(claim).slice(1)).toContainEqual(['building', 'final', 2, usd(38_000)]);
});

test('that the payment system refuses for good counts as failed', async () => {
  const claim = await fleet
    .claim({
      ...WHOLE_WAY,
      findings: 'silence',
      payment: () => {
        throw ApplicationFailure.nonRetryable('more than was approved', 'PaymentExceedsApproval');
      },
    })
    .submit();
  await claim.reaches('AwaitingAssessment');
  await claim.ask('payAdvance', ADVANCE);
  const { parts, state } = await claim.reaches('AwaitingAssessment');
  expect([state, parts['building']?.state, parts['payment:building-1']]).toMatchObject([
    'AwaitingAssessment',
    'Open',
    { state: 'Failed', reason: 'PaymentExceedsApproval' },
  ]);
});

test('is neither more than is set aside nor more than the coverage bears', async () => {
  const claim = await fleet.claim({ ...WHOLE_WAY, findings: 'silence' }).submit();
  await claim.reaches('AwaitingAssessment');
  const ask = (dollars: number) => claim.ask('payAdvance', { ...ADVANCE, amount: usd(dollars) });
  expect(await refusal(ask(20_001))).toBe('aboveReserve');
  expect(await refusal(ask(250_001))).toBe('aboveLimit');
  await ask(15_000);
  await claim.reaches('AwaitingAssessment');
  expect(await refusal(ask(5_001))).toBe('aboveReserve');
});
