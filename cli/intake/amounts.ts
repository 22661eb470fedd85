/** Amounts of a claim for reports: what was calculated or decided per coverage, and what people read. US cents throughout. */
import { z } from 'zod';
import type { EntitySummary } from '../../client/index.js';
import type { Coverage } from '../../workflows/claim/messages.js';
import type { AcceptedClaim } from './submit.js';

/** As much of the claim's fact `settlement` as is read here; the settlement service defines the whole. */
const settlementFact = z.object({
  lines: z.array(z.object({ coverage: z.string(), amount: z.object({ minor: z.int() }) })),
});

/** Part states of a coverage on which nothing will be paid. */
const NOTHING_TO_PAY: ReadonlySet<string> = new Set(['NotPayable', 'Withdrawn']);

/** What the settlement service calculated for a coverage; undefined where it did not come to that. */
export function calculated(claim: EntitySummary | undefined, coverage: Coverage): number | undefined {
  const fact = settlementFact.safeParse(claim?.facts['settlement']);
  return fact.data?.lines.find((line) => line.coverage === coverage)?.amount.minor;
}

/**
 * What the claim comes to over all coverages, as far as it is known: decided or calculated amounts, zero for a coverage that is
 * not payable. Undefined while nothing is known of any.
 */
export function settled(claim: EntitySummary | undefined): number | undefined {
  const amounts = Object.entries(claim?.parts ?? {}).flatMap(([coverage, part]) => {
    // Payments are parts too, `payment:building-1`; what they come to is in their coverage.
    if (coverage.includes(':')) return [];
    if (NOTHING_TO_PAY.has(part.state)) return [0];
    const amount = part.amount?.minor ?? calculated(claim, coverage as Coverage);
    return amount === undefined ? [] : [amount];
  });
  return amounts.length === 0 ? undefined : sum(amounts);
}

/** What was really paid over both coverages; undefined where the data does not say. */
export function reallyPaid(claim: AcceptedClaim): number | undefined {
  const amounts = [claim.building.paid, claim.contents.paid].filter((paid) => paid !== undefined);
  return amounts.length === 0 ? undefined : sum(amounts);
}

/** `$1,234.50`; a dash where there is none. */
export function dollars(cents: number | undefined): string {
  if (cents === undefined) return '-';
  return (cents / 100).toLocaleString('en-US', { style: 'currency', currency: 'USD' });
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
