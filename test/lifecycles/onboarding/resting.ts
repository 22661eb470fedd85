/** How an onboarding comes to rest in each state of its table: a new state without a way to it fails to compile. */
import { type StateDefinition } from '../../../workflows/lifecycle/definition.js';
import { onboardingLifecycle, type OnboardingState } from '../../../workflows/onboarding/states.js';
import type { Applicant, TestBureau } from './support.js';

export type OpenState = Exclude<OnboardingState, 'Completed' | 'Rejected'>;

/** The states that are no end, with what the table says of them. */
export const OPEN_STATES = Object.entries<StateDefinition<OnboardingState>>(onboardingLifecycle.states).filter(
  ([, { terminal }]) => !terminal,
) as [OpenState, StateDefinition<OnboardingState>][];

let count = 0;

/** An onboarding at rest in a state; the bureau must run the bent workflows. */
export async function restingIn(test: TestBureau, state: OpenState): Promise<Applicant> {
  const applicant = await WAYS[state](test, `REST-${++count}`);
  await applicant.reaches(state);
  return applicant;
}

type Way = (test: TestBureau, applicantId: string) => Promise<Applicant>;

/** Its step waits for ever. */
const stalled =
  (state: OpenState): Way =>
  ({ apply }, applicantId) =>
    apply({ applicantId, profileRef: `stall:${state}:1` });

const WAYS: Readonly<Record<OpenState, Way>> = {
  Submitted: stalled('Submitted'),
  PendingIdentityVerification: async ({ apply, bureau }, applicantId) => {
    bureau.slow.add(applicantId);
    const applicant = await apply({ applicantId });
    await applicant.isAsked('identity');
    return applicant;
  },
  PendingFraudReview: async ({ apply, bureau }, applicantId) => {
    bureau.slow.add(applicantId);
    const applicant = await apply({ applicantId });
    await applicant.comes('identity');
    await applicant.isAsked('screening');
    return applicant;
  },
  ComplianceReview: ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'screening', { outcome: 'match' });
    return apply({ applicantId });
  },
  AwaitingCustomerAction: ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'identity', { outcome: 'missing', documents: ['proof-of-address'] });
    return apply({ applicantId });
  },
  ManualReview: ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'compliance', { outcome: 'referred' });
    return apply({ applicantId });
  },
  Approved: stalled('Approved'),
  ProvisioningInProgress: stalled('ProvisioningInProgress'),
  ProvisioningReview: ({ apply, bureau }, applicantId) => {
    bureau.refusing.add(`${applicantId}/credit`);
    return apply({ applicantId, products: ['checking', 'credit'] });
  },
  RejectionPending: ({ apply, bureau }, applicantId) => {
    bureau.decide(applicantId, 'eligibility', { outcome: 'failed' });
    return apply({ applicantId, profileRef: 'stall:RejectionPending:1' });
  },
};
