/** What becomes of each message in each state, driven from the table: what its rule promises there is what the journal says. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import type { OnboardingMessages } from '../../../workflows/onboarding/messages.js';
import { onboardingLifecycle, type OnboardingState } from '../../../workflows/onboarding/states.js';
import { eventually } from '../../support/eventually.js';
import type { Ruling } from '../../edges/universe.js';
import { bundleOf } from '../support/bundle.js';
import { becomeOf, unawaitedIn } from '../support/rulings.js';
import { OPEN_STATES, restingIn } from './resting.js';
import { ADDRESS, useBureau, type Applicant } from './support.js';

const bureauTest = useBureau({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { sleep } = bureauTest;

type Name = keyof OnboardingMessages;

const BECAUSE = { reasonCode: 'asked' } as const;
const DISTANT = '2100-01-01T00:00:00.000Z';

/** Of the right shape, whether or not it is news to the onboarding. */
const DATA: { readonly [N in Name]: OnboardingMessages[N] } = {
  identityVerified: { requestId: 'IDV-unknown', ordinal: 1, outcome: 'passed', validUntil: DISTANT },
  screeningCompleted: { requestId: 'SCN-unknown', ordinal: 1, outcome: 'match' },
  provideDocuments: { documents: [ADDRESS] },
  withdrawApplication: BECAUSE,
  applyAgain: { country: 'US', profileRef: 'PRF-1', products: ['checking'], documents: [] },
  decideApplication: { decision: 'retry', ...BECAUSE },
  decideCompliance: { decision: 'clear', ...BECAUSE },
  decideProvisioning: { decision: 'retry', ...BECAUSE },
};

const unawaited = (state: OnboardingState) => unawaitedIn<Name>(onboardingLifecycle, state);
const become = ({ entity }: Applicant, expected: readonly (readonly [Name, Ruling])[]) =>
  becomeOf(entity, onboardingLifecycle, DATA, expected);

describe('messages that are not awaited', () => {
  test.each(OPEN_STATES)('in %s are held, late or rejected, each by its rule', async (state) => {
    const expected = unawaited(state);
    const applicant = await restingIn(bureauTest, state);
    expect(await become(applicant, expected)).toEqual(expected);
    expect((await applicant.entity.state()).state).toBe(state);
  });

  test('after the end, while the run goes on since somebody has to look at late news, too', async () => {
    const completed = await restingIn(bureauTest, 'ProvisioningReview');
    const rejected = await restingIn(bureauTest, 'ProvisioningReview');
    for (const applicant of [completed, rejected]) {
      await applicant.entity.tell('screeningCompleted', DATA.screeningCompleted);
      await applicant.entity.settled();
    }
    await completed.ask('decideProvisioning', { decision: 'keepRest' });
    await completed.reaches('Completed');
    await rejected.ask('decideProvisioning', { decision: 'reject' });
    await rejected.reaches('Rejected');
    for (const applicant of [completed, rejected]) {
      const { state, reviews } = await applicant.entity.state();
      expect(Object.values(reviews)).toMatchObject([{ queue: 'late-onboarding-news' }]);
      const expected = unawaited(state as OnboardingState);
      expect(await become(applicant, expected)).toEqual(expected);
    }
    for (const applicant of [completed, rejected]) {
      for (const taskId of Object.keys((await applicant.entity.state()).reviews)) {
        await applicant.ask('resolveReview', { taskId, decision: 'filed' });
      }
      await applicant.ends();
    }
  });
});

/** A message was applied in a state. */
async function applied({ entity }: Applicant, name: Name, state: OnboardingState): Promise<void> {
  await eventually(
    () => entity.journal(),
    (journal) => {
      let at = '';
      return journal.some(({ kind, to, message }) => {
        if (kind === 'transition') at = to ?? at;
        return message?.name === name && message.outcome === 'applied' && at === state;
      });
    },
  );
}

describe('an awaited answer is taken wherever the application is by then:', () => {
  /** A slow check, given up by its deadline: an analyst has it. */
  async function overdue(state: 'PendingIdentityVerification' | 'PendingFraudReview'): Promise<Applicant> {
    const applicant = await restingIn(bureauTest, state);
    await sleep(days(2) + minutes(1));
    await applicant.reaches('ManualReview');
    return applicant;
  }

  /** The applicant is asked for something while the answer is still not there. */
  async function asked(state: 'PendingIdentityVerification' | 'PendingFraudReview'): Promise<Applicant> {
    const applicant = await overdue(state);
    await applicant.ask('decideApplication', { decision: 'askCustomer', documents: ['proof-of-address'] });
    await applicant.reaches('AwaitingCustomerAction');
    return applicant;
  }

  test('that of an identity check', async () => {
    for (const [state, way] of [
      ['ManualReview', overdue],
      ['AwaitingCustomerAction', asked],
    ] as const) {
      const applicant = await way('PendingIdentityVerification');
      await applicant.comes('identity');
      await applied(applicant, 'identityVerified', state);
    }
  });

  test('that of a screening', async () => {
    const overdueOne = await overdue('PendingFraudReview');
    await overdueOne.comes('screening');
    await applied(overdueOne, 'screeningCompleted', 'ManualReview');
    const askedOne = await asked('PendingFraudReview');
    await askedOne.comes('screening');
    await applied(askedOne, 'screeningCompleted', 'AwaitingCustomerAction');
    const again = await asked('PendingFraudReview');
    await again.provides(ADDRESS);
    await again.isAsked('identity', 2);
    await again.comes('screening');
    await applied(again, 'screeningCompleted', 'PendingIdentityVerification');
    await again.comes('identity', { outcome: 'passed' }, 2);
    expect(await again.ends()).toMatchObject({ outcome: 'completed' });
  });
});

test('what belongs to no check, or to one that was made anew since, changes nothing', async () => {
  const applicant = await restingIn(bureauTest, 'PendingIdentityVerification');
  await applicant.entity.tell('identityVerified', { ...DATA.identityVerified, ordinal: 2 }, { messageId: 'ahead' });
  await applicant.comes('identity');
  await applicant.isAsked('screening');
  const before = (await applicant.entity.state()).facts;
  await applicant.entity.tell(
    'screeningCompleted',
    { ...DATA.screeningCompleted, ordinal: 2 },
    { messageId: 'unknown' },
  );
  await applicant.entity.settled();
  expect((await applicant.entity.state()).facts).toEqual(before);
  const refused = (await applicant.entity.journal()).filter(({ message }) => message?.outcome === 'rejected');
  expect(refused.map(({ reason }) => reason?.code)).toEqual(['unknownRequest', 'unknownRequest']);
});
