/** What a look-up by Idempotency-Key tells of a call whose answer was lost. */

/**
 * `none`: no call under this key took effect up to now; the same call may be sent. `refused`: the service said no, by the name that the
 * call's failure would have had. `done`: it took effect, and `answer` is what was answered.
 */
export type Found<T> =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'refused'; readonly code: string }
  | { readonly outcome: 'done'; readonly answer: T };
