/** What the checks of an applicant come to, whichever service makes them. */

/**
 * `passed`: until `validUntil`. `failed`: for good, and why. `referred`: a person has to decide; where that is for the better, it is good
 * until `validUntil`. `missing`: it cannot be made without these documents. `validUntil` is an ISO-8601 instant.
 */
export type Checked =
  | { readonly outcome: 'passed'; readonly validUntil: string }
  | { readonly outcome: 'failed'; readonly code: string }
  | { readonly outcome: 'referred'; readonly code: string; readonly validUntil?: string }
  | { readonly outcome: 'missing'; readonly documents: readonly string[] };

/** A check that takes its time: accepted, and told later; asked again under its key it is answered as it has come out. */
export type SlowlyChecked<Answer> = { readonly requestId: string } & (Answer | { readonly outcome: 'pending' });

/** The data of the callback that tells how one has come out. */
export type Told<Answer> = Answer & {
  readonly requestId: string;
  /** As the request said it: the how-manieth check of its kind of this applicant it is. */
  readonly ordinal: number;
};
