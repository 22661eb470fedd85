/** What an onboarding knows, and what follows from it: pure functions that the flow reads like sentences. */
import type { Document } from '../../activities/identity/contract.js';
import type { Instant, PartState, Patch, Reason } from '../lifecycle/entry.js';
import type { Entity } from '../lifecycle/entity.js';
import { days } from '../lifecycle/definition.js';
import type { ApplicationContent, OnboardingNotice, OnboardingOutcome } from './messages.js';
import type { OnboardingState } from './states.js';

export type Onboarding = Entity<OnboardingState, OnboardingFacts>;

/** The checks that are made side by side, and the one that follows. Each is a part of its name. */
export const FIRST_CHECKS = ['identity', 'eligibility', 'compliance'] as const;
export const CHECKS = [...FIRST_CHECKS, 'screening'] as const;
export type CheckName = (typeof CHECKS)[number];

/**
 * What a check has come to. Of the screening neither code nor kind of finding is kept here: journals are read by more people than may
 * know them.
 */
export interface Standing {
  readonly outcome: 'passed' | 'failed' | 'referred' | 'missing';
  readonly code?: string;
  /** With `referred`: to compliance, which decides by two people. */
  readonly toCompliance?: true;
  /** What is passed is good until then; what is referred, if a person accepts it. */
  readonly validUntil?: Instant;
  /** Kinds of documents that are missing. */
  readonly documents?: readonly string[];
}

/** A check: the how-manieth of its name it is, and what it has come to. */
export interface Check {
  readonly ordinal: number;
  readonly requestId?: string;
  /** Absent while there is no answer. */
  readonly standing?: Standing;
}

/** Something that is set up: the account, or a product. */
export interface Provision {
  readonly ordinal: number;
  /** Idempotency-Key of the call. */
  readonly key: string;
  /** Absent while nobody knows whether the call took effect. */
  readonly id?: string;
  /** Why the service said no. */
  readonly refused?: string;
  /** A person has decided to do without it. */
  readonly leftOut?: true;
  /** It was taken back, or has to be asked for anew. */
  readonly over?: true;
}

/** Why an application does not go through, as far as the applicant is told. */
export interface Rejection {
  readonly code: string;
  /** When it was rejected, and from when on the applicant may apply again; absent while it is being taken back. */
  readonly at?: Instant;
  readonly mayApplyFrom?: Instant;
}

/** The onboarding's facts, as its journal builds them. */
export interface OnboardingFacts {
  readonly notice: OnboardingNotice;
  /** What is applied for now. */
  readonly content: Omit<ApplicationContent, 'documents'>;
  /** The newest of each kind. */
  readonly documents: Readonly<Record<string, Document>>;
  /** Counts applications, from 1. */
  readonly round: number;
  readonly checks: Readonly<Record<CheckName, Check>>;
  /** Kinds of documents that the applicant is asked for. */
  readonly missing?: readonly string[];
  /** By part. */
  readonly provisions?: Readonly<Record<string, Provision>>;
  /** What brought the application to an analyst: the state that it goes back to. */
  readonly review?: { readonly from: OnboardingState; readonly reason: string };
  readonly rejection?: Rejection | null;
  /** Codes of the products that the customer has in the end. */
  readonly granted?: readonly string[];
}

/** Names of parts. */
export const ACCOUNT = 'account:main';
export const productPart = (product: string): string => `product:${product}`;

/** Told to applicants in place of reasons that are not for them. */
const NOT_ACCEPTED = 'notAccepted';
/** For how long an applicant who was rejected may not apply again. */
const COOLING_MS = days(90);
/** What is not held against the applicant, who may apply again at once. */
const HARMLESS = ['withdrawn', 'incomplete', 'notProvided'];
/** For how long what a person has accepted is good, where the service does not say. */
const ACCEPTED_FOR_MS = days(30);

const PART_STATES = { passed: 'Passed', failed: 'Failed', referred: 'Referred', missing: 'Missing' } as const;

/** Several parts in one state. */
export function all(names: readonly string[], state: string, since: Instant): Readonly<Record<string, PartState>> {
  return Object.fromEntries(names.map((name): [string, PartState] => [name, { state, since }]));
}

/** By their kinds; of two of a kind the later one counts. */
export const byKind = (documents: readonly Document[]): Readonly<Record<string, Document>> =>
  Object.fromEntries(documents.map((document) => [document.kind, document]));

// ---- checks -----------------------------------------------------------------------------------------------------------------------

/** The checks, of those named, that have come to something. */
export const checksThat = (
  { facts }: Onboarding,
  outcome: Standing['outcome'],
  names: readonly CheckName[] = CHECKS,
): CheckName[] => names.filter((name) => facts.checks[name].standing?.outcome === outcome);

/** Passed, and good until some time after now. */
export function isCurrent({ facts }: Onboarding, name: CheckName): boolean {
  const { outcome, validUntil } = facts.checks[name].standing ?? {};
  return outcome === 'passed' && validUntil !== undefined && Date.parse(validUntil) > Date.now();
}

export const areCurrent = (onboarding: Onboarding): boolean => CHECKS.every((name) => isCurrent(onboarding, name));

/** A patch by which a check has come to something. */
export function come(onboarding: Onboarding, name: CheckName, standing: Standing, requestId?: string): Patch {
  const { checks } = onboarding.facts;
  const { code, outcome } = standing;
  const part: PartState = { state: PART_STATES[outcome], since: onboarding.now(), ...(code && { reason: code }) };
  return {
    facts: {
      checks: { ...checks, [name]: { ...checks[name], standing, ...(requestId !== undefined && { requestId }) } },
    },
    parts: { [name]: part },
  };
}

/** A patch by which checks are made again, each under its next number. Nobody waits any more for what the last ones would say. */
export function again(onboarding: Onboarding, names: readonly CheckName[]): Patch {
  if (names.length === 0) return {};
  const { checks } = onboarding.facts;
  const open = names.map((name): [CheckName, Check] => [name, { ordinal: checks[name].ordinal + 1 }]);
  const awaited = names.filter((name) => onboarding.received(name).expectations);
  return {
    facts: { checks: { ...checks, ...Object.fromEntries(open) } },
    parts: all(names, 'Open', onboarding.now()),
    ...(awaited.length > 0 && { expectations: Object.fromEntries(awaited.map((name) => [name, null])) }),
  };
}

/** What has expired is done again. */
export const renewed = (onboarding: Onboarding, names: readonly CheckName[]): Patch =>
  again(
    onboarding,
    checksThat(onboarding, 'passed', names).filter((name) => !isCurrent(onboarding, name)),
  );

/** A patch by which a person accepts what checks have referred. */
export function accepted(onboarding: Onboarding, names: readonly CheckName[]): Patch {
  const { checks } = onboarding.facts;
  const until = (validUntil = ''): Instant =>
    Date.parse(validUntil) > Date.now()
      ? validUntil
      : new Date(Date.now() + ACCEPTED_FOR_MS * onboarding.rules.scale).toISOString();
  const passed = names.map((name): [CheckName, Check] => [
    name,
    { ...checks[name], standing: { outcome: 'passed', validUntil: until(checks[name].standing?.validUntil) } },
  ]);
  return {
    facts: { checks: { ...checks, ...Object.fromEntries(passed) } },
    parts: all(names, 'Passed', onboarding.now()),
  };
}

// ---- the end ----------------------------------------------------------------------------------------------------------------------

/** What an applicant is told of a rejection that comes from a state with a reason. */
export function disclosed(from: OnboardingState, reason: Reason | undefined): string {
  if (reason?.visibility === 'customer') return reason.code;
  if (from === 'AwaitingCustomerAction') return 'incomplete';
  return from === 'ProvisioningReview' ? 'notProvided' : NOT_ACCEPTED;
}

/** A rejection that is final from now on. */
export function final({ code }: Pick<Rejection, 'code'>, scale: number): Rejection {
  const cooling = HARMLESS.includes(code) ? 0 : COOLING_MS * scale;
  return {
    code,
    at: new Date(Date.now()).toISOString(),
    mayApplyFrom: new Date(Date.now() + cooling).toISOString(),
  };
}

/** How an onboarding that does not go through ends. */
export const outcomeOf = ({ code }: Pick<Rejection, 'code'>): OnboardingOutcome =>
  code === 'withdrawn' || code === 'incomplete' ? code : 'rejected';
