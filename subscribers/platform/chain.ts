/** A follow-up: what begins it, which steps follow in whatever order, what ends it. */

export interface ChainStep {
  /** Of its folder: letters, digits and dashes. */
  readonly name: string;
  /** Whether it also does what happened before it was there, as far as the broker keeps it. Default `beginning`. */
  readonly from?: 'beginning' | 'now';
}

export interface Chain {
  /** Type of the event that begins it. */
  readonly begins: string;
  /** Type of the event that tells that every step is done. */
  readonly ends: string;
  readonly steps: readonly ChainStep[];
}
