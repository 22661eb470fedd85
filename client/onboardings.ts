/** Onboardings: the entity client with what applicants ask most. */
import type { Answer } from '../workflows/lifecycle/message.js';
import { productsOf } from '../workflows/onboarding/messages.js';
import type {
  ApplyAgain,
  OnboardingMessages,
  OnboardingNotice,
  OnboardingOutcome,
  OnboardingResult,
  ProvideDocuments,
  WithdrawApplication,
} from '../workflows/onboarding/messages.js';
import { onboardingBinding } from './bindings.js';
import { EntityClient, type MessageOptions, type Sender } from './entities.js';
import type { Explanation } from './views.js';

/** Submits, messages and reads onboardings, each by its applicant. */
export class OnboardingsClient extends EntityClient<OnboardingNotice, OnboardingMessages, OnboardingResult> {
  constructor(sender: Sender) {
    super(sender, onboardingBinding, resultOf);
  }

  /** The applicant sends documents; ahead of being asked they are held until then. */
  provideDocuments(id: string, data: ProvideDocuments, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'provideDocuments', data, options) as Promise<Answer>;
  }

  /** The applicant takes the application back: what was set up already is undone. */
  withdraw(id: string, data: WithdrawApplication, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'withdrawApplication', data, options) as Promise<Answer>;
  }

  /** An applicant who was rejected applies again; refused during the cooling period, whose end the refusal's code names. */
  applyAgain(id: string, data: ApplyAgain, options: MessageOptions = {}): Promise<Answer> {
    return this.message(id, 'applyAgain', data, options) as Promise<Answer>;
  }
}

/** The result of an ended onboarding as its record tells it. */
function resultOf(onboarding: Explanation): OnboardingResult | undefined {
  if (onboarding.outcome === undefined) return undefined;
  return {
    applicantId: onboarding.id,
    outcome: onboarding.outcome as OnboardingOutcome,
    closedAt: onboarding.since,
    products: productsOf(onboarding.parts),
  };
}
