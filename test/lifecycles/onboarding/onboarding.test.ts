/** Onboardings, as the people of a bank would tell of them. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { ADDRESS, CARD, useBureau } from './support.js';

const { bureau, apply, applyAgain, explain, sleep } = useBureau();

test('an application on which all goes well: checked, screened, set up, and the customer is welcomed', async () => {
  const applicant = await apply({ applicantId: 'WELL', products: ['checking', 'savings'] });
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed', products: ['checking', 'savings'] });
  expect(await applicant.parts()).toEqual({
    identity: 'Passed',
    eligibility: 'Passed',
    compliance: 'Passed',
    screening: 'Passed',
    'account:main': 'Opened',
    'product:checking': 'Provisioned',
    'product:savings': 'Provisioned',
  });
  expect(bureau.told('WELL')).toEqual(['onboardingWelcome']);
  expect((await applicant.entity.state()).compensations).toEqual({});
});

test('identity, eligibility and compliance are asked side by side; the slow ones answer later, twice and in their own time', async () => {
  bureau.slow.add('SLOW');
  const applicant = await apply({ applicantId: 'SLOW' });
  await applicant.isAsked('eligibility');
  await applicant.isAsked('compliance');
  await applicant.comes('identity');
  await applicant.isAsked('screening');
  const answer = bureau.come(applicant.key('screening'));
  for (const messageId of ['evt-1', 'evt-1']) await applicant.entity.tell('screeningCompleted', answer, { messageId });
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
});

test('a check that is failed for good ends it without waiting for the others', async () => {
  bureau.slow.add('NO');
  bureau.decide('NO', 'eligibility', { outcome: 'failed', code: 'not-offered-there' });
  const applicant = await apply({ applicantId: 'NO' });
  expect(await applicant.ends()).toMatchObject({ outcome: 'rejected', products: [] });
  expect(applicant.calls('openAccount')).toBe(0);
  expect(bureau.notices.findLast(({ template }) => template === 'onboardingRejected')).toMatchObject({
    applicantId: 'NO',
    values: { reason: 'not-offered-there' },
  });
});

describe('what is missing', () => {
  test('is asked of the applicant once for all checks, and what came goes into the next check', async () => {
    bureau.decide('MISSING', 'identity', { outcome: 'missing', documents: ['proof-of-address'] });
    bureau.decide('MISSING', 'compliance', { outcome: 'missing', documents: ['source-of-funds'] });
    const applicant = await apply({ applicantId: 'MISSING' });
    const { facts, expectations } = await applicant.reaches('AwaitingCustomerAction');
    expect(facts['missing']).toEqual(['proof-of-address', 'source-of-funds']);
    expect(expectations['documents']).toMatchObject({ from: 'applicant' });
    expect(await applicant.provides({ ...CARD, expiresOn: '2020-01-01' })).toBe('documentExpired.identity-card');
    expect(await applicant.provides(ADDRESS)).toMatchObject({
      outcome: 'applied',
      state: 'AwaitingCustomerAction',
    });
    await applicant.provides({ kind: 'source-of-funds', documentRef: 'DOC-3' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
    expect(bureau.calls.find(({ key }) => key === applicant.key('identity', 2))?.input).toMatchObject({
      documents: [CARD, ADDRESS, { kind: 'source-of-funds' }],
    });
    // It had what it needs: eligibility is not asked again.
    expect(applicant.calls('checkEligibility')).toBe(1);
    expect(bureau.told('MISSING')).toEqual(['onboardingDocumentsNeeded', 'onboardingWelcome']);
  });

  test('is reminded of three times; what never comes ends it, and is held against nobody', async () => {
    bureau.decide('SILENT', 'identity', { outcome: 'missing', documents: ['proof-of-address'] });
    const applicant = await apply({ applicantId: 'SILENT' });
    await applicant.reaches('AwaitingCustomerAction');
    await sleep(days(30) + minutes(1));
    expect(await applicant.ends()).toMatchObject({ outcome: 'incomplete' });
    expect(bureau.told('SILENT').filter((template) => template === 'onboardingDocumentsReminder')).toHaveLength(3);
    await applyAgain(applicant, { documents: [ADDRESS] });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
  });

  test('comes before it is asked for, and is taken when it is', async () => {
    bureau.slow.add('EAGER');
    const applicant = await apply({ applicantId: 'EAGER' });
    await applicant.isAsked('identity');
    expect(await applicant.provides(ADDRESS)).toMatchObject({ outcome: 'held' });
    await applicant.comes('identity', { outcome: 'missing', documents: ['proof-of-address'] });
    await applicant.comes('identity', { outcome: 'passed' }, 2);
    await applicant.comes('screening');
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
  });
});

describe('a potential match with a list of sanctions', () => {
  test('is disposed of by two people; neither alone, and no machine', async () => {
    bureau.decide('MATCH', 'screening', { outcome: 'match' });
    const applicant = await apply({ applicantId: 'MATCH' });
    expect(await applicant.reaches('ComplianceReview')).toMatchObject({
      reason: { code: 'potentialMatch', reference: applicant.key('screening'), visibility: 'restricted' },
    });
    expect(await applicant.ask('decideCompliance', { decision: 'clear' }, 'officer-1')).toMatchObject({
      code: 'awaitingSecondPerson',
      state: 'ComplianceReview',
    });
    expect(await applicant.approve('officer-1')).toBe('fourEyes');
    expect(await applicant.approve('officer-2')).toMatchObject({ outcome: 'applied' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
    expect(applicant.calls('screenApplicant'), 'what people have cleared is not screened again').toBe(1);
  });

  test('that is confirmed ends it; neither facts, nor parts, nor what the applicant is told say why', async () => {
    bureau.decide('LISTED', 'screening', { outcome: 'match' });
    const applicant = await apply({ applicantId: 'LISTED' });
    await applicant.reaches('ComplianceReview');
    await applicant.ask('decideCompliance', { decision: 'confirm' }, 'officer-1');
    await applicant.approve();
    expect(await applicant.ends()).toMatchObject({ outcome: 'rejected' });
    const { facts, parts } = await applicant.entity.state();
    expect(JSON.stringify({ facts, parts })).not.toMatch(/match|sanction/i);
    expect(bureau.notices.at(-1)).toMatchObject({ applicantId: 'LISTED', values: { reason: 'notAccepted' } });
  });

  test('is told to those alone who may know it, on all of its way', async () => {
    bureau.decide('SECRET', 'screening', { outcome: 'match' });
    const applicant = await apply({ applicantId: 'SECRET' });
    const secrets = ['potentialMatch', 'matchConfirmed', 'nameAndBirthday', applicant.key('screening')];
    const told = async (audience: 'staff' | 'customer' | 'restricted') => {
      const text = JSON.stringify(await explain(applicant, audience));
      return secrets.filter((secret) => text.includes(secret));
    };
    const nobodyElseKnows = async () => [...(await told('staff')), ...(await told('customer'))];
    await applicant.reaches('ComplianceReview');
    expect(await nobodyElseKnows()).toEqual([]);
    expect(await told('restricted')).toEqual(['potentialMatch', applicant.key('screening')]);
    expect((await explain(applicant, 'staff')).because.reason).toMatchObject({
      code: 'withheld',
      visibility: 'restricted',
    });
    await applicant.ask('decideCompliance', { decision: 'confirm', reasonCode: 'nameAndBirthday' }, 'officer-1');
    await applicant.entity.settled();
    expect(await nobodyElseKnows()).toEqual([]);
    await applicant.approve();
    await applicant.ends();
    expect(await nobodyElseKnows()).toEqual([]);
    expect(await told('restricted')).toContain('matchConfirmed');
    expect((await explain(applicant, 'customer')).because.reason).toMatchObject({ code: 'notAccepted' });
  });

  test('that comes while an analyst has the application is not the analyst’s to accept', async () => {
    bureau.slow.add('CROSSED');
    const applicant = await apply({ applicantId: 'CROSSED' });
    await applicant.comes('identity');
    await applicant.isAsked('screening');
    await sleep(days(2) + minutes(1));
    await applicant.reaches('ManualReview');
    await applicant.comes('screening', { outcome: 'match' });
    await applicant.entity.settled();
    expect(await applicant.ask('decideApplication', { decision: 'accept' })).toBe('nothingToAccept');
    await applicant.ask('decideApplication', { decision: 'retry' });
    await applicant.reaches('ComplianceReview');
  });
});

test('a referral is accepted by an analyst; signs of fraud are nobody else’s to know', async () => {
  bureau.decide('REFERRED', 'compliance', { outcome: 'referred', code: 'high-risk-country' });
  bureau.decide('REFERRED', 'screening', { outcome: 'referred', code: 'velocity' });
  const applicant = await apply({ applicantId: 'REFERRED' });
  expect(await applicant.reaches('ManualReview')).toMatchObject({ reason: { code: 'high-risk-country' } });
  await applicant.ask('decideApplication', { decision: 'accept' });
  await expect
    .poll(async () => (await applicant.entity.state()).reason, { timeout: 20_000 })
    .toMatchObject({ code: 'fraudReferred', visibility: 'restricted' });
  await applicant.reaches('ManualReview');
  await applicant.ask('decideApplication', { decision: 'accept' });
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
});

describe('what is good for a time only', () => {
  test('is checked again where it has expired while the application waited, and nothing else is', async () => {
    const missing = { outcome: 'missing', documents: ['proof-of-address'] } as const;
    bureau.decide('STALE', 'identity', missing, { outcome: 'passed', validMs: hours(12) });
    bureau.decide('STALE', 'screening', { outcome: 'passed', validMs: hours(12) });
    const applicant = await apply({ applicantId: 'STALE' });
    await applicant.reaches('AwaitingCustomerAction');
    const compliance = { hold: 'compliance', reference: 'CASE-7' };
    await applicant.ask('placeHold', compliance);
    await applicant.provides(ADDRESS);
    await applicant.reaches('Approved');
    await sleep(days(1));
    await applicant.ask('releaseHold', compliance);
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
    expect(applicant.calls('verifyIdentity')).toBe(3);
    expect(applicant.calls('screenApplicant')).toBe(2);
    expect(applicant.calls('checkEligibility')).toBe(1);
    const expired = (await applicant.entity.journal()).find(({ guard }) => guard?.guard === 'checksAreCurrent');
    expect(expired).toMatchObject({
      from: 'Approved',
      to: 'PendingIdentityVerification',
      guard: { verdict: 'cancel', reason: 'checksExpired' },
    });
  });

  test('is looked at between one thing that is set up and the next; what is there already stays', async () => {
    bureau.decide('BETWEEN', 'identity', { outcome: 'passed', validMs: minutes(3) });
    bureau.misbehave('BETWEEN', 'openAccount', ...Array.from({ length: 12 }, () => 'down' as const));
    const applicant = await apply({ applicantId: 'BETWEEN' });
    await applicant.entity.reaches('ProvisioningInProgress');
    await sleep(minutes(20));
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
    expect(applicant.calls('verifyIdentity')).toBe(2);
    expect(applicant.calls('openAccount')).toBe(1);
  });

  test('and is good for no time at all is a person’s', async () => {
    bureau.decide('NEVER', 'identity', { outcome: 'passed', validMs: -1 });
    const applicant = await apply({ applicantId: 'NEVER' });
    expect(await applicant.reaches('ManualReview')).toMatchObject({ reason: { code: 'expiredAlready' } });
    await applicant.ask('decideApplication', { decision: 'accept' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
  });
});

describe('what is set up', () => {
  test('is taken back where a product is refused and nobody decides otherwise', async () => {
    bureau.refusing.add('REFUSED/credit');
    const applicant = await apply({ applicantId: 'REFUSED', products: ['checking', 'credit'] });
    expect(await applicant.reaches('ProvisioningReview')).toMatchObject({
      reason: { code: 'refused', reference: 'product:credit' },
    });
    expect(bureau.has('REFUSED')).toEqual(['account', 'checking']);
    await sleep(days(2) + minutes(1));
    expect(await applicant.ends()).toMatchObject({ outcome: 'rejected' });
    expect(await applicant.parts()).toMatchObject({
      'account:main': 'Closed',
      'product:checking': 'Withdrawn',
      'product:credit': 'Refused',
    });
  });

  test('is kept where a person says so, or tried again', async () => {
    bureau.refusing.add('KEPT/credit');
    const applicant = await apply({ applicantId: 'KEPT', products: ['credit', 'checking'] });
    await applicant.reaches('ProvisioningReview');
    await applicant.ask('decideProvisioning', { decision: 'keepRest' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'partlyCompleted', products: ['checking'] });

    bureau.refusing.add('AGAIN/account');
    const again = await apply({ applicantId: 'AGAIN' });
    await again.reaches('ProvisioningReview');
    expect(await again.ask('decideProvisioning', { decision: 'keepRest' })).toBe('nothingToKeep');
    bureau.refusing.clear();
    await again.ask('decideProvisioning', { decision: 'retry' });
    expect(await again.ends()).toMatchObject({ outcome: 'completed', products: ['checking'] });
  });

  test('is taken back where the applicant withdraws', async () => {
    bureau.refusing.add('WITHDRAWN/credit');
    const applicant = await apply({ applicantId: 'WITHDRAWN', products: ['checking', 'credit'] });
    await applicant.reaches('ProvisioningReview');
    await applicant.ask('withdrawApplication');
    expect(await applicant.ends()).toMatchObject({ outcome: 'withdrawn' });
  });
});

describe('the cooling period', () => {
  test('keeps a rejected applicant from applying again for 90 days, and names the date; what is good is not checked again', async () => {
    bureau.decide('KEEN', 'screening', { outcome: 'failed', code: 'fraud' });
    const applicant = await apply({ applicantId: 'KEEN' });
    expect(await applicant.ends()).toMatchObject({ outcome: 'rejected' });
    const { mayApplyFrom = '' } = (await applicant.entity.state()).facts['rejection'] as { mayApplyFrom?: string };
    await sleep(days(89));
    await applyAgain(applicant);
    expect(await applicant.ends()).toMatchObject({ outcome: 'rejected' });
    expect((await applicant.entity.journal()).findLast(({ message }) => message?.name === 'applyAgain')).toMatchObject({
      message: { outcome: 'rejected' },
      reason: { code: `coolingPeriod.${mayApplyFrom.slice(0, 10)}` },
    });
    await sleep(days(1));
    await applyAgain(applicant, { products: ['savings'] });
    expect(await applicant.ends()).toMatchObject({ outcome: 'completed', products: ['savings'] });
    expect(applicant.calls('verifyIdentity')).toBe(1);
    expect(applicant.calls('screenApplicant')).toBe(2);
    expect((await applicant.entity.state()).facts).toMatchObject({ round: 2, rejection: null });
  });
});
