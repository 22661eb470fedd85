// Generated from events/catalogue.ts by `npm run generate`. Do not edit.
/** The only root of the workflow bundle: every lifecycle by its workflow type, the kernel's interceptors, and the reconciler. */
import { claimSpec } from './claim/workflow.js';
import { orderSpec } from './order/workflow.js';
import { ticketSpec } from './ticket/workflow.js';
import { onboardingSpec } from './onboarding/workflow.js';
import { kernelInterceptors, lifecycleWorkflow } from './lifecycle/kernel.js';

export const claim = lifecycleWorkflow(claimSpec);
export const order = lifecycleWorkflow(orderSpec);
export const ticket = lifecycleWorkflow(ticketSpec);
export const onboarding = lifecycleWorkflow(onboardingSpec);
export const interceptors = kernelInterceptors([claimSpec, orderSpec, ticketSpec, onboardingSpec]);
export { reconcile, reconcileOnSchedule } from './reconciliation/workflow.js';
