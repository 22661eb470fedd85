/** The verification's rule: an identity is proven by two documents, and for no longer than they are good. */
import type { Outcome } from '../platform/applicant-schemas.js';

/** What proves who somebody is, and where they live. */
const NEEDED = ['identity-card', 'proof-of-address'];
/** For how long a verification is good at most. */
const VALID_MS = 180 * 86_400_000;

/**
 * @param documents one of each kind; `expiresOn` is the last day on which it is good
 * @param now milliseconds since 1970
 */
export function judge(
  documents: ReadonlyArray<{ readonly kind: string; readonly expiresOn?: string }>,
  now: number,
): Outcome {
  const good = documents.filter(({ expiresOn }) => expiresOn === undefined || endOf(expiresOn) > now);
  const missing = NEEDED.filter((kind) => !good.some((document) => document.kind === kind));
  if (missing.length > 0) return { outcome: 'missing', documents: missing };
  const ends = good.flatMap(({ expiresOn }) => (expiresOn === undefined ? [] : [endOf(expiresOn)]));
  return { outcome: 'passed', validUntil: new Date(Math.min(now + VALID_MS, ...ends)).toISOString() };
}

/** The moment after a day. */
const endOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) + 86_400_000;
