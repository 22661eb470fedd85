/** What the onboarding asks the identity service: who somebody is, as documents prove it. */
import type { CallbackTo } from '../callback.js';
import type { Checked, SlowlyChecked, Told } from '../checked.js';
import type { Found } from '../found.js';

export const IDENTITY_TASK_QUEUE = 'throughline-identity';

/** A document as the vault knows it; what stands in it stays there. */
export interface Document {
  /** `identity-card`, `proof-of-address`, … */
  readonly kind: string;
  readonly documentRef: string;
  /** `YYYY-MM-DD`, the last day on which it is good. Absent: it does not expire. */
  readonly expiresOn?: string;
}

export interface VerifyIdentityInput {
  /** Idempotency-Key of the call. */
  readonly key: string;
  readonly applicantId: string;
  /** The how-manieth verification of this applicant, from 1; told again with the answer. */
  readonly ordinal: number;
  /** Reference of name, address and date of birth in the subject store. */
  readonly profileRef: string;
  readonly documents: readonly Document[];
  readonly callback: CallbackTo;
}

/** Data of `com.throughline.identity.verified.v1`. */
export type IdentityVerified = Told<Checked>;

export interface IdentityActivities {
  /** Accepted (202); the answer comes as `identityVerified`. It is good no longer than the documents that it rests on. */
  verifyIdentity(input: VerifyIdentityInput): Promise<SlowlyChecked<Checked>>;
  /** What became of a {@link verifyIdentity} under this Idempotency-Key. Changes nothing. */
  lookUpVerification(input: { readonly key: string }): Promise<Found<SlowlyChecked<Checked>>>;
}

export type { Checked } from '../checked.js';
