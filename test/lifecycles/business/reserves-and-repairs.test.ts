/** What is set aside and what it comes to, step by step; and the repair in place of the money. */
import { describe, expect, test } from 'vitest';
import type { Coverage } from '../../../workflows/claim/messages.js';
import { claimRemedies } from '../../../workflows/claim/remedies.js';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import { refusal, type ClaimRun } from '../support/claim-run.js';
import { useFleet } from '../support/fleet.js';
import { damage, managed, usd, type Script } from '../support/script.js';
import { account, adjusterReports, advance, checks, documentArrives, facts, settleBuildingAt } from './words.js';

const fleet = useFleet();

const reserve = (claim: ClaimRun, dollars: number) =>
  claim.ask('setReserve', { coverage: 'building', amount: usd(dollars), reasonCode: 'estimate' });

describe('the account of a claim', () => {
  test('is reserved at the triage, changed by the adjuster, paid down, and empty of reserves at the end', async () => {
    const claim = await fleet
      .claim({ policy: managed('building'), findings: 'silence', documents: 'silence', payment: () => 'silence' })
      .submit();
    await claim.reaches('AwaitingAssessment');
    expect(await account(claim)).toEqual({ reserved: 20_000, approved: 0, paid: 0, open: 0 });

    await reserve(claim, 45_000);
    expect(await account(claim)).toEqual({ reserved: 45_000, approved: 0, paid: 0, open: 0 });

    await advance(claim, 'building', 10_000);
    await claim.reaches('AdvancePending');
    expect(await account(claim)).toEqual({ reserved: 45_000, approved: 10_000, paid: 0, open: 10_000 });

    const about = { coverage: 'building', paymentId: 'P-1' } as const;
    await claim.tell('paymentAcknowledged', { ...about, ordinal: 1, amount: usd(10_000) });
    await claim.reaches('AwaitingAssessment');
    expect(await account(claim)).toEqual({ reserved: 45_000, approved: 10_000, paid: 10_000, open: 0 });

    await adjusterReports(claim, { building: 39_000 });
    await claim.reaches('AwaitingDocuments');
    await documentArrives(claim, 'proofOfLoss');
    await claim.reaches('PaymentPending');
    expect(await account(claim)).toEqual({ reserved: 45_000, approved: 38_000, paid: 10_000, open: 28_000 });

    await claim.tell('paymentAcknowledged', { ...about, ordinal: 2, amount: usd(28_000) });
    await claim.ends();
    expect(await account(claim)).toEqual({ reserved: 0, approved: 38_000, paid: 38_000, open: 0 });
  });

  test('takes no reserve above the limit, nor for what is not insured', async () => {
    const claim = await fleet.claim({ policy: managed('building'), findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    expect(await refusal(reserve(claim, 250_001))).toBe('aboveLimit');
    const contents = { coverage: 'contents', amount: usd(1), reasonCode: 'estimate' };
    expect(await refusal(claim.ask('setReserve', contents))).toBe('notInsured');
    expect(await account(claim)).toMatchObject({ reserved: 20_000 });
  });
});

describe('a repair in place of the money', () => {
  const OFFER = { policy: { ...managed('building'), mortgagees: ['LOAN-7'] }, vendor: 'dry-and-sound' } as const;
  const CASH = { check: 'building 1', kind: 'final', dollars: 38_000, payees: ['insured', 'mortgagee:LOAN-7'] };

  async function offered(): Promise<ClaimRun> {
    const claim = await fleet.claim(OFFER).submit();
    await claim.reaches('AwaitingRepairDecision');
    expect(checks(claim)).toEqual([]);
    return claim;
  }

  async function accepted(): Promise<ClaimRun> {
    const claim = await offered();
    await claim.ask('answerRepairOffer', { accept: true, reasonCode: 'byPhone' });
    await claim.reaches('RepairInProgress');
    return claim;
  }

  const vendorInvoices = (claim: ClaimRun, dollars: number) =>
    claim.tell('repairCompleted', { coverage: 'building', vendorId: 'dry-and-sound', invoice: usd(dollars) });

  test.each([
    ['its invoice', 31_000, 31_000],
    ['at most the settlement', 45_000, 38_000],
  ])('pays the vendor %s', async (_what, invoice, paid) => {
    const claim = await accepted();
    // Longer than the settlement itself would have had to be paid in.
    await fleet.sleep(days(90));
    expect(checks(claim)).toEqual([]);
    await vendorInvoices(claim, invoice);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid', coverages: [{ paid: usd(paid) }] });
    expect(checks(claim)).toMatchObject([{ dollars: paid, payees: ['vendor:dry-and-sound'] }]);
    expect(await claim.path()).not.toContain('EscalatedForManualReview');
  });

  test('is declined: the insured and the lender are paid', async () => {
    const claim = await offered();
    await claim.ask('answerRepairOffer', { accept: false, reasonCode: 'byLetter' });
    await claim.ends();
    expect(checks(claim)).toEqual([CASH]);
  });

  test('is not answered for 14 days: the money is paid', async () => {
    const claim = await offered();
    await fleet.sleep(days(13));
    expect((await claim.state()).state).toBe('AwaitingRepairDecision');
    await fleet.sleep(days(1) + minutes(1));
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(checks(claim)).toEqual([CASH]);
  });

  test('that the vendor never finishes is settled in money, to the insured', async () => {
    const claim = await accepted();
    await fleet.sleep(days(120) + minutes(1));
    await claim.reaches('EscalatedForManualReview');
    await claim.decide(settleBuildingAt(38_000));
    await claim.ends();
    expect(checks(claim)).toEqual([CASH]);
  });

  test('that costs nothing is no repair: the vendor is waited for', async () => {
    const claim = await accepted();
    await vendorInvoices(claim, 0);
    expect((await claim.settled()).state).toBe('RepairInProgress');
    expect(await claim.outcomes('repairCompleted')).toEqual(['rejected nothingInvoiced']);
    expect(claimRemedies['nothingInvoiced']).toBeDefined();
    await vendorInvoices(claim, 31_000);
    await claim.ends();
    expect(checks(claim)).toMatchObject([{ dollars: 31_000 }]);
  });

  test('is not paid for once the claim is withdrawn; after the first invoice it is no longer withdrawn', async () => {
    const early = await accepted();
    await early.withdraw();
    expect(await early.ends()).toMatchObject({ outcome: 'withdrawn' });
    expect(checks(early)).toEqual([]);

    const both = { policy: managed('building', 'contents'), findings: damage({ building: 39_000, contents: 6_000 }) };
    const late = await fleet.claim({ ...both, vendor: 'dry-and-sound' }).submit();
    await late.reaches('AwaitingRepairDecision');
    await late.ask('answerRepairOffer', { accept: true, reasonCode: 'byPhone' });
    await late.reaches('RepairInProgress');
    await vendorInvoices(late, 31_000);
    await late.settled();
    expect(await refusal(late.withdraw())).toBe('repairInvoiced');
  });
});

describe('a repair that several vendors would do', () => {
  const VENDORS = { policy: managed('building'), vendors: { building: ['dry-and-sound', 'brick-by-brick'] } } as const;
  const answers = (claim: ClaimRun, accept: boolean, given = {}) =>
    claim.ask('answerRepairOffer', { accept, reasonCode: accept ? 'byPhone' : 'noConfidence' }, given);
  const vendor = (id: string): { readonly actor: Actor } => ({
    actor: { kind: 'service', id, authenticated: 'hmac' },
  });
  const offer = async (claim: ClaimRun) => (await facts(claim)).repair;
  const invoices = (claim: ClaimRun, coverage: Coverage, vendorId: string, dollars: number) =>
    claim.tell('repairCompleted', { coverage, vendorId, invoice: usd(dollars) });

  async function offered(script: Partial<Script> = VENDORS): Promise<ClaimRun> {
    const claim = await fleet.claim(script).submit();
    await claim.reaches('AwaitingRepairDecision');
    return claim;
  }

  test('is offered by the next one where the insured does not want the first, with time of its own to answer', async () => {
    const claim = await offered();
    expect(await offer(claim)).toEqual({ vendorId: 'dry-and-sound', coverages: ['building'] });
    await fleet.sleep(days(10));
    await answers(claim, false);
    await fleet.sleep(days(10));
    expect((await claim.settled()).state).toBe('AwaitingRepairDecision');
    expect(await offer(claim)).toEqual({
      vendorId: 'brick-by-brick',
      coverages: ['building'],
      declined: ['dry-and-sound'],
    });
    const late = { accept: true, vendorId: 'dry-and-sound', reasonCode: 'byPhone' };
    expect(await refusal(claim.ask('answerRepairOffer', late))).toBe('noRepairOrdered');
    await answers(claim, true);
    await claim.reaches('RepairInProgress');
    await invoices(claim, 'building', 'brick-by-brick', 30_000);
    await claim.ends();
    expect(checks(claim)).toMatchObject([{ dollars: 30_000, payees: ['vendor:brick-by-brick'] }]);
  });

  test('is settled in money where the insured wants none of them', async () => {
    const claim = await offered();
    await answers(claim, false);
    await claim.settled();
    await answers(claim, false);
    await claim.ends();
    expect(checks(claim)).toMatchObject([{ dollars: 38_000, payees: ['insured'] }]);
  });

  test('is offered by the next one where the first declines after all; what that one says later changes nothing', async () => {
    const claim = await offered();
    await answers(claim, true);
    await claim.reaches('RepairInProgress');
    await answers(claim, false, vendor('dry-and-sound'));
    await claim.reaches('AwaitingRepairDecision');
    expect(await offer(claim)).toMatchObject({ vendorId: 'brick-by-brick' });
    await answers(claim, true);
    await claim.reaches('RepairInProgress');
    expect(await refusal(answers(claim, true))).toBe('alreadyReceived');
    expect(await refusal(answers(claim, false, vendor('dry-and-sound')))).toBe('noRepairOrdered');
    await invoices(claim, 'building', 'dry-and-sound', 30_000);
    await claim.settled();
    expect(await claim.outcomes('repairCompleted')).toEqual(['rejected noRepairOrdered']);
    // The last one declines too.
    await answers(claim, false, vendor('brick-by-brick'));
    await claim.ends();
    expect(checks(claim)).toMatchObject([{ dollars: 38_000, payees: ['insured'] }]);
  });

  test('is offered for what each vendor repairs; what is left half done is paid to who did it, the rest in money', async () => {
    const claim = await offered({
      policy: managed('building', 'contents'),
      findings: damage({ building: 39_000, contents: 6_000 }),
      vendors: { building: ['walls-only', 'dry-and-sound'], contents: ['dry-and-sound'] },
    });
    expect(await offer(claim)).toMatchObject({ vendorId: 'walls-only', coverages: ['building'] });
    await answers(claim, false);
    expect(await offer(claim)).toMatchObject({ vendorId: 'dry-and-sound', coverages: ['building', 'contents'] });
    await answers(claim, true);
    await claim.reaches('RepairInProgress');
    await invoices(claim, 'building', 'dry-and-sound', 31_000);
    await claim.settled();
    await answers(claim, false, vendor('dry-and-sound'));
    await claim.ends();
    expect(checks(claim)).toMatchObject([
      { check: 'building 1', dollars: 31_000, payees: ['vendor:dry-and-sound'] },
      { check: 'contents 1', dollars: 5_000, payees: ['insured'] },
    ]);
  });
});
