/** The digest that tells a repeated submission from a conflicting one. */
import { createHash } from 'node:crypto';
import { canonicalJson } from '../workflows/lifecycle/canonical.js';
import type { Profile } from '../workflows/lifecycle/message.js';

/** Name of the memo field that holds it. */
export const CONTENT_HASH = 'contentHash';

/**
 * SHA-256, in hex, over the canonical JSON (sorted keys, no spaces, absent members left out) of `{ notice, profile, basis }`.
 * The envelope is left out: a repeat comes at another time and may come from another sender.
 * @param basis digest of what the notice was made from, where that says more than the notice.
 */
export function contentHash(notice: unknown, profile: Profile, basis?: string): string {
  return createHash('sha256').update(canonicalJson({ notice, profile, basis })).digest('hex');
}
