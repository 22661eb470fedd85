/** The checks of an application: asked side by side, answered at once or by callback, each good until a date. */
import { proxyActivities } from '@temporalio/workflow';
import { ELIGIBILITY_TASK_QUEUE, type EligibilityActivities } from '../../activities/eligibility/contract.js';
import { IDENTITY_TASK_QUEUE, type Checked, type IdentityActivities } from '../../activities/identity/contract.js';
import { SCREENING_TASK_QUEUE, type Screened, type ScreeningActivities } from '../../activities/screening/contract.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Patch, Reason } from '../lifecycle/entry.js';
import { isRefusal, refusalOf } from '../lifecycle/refusals.js';
import type { Effect, Move } from '../lifecycle/spec.js';
import {
  again,
  checksThat,
  come,
  FIRST_CHECKS,
  type CheckName,
  type Onboarding,
  type OnboardingFacts,
  type Standing,
} from './facts.js';
import type { OnboardingMessages } from './messages.js';
import type { OnboardingState } from './states.js';

type Next = Promise<Move<OnboardingState>>;
type Slow = 'identity' | 'screening';
/** What a call is answered with; a slow one may say no more than that it was taken. */
type Answer = { readonly requestId?: string } & (Screened | { readonly outcome: 'pending' });

const identity = proxyActivities<IdentityActivities>(serviceCalls(IDENTITY_TASK_QUEUE));
const screening = proxyActivities<ScreeningActivities>(serviceCalls(SCREENING_TASK_QUEUE));
const eligibility = proxyActivities<EligibilityActivities>(serviceCalls(ELIGIBILITY_TASK_QUEUE));

// ---- steps ------------------------------------------------------------------------------------------------------------------------

/** Identity, eligibility and compliance, side by side. */
export async function verify(onboarding: Onboarding): Next {
  await makeUp(onboarding, FIRST_CHECKS); // yields
  return objection(onboarding, FIRST_CHECKS) ?? { to: 'PendingFraudReview' };
}

export async function screen(onboarding: Onboarding): Next {
  await makeUp(onboarding, ['screening']); // yields
  return objection(onboarding, ['screening']) ?? { to: 'Approved' };
}

/** Asks what is not known, and waits until it is, or until one of them is against the application for good. */
async function makeUp(onboarding: Onboarding, names: readonly CheckName[]): Promise<void> {
  const open = () => names.filter((name) => !onboarding.facts.checks[name].standing);
  const lost = () => checksThat(onboarding, 'failed', names).length > 0;
  const asked = await Promise.allSettled(open().map((name) => ask(onboarding, name))); // yields
  const broken = asked.find(({ status }) => status === 'rejected');
  if (broken && !lost()) throw (broken as PromiseRejectedResult).reason;
  await onboarding.until(() => lost() || open().length === 0); // yields
}

/** Asked again under its key, a check is not made again: it is answered as it has come out. One that was refused is made anew. */
async function ask(onboarding: Onboarding, name: CheckName): Promise<void> {
  const { ordinal } = onboarding.facts.checks[name];
  try {
    take(onboarding, name, ordinal, await call(onboarding, name, ordinal)); // yields
  } catch (err) {
    if (isRefusal(err) && refusalOf(err) !== undefined) onboarding.learn(again(onboarding, [name]));
    throw err;
  }
}

function call(onboarding: Onboarding, name: CheckName, ordinal: number): Promise<Answer> {
  const { content, documents } = onboarding.facts;
  const { country, profileRef, products } = content;
  const frame = { key: onboarding.key(name, ordinal), applicantId: onboarding.id, profileRef };
  const slow = { ...frame, ordinal, callback: { reference: onboarding.workflowId } };
  switch (name) {
    case 'identity':
      return identity.verifyIdentity({ ...slow, documents: Object.values(documents) });
    case 'screening':
      return screening.screenApplicant({ ...slow, country });
    case 'eligibility':
      return eligibility.checkEligibility({ ...frame, country, products });
    case 'compliance':
      return eligibility.checkCompliance({ ...frame, country, products });
  }
}

// ---- answers ----------------------------------------------------------------------------------------------------------------------

/** What a call is answered with; its callback may have been faster. */
function take(onboarding: Onboarding, name: CheckName, ordinal: number, answer: Answer): void {
  const { checks } = onboarding.facts;
  const check = checks[name];
  if (check.ordinal !== ordinal || check.standing) return;
  if (answer.outcome !== 'pending') return onboarding.learn(answered(onboarding, name, answer));
  const { requestId } = answer;
  const named = { ...check, ...(requestId !== undefined && { requestId }) };
  onboarding.learn({ facts: { checks: { ...checks, [name]: named } }, ...onboarding.expect(name) });
}

/** The callback of a slow check. */
export const takeCallback =
  (name: Slow) =>
  (
    onboarding: Onboarding,
    { ordinal, ...answer }: OnboardingMessages['identityVerified' | 'screeningCompleted'],
  ): Effect<OnboardingState> => {
    const check = onboarding.facts.checks[name];
    if (check.ordinal < ordinal) return { reject: 'unknownRequest' };
    if (check.ordinal > ordinal || check.standing) return { reject: 'alreadyAnswered' };
    return { apply: answered(onboarding, name, answer) };
  };

function answered(
  onboarding: Onboarding,
  name: CheckName,
  answer: { readonly requestId?: string } & (Checked | Screened),
): Patch {
  const standing = standingOf(name, answer);
  return { ...come(onboarding, name, standing, answer.requestId), ...onboarding.received(name) };
}

function standingOf(name: CheckName, answer: Checked | Screened): Standing {
  // Good for no time at all: without a person it would be asked for ever.
  if (answer.outcome === 'passed' && Date.parse(answer.validUntil) <= Date.now())
    return { outcome: 'referred', code: 'expiredAlready' };
  const { validUntil } = answer as { readonly validUntil?: string };
  const code = name !== 'screening' && 'code' in answer ? answer.code : undefined;
  return {
    outcome: answer.outcome === 'match' ? 'referred' : answer.outcome,
    ...(code !== undefined && { code }),
    ...(answer.outcome === 'match' && { toCompliance: true as const }),
    ...(validUntil !== undefined && { validUntil }),
    ...(answer.outcome === 'missing' && { documents: answer.documents }),
  };
}

/** A service has not called back: what has come out since is taken as if it had. */
export async function find(onboarding: Onboarding, name: Slow): Promise<void> {
  const { ordinal, standing } = onboarding.facts.checks[name];
  if (standing) return;
  const key = onboarding.key(name, ordinal);
  const found =
    name === 'identity' ? await identity.lookUpVerification({ key }) : await screening.lookUpScreening({ key }); // yields
  if (found.outcome === 'done' && found.answer.outcome !== 'pending') take(onboarding, name, ordinal, found.answer);
}

// ---- what they come to --------------------------------------------------------------------------------------------------------------

/** Where an application goes that these checks do not all pass; undefined where they do. */
function objection(onboarding: Onboarding, names: readonly CheckName[]): Move<OnboardingState> | undefined {
  const { checks } = onboarding.facts;
  const [failed] = checksThat(onboarding, 'failed', names);
  if (failed) return { to: 'RejectionPending', reason: because(checks, failed) };
  const missing = [...new Set(names.flatMap((name) => checks[name].standing?.documents ?? []))];
  if (missing.length > 0) {
    const reason = { code: 'documentsMissing', visibility: 'customer' } as const;
    return { to: 'AwaitingCustomerAction', reason, patch: { facts: { missing } } };
  }
  const [referred] = checksThat(onboarding, 'referred', names);
  if (!referred) return undefined;
  const to = checks[referred].standing?.toCompliance ? 'ComplianceReview' : 'ManualReview';
  return { to, reason: because(checks, referred) };
}

/** What the screening has found is for few to know: where to look it up is said, and to them alone. */
function because(checks: OnboardingFacts['checks'], name: CheckName): Reason {
  const { standing, requestId } = checks[name];
  if (name === 'screening') {
    const code = standing?.toCompliance ? 'potentialMatch' : standing?.outcome === 'failed' ? 'fraud' : 'fraudReferred';
    return { code, ...(requestId !== undefined && { reference: requestId }), visibility: 'restricted' };
  }
  const code = standing?.code ?? `${name}Failed`;
  return standing?.outcome === 'failed' ? { code, visibility: 'customer' } : { code };
}
