/**
 * The onboarding with a step that can be bent: `stall:<State>:<n>` as the profile of the notice makes the step of that state wait for ever
 * at its nth visit. States that the product leaves at once are so brought to their deadline, and met by messages.
 */
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';
import type { OnboardingState } from '../../../workflows/onboarding/states.js';
import { onboardingSpec } from '../../../workflows/onboarding/workflow.js';

type Steps = typeof onboardingSpec.steps;

const bent: typeof onboardingSpec = {
  ...onboardingSpec,
  steps: Object.fromEntries(
    Object.entries(onboardingSpec.steps).map(([state, step]): [string, Steps[OnboardingState]] => [
      state,
      async (onboarding) => {
        const [how, where, nth = '1'] = onboarding.facts.notice.profileRef.split(':');
        const visit = onboarding.state.visits[state]?.entered ?? 1;
        if (how === 'stall' && where === state && visit === Number(nth)) await onboarding.until(() => false);
        return step(onboarding);
      },
    ]),
  ) as unknown as Steps,
};

export const onboarding = lifecycleWorkflow(bent);
export const interceptors = kernelInterceptors([bent]);
