/**
 * What an onboarding says and hears: the submission, the messages, the outcome, and the workflow id.
 *
 * Wire names never change. Every message travels as one argument `{ envelope, data }` (`Message`); instants are ISO-8601 strings. The zod
 * schemas in `events/onboarding.ts` describe the same shapes for everything outside the workflow; `shapes.ts` is generated from them for
 * the workflow itself.
 */
import { defineUpdate } from '@temporalio/workflow';
import type { Document, IdentityVerified } from '../../activities/identity/contract.js';
import type { ScreeningCompleted } from '../../activities/screening/contract.js';
import type { PartState } from '../lifecycle/entry.js';
import type { Answer, Message, Submission } from '../lifecycle/message.js';

export const ONBOARDING = 'onboarding';
export const ONBOARDING_TASK_QUEUE = 'throughline-onboarding';

/** Workflow id of an onboarding: `onboarding/<applicantId>`. */
export const onboardingWorkflowId = (applicantId: string): string => `${ONBOARDING}/${applicantId}`;

/** What somebody applies for, and with what. */
export interface ApplicationContent {
  /** ISO 3166-1 alpha-2: where the applicant lives. */
  readonly country: string;
  /** Reference of name, address and date of birth in the erasable subject store. */
  readonly profileRef: string;
  /** Codes of the products, each once. */
  readonly products: readonly string[];
  /** One of each kind; what is lacking is asked for. */
  readonly documents: readonly Document[];
}

export interface OnboardingNotice extends ApplicationContent {
  /** Business key: letters, digits and dashes, at most 64 characters; one for each applicant. Never made from personal data. */
  readonly applicantId: string;
}

/** Input of the `onboarding` workflow. */
export type OnboardingSubmission = Submission<OnboardingNotice>;

/** Why somebody does something: a code, and a reference to a note, never free text. */
export interface Because {
  readonly reasonCode: string;
  readonly note?: string;
}

/** The applicant sends what was missing; a document replaces the one of its kind. */
export interface ProvideDocuments {
  readonly documents: readonly Document[];
}

export type WithdrawApplication = Because;

/** The applicant applies again, for these products and with these documents. */
export type ApplyAgain = ApplicationContent;

/** An analyst's decision. */
export interface DecideApplication extends Because {
  /**
   * `retry`: what could not be done can be now, and what a check has referred is checked again. `accept`: what checks have referred is
   * good. `askCustomer`: for the `documents`. `reject`. `settled`: what could not be taken back was, by hand, by that `reference`.
   */
  readonly decision: 'retry' | 'accept' | 'askCustomer' | 'reject' | 'settled';
  readonly documents?: readonly string[];
  readonly reference?: string;
}

/** `clear`: it is somebody else, or nothing. `confirm`: no business may be done. */
export interface DecideCompliance extends Because {
  readonly decision: 'clear' | 'confirm';
}

/** `retry`: it can be set up now. `keepRest`: what was refused is left out. `reject`: all of it is taken back. */
export interface DecideProvisioning extends Because {
  readonly decision: 'retry' | 'keepRest' | 'reject';
}

/** Each message's data by wire name. */
export interface OnboardingMessages {
  readonly identityVerified: IdentityVerified;
  readonly screeningCompleted: ScreeningCompleted;
  readonly provideDocuments: ProvideDocuments;
  readonly withdrawApplication: WithdrawApplication;
  readonly applyAgain: ApplyAgain;
  readonly decideApplication: DecideApplication;
  readonly decideCompliance: DecideCompliance;
  readonly decideProvisioning: DecideProvisioning;
}

type Update<Name extends keyof OnboardingMessages> = [Message<OnboardingMessages[Name]>];

export const provideDocumentsUpdate = defineUpdate<Answer, Update<'provideDocuments'>>('provideDocuments');
export const withdrawApplicationUpdate = defineUpdate<Answer, Update<'withdrawApplication'>>('withdrawApplication');
export const applyAgainUpdate = defineUpdate<Answer, Update<'applyAgain'>>('applyAgain');

/**
 * How an onboarding ended. `partlyCompleted`: without the products that were refused; `withdrawn`: by the applicant; `incomplete`: what
 * was asked for did not come.
 */
export type OnboardingOutcome = 'completed' | 'partlyCompleted' | 'rejected' | 'withdrawn' | 'incomplete';

/** Result of the workflow. It does not say why somebody was rejected: not everybody may know. */
export interface OnboardingResult {
  readonly applicantId: string;
  readonly outcome: OnboardingOutcome;
  readonly closedAt: string;
  /** Codes of the products that the customer has. */
  readonly products: readonly string[];
}

/** Codes of the products that are set up, as the parts of an onboarding say it. */
export function productsOf(parts: Readonly<Record<string, PartState>>): string[] {
  return Object.entries(parts).flatMap(([name, { state }]) => {
    const [kind, product = ''] = name.split(':');
    return kind === 'product' && state === 'Provisioned' ? [product] : [];
  });
}
