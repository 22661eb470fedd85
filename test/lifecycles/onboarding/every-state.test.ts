/** What the table promises of each state, driven from the table itself: a new state without a way to it fails here. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import type { OnboardingState } from '../../../workflows/onboarding/states.js';
import { bundleOf } from '../support/bundle.js';
import type { Call } from './bureau.js';
import { OPEN_STATES, restingIn } from './resting.js';
import { useBureau, type Applicant } from './support.js';

const bureauTest = useBureau({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { bureau, apply, applyAgain, sleep } = bureauTest;

const FOR_GOOD = Array.from({ length: 40 }, () => 'down' as const);
const PATIENCE = { timeout: 20_000 };

describe('the deadline', () => {
  const bounded = OPEN_STATES.flatMap(([state, { deadline, onDeadline }]) =>
    typeof deadline === 'number' && onDeadline ? [[state, deadline, onDeadline] as const] : [],
  );

  test.each(bounded)('of %s leads where the table says', async (state, deadline, onDeadline) => {
    const applicant = await restingIn(bureauTest, state);
    const { sequence } = await applicant.entity.state();
    await sleep(deadline + minutes(1));
    // What it leads to may be left at once.
    await expect
      .poll(
        async () =>
          (await applicant.entity.journal())
            .slice(sequence)
            .find(({ causationId, kind }) => kind === 'transition' && causationId === 'clock:state'),
        PATIENCE,
      )
      .toMatchObject({ from: state, to: onDeadline, reason: { code: 'deadlineElapsed' } });
    if (state === 'Approved') {
      expect(await applicant.ask('decideApplication', { decision: 'retry' })).toMatchObject({ outcome: 'applied' });
      expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
    }
  });
});

describe('a service that keeps failing', () => {
  test('in the checks leads to an analyst, who has it tried again', async () => {
    const identity = await apply({ applicantId: 'F-identity' });
    bureau.misbehave(identity.id, 'verifyIdentity', ...FOR_GOOD);
    const eligibility = await apply({ applicantId: 'F-eligibility' });
    bureau.misbehave(eligibility.id, 'checkEligibility', ...FOR_GOOD);
    const screening = await apply({ applicantId: 'F-screening' });
    bureau.misbehave(screening.id, 'screenApplicant', ...FOR_GOOD);
    await failed(identity, 'PendingIdentityVerification', 'verifyIdentity');
    await failed(eligibility, 'PendingIdentityVerification', 'checkEligibility');
    await failed(screening, 'PendingFraudReview', 'screenApplicant');
  });

  test('and one that refuses is asked anew, under another key', async () => {
    bureau.misbehave('F-refusing', 'checkCompliance', 'refused');
    const applicant = await apply({ applicantId: 'F-refusing' });
    expect(await applicant.reaches('ManualReview')).toMatchObject({ reason: { code: 'NotToday' } });
    await applicant.ask('decideApplication', { decision: 'retry' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
    expect(bureau.calls.filter(({ key }) => key.startsWith('onboarding/F-refusing/compliance'))).toMatchObject([
      { key: applicant.key('compliance', 2) },
    ]);
  });

  test('while something is set up leads to the provisioning desk; what is given up is closed, whether or not it was opened', async () => {
    const account = await apply({ applicantId: 'F-account' });
    bureau.misbehave(account.id, 'openAccount', 'lost', ...FOR_GOOD);
    const product = await apply({ applicantId: 'F-product' });
    bureau.misbehave(product.id, 'provisionProduct', 'lost', ...FOR_GOOD);
    await sleep(minutes(30));
    for (const applicant of [account, product]) {
      expect(await applicant.reaches('ProvisioningReview')).toMatchObject({ reason: { code: 'serviceFailed' } });
      await applicant.ask('decideProvisioning', { decision: 'reject' });
      expect(await applicant.ends()).toMatchObject({ outcome: 'rejected' });
    }
    // That was the bank's doing: the applicant may come again at once.
    bureau.misbehave(product.id, 'provisionProduct');
    await applyAgain(product);
    expect(await product.ends()).toMatchObject({ outcome: 'completed' });
  });

  async function failed(applicant: Applicant, state: OnboardingState, call: Call): Promise<void> {
    await expect.poll(async () => (await applicant.entity.state()).visits[state], PATIENCE).toBeDefined();
    await sleep(minutes(15));
    await applicant.reaches('ManualReview');
    const moved = (await applicant.entity.journal()).findLast(({ kind }) => kind === 'transition');
    expect(moved).toMatchObject({ from: state, reason: { code: 'serviceFailed' } });
    bureau.misbehave(applicant.id, call);
    expect(await applicant.ask('decideApplication', { decision: 'retry' })).toMatchObject({ outcome: 'applied' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
  }
});

describe('a slow service', () => {
  test('that does not call back is asked what has become of it, an hour later and once more before a person is', async () => {
    bureau.slow.add('LOOKED-UP');
    const applicant = await apply({ applicantId: 'LOOKED-UP' });
    await applicant.isAsked('identity');
    await sleep(hours(1) + minutes(1));
    await expect.poll(() => bureau.lookedUp.includes(applicant.key('identity')), PATIENCE).toBe(true);
    await applicant.entity.settled();
    bureau.come(applicant.key('identity'));
    await sleep(hours(21) + minutes(1));
    await applicant.isAsked('screening');
    await sleep(hours(1) + minutes(1));
    await expect.poll(() => bureau.lookedUp.includes(applicant.key('screening')), PATIENCE).toBe(true);
    await applicant.entity.settled();
    bureau.come(applicant.key('screening'));
    await sleep(hours(21) + minutes(1));
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
  });
});

describe('what is given up', () => {
  test.each([
    'PendingIdentityVerification',
    'PendingFraudReview',
    'ComplianceReview',
    'AwaitingCustomerAction',
    'ManualReview',
    'Approved',
    'ProvisioningInProgress',
    'ProvisioningReview',
  ] as const)('by the applicant in %s leaves nothing', async (state) => {
    const applicant = await restingIn(bureauTest, state);
    expect(await applicant.ask('withdrawApplication')).toMatchObject({ outcome: 'applied', state: 'RejectionPending' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'withdrawn' });
  });

  test('by an analyst, or before it was looked at, likewise', async () => {
    const reviewed = await restingIn(bureauTest, 'ManualReview');
    await reviewed.ask('decideApplication', { decision: 'reject' });
    expect(await reviewed.ends()).toMatchObject({ outcome: 'rejected' });
    const early = await restingIn(bureauTest, 'Submitted');
    expect(await early.ask('withdrawApplication')).toMatchObject({ outcome: 'held' });
    const corrected = { country: 'US', profileRef: 'PRF-2', products: ['savings'], documents: [] };
    expect(await early.entity.ask('applyAgain', corrected)).toMatchObject({ outcome: 'applied', state: 'Submitted' });
    await sleep(hours(1) + minutes(1));
    expect(await early.ends()).toMatchObject({ outcome: 'withdrawn' });
  });
});

test('an analyst asks for documents, has a referral checked again, and a screening may lack some too', async () => {
  const missing = { outcome: 'missing', documents: ['source-of-funds'] } as const;
  bureau.decide('ASKED', 'compliance', { outcome: 'referred' }, { outcome: 'referred' });
  bureau.decide('ASKED', 'screening', missing);
  const applicant = await apply({ applicantId: 'ASKED' });
  await applicant.reaches('ManualReview');
  expect(await applicant.ask('decideApplication', { decision: 'askCustomer' })).toBe('documentsUnnamed');
  await applicant.ask('decideApplication', { decision: 'askCustomer', documents: ['proof-of-address'] });
  await applicant.reaches('AwaitingCustomerAction');
  await applicant.provides({ kind: 'proof-of-address', documentRef: 'DOC-2' });
  await applicant.reaches('ManualReview');
  await applicant.ask('decideApplication', { decision: 'retry' });
  await applicant.reaches('AwaitingCustomerAction');
  await applicant.provides({ kind: 'source-of-funds', documentRef: 'DOC-3' });
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
});

test('what has expired while something was refused is checked again before it is tried again', async () => {
  bureau.refusing.add('EXPIRED/checking');
  bureau.decide('EXPIRED', 'identity', { outcome: 'passed', validMs: hours(12) });
  const applicant = await apply({ applicantId: 'EXPIRED' });
  await applicant.reaches('ProvisioningReview');
  await sleep(days(1));
  bureau.refusing.clear();
  expect(await applicant.ask('decideProvisioning', { decision: 'retry' })).toMatchObject({ outcome: 'applied' });
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
  expect(applicant.calls('verifyIdentity')).toBe(2);
});

describe('an undo that keeps failing', () => {
  test('keeps the onboarding from ending, is told, and is settled by hand by two', async () => {
    const applicant = await restingIn(bureauTest, 'ProvisioningReview');
    bureau.misbehave(applicant.id, 'withdrawProduct', 'refused', 'refused');
    bureau.misbehave(applicant.id, 'closeAccount', 'refused');
    await applicant.ask('decideProvisioning', { decision: 'reject' });
    expect(await applicant.reaches('ManualReview')).toMatchObject({ reason: { code: 'compensationFailed' } });
    for (const decision of ['accept', 'reject']) {
      expect(await applicant.ask('decideApplication', { decision })).toBe('rejectionUnderWay');
    }
    expect(await applicant.ask('withdrawApplication')).toBe('rejectionUnderWay');
    await applicant.ask('decideApplication', { decision: 'retry' });
    await expect.poll(async () => (await applicant.parts())['account:main'], PATIENCE).toBe('Closed');
    await applicant.reaches('ManualReview');
    expect(await applicant.ask('decideApplication', { decision: 'settled' })).toBe('referenceMissing');
    expect(await applicant.ask('decideApplication', { decision: 'settled', reference: 'TCK-7' })).toMatchObject({
      code: 'awaitingSecondPerson',
    });
    await applicant.approve();
    expect(await applicant.entity.ends()).toMatchObject({ outcome: 'rejected' });
    expect(bureau.has(applicant.id), 'what a person has seen to is not in these books').toEqual(['checking']);
  });
});
