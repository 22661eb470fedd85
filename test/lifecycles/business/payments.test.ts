/** Checks: who is named on them, what becomes of those that come back, and what advances and supplements add up to. */
import { describe, expect, test } from 'vitest';
import { days } from '../../../workflows/lifecycle/definition.js';
import type { Money } from '../../../workflows/lifecycle/entry.js';
import { refusal } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { damage, managed, usd } from '../support/script.js';
import {
  account,
  adjusterReports,
  advance,
  checkReturns,
  checks,
  documentArrives,
  facts,
  LET_IT_GO_ON,
  refused,
  returned,
  settleBuildingAt,
} from './words.js';

const fleet = useFleet();

const MORTGAGED = { ...managed('building', 'contents'), mortgagees: ['LOAN-7'] };
const BOTH_NAMES = ['insured', 'mortgagee:LOAN-7'];

describe('the mortgagee and the returned check', () => {
  test('the lender is named on the check for the building, not on the one for the contents', async () => {
    const claim = await fleet
      .claim({ policy: MORTGAGED, findings: damage({ building: 39_000, contents: 6_000 }) })
      .submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(checks(claim)).toEqual([
      { check: 'building 1', kind: 'final', dollars: 38_000, payees: BOTH_NAMES },
      { check: 'contents 1', kind: 'final', dollars: 5_000, payees: ['insured'] },
    ]);
  });

  test('a check that comes back after closing is issued anew once a person lets it, and the loss is paid once', async () => {
    const claim = await fleet.claim({ policy: { ...managed('building'), mortgagees: ['LOAN-7'] } }).submit();
    await claim.ends();
    // Longer than the claim had to be paid in: the time to pay begins anew.
    await fleet.sleep(days(75));

    await claim.reopen('paymentReturned', returned('building', 1));
    const waiting = await claim.reaches('EscalatedForManualReview');
    expect(waiting.reason).toEqual({ code: 'paymentReturned' });
    expect(await account(claim)).toMatchObject({ approved: 38_000, paid: 0, open: 38_000 });
    expect(checks(claim)).toHaveLength(1);

    await claim.decide(LET_IT_GO_ON);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect(checks(claim)).toEqual([
      { check: 'building 1', kind: 'final', dollars: 38_000, payees: BOTH_NAMES },
      { check: 'building 2', kind: 'final', dollars: 38_000, payees: BOTH_NAMES, replaces: 1 },
    ]);
    expect(await account(claim)).toEqual({ reserved: 0, approved: 38_000, paid: 38_000, open: 0 });
    expect((await claim.state()).parts).toMatchObject({
      'payment:building-1': { state: 'Returned' },
      'payment:building-2': { state: 'Issued' },
    });
  });

  test('the same check comes back twice: each time a person decides', async () => {
    const claim = await fleet.claim({ policy: managed('building') }).submit();
    await claim.ends();
    for (const ordinal of [1, 2]) {
      await claim.reopen('paymentReturned', returned('building', ordinal));
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(LET_IT_GO_ON);
      await claim.ends();
    }
    expect(checks(claim)).toMatchObject([{}, { replaces: 1 }, { replaces: 2 }]);
    expect(await account(claim)).toMatchObject({ paid: 38_000, open: 0 });
  });

  test('the advance and the settlement both come back: all of it is issued anew, in one check', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    await advance(claim, 'building', 5_000);
    await claim.reaches('AwaitingAssessment');
    await adjusterReports(claim, { building: 39_000 });
    await claim.ends();

    await claim.reopen('paymentReturned', returned('building', 2));
    await claim.reaches('EscalatedForManualReview');
    await checkReturns(claim, 'building', 1);
    await claim.decide(LET_IT_GO_ON);
    await claim.ends();
    expect(checks(claim).at(-1)).toMatchObject({ check: 'building 3', dollars: 38_000 });
    expect(await account(claim)).toMatchObject({ approved: 38_000, paid: 38_000, open: 0 });
  });

  test('the advance comes back while the rest is being paid: a person has it issued anew', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    await advance(claim, 'building', 5_000);
    await claim.reaches('AwaitingAssessment');
    claim.script({ payment: ({ ordinal }) => (ordinal === 2 ? 'silence' : 'acknowledge') });
    await adjusterReports(claim, { building: 39_000 });
    await claim.reaches('PaymentPending');
    await checkReturns(claim, 'building', 1);
    await claim.tell('paymentAcknowledged', {
      paymentId: 'P-building-2',
      coverage: 'building',
      ordinal: 2,
      amount: usd(33_000),
    });
    await claim.reaches('EscalatedForManualReview');
    expect(await account(claim)).toMatchObject({ approved: 38_000, paid: 33_000, open: 5_000 });
    await claim.decide(LET_IT_GO_ON);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect(checks(claim).at(-1)).toMatchObject({ check: 'building 3', dollars: 5_000 });
  });

  test('a check that was cashed is no longer returned', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    await advance(claim, 'building', 5_000);
    await claim.reaches('AwaitingAssessment');
    await claim.tell('paymentCleared', { paymentId: 'P-building-1', coverage: 'building', ordinal: 1 });
    await checkReturns(claim, 'building', 1);
    await claim.settled();
    expect(await claim.outcomes('paymentReturned')).toEqual(['rejected alreadyAnswered']);
    expect(await account(claim)).toMatchObject({ paid: 5_000 });
  });
});

describe('the advance and the supplement', () => {
  test('what was advanced is deducted, what is found later is added, and every check has its number', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    await advance(claim, 'building', 5_000);
    await claim.reaches('AwaitingAssessment');
    await adjusterReports(claim, { building: 39_000 });
    await claim.ends();

    // Weeks later mold is found behind the walls: 52,000 of damage in all.
    await fleet.sleep(days(120));
    claim.script({ findings: damage({ building: 52_000 }) });
    await claim.reopen('requestSupplement', { coverages: ['building'], reasonCode: 'hiddenDamage' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(51_000) }] });
    expect(checks(claim)).toEqual([
      { check: 'building 1', kind: 'advance', dollars: 5_000, payees: ['insured'] },
      { check: 'building 2', kind: 'final', dollars: 33_000, payees: ['insured'] },
      { check: 'building 3', kind: 'supplement', dollars: 13_000, payees: ['insured'] },
    ]);
    expect(await account(claim)).toEqual({ reserved: 0, approved: 51_000, paid: 51_000, open: 0 });
    // The time to decide began with the supplement, not with the proof of loss months ago: nobody is told of a delay.
    expect(await claim.path()).not.toContain('DelayLetterPending');
  });

  test('all payments together end at the limit', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: damage({ building: 240_000 }) }).submit();
    await claim.ends();
    claim.script({ findings: damage({ building: 400_000 }) });
    await claim.reopen('requestSupplement', { coverages: ['building'], reasonCode: 'hiddenDamage' });
    await claim.ends();
    expect(checks(claim)).toMatchObject([{ dollars: 239_000 }, { dollars: 11_000 }]);
    expect(await account(claim)).toMatchObject({ paid: 250_000 });
  });

  test('a supplement that finds no more than was paid pays nothing and leaves the claim paid', async () => {
    const claim = await fleet.claim({ policy: managed('building') }).submit();
    await claim.ends();
    await claim.reopen('requestSupplement', { coverages: ['building'], reasonCode: 'hiddenDamage' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
    expect(checks(claim)).toHaveLength(1);
  });

  test('only a coverage that was paid can be supplemented', async () => {
    const findings = [...damage({ building: 39_000 }), ...refused('contents', '04')];
    const claim = await fleet.claim({ policy: managed('building', 'contents'), findings }).submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'partlyPaid' });
    await claim.reopen('requestSupplement', { coverages: ['contents'], reasonCode: 'hiddenDamage' });
    expect(await claim.ends()).toMatchObject({ outcome: 'partlyPaid' });
    expect(await claim.outcomes('requestSupplement')).toEqual(['rejected coverageNotPaid']);
  });

  test('an advance stays within the reserve and the limit, and one is paid at a time', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    expect(await refusal(advance(claim, 'building', 20_001))).toBe('aboveReserve');
    expect(await refusal(advance(claim, 'building', 250_001))).toBe('aboveLimit');
    expect(await refusal(advance(claim, 'contents', 1_000))).toBe('coverageNotOpen');
    await advance(claim, 'building', 15_000);
    await claim.reaches('AwaitingAssessment');
    expect(await refusal(advance(claim, 'building', 5_001))).toBe('aboveReserve');
    expect(await account(claim)).toEqual({ reserved: 20_000, approved: 15_000, paid: 15_000, open: 0 });
  });

  test('what nobody disputes is paid in part while papers are still missing', async () => {
    const claim = await fleet.claim({ policy: managed('building'), documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await advance(claim, 'building', 18_000, 'partial');
    await claim.reaches('AwaitingDocuments');
    await documentArrives(claim, 'proofOfLoss');
    await claim.ends();
    expect(checks(claim)).toMatchObject([
      { check: 'building 1', kind: 'partial', dollars: 18_000 },
      { check: 'building 2', kind: 'final', dollars: 20_000 },
    ]);
  });

  test('an advance that the bank never answers is asked for again once a person lets the claim go on', async () => {
    const claim = await fleet
      .claim({ policy: managed('building'), findings: 'silence', payment: () => 'silence' })
      .submit();
    await claim.reaches('AwaitingAssessment');
    await advance(claim, 'building', 5_000);
    await fleet.sleep(days(10) + 60_000);
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.decide(settleBuildingAt(9_000)))).toBe('paymentUnderWay');
    claim.script({ payment: () => 'acknowledge' });
    await claim.decide(LET_IT_GO_ON);
    await claim.reaches('AwaitingAssessment');
    expect(await account(claim)).toMatchObject({ approved: 5_000, paid: 5_000, open: 0 });
    // One payment, asked for twice under one key.
    const keys = claim.calls('requestPayment').map(({ input }) => input.key);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect((await facts(claim)).payments?.building).toMatchObject({ ordinal: 1 });
  });
});

test('an acknowledgment of another amount than was asked for leaves the payment open, and says so', async () => {
  const claim = await fleet.claim({ policy: managed('building'), payment: () => 'silence' }).submit();
  await claim.reaches('PaymentPending');
  const acknowledged = (amount: Money) =>
    claim.tell('paymentAcknowledged', { paymentId: 'P-building-1', coverage: 'building', ordinal: 1, amount });
  await acknowledged(usd(37_999));
  await acknowledged({ ...usd(38_000), currency: 'EUR' });
  const waiting = await claim.settled();
  expect(await claim.outcomes('paymentAcknowledged')).toEqual(['rejected otherAmount', 'rejected otherAmount']);
  expect(waiting.state).toBe('PaymentPending');
  expect(waiting.parts).toMatchObject({
    building: { state: 'PaymentRequested', amount: usd(38_000) },
    'payment:building-1': { state: 'Requested' },
  });
  expect(waiting.expectations['payment:building']?.receivedAt).toBeUndefined();
  expect(await account(claim)).toMatchObject({ approved: 38_000, paid: 0, open: 38_000 });

  await acknowledged(usd(38_000));
  expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }] });
});
