/** What became of the claims: asked once, or again and again until each has ended or waits for a person. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntitySummary } from '../../client/index.js';
import type { ClaimState } from '../../workflows/claim/states.js';
import type { Patience } from './patience.js';

/** The most ids that one lookup takes. */
const LOOKUP_SIZE = 500;

/** Where a claim stays until a person decides. */
const WAITS_FOR_PERSON: ClaimState = 'EscalatedForManualReview';

const SHORTEST_POLL_MS = 500;
const LONGEST_POLL_MS = 4_000;

/** Looks claims up by id. */
export type Lookup = (claimIds: readonly string[]) => Promise<readonly EntitySummary[]>;

/** Claims by id. One that is absent was accepted and has not been recorded yet: it is on its first step. */
export type Summaries = Map<string, EntitySummary>;

/** Whether a claim moves no further by itself. */
function isSettled(claim: EntitySummary | undefined): boolean {
  return claim !== undefined && (claim.closed || claim.state === WAITS_FOR_PERSON);
}

/** Asks for all claims and puts the answers into `summaries`. @throws GaveUp */
export async function refresh(
  claimIds: readonly string[],
  lookup: Lookup,
  patience: Patience,
  summaries: Summaries,
): Promise<void> {
  for (let from = 0; from < claimIds.length; from += LOOKUP_SIZE) {
    const ids = claimIds.slice(from, from + LOOKUP_SIZE);
    for (const claim of await patience.call(() => lookup(ids))) summaries.set(claim.id, claim);
  }
}

/**
 * Follows the claims until all are settled or the time is over. Only those that still move are asked for again, more seldom
 * while none of them moves.
 * @param moved told after each round how many are settled
 * @returns the ids that still move; empty unless the time was over
 * @throws GaveUp
 */
export async function follow(
  claimIds: readonly string[],
  lookup: Lookup,
  patience: Patience,
  summaries: Summaries,
  options: { readonly timeoutMs: number; readonly moved: (settled: number) => void },
): Promise<readonly string[]> {
  const endsAt = Date.now() + options.timeoutMs;
  let moving = claimIds.filter((id) => !isSettled(summaries.get(id)));
  let pauseMs = SHORTEST_POLL_MS;
  while (moving.length > 0) {
    const startedAt = Date.now();
    const before = moving.length;
    await refresh(moving, lookup, patience, summaries);
    moving = moving.filter((id) => !isSettled(summaries.get(id)));
    options.moved(claimIds.length - moving.length);
    if (moving.length === 0 || Date.now() >= endsAt) break;
    pauseMs = moving.length < before ? SHORTEST_POLL_MS : Math.min(pauseMs * 1.5, LONGEST_POLL_MS);
    // Following must not take from the fleet what it needs to work: at most a third of the time is spent on asking.
    const politeMs = Math.max(pauseMs, 2 * (Date.now() - startedAt));
    await sleep(Math.max(0, Math.min(politeMs, endsAt - Date.now())));
  }
  return moving;
}
