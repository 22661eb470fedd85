/**
 * From a row to what each side may know: the claim hears the notice alone, as on the day of the loss; the services are seeded
 * with what they would know (the policy) or find out in time (the adjuster's findings). What was really paid goes nowhere.
 */
import type { ClaimNotice, Coverage, CoverageFinding } from '../../workflows/claim/messages.js';
import type { LineOfBusiness } from '../../workflows/claim/regulations.js';
import type { Money } from '../../workflows/lifecycle/entry.js';
import type { CoverageRow, NfipRow } from './parse.js';

/** What the policy service knows. A coverage that was not bought is not in it; a deductible that is not known neither. */
export interface PolicySeed {
  readonly policyNumber: string;
  /** `YYYY-MM-DD`. */
  readonly inceptionDate: string;
  /** Absent: the claim goes the short way. */
  readonly line?: LineOfBusiness;
  readonly coverages: ReadonlyArray<{
    readonly coverage: Coverage;
    readonly limit: Money;
    readonly deductible?: Money;
  }>;
}

/** What the adjuster will find, per coverage bought. */
export interface AssessmentSeed {
  readonly claimId: string;
  readonly findings: readonly CoverageFinding[];
}

/** The claim's documents arrive by themselves once they are asked for. */
export interface DocumentsSeed {
  readonly claimId: string;
}

/** A row in the words of the claim and its services. */
export interface TranslatedRow {
  readonly notice: ClaimNotice;
  readonly policy: PolicySeed;
  readonly assessment: AssessmentSeed;
  readonly documents: DocumentsSeed;
}

/** Business key of the claim of a row. */
export const claimIdOf = (row: NfipRow): string => `CLM-${row.id}`;

/**
 * Pure; the same row always gives the same content, so that a repeated run is recognised.
 * @param line of business, as the policy service knows it
 */
export function translate(row: NfipRow, line?: LineOfBusiness): TranslatedRow {
  const claimId = claimIdOf(row);
  const policyNumber = `POL-${row.id}`;
  const bought = (['building', 'contents'] as const).filter((coverage) => (row[coverage].limit ?? 0) > 0);
  return {
    notice: {
      claimId,
      policyNumber,
      dateOfLoss: row.dateOfLoss,
      causeOfLoss: row.causeOfDamage,
      property: { state: row.state, postalCode: row.postalCode },
      ...(row.floodEvent === undefined ? {} : { catastrophe: row.floodEvent }),
    },
    policy: {
      policyNumber,
      inceptionDate: row.policyStart,
      ...(line !== undefined && { line }),
      coverages: bought.map((coverage) => ({
        coverage,
        limit: usd(row[coverage].limit ?? 0),
        ...(row[coverage].deductible === undefined ? {} : { deductible: usd(row[coverage].deductible) }),
      })),
    },
    assessment: { claimId, findings: bought.map((coverage) => findingOf(coverage, row[coverage])) },
    documents: { claimId },
  };
}

/**
 * A coverage with a non-payment reason ends by that code, whatever damage stands beside it. A damage of zero says as little as
 * none at all: without a reason, a person has to look.
 */
function findingOf(coverage: Coverage, { damage, nonPaymentReason }: CoverageRow): CoverageFinding {
  if (nonPaymentReason !== undefined) return { coverage, nonPaymentReason };
  if (damage !== undefined && damage > 0) return { coverage, damage: usd(damage) };
  return { coverage };
}

function usd(cents: number): Money {
  return { minor: cents, currency: 'USD' };
}
