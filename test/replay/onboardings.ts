/** The lives of onboardings that are recorded: together they are in every state, and in every stage. */
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import { ADDRESS, type Applicant, type TestBureau } from '../lifecycles/onboarding/support.js';

type Life = (bureau: TestBureau, applicantId: string) => Promise<Applicant>;

const LACKS = { outcome: 'missing', documents: ['proof-of-address'] } as const;

const ends = async (applicant: Applicant): Promise<Applicant> => {
  await applicant.ends();
  return applicant;
};

async function refused(test: TestBureau, applicantId: string): Promise<Applicant> {
  test.bureau.refusing.add(`${applicantId}/credit`);
  const applicant = await test.apply({ applicantId, products: ['checking', 'credit'] });
  await applicant.reaches('ProvisioningReview');
  return applicant;
}

/** By name. */
export const ONBOARDINGS: Readonly<Record<string, Life>> = {
  completed: async ({ apply }, applicantId) => ends(await apply({ applicantId, products: ['checking', 'savings'] })),
  'answered-later': async ({ apply, bureau }, applicantId) => {
    bureau.slow.add(applicantId);
    const applicant = await apply({ applicantId });
    await applicant.comes('identity');
    await applicant.comes('screening');
    return ends(applicant);
  },
  'looked-up': async ({ apply, bureau, sleep }, applicantId) => {
    bureau.slow.add(applicantId);
    const applicant = await apply({ applicantId });
    await applicant.isAsked('identity');
    bureau.come(applicant.key('identity'));
    await sleep(hours(1) + minutes(1));
    await applicant.comes('screening');
    return ends(applicant);
  },
  'documents-held': async ({ apply, bureau }, applicantId) => {
    bureau.slow.add(applicantId);
    const applicant = await apply({ applicantId });
    await applicant.isAsked('identity');
    await applicant.provides(ADDRESS);
    await applicant.comes('identity', LACKS);
    await applicant.comes('identity', { outcome: 'passed' }, 2);
    await applicant.comes('screening');
    return ends(applicant);
  },
  incomplete: async ({ apply, applyAgain, bureau, sleep }, applicantId) => {
    bureau.decide(applicantId, 'identity', LACKS);
    const applicant = await apply({ applicantId });
    await applicant.reaches('AwaitingCustomerAction');
    await sleep(days(30) + minutes(1));
    await applicant.ends();
    await applyAgain(applicant, { documents: [ADDRESS] });
    return ends(applicant);
  },
  'match-cleared': async ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'screening', { outcome: 'match' });
    const applicant = await apply({ applicantId });
    await applicant.reaches('ComplianceReview');
    await applicant.ask('decideCompliance', { decision: 'clear' });
    await applicant.approve();
    return ends(applicant);
  },
  'match-confirmed': async ({ apply, applyAgain, bureau, sleep }, applicantId) => {
    bureau.decide(applicantId, 'screening', { outcome: 'match' });
    const applicant = await apply({ applicantId });
    await applicant.reaches('ComplianceReview');
    await applicant.ask('decideCompliance', { decision: 'confirm' });
    await applicant.approve();
    await applicant.ends();
    await applyAgain(applicant);
    await applicant.ends();
    await sleep(days(90) + minutes(1));
    await applyAgain(applicant);
    return ends(applicant);
  },
  referred: async ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'compliance', { outcome: 'referred' });
    bureau.decide(applicantId, 'screening', { outcome: 'referred' });
    const applicant = await apply({ applicantId });
    await applicant.reaches('ManualReview');
    await applicant.ask('decideApplication', { decision: 'accept' });
    await eventually(async () => (await applicant.entity.state()).visits['ManualReview']?.entered === 2);
    await applicant.entity.settled();
    await applicant.ask('decideApplication', { decision: 'retry' });
    return ends(applicant);
  },
  'expired-while-held': async ({ apply, bureau, sleep }, applicantId) => {
    bureau.decide(applicantId, 'identity', LACKS, { outcome: 'passed', validMs: hours(12) });
    const applicant = await apply({ applicantId });
    await applicant.reaches('AwaitingCustomerAction');
    await applicant.ask('placeHold', { hold: 'compliance', reference: 'CASE-7' });
    await applicant.provides(ADDRESS);
    await applicant.reaches('Approved');
    await sleep(days(1));
    await applicant.ask('releaseHold', { hold: 'compliance', reference: 'CASE-7' });
    return ends(applicant);
  },
  'tried-again': async (test, applicantId) => {
    const applicant = await refused(test, applicantId);
    test.bureau.refusing.clear();
    await applicant.ask('decideProvisioning', { decision: 'retry' });
    return ends(applicant);
  },
  'partly-completed': async (test, applicantId) => {
    const applicant = await refused(test, applicantId);
    await applicant.entity.tell('screeningCompleted', { requestId: 'SCN-1', ordinal: 1, outcome: 'match' });
    await applicant.ask('decideProvisioning', { decision: 'keepRest' });
    const { reviews } = await applicant.reaches('Completed');
    for (const taskId of Object.keys(reviews)) await applicant.ask('resolveReview', { taskId, decision: 'filed' });
    return ends(applicant);
  },
  'withdrawn-with-an-undo-that-fails': async (test, applicantId) => {
    const applicant = await refused(test, applicantId);
    test.bureau.misbehave(applicantId, 'withdrawProduct', 'refused');
    await applicant.ask('withdrawApplication');
    await applicant.reaches('ManualReview');
    await applicant.ask('decideApplication', { decision: 'retry' });
    return ends(applicant);
  },
  'not-eligible': async ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'eligibility', { outcome: 'failed' });
    return ends(await apply({ applicantId }));
  },
};
