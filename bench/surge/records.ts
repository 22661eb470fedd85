/** What the records say of the claims of a surge: how long each took, and whether each is accounted for. Pure. */
import type { EntityRecord } from '../../records/entity-record.js';

/** As much of a claim's record as is read here. */
export type ClaimRecord = Pick<EntityRecord, 'state' | 'since' | 'closed' | 'deadline' | 'waitsFor' | 'reason'>;

/** Where the claims have come to. */
export interface Account {
  readonly closed: number;
  /** Not closed; each waits with a clock that runs, and a reason. */
  readonly waiting: number;
}

/**
 * Counts claims.
 * @param ids of all that were submitted
 * @throws Error that names those that are neither closed nor wait with a clock and a reason, with what they lack
 */
export function accountOf(ids: readonly string[], claims: ReadonlyMap<string, ClaimRecord>): Account {
  const faults = ids.flatMap((id) => {
    const fault = faultOf(claims.get(id));
    return fault === undefined ? [] : [`${id} ${fault}`];
  });
  if (faults.length > 0) {
    const some = faults.slice(0, 5).join('; ');
    throw new Error(
      `${faults.length} of ${ids.length} claims are neither closed nor wait with a clock and a reason: ${some}`,
    );
  }
  const closed = ids.filter((id) => claims.get(id)?.closed).length;
  return { closed, waiting: ids.length - closed };
}

function faultOf(claim: ClaimRecord | undefined): string | undefined {
  if (!claim) return 'is not on record';
  if (claim.closed) return undefined;
  if (!claim.deadline) return `waits in ${claim.state} without a clock that runs`;
  if (!claim.waitsFor || !claim.reason) return `waits in ${claim.state} without a reason`;
  return undefined;
}

/**
 * Seconds from submission to settlement, of the claims that are closed.
 * @param submittedAt milliseconds since the epoch, by claim
 */
export function settlementTimes(
  submittedAt: ReadonlyMap<string, number>,
  claims: ReadonlyMap<string, ClaimRecord>,
): number[] {
  return [...submittedAt].flatMap(([id, at]) => {
    const claim = claims.get(id);
    return claim?.closed ? [(Date.parse(claim.since) - at) / 1000] : [];
  });
}

/**
 * Claims per second that came to rest after a burst began, up to the ninth in ten: the last ones leave the fleet half idle.
 * @param startedAt milliseconds since the epoch
 * @param claims all at rest
 */
export function throughput(startedAt: number, claims: readonly ClaimRecord[]): number {
  const restedAt = claims.map(({ since }) => Date.parse(since)).sort((a, b) => a - b);
  const most = Math.ceil(restedAt.length * 0.9);
  return most / (((restedAt[most - 1] ?? NaN) - startedAt) / 1000);
}
