/** A repair by a vendor of the insurer, in place of the money. */
import type { Entity } from '../lifecycle/entity.js';
import type { Effect, Sender } from '../lifecycle/spec.js';
import { coveragesIn, type ClaimFacts } from './facts.js';
import type { ClaimMessages } from './messages.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;
type Repair = NonNullable<ClaimFacts['repair']>;

/** The repair that the settlement offers next, by the first of its vendors that is not among the declined; the rest is paid in money. */
export function repairOffer(claim: Claim, declined: readonly string[] = []): Repair | undefined {
  const payable = coveragesIn(claim.state.parts, 'Calculated');
  const offers = (claim.facts.settlement?.lines ?? []).flatMap(({ coverage, repair }) =>
    repair && payable.includes(coverage) ? [{ coverage, vendors: [repair.vendorId, ...(repair.next ?? [])] }] : [],
  );
  const vendorId = offers.flatMap(({ vendors }) => vendors).find((vendor) => !declined.includes(vendor));
  if (vendorId === undefined) return undefined;
  const coverages = offers.flatMap(({ coverage, vendors }) => (vendors.includes(vendorId) ? [coverage] : []));
  return { vendorId, coverages, ...(declined.length > 0 && { declined }) };
}

/** The insured takes the repair, or does not; nor does the vendor, be it that it had begun. */
export function takeRepairAnswer(
  claim: Claim,
  { accept, vendorId, reasonCode }: ClaimMessages['answerRepairOffer'],
  { actor }: Pick<Sender, 'actor'>,
): Effect<ClaimState> {
  const { repair } = claim.facts;
  const ordered = claim.state.state === 'RepairInProgress';
  // A vendor speaks for itself alone: the news of an earlier one has been overtaken.
  const meant = vendorId ?? repair?.vendorId;
  if (!repair || meant !== repair.vendorId || repair.declined?.includes(actor.id)) return { reject: 'noRepairOrdered' };
  if (accept && ordered) return { reject: 'alreadyReceived' };
  return accept ? accepted(claim, repair, reasonCode) : declined(claim, repair, reasonCode, ordered);
}

function accepted(claim: Claim, repair: Repair, code: string): Effect<ClaimState> {
  return {
    apply: { facts: { repair: { ...repair, answered: 'accepted' } }, ...claim.received('repairAnswer') },
    reason: { code },
    move: { to: 'RepairInProgress', reason: { code } },
  };
}

/** The next vendor is offered; the money is paid where there is none, or where this one has done a part. */
function declined(claim: Claim, repair: Repair, code: string, ordered: boolean): Effect<ClaimState> {
  const next = repair.completed ? undefined : repairOffer(claim, [...(repair.declined ?? []), repair.vendorId]);
  return {
    apply: {
      facts: { repair: next ?? { ...repair, answered: 'declined' } },
      ...claim.received(ordered ? 'repair' : 'repairAnswer'),
    },
    reason: { code },
    move: { to: next ? 'AwaitingRepairDecision' : 'PaymentPending', reason: { code } },
  };
}

/** The vendor's invoice is paid, as far as the settlement goes. */
export function takeRepair(
  claim: Claim,
  { coverage, vendorId, invoice }: ClaimMessages['repairCompleted'],
): Effect<ClaimState> {
  const { repair } = claim.facts;
  const part = claim.state.parts[coverage];
  const ordered = repair?.answered === 'accepted' && repair.vendorId === vendorId;
  if (!ordered || !repair.coverages.includes(coverage)) return { reject: 'noRepairOrdered' };
  if (repair.completed?.includes(coverage) || part?.state !== 'Calculated') return { reject: 'alreadyReceived' };
  if (invoice.minor === 0) return { reject: 'nothingInvoiced' };
  const amount = { ...invoice, minor: Math.min(invoice.minor, part.amount?.minor ?? 0) };
  const completed = [...(repair.completed ?? []), coverage];
  const last = completed.length === repair.coverages.length ? claim.received('repair') : {};
  return {
    apply: { facts: { repair: { ...repair, completed } }, parts: { [coverage]: { ...part, amount } }, ...last },
  };
}
