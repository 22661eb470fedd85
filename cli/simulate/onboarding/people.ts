/** The people of the bank: analysts, compliance, the provisioning desk. They decide what waits for them. */
import type { Resolution, ReviewView } from '../../../client/index.js';
import type { OnboardingMessages } from '../../../workflows/onboarding/messages.js';
import type { Plan } from './stories.js';

/** How often something is tried again before it is given up. */
const MOST_RETRIES = 4;

const because = { reasonCode: 'simulated' };

/** @param asked how often this application's tasks were decided before */
export function decisionOf(task: ReviewView, { story }: Plan, asked: number): Resolution {
  switch (task.decidedBy[0]) {
    case 'decideCompliance':
      return {
        data: {
          decision: story === 'matchConfirmed' ? 'confirm' : 'clear',
          ...because,
        } satisfies OnboardingMessages['decideCompliance'],
      };
    case 'decideApplication': {
      // Of a check that is referred each acceptance ends it; what could not be done is tried again.
      const decision = asked >= MOST_RETRIES && asked % 2 === 0 ? 'reject' : asked % 2 === 0 ? 'accept' : 'retry';
      return { data: { decision, ...because } satisfies OnboardingMessages['decideApplication'] };
    }
    case 'decideProvisioning': {
      const decision = asked >= MOST_RETRIES ? 'reject' : 'retry';
      return { data: { decision, ...because } satisfies OnboardingMessages['decideProvisioning'] };
    }
    default:
      // Late news: somebody has read them.
      return { decision: 'noted', ...because };
  }
}
