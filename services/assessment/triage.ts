/** How a claim is handled: the insurer's rules, on what is known on the day of the notice. */
import { z } from 'zod';
import { claimId, claimNotice } from '../../events/claim.js';
import { coverage, type CoverageName, type Finding } from './findings.js';

/** Body of `POST /assessment/triages`. */
export const triageRequest = z.strictObject({
  claimId,
  line: z.enum(['flood', 'homeowners']),
  causeOfLoss: claimNotice.shape.causeOfLoss,
  property: claimNotice.shape.property,
  coverages: z.array(coverage).min(1).max(2),
  catastrophe: claimNotice.shape.catastrophe,
});

type TriageRequest = z.infer<typeof triageRequest>;

/** What is known about a claim beside its notice. */
export interface Known {
  /** Damage and reasons not to pay, as far as somebody has told. */
  readonly findings: readonly Finding[];
  /** Whether people can live there; absent: nobody has said. */
  readonly habitable?: boolean;
}

/** What is set aside where nothing is known yet, in cents: a stand-in for the insurer's own averages. */
const DEFAULT_RESERVE_MINOR: Readonly<Record<CoverageName, number>> = { building: 3_000_000, contents: 1_000_000 };

/** Above this in all, in cents, a claim is a large loss, whatever the line of business. */
const LARGE_LOSS_MINOR = 10_000_000;

/** 1 is most urgent. */
const PRIORITY = { uninhabitable: 1, largeLoss: 2, field: 3, fastTrack: 4 } as const;

/**
 * Triage. Fast track where each coverage's damage is known, the sum is below the limit and the cause of loss is known: a small,
 * clear claim; else, and always for a home in a catastrophe area that cannot be lived in, an adjuster in the field.
 * @param fastTrackLimitMinor in cents, for all coverages together
 */
export function triage(input: TriageRequest, known: Known, fastTrackLimitMinor: number) {
  const amounts = input.coverages.map((name) => ({ coverage: name, minor: knownMinor(name, known.findings) }));
  const sumMinor = amounts.reduce((sum, { minor = 0 }) => sum + minor, 0);
  const clear = input.causeOfLoss !== '' && amounts.every(({ minor }) => minor !== undefined);
  // Where people sleep is asked when whole neighbourhoods may have to be housed.
  const habitable = input.catastrophe === undefined ? undefined : known.habitable;
  const fast = clear && sumMinor < fastTrackLimitMinor && habitable !== false;
  const large = sumMinor > LARGE_LOSS_MINOR;
  return {
    lane: fast ? 'fastTrack' : 'field',
    ...(habitable !== undefined && { habitable }),
    skill: large ? 'largeLoss' : input.line,
    area: input.property.postalCode.slice(0, 3) || input.property.state,
    priority: PRIORITY[habitable === false ? 'uninhabitable' : large ? 'largeLoss' : fast ? 'fastTrack' : 'field'],
    reserves: amounts.map(({ coverage: name, minor = DEFAULT_RESERVE_MINOR[name] }) => ({
      coverage: name,
      amount: { minor, currency: 'USD' },
    })),
  };
}

/** A reason not to pay is worth nothing; undefined where nobody knows. */
function knownMinor(name: CoverageName, findings: readonly Finding[]): number | undefined {
  const found = findings.find((one) => one.coverage === name);
  return found?.nonPaymentReason === undefined ? found?.damage?.minor : 0;
}
