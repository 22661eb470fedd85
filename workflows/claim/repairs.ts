/** A repair by a vendor of the insurer, in place of the money. */
import type { Entity } from '../lifecycle/entity.js';
import type { Effect } from '../lifecycle/spec.js';
import { coveragesIn, type ClaimFacts } from './facts.js';
import type { ClaimMessages } from './messages.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;

/** The repair that the settlement offers for coverages that are to be paid. */
export function repairOffer(claim: Claim): ClaimFacts['repair'] {
  const lines = claim.facts.settlement?.lines ?? [];
  const payable = coveragesIn(claim.state.parts, 'Calculated');
  const offered = lines.filter(({ coverage, repair }) => repair && payable.includes(coverage));
  const vendorId = offered[0]?.repair?.vendorId;
  return vendorId === undefined ? undefined : { vendorId, coverages: offered.map(({ coverage }) => coverage) };
}

/** The insured takes the repair, or the money. */
export function takeRepairAnswer(
  claim: Claim,
  { accept, reasonCode }: ClaimMessages['answerRepairOffer'],
): Effect<ClaimState> {
  const repair = { ...claim.facts.repair, answered: accept ? 'accepted' : 'declined' };
  const reason = { code: reasonCode };
  return {
    apply: { facts: { repair }, ...claim.received('repairAnswer') },
    reason,
    move: { to: accept ? 'RepairInProgress' : 'PaymentPending', reason },
  };
}

/** The vendor's invoice is paid, as far as the settlement goes. */
export function takeRepair(claim: Claim, { coverage, invoice }: ClaimMessages['repairCompleted']): Effect<ClaimState> {
  const { repair } = claim.facts;
  const part = claim.state.parts[coverage];
  if (repair?.answered !== 'accepted' || !repair.coverages.includes(coverage)) return { reject: 'noRepairOrdered' };
  if (repair.completed?.includes(coverage) || part?.state !== 'Calculated') return { reject: 'alreadyReceived' };
  const amount = { ...invoice, minor: Math.min(invoice.minor, part.amount?.minor ?? 0) };
  const completed = [...(repair.completed ?? []), coverage];
  const last = completed.length === repair.coverages.length ? claim.received('repair') : {};
  return {
    apply: { facts: { repair: { ...repair, completed } }, parts: { [coverage]: { ...part, amount } }, ...last },
  };
}
