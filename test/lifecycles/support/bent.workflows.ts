/**
 * The claim with steps that can be bent: the policy number of the notice says in which state, and how, its step misbehaves
 * (`stall:<State>`, `fail:<State>`, `leave:<State>:<Target>`, `part:<State>`). Steps that the product leaves at once are so brought to their deadline, and a
 * flow that contradicts its table can be seen to fail.
 */
import { proxyActivities } from '@temporalio/workflow';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../../activities/notifications/contract.js';
import { claimSpec } from '../../../workflows/claim/workflow.js';
import type { ClaimState } from '../../../workflows/claim/states.js';
import { serviceCalls } from '../../../workflows/lifecycle/calls.js';
import { kernelInterceptors, lifecycleWorkflow } from '../../../workflows/lifecycle/kernel.js';

const notifications = proxyActivities<NotificationsActivities>(serviceCalls(NOTIFICATIONS_TASK_QUEUE));

type Steps = typeof claimSpec.steps;

const bent: typeof claimSpec = {
  ...claimSpec,
  steps: Object.fromEntries(
    Object.entries(claimSpec.steps).map(([state, step]): [string, Steps[ClaimState]] => [
      state,
      async (claim) => {
        const [how, where, target] = claim.facts.notice.policyNumber.split(':');
        if (where === state && how === 'stall') await claim.until(() => false);
        if (where === state && how === 'fail') {
          await notifications.sendNotice({
            key: claim.key('bent'),
            claimId: claim.id,
            template: 'claimClosed',
            values: {},
          }); // yields
        }
        if (where === state && how === 'leave') return { to: target as ClaimState };
        if (where === state && how === 'part') {
          return { to: 'FraudScreenPending', patch: { parts: { building: { state: 'Paid', since: claim.now() } } } };
        }
        return step(claim);
      },
    ]),
  ) as unknown as Steps,
};

export const claim = lifecycleWorkflow(bent);
export const interceptors = kernelInterceptors([bent]);
