/**
 * The onboarding: from an application to a customer with an account and products, or to nothing left of it.
 *
 *   Submitted → PendingIdentityVerification → PendingFraudReview → Approved → ProvisioningInProgress → Completed
 *
 * A check is asked for once and is good until a date; what has expired is asked for again before anything is set up. What is missing is
 * asked of the applicant, what is referred is decided by a person, what may be a match with a list of sanctions by two. Whatever is set
 * up registers its undo first; an application that does not go through goes to RejectionPending, where it is undone, by the keys of the
 * calls. Steps look first at what is already known.
 */
import type { Patch, Reason } from '../lifecycle/entry.js';
import { merged } from '../lifecycle/patches.js';
import type { LifecycleSpec, Move } from '../lifecycle/spec.js';
import { find, screen, takeCallback, verify } from './checks.js';
import {
  applyAgain,
  decideApplication,
  decideCompliance,
  decideProvisioning,
  provideDocuments,
  withdraw,
} from './decisions.js';
import {
  again,
  all,
  areCurrent,
  byKind,
  CHECKS,
  disclosed,
  final,
  outcomeOf,
  renewed,
  type Check,
  type CheckName,
  type Onboarding,
  type OnboardingFacts,
} from './facts.js';
import {
  productsOf,
  type OnboardingMessages,
  type OnboardingNotice,
  type OnboardingOutcome,
  type OnboardingResult,
} from './messages.js';
import { askForDocuments, remindOfDocuments, tellRejection, welcome } from './notices.js';
import { closeAccount, provision, withdrawProduct } from './provisioning.js';
import { onboardingRemedies } from './remedies.js';
import { onboardingShapes } from './shapes.js';
import { onboardingLifecycle, type OnboardingState } from './states.js';

type Next = Promise<Move<OnboardingState>>;

export const onboardingSpec: LifecycleSpec<
  OnboardingState,
  OnboardingFacts,
  OnboardingMessages,
  OnboardingNotice,
  OnboardingResult
> = {
  lifecycle: onboardingLifecycle,
  shapes: onboardingShapes,
  remedies: onboardingRemedies,
  key: (notice) => notice.applicantId,
  born: (notice) => {
    const { country, profileRef, products, documents } = notice;
    const checks = Object.fromEntries(CHECKS.map((name) => [name, { ordinal: 1 }])) as Record<CheckName, Check>;
    return {
      facts: { notice, content: { country, profileRef, products }, documents: byKind(documents), round: 1, checks },
      parts: all(CHECKS, 'Open', new Date(Date.now()).toISOString()),
    };
  },

  steps: {
    Submitted: async () => ({ to: 'PendingIdentityVerification' }),
    PendingIdentityVerification: verify,
    PendingFraudReview: screen,
    ComplianceReview: awaitDecision,
    AwaitingCustomerAction: askCustomer,
    ManualReview: awaitDecision,
    Approved: async () => ({ to: 'ProvisioningInProgress' }),
    ProvisioningInProgress: provision,
    ProvisioningReview: awaitDecision,
    RejectionPending: takeBack,
    Completed: welcome,
    Rejected: tellRejection,
  },

  effects: {
    identityVerified: takeCallback('identity'),
    screeningCompleted: takeCallback('screening'),
    provideDocuments,
    withdrawApplication: withdraw,
    applyAgain,
    decideApplication,
    decideCompliance,
    decideProvisioning,
  },

  guards: [
    {
      name: 'checksAreCurrent',
      before: 'ProvisioningInProgress',
      check: (onboarding) =>
        areCurrent(onboarding)
          ? { verdict: 'proceed' }
          : { verdict: 'cancel', reason: 'checksExpired', to: 'PendingIdentityVerification' },
    },
  ],

  entering: {
    PendingIdentityVerification: (onboarding) => renewed(onboarding, CHECKS),
    PendingFraudReview: (onboarding) => renewed(onboarding, ['screening']),
    AwaitingCustomerAction: (onboarding) => onboarding.expect('documents'),
    ManualReview: toAnalyst,
    RejectionPending: rejecting,
    Completed: ({ facts, state }) => ({
      facts: { granted: productsOf(state.parts) },
      outcome: Object.values(facts.provisions ?? {}).some(({ leftOut, over }) => leftOut && !over)
        ? 'partlyCompleted'
        : 'completed',
    }),
    Rejected: rejected,
  },

  compensations: { closeAccount, withdrawProduct },

  // What may be a match is never for one alone; what was taken back by hand is in nobody's books but the application's.
  needsSecondPerson: (_onboarding, message, data) =>
    message === 'decideCompliance' ||
    (message === 'decideApplication' && (data as OnboardingMessages['decideApplication']).decision === 'settled'),

  // A decision that was wrong leaves no rejection; what was taken back meanwhile is set up anew.
  corrected: (onboarding, decision) =>
    merged(decision === 'decideCompliance' ? again(onboarding, ['screening']) : {}, { facts: { rejection: null } }),

  remind: async (onboarding, expectation, ordinal) =>
    expectation === 'documents'
      ? remindOfDocuments(onboarding, ordinal) // yields
      : find(onboarding, expectation === 'identity' ? 'identity' : 'screening'), // yields

  result: (onboarding) => ({
    applicantId: onboarding.id,
    outcome: (onboarding.state.outcome ?? 'rejected') as OnboardingOutcome,
    closedAt: onboarding.state.since,
    products: productsOf(onboarding.state.parts),
  }),
};

// ---- steps ------------------------------------------------------------------------------------------------------------------------

async function awaitDecision(onboarding: Onboarding): Next {
  await onboarding.until(() => false); // yields: only a decision or the deadline leads out
  return { to: 'ManualReview' };
}

async function askCustomer(onboarding: Onboarding): Next {
  await askForDocuments(onboarding); // yields
  return awaitDecision(onboarding); // yields
}

/** Everything that was set up is undone; what cannot be goes to a person. */
async function takeBack(onboarding: Onboarding): Next {
  const left = await onboarding.compensate(); // yields
  if (left.length > 0) return { to: 'ManualReview', reason: { code: 'compensationFailed', reference: left.join(',') } };
  return { to: 'Rejected', reason: { code: onboarding.facts.rejection?.code ?? '', visibility: 'customer' } };
}

// ---- what entering a state changes ------------------------------------------------------------------------------------------------

/** A decision that is overdue, or was wrong, is still about what brought the application here. */
function toAnalyst({ facts }: Onboarding, from: OnboardingState, reason: Reason | undefined): Patch {
  if (facts.review && (from === 'ManualReview' || reason?.code === 'decisionCorrected')) return {};
  return { facts: { review: { from, reason: reason?.code ?? 'unknown' } } };
}

/** Nobody waits for anything any more; what the applicant is told is settled here, once. */
function rejecting(onboarding: Onboarding, from: OnboardingState, reason: Reason | undefined): Patch {
  const { expectations } = onboarding.state;
  const open = Object.keys(expectations).filter((name) => expectations[name]?.receivedAt === undefined);
  const forgotten = { expectations: Object.fromEntries(open.map((name) => [name, null])) };
  return merged(open.length > 0 ? forgotten : {}, {
    facts: { rejection: onboarding.facts.rejection ?? { code: disclosed(from, reason) } },
  });
}

function rejected({ facts, rules }: Onboarding): Patch {
  const rejection = final(facts.rejection ?? { code: '' }, rules.scale);
  return { facts: { rejection }, outcome: outcomeOf(rejection) };
}
