/** A claim in other hands (investigation, lawyers, a court), under a hold, or taken back by the insured. */
import { describe, expect, test } from 'vitest';
import { hours } from '../../../workflows/lifecycle/definition.js';
import { refusal, type ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { elapse } from '../support/resting.js';
import { damage, managed, REFERRED } from '../support/script.js';
import { account, adjusterReports, advance, checks, documentArrives, facts, LET_IT_GO_ON, refused } from './words.js';

const fleet = useFleet();

const WAITING_FOR_PAPERS = { policy: managed('building'), documents: 'silence' } as const;
const SUSPICIOUS = { to: 'investigation', reasonCode: 'burnPattern' } as const;
const COURT_ORDER = { hold: 'legal', reference: 'Docket 12-4471', reasonCode: 'injunction' } as const;

describe('special investigation', () => {
  test('takes a claim and gives it back; papers that come meanwhile count', async () => {
    const claim = await fleet.claim(WAITING_FOR_PAPERS).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.ask('refer', SUSPICIOUS);
    const { reason, reviews } = await claim.reaches('UnderInvestigation');
    expect(reason).toEqual({ code: 'burnPattern', visibility: 'restricted' });
    expect(Object.values(reviews)).toMatchObject([{ queue: 'special-investigation' }]);

    await documentArrives(claim, 'proofOfLoss');
    await claim.settled();
    expect(await claim.outcomes('documentReceived')).toEqual(['applied']);
    expect(checks(claim)).toEqual([]);

    await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'nothingFound' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect((await claim.path()).filter((state) => state === 'AwaitingDocuments')).toHaveLength(2);
  });

  test('takes a claim from a reviewer and gives it back to the same question', async () => {
    const claim = await fleet.claim({ policy: managed('building'), fraud: REFERRED }).submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.ask('refer', SUSPICIOUS);
    await claim.reaches('UnderInvestigation');
    await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'nothingFound' });
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(LET_IT_GO_ON);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('requestFraudScreen')).toHaveLength(1);
  });

  test('does not take a claim whose money is on its way', async () => {
    const claim = await fleet.claim({ policy: managed('building'), payment: () => 'silence' }).submit();
    await claim.reaches('PaymentPending');
    await fleet.sleep(hours(241));
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.ask('refer', SUSPICIOUS))).toBe('paymentUnderWay');
  });
});

describe('the lawyers', () => {
  test('find that the claim is to be denied: the letter goes out', async () => {
    const claim = await fleet.claim(WAITING_FOR_PAPERS).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.ask('refer', { to: 'legal', reasonCode: 'lateNotice' });
    expect((await claim.reaches('UnderLegalReview')).reason).toEqual({ code: 'lateNotice' });
    await claim.ask('concludeReferral', { finding: 'deny', reasonCode: 'lateNotice' });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied', coverages: [{ reason: 'lateNotice' }] });
    expect((await facts(claim)).letters?.denial).toBeDefined();
  });

  test('get a claim that is taken to court after closing; when it is over the claim is closed as it was', async () => {
    const claim = await fleet.claim({ policy: managed('building') }).submit();
    await claim.ends();
    await claim.reopen('openLitigation', { reference: 'Docket 13-0815', reasonCode: 'suit' });
    await claim.reaches('UnderLegalReview');
    expect((await facts(claim)).reopening).toEqual({ by: 'litigation', reference: 'Docket 13-0815' });
    await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'dismissed' });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(checks(claim)).toHaveLength(1);
  });
});

describe('a hold', () => {
  test('lets evidence in and no payment out', async () => {
    const claim = await fleet
      .claim({ policy: managed('building'), findings: 'silence', documents: 'silence' })
      .submit();
    await claim.reaches('AwaitingAssessment');
    await claim.ask('placeHold', COURT_ORDER);
    await adjusterReports(claim, { building: 39_000 });
    await claim.reaches('AwaitingDocuments');
    await documentArrives(claim, 'proofOfLoss');
    const held = await claim.reaches('SettlementCalculated');
    expect(held.deferrals['hold:legal']).toMatchObject({ reason: 'injunction' });
    await fleet.sleep(hours(12));
    expect(checks(claim)).toEqual([]);

    await claim.ask('releaseHold', COURT_ORDER);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(checks(claim)).toMatchObject([{ dollars: 38_000 }]);
  });

  test('keeps back an advance, too, and takes in what the adjuster reports meanwhile', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    await claim.ask('placeHold', COURT_ORDER);
    await advance(claim, 'building', 5_000);
    await adjusterReports(claim, { building: 39_000 });
    await claim.settled();
    expect(await claim.outcomes('assessmentResult')).toEqual(['applied']);
    expect(checks(claim)).toEqual([]);
    expect(await account(claim)).toMatchObject({ approved: 5_000, paid: 0, open: 5_000 });

    await claim.ask('releaseHold', COURT_ORDER);
    await claim.ends();
    expect(checks(claim)).toMatchObject([
      { kind: 'advance', dollars: 5_000 },
      { kind: 'final', dollars: 33_000 },
    ]);
  });
});

describe('a withdrawal', () => {
  test('is free until money has moved', async () => {
    const claim = await fleet.claim(WAITING_FOR_PAPERS).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.withdraw();
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn', coverages: [{ state: 'Withdrawn' }] });
    expect(await account(claim)).toEqual({ reserved: 0, approved: 0, paid: 0, open: 0 });
  });

  const mailRoomCloses = (claim: ClaimRun) =>
    claim.script({
      trouble: (activity) => {
        if (activity === 'sendLetter') throw new Error('the mail room is closed');
      },
    });

  test('does not wait for a letter about a delay; the review that it interrupted ends with it', async () => {
    const claim = await fleet.claim(WAITING_FOR_PAPERS).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.ask('refer', SUSPICIOUS);
    await claim.reaches('UnderInvestigation');
    await documentArrives(claim, 'proofOfLoss');
    await claim.settled();
    mailRoomCloses(claim);
    await elapse(claim, fleet, 'determination');
    expect(Object.keys((await claim.reaches('DelayLetterPending')).reviews)).toHaveLength(1);
    await claim.withdraw();
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn' });
    expect((await claim.state()).reviews).toEqual({});
  });

  test('does not wait for a denial that has not left yet', async () => {
    const claim = await fleet.claim({ policy: managed('building'), fraud: REFERRED }).submit();
    await claim.reaches('EscalatedForManualReview');
    mailRoomCloses(claim);
    await claim.decide({ decision: 'deny', reasonCode: '04' });
    await claim.reaches('DenialPending');
    await claim.withdraw();
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn', coverages: [{ state: 'Withdrawn' }] });
  });

  test('of an appeal leaves the denial as it was', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: refused('building', '02') }).submit();
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(LET_IT_GO_ON);
    await claim.ends();
    await claim.reopen('appeal', { reference: 'APPEAL-2012-17', reasonCode: 'engineerDisagrees' });
    await claim.reaches('AppealUnderReview');
    await claim.withdraw();
    expect(await claim.ends()).toMatchObject({ outcome: 'denied', coverages: [{ reason: '02' }] });
    expect((await claim.state()).reason?.code).toBe('appealWithdrawn');
  });

  test('is refused once an advance is paid', async () => {
    const claim = await fleet.claim(WAITING_FOR_PAPERS).submit();
    await claim.reaches('AwaitingDocuments');
    await advance(claim, 'building', 5_000);
    await claim.reaches('AwaitingDocuments');
    expect(await refusal(claim.withdraw())).toBe('paymentRequested');
  });
});

describe('a loss below the deductible', () => {
  test('is closed without payment; that is no denial and needs nobody', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: damage({ building: 800 }) }).submit();
    expect(await claim.ends()).toMatchObject({ outcome: 'closedWithoutPayment', coverages: [{ reason: '01' }] });
    expect(await claim.path()).not.toContain('EscalatedForManualReview');
    expect((await facts(claim)).letters?.denial).toBeUndefined();
  });
});
