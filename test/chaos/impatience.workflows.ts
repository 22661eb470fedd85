/**
 * An interceptor of workflows that gives each call time-outs of seconds, so that every kind of time-out strikes within a short
 * test. It comes after the kernel's: lifecycles and kernel are the product's own, and do not know.
 */
import type { ActivityInput, Next, WorkflowInterceptors, WorkflowOutboundCallsInterceptor } from '@temporalio/workflow';

type Impatience = Partial<
  Record<'scheduleToStartTimeout' | 'startToCloseTimeout' | 'heartbeatTimeout' | 'scheduleToCloseTimeout', string>
>;

/** By activity type. Every kind of time-out has a call that it ends; nothing reports heartbeats. */
const IMPATIENCE: Readonly<Record<string, Impatience>> = {
  requestFraudScreen: { heartbeatTimeout: '3 seconds' },
  requestDocuments: { startToCloseTimeout: '4 seconds', scheduleToStartTimeout: '3 seconds' },
  calculateSettlement: { scheduleToCloseTimeout: '6 seconds' },
};
const OTHERS: Impatience = { startToCloseTimeout: '4 seconds' };

export const interceptors = (): WorkflowInterceptors => ({ outbound: [{ scheduleActivity: hurry }] });

async function hurry(
  input: ActivityInput,
  next: Next<WorkflowOutboundCallsInterceptor, 'scheduleActivity'>,
): Promise<unknown> {
  const impatience = IMPATIENCE[input.activityType] ?? OTHERS;
  return next({ ...input, options: { ...input.options, ...impatience } });
}
