/** What applicants and people in the house decide, and what each decision changes. */
import type { Patch, Reason } from '../lifecycle/entry.js';
import { merged } from '../lifecycle/patches.js';
import type { Effect } from '../lifecycle/spec.js';
import {
  accepted,
  again,
  byKind,
  checksThat,
  FIRST_CHECKS,
  isCurrent,
  type CheckName,
  type Onboarding,
} from './facts.js';
import type {
  ApplyAgain,
  Because,
  DecideApplication,
  DecideCompliance,
  DecideProvisioning,
  ProvideDocuments,
} from './messages.js';
import { changed, gone, refusedParts } from './provisioning.js';
import type { OnboardingState } from './states.js';

type Taken = Effect<OnboardingState>;

const reasonOf = ({ reasonCode, note }: Because): Reason => ({ code: reasonCode, ...(note !== undefined && { note }) });

// ---- applicants -------------------------------------------------------------------------------------------------------------------

/** What lacks documents is checked again once all that were asked for are there. */
export function provideDocuments(onboarding: Onboarding, { documents }: ProvideDocuments): Taken {
  const today = onboarding.now().slice(0, 10);
  const expired = documents.find(({ expiresOn = today }) => expiresOn < today);
  if (expired) return { reject: `documentExpired.${expired.kind}` };
  const given = byKind(documents);
  const missing = (onboarding.facts.missing ?? []).filter((kind) => !given[kind]);
  const facts = { documents: { ...onboarding.facts.documents, ...given }, missing };
  if (missing.length > 0) return { apply: { facts } };
  // A check that goes by documents goes by these.
  const names = [...new Set([...checksThat(onboarding, 'missing'), 'identity' as const])];
  return {
    apply: merged(merged(again(onboarding, names), { facts }), onboarding.received('documents')),
    move: { to: 'PendingIdentityVerification', reason: { code: 'documentsProvided' } },
  };
}

export function withdraw(onboarding: Onboarding, because: Because): Taken {
  if (isRejected(onboarding)) return { reject: 'rejectionUnderWay' };
  const reason = reasonOf(because);
  const { note } = reason;
  return {
    apply: {},
    reason,
    move: {
      to: 'RejectionPending',
      reason: { code: 'withdrawn', ...(note !== undefined && { note }), visibility: 'customer' },
    },
  };
}

/** Another application of the same applicant: what is known and still good is not checked again. */
export function applyAgain(onboarding: Onboarding, { documents, ...content }: ApplyAgain): Taken {
  const { rejection, round, provisions = {} } = onboarding.facts;
  const { mayApplyFrom } = rejection ?? {};
  if (mayApplyFrom !== undefined && Date.parse(mayApplyFrom) > Date.now())
    return { reject: `coolingPeriod.${mayApplyFrom.slice(0, 10)}` };
  const first = rejection === undefined;
  const proven: readonly CheckName[] = documents.length === 0 ? ['identity', 'screening'] : ['screening'];
  const open = [...FIRST_CHECKS, 'screening' as const].filter(
    (name) => onboarding.facts.checks[name].standing && !(proven.includes(name) && isCurrent(onboarding, name)),
  );
  const facts = {
    content,
    documents: { ...onboarding.facts.documents, ...byKind(documents) },
    round: first ? round : round + 1,
    missing: [],
    rejection: null,
  };
  const apply = [again(onboarding, open), changed(onboarding, Object.keys(provisions), { over: true }), { facts }];
  return { apply: apply.reduce<Patch>((patch, each) => merged(patch, each), {}) };
}

// ---- people -----------------------------------------------------------------------------------------------------------------------

/** What an analyst says, back to where the application came from. */
export function decideApplication(onboarding: Onboarding, decision: DecideApplication): Taken {
  const { checks, review: { from } = {} } = onboarding.facts;
  const reason: Reason = {
    ...reasonOf(decision),
    ...(decision.reference !== undefined && { reference: decision.reference }),
  };
  if (from === undefined) return { reject: 'nothingToDecide' };
  if (isRejected(onboarding) && !['retry', 'settled'].includes(decision.decision))
    return { reject: 'rejectionUnderWay' };
  // What compliance decides is for nobody else.
  const referred = checksThat(onboarding, 'referred').filter((name) => !checks[name].standing?.toCompliance);
  switch (decision.decision) {
    case 'retry':
      return { apply: again(onboarding, referred), reason, move: { to: from, reason } };
    case 'accept':
      if (referred.length === 0) return { reject: 'nothingToAccept' };
      return { apply: accepted(onboarding, referred), reason, move: { to: from, reason } };
    case 'askCustomer': {
      const { documents: missing = [] } = decision;
      if (missing.length === 0) return { reject: 'documentsUnnamed' };
      const asked: Reason = { code: 'documentsMissing', visibility: 'customer' };
      return {
        apply: merged(again(onboarding, referred), { facts: { missing } }),
        reason,
        move: { to: 'AwaitingCustomerAction', reason: asked },
      };
    }
    case 'reject':
      return { apply: {}, reason, move: { to: 'RejectionPending', reason } };
    case 'settled': {
      const { compensations = {} } = onboarding.state;
      const failed = Object.keys(compensations).filter((name) => compensations[name]?.failed);
      if (failed.length === 0) return { reject: 'nothingToSettle' };
      if (decision.reference === undefined) return { reject: 'referenceMissing' };
      const settled = { compensations: Object.fromEntries(failed.map((name) => [name, null])) };
      return { apply: { ...gone(onboarding, failed), ...settled }, reason, move: { to: from, reason } };
    }
  }
}

/** The application is being taken back, or was to be: that is not undecided by the way. */
const isRejected = ({ facts: { rejection } }: Onboarding): boolean => rejection !== undefined && rejection !== null;

/** Why is for few to know, whatever was found. */
export function decideCompliance(onboarding: Onboarding, { decision, ...because }: DecideCompliance): Taken {
  const reason: Reason = { ...reasonOf(because), visibility: 'restricted' };
  return decision === 'clear'
    ? {
        apply: accepted(onboarding, ['screening']),
        reason,
        move: { to: 'PendingFraudReview', reason: { ...reason, code: 'matchCleared' } },
      }
    : { apply: {}, reason, move: { to: 'RejectionPending', reason: { ...reason, code: 'matchConfirmed' } } };
}

export function decideProvisioning(onboarding: Onboarding, { decision, ...because }: DecideProvisioning): Taken {
  const reason = reasonOf(because);
  const refused = refusedParts(onboarding);
  if (decision === 'reject') return { apply: {}, reason, move: { to: 'RejectionPending', reason } };
  const move = { to: 'ProvisioningInProgress' as const, reason };
  if (decision === 'retry') return { apply: changed(onboarding, refused, { over: true }), reason, move };
  const somethingIsThere = Object.entries(onboarding.state.parts).some(
    ([name, { state }]) => name.startsWith('product:') && state === 'Provisioned',
  );
  if (refused.length === 0 || !somethingIsThere) return { reject: 'nothingToKeep' };
  return { apply: changed(onboarding, refused, { leftOut: true }), reason, move };
}
