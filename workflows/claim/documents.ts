/** Documents: which ones the claim waits for, and what becomes of those that arrive, here or at a claim that was merged into it. */
import type { Entity } from '../lifecycle/entity.js';
import type { Patch } from '../lifecycle/entry.js';
import type { Effect } from '../lifecycle/spec.js';
import { coveragesIn, isManaged, type ClaimFacts } from './facts.js';
import type { ClaimMessages } from './messages.js';
import type { ClaimState } from './states.js';

type Claim = Entity<ClaimState, ClaimFacts>;

/** A document has arrived. */
export function takeDocument(claim: Claim, document: ClaimMessages['documentReceived']): Effect<ClaimState> {
  const kinds = documentsReceived(claim);
  if (kinds.includes(document.kind)) return { reject: 'alreadyReceived' };
  return {
    apply: {
      facts: {
        documentsReceived: [...kinds, document.kind],
        ...(document.kind === 'proofOfLoss' && isManaged(claim.facts) && proven(claim)),
      },
      ...claim.received(`document:${document.kind}`),
    },
  };
}

/** Another claim for this loss has ended; what had arrived there has arrived here. */
export function takeMerged(
  claim: Claim,
  { claimId, documents: kinds }: ClaimMessages['claimMerged'],
): Effect<ClaimState> {
  const before = documentsReceived(claim);
  const fresh = kinds.filter((kind) => !before.includes(kind));
  const expectations = Object.assign(
    {},
    ...fresh.map((kind) => claim.received(`document:${kind}`).expectations ?? {}),
  ) as NonNullable<Patch['expectations']>;
  const proof = fresh.includes('proofOfLoss') && isManaged(claim.facts) && proven(claim);
  return {
    apply: {
      facts: { merged: [...(claim.facts.merged ?? []), claimId], documentsReceived: [...before, ...fresh], ...proof },
      expectations,
    },
  };
}

/** The loss is proven, so that the time to decide runs. */
const proven = (claim: Claim) => ({ proofOfLossAt: claim.now(), decideFrom: claim.now() });

/** Kinds that have arrived, whether or not the answer to the request was there first. */
export function documentsReceived(claim: Claim): readonly string[] {
  return claim.facts.documentsReceived ?? [];
}

/** Each document that is not yet waited for: the claimant is asked for it, and reminded of it, by itself. */
export function expectDocuments(claim: Claim, kinds: readonly string[]): Patch {
  const fresh = kinds.filter(
    (kind) => !documentsReceived(claim).includes(kind) && !claim.state.expectations[`document:${kind}`],
  );
  const expectations = fresh.flatMap((kind) =>
    Object.entries(claim.expect(`document:${kind}`, { what: inWords(kind) }).expectations ?? {}),
  );
  return expectations.length > 0 ? { expectations: Object.fromEntries(expectations) } : {};
}

/** The documents that the conditions of the policy ask for on the coverages that are to be settled. */
export function requiredDocuments(claim: Claim): string[] {
  const insured = claim.facts.policy?.coverages ?? [];
  const assessed = coveragesIn(claim.state.parts, 'Assessed');
  return [
    ...new Set(insured.flatMap(({ coverage, documents: kinds = [] }) => (assessed.includes(coverage) ? kinds : []))),
  ];
}

/** `proofOfLoss` → `the proof of loss`. */
const inWords = (kind: string): string => `the ${kind.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)}`;
