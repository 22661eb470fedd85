/** Letters that a regulator asks for: steps of the claim, each with proof that it left. */
import { proxyActivities } from '@temporalio/workflow';
import {
  NOTIFICATIONS_TASK_QUEUE,
  type LetterDispatched,
  type LetterKind,
  type NotificationsActivities,
} from '../../activities/notifications/contract.js';
import { dueOf } from '../lifecycle/clockwork.js';
import type { Entity } from '../lifecycle/entity.js';
import { serviceCalls } from '../lifecycle/calls.js';
import type { Move } from '../lifecycle/spec.js';
import { coveragesIn, type ClaimFacts } from './facts.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;

const letters = proxyActivities<NotificationsActivities>(serviceCalls(NOTIFICATIONS_TASK_QUEUE));

/** Sends a letter; `ordinal` where the same stage may send it again. */
export function sendLetter(
  claim: Claim,
  letter: LetterKind,
  values: Readonly<Record<string, string>>,
  ordinal: number | string = claim.ref.stage,
): Promise<LetterDispatched> {
  const { claimant } = claim.facts.notice;
  return letters.sendLetter({
    key: claim.key(`letter-${letter}`, ordinal),
    claimId: claim.id,
    letter,
    values,
    ...(claimant !== undefined && { recipient: claimant }),
  });
}

/** Says why the decision takes longer, and goes back to where the claim was; from then on the time to the next letter runs. */
export async function explainDelay(claim: Claim): Promise<Move<ClaimState>> {
  const back = claim.detouredFrom ?? 'EscalatedForManualReview';
  const { delays = [] } = claim.facts;
  const values = { waitsIn: back, number: String(delays.length + 1) };
  const delay = await sendLetter(claim, 'delay', values, `${claim.ref.stage}.${claim.state.enteredBy}`); // yields
  claim.learn({
    facts: { letters: { ...claim.facts.letters, delay }, delays: [...delays, delay], explainedAt: claim.now() },
    // One that has struck ends here: on the way back it starts from this letter.
    ...(claim.state.clocks['explanation'] && { clocks: { explanation: null } }),
  });
  return { to: back };
}

/** Says that the claim is denied, why, and until when that can be appealed; then it is closed. */
export async function deny(claim: Claim): Promise<Move<ClaimState>> {
  const { denial: decided, terms } = claim.facts;
  const reason = decided?.reason ?? '97';
  const denial = await sendLetter(claim, 'denial', { reason }, `${claim.ref.stage}.${claim.state.enteredBy}`); // yields
  const appealUntil = terms && dueOf(claim.rules, terms.appeal, Date.parse(denial.dispatchedAt)).dueAt;
  // Where something was paid, it ends as what its coverages come to.
  const paid = coveragesIn(claim.state.parts, 'Paid').length > 0;
  return {
    to: 'Closed',
    reason: { code: reason },
    patch: {
      facts: {
        letters: { ...claim.facts.letters, denial },
        denial: { reason, ...(appealUntil !== undefined && { appealUntil }) },
      },
      ...(!paid && { outcome: 'denied' }),
    },
  };
}
