/** What the applicant is told: courtesies, whose failure or slowness holds nothing up. */
import { proxyActivities } from '@temporalio/workflow';
import { NOTIFICATIONS_TASK_QUEUE, type NotificationsActivities } from '../../activities/notifications/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Onboarding } from './facts.js';
import { productsOf } from './messages.js';

// A courtesy gives up soon: whoever waits for its own end does not wait for a notice.
const notifications = proxyActivities<Pick<NotificationsActivities, 'sendNotice'>>({
  ...serviceCalls(NOTIFICATIONS_TASK_QUEUE),
  retry: { initialInterval: '500 milliseconds', backoffCoefficient: 2, maximumAttempts: 3 },
});

/** What is missing, once for each time that it is asked for. */
export const askForDocuments = (onboarding: Onboarding): Promise<void> =>
  send(onboarding, `documents.${nthVisit(onboarding)}`, 'onboardingDocumentsNeeded', asked(onboarding));

/** Reminds the applicant of what is still missing. */
export const remindOfDocuments = (onboarding: Onboarding, ordinal: number): Promise<void> =>
  send(onboarding, `reminder.${nthVisit(onboarding)}.${ordinal}`, 'onboardingDocumentsReminder', asked(onboarding));

/** The customer is welcomed. */
export const welcome = (onboarding: Onboarding): Promise<void> =>
  send(onboarding, 'welcome', 'onboardingWelcome', { products: productsOf(onboarding.state.parts).join(',') });

/** The applicant is told that the application does not go through, why as far as it may be told, and from when on to apply again. */
export function tellRejection(onboarding: Onboarding): Promise<void> {
  const { code = '', mayApplyFrom = '' } = onboarding.facts.rejection ?? {};
  const values = { reason: code, mayApplyFrom: mayApplyFrom.slice(0, 10) };
  return send(onboarding, `rejection.${nthVisit(onboarding)}`, 'onboardingRejected', values);
}

const nthVisit = ({ state: { state, visits } }: Onboarding): number => visits[state]?.entered ?? 1;

const asked = ({ facts: { missing = [] } }: Onboarding) => ({ documents: missing.join(',') });

async function send(
  onboarding: Onboarding,
  ordinal: string,
  template: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  await notifications
    .sendNotice({ key: onboarding.key('notice', ordinal), applicantId: onboarding.id, template, values })
    .catch(() => undefined); // yields; a courtesy that fails changes nothing
}
