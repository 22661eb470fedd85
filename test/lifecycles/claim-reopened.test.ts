/** What takes up a claim that had ended, where it goes on, and what no longer can. */
import { describe, expect, test } from 'vitest';
import type { ClaimMessages } from '../../workflows/claim/messages.js';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { days } from '../../workflows/lifecycle/definition.js';
import type { ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { deny, WHOLE_WAY } from './support/resting.js';
import { damage, REFERRED, usd } from './support/script.js';

const fleet = useFleet();

const BECAUSE = { reasonCode: 'asked' } as const;
const RETURNED: ClaimMessages['paymentReturned'] = {
  paymentId: 'P-1',
  coverage: 'building',
  ordinal: 1,
  how: 'returned',
  code: 'unknownAddressee',
};
const APPEAL = { reference: 'APPEAL-1', ...BECAUSE };
const ISSUE_ANEW = { decision: 'continue', reasonCode: 'addressCorrected' } as const;

async function paid(): Promise<ClaimRun> {
  const claim = await fleet.claim(WHOLE_WAY).submit();
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  return claim;
}

async function refused(): Promise<ClaimRun> {
  const claim = await fleet.claim({ ...WHOLE_WAY, fraud: REFERRED }).submit();
  await deny(claim);
  expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
  return claim;
}

/** The states since the claim was reopened. */
const since = async (claim: ClaimRun) => (await claim.path()).slice((await claim.path()).lastIndexOf('Reopened'));
const amounts = (claim: ClaimRun) =>
  claim.calls('requestPayment').map(({ input }) => [input['kind'], input['ordinal'], input['amount']]);

describe('a supplement', () => {
  const more = async (building: number) => {
    const claim = await paid();
    await fleet.sleep(days(200));
    claim.script({ findings: damage({ building }) });
    await claim.reopen('requestSupplement', { coverages: ['building'], ...BECAUSE });
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    return claim;
  };

  test('is inspected, settled without what was paid before, and paid', async () => {
    const claim = await more(45_000);
    expect(await since(claim)).toEqual([
      'Reopened',
      'AwaitingAssessment',
      'AwaitingDocuments',
      'SettlementCalculated',
      'PaymentPending',
      'Closed',
    ]);
    expect(amounts(claim).at(-1)).toEqual(['supplement', 2, usd(6_000)]);
  });

  test('that comes to nothing more leaves the coverage paid', async () => {
    const claim = await more(39_000);
    expect(await since(claim)).not.toContain('PaymentPending');
    expect(amounts(claim)).toHaveLength(2);
  });
});

describe('a returned payment', () => {
  test('is issued anew after a person has looked at it', async () => {
    const claim = await paid();
    await fleet.sleep(days(100));
    await claim.reopen('paymentReturned', RETURNED);
    expect((await claim.reaches('EscalatedForManualReview')).attention).toBe('paymentReturned');
    await claim.decide(ISSUE_ANEW);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(38_000) }, {}] });
    expect(await since(claim)).toEqual(['Reopened', 'PaymentPending', 'Closed']);
    expect(claim.calls('requestPayment').at(-1)?.input).toMatchObject({ ordinal: 2, replaces: 1, amount: usd(38_000) });
  });

  test('that comes back once more waits for a person once more', async () => {
    const claim = await paid();
    for (const ordinal of [1, 2]) {
      await claim.reopen('paymentReturned', { ...RETURNED, ordinal });
      await claim.reaches('EscalatedForManualReview');
      await claim.decide(ISSUE_ANEW);
      expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    }
    expect(claim.calls('requestPayment').at(-1)?.input).toMatchObject({ ordinal: 3, replaces: 2 });
  });
});

describe('an appeal', () => {
  test('that is upheld ends the claim as it was', async () => {
    const claim = await refused();
    await claim.reopen('appeal', APPEAL);
    await claim.reaches('AppealUnderReview');
    await claim.ask('decideAppeal', { decision: 'uphold', ...BECAUSE });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
  });

  test('that is granted lets a reviewer settle, with time of its own to decide', async () => {
    const claim = await refused();
    await fleet.sleep(days(50));
    await claim.reopen('appeal', APPEAL);
    await claim.reaches('AppealUnderReview');
    await fleet.sleep(days(55));
    await claim.ask('decideAppeal', { decision: 'overturn', ...BECAUSE });
    const { parts, attention } = await claim.reaches('EscalatedForManualReview');
    expect([attention, parts['building']?.state, parts['contents']?.state]).toEqual([
      'appealGranted',
      'InReview',
      'InReview',
    ]);
    const to = (coverage: 'building' | 'contents', dollars: number) => ({ coverage, amount: usd(dollars) });
    const settle = {
      decision: 'settle',
      amounts: [to('building', 9_000), to('contents', 0)],
      reasonCode: '97',
    } as const;
    expect(await claim.decide(settle)).toMatchObject({ code: 'awaitingSecondPerson' });
    await claim.approve();
    expect(await claim.ends()).toMatchObject({ outcome: 'partlyPaid' });
    expect(await since(claim)).not.toContain('DelayLetterPending');
  });
});

test('a lawsuit hands the claim to the lawyers, and is over when they are done', async () => {
  const claim = await paid();
  await claim.reopen('openLitigation', { reference: 'DOCKET-1', ...BECAUSE });
  await claim.reaches('UnderLegalReview');
  await claim.ask('concludeReferral', { finding: 'continue', reasonCode: 'withdrawnInCourt' });
  expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  expect(await since(claim)).toEqual(['Reopened', 'UnderLegalReview', 'Closed']);
});

describe('a claim is not taken up again', () => {
  const WAYS: readonly [keyof ClaimMessages, unknown, string][] = [
    ['requestSupplement', { coverages: ['building'], ...BECAUSE }, 'rejected coverageNotPaid'],
    ['paymentReturned', RETURNED, 'rejected unknownPayment'],
    ['appeal', APPEAL, 'rejected appealTooLate'],
  ];

  test.each(WAYS)('by %s where there is no ground for it', async (name, data, outcome) => {
    const claim = await refused();
    await fleet.sleep(days(70));
    await claim.reopen(name, data as never);
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
    expect(await claim.outcomes(name)).toEqual([outcome]);
    // Nothing has ended once more.
    expect(new Set(claim.calls('sendNotice').map(({ input }) => input.key)).size).toBe(1);
  });

  test.each(claimLifecycle.states.Closed.reopens?.by ?? [])('by %s once its time is over', async (name) => {
    const claim = await refused();
    await fleet.sleep((claimLifecycle.states.Closed.reopens?.within ?? 0) + days(1));
    const data =
      { openLitigation: { reference: 'DOCKET-1', ...BECAUSE } }[name] ?? WAYS.find(([of]) => of === name)?.[1];
    await claim.reopen(name as keyof ClaimMessages, data as never);
    const late = claimLifecycle.messages[name]?.late === 'task' ? 'late' : 'rejected wrongState';
    await claim.reaches('Closed');
    expect(await claim.outcomes(name)).toEqual([late]);
    expect(await claim.path()).not.toContain('Reopened');
  });
});
