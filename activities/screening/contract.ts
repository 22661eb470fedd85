/** What the onboarding asks the screening service: signs of fraud, and matches with lists of sanctions. */
import type { CallbackTo } from '../callback.js';
import type { Checked, SlowlyChecked, Told } from '../checked.js';
import type { Found } from '../found.js';

export const SCREENING_TASK_QUEUE = 'throughline-screening';

export interface ScreenApplicantInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly applicantId: string;
  /** The how-manieth screening of this applicant, from 1; told again with the answer. */
  readonly ordinal: number;
  /** ISO 3166-1 alpha-2, e.g. `US`. */
  readonly country: string;
  /** Reference of name, address and date of birth in the subject store. */
  readonly profileRef: string;
  readonly callback: CallbackTo;
}

/** `match`: the applicant may be on a list of sanctions. Where people find that it is somebody else, that is good until `validUntil`. */
export type Screened = Checked | { readonly outcome: 'match'; readonly validUntil?: string };

/** Data of `com.throughline.screening.completed.v1`. */
export type ScreeningCompleted = Told<Screened>;

export interface ScreeningActivities {
  /** Accepted (202); the answer comes as `screeningCompleted`. */
  screenApplicant(input: ScreenApplicantInput): Promise<SlowlyChecked<Screened>>;
  /** What became of a {@link screenApplicant} under this Idempotency-Key. Changes nothing. */
  lookUpScreening(input: { readonly key: string }): Promise<Found<SlowlyChecked<Screened>>>;
}
