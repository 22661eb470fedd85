/** Declarations and claims, as the tests of catastrophes begin with them. */
import type { CatastropheDeclaration } from '../../client/catastrophes.js';
import type { ClaimNotice } from '../../workflows/claim/messages.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { notice, submitted } from '../gateway/stage.js';

/** The storm of October 2012, in all of two states. */
export const sandy = (changes: Partial<CatastropheDeclaration> = {}): CatastropheDeclaration => ({
  code: 'SANDY-2012',
  name: 'Hurricane Sandy',
  from: '2012-10-28',
  to: '2012-10-31',
  states: ['NJ', 'NY'],
  bulletin: 'W-12092',
  ...changes,
});

/** A first notice of loss that names no catastrophe. */
export function lossOf(
  date: string,
  state: string,
  postalCode: string,
  claimId?: string,
): Omit<ClaimNotice, 'catastrophe'> {
  const { catastrophe: _, ...rest } = notice(claimId);
  return { ...rest, dateOfLoss: date, property: { state, postalCode } };
}

/** Of the night when the storm came ashore. */
export const sandyLoss = (claimId?: string) => lossOf('2012-10-29', 'NY', '11693', claimId);

/** The first entry of a claim with these facts, as its workflow would write it. */
export function begun(facts: Readonly<Record<string, unknown>>, recordedAt = '2012-10-29T00:00:00.000Z'): Entry {
  const first = submitted();
  return { ...first, recordedAt, patch: { ...first.patch, facts } };
}
