/** Findings: what an adjuster says of each coverage. */
import { z } from 'zod';
import { NON_PAYMENT_REASONS } from '../../events/claim.js';
import { usd } from '../platform/validation.js';

export const coverage = z.enum(['building', 'contents']);

/** What is found on one coverage: damage, or a reason not to pay, or (not yet) neither. */
const finding = z.strictObject({
  coverage,
  /** Actual cash value. */
  damage: usd.exactOptional(),
  nonPaymentReason: z.enum(NON_PAYMENT_REASONS, 'an NFIP non-payment reason, 01 to 20 or 97 to 99').exactOptional(),
});

export const findings = z
  .array(finding)
  .max(2)
  .refine((all) => new Set(all.map((one) => one.coverage)).size === all.length, 'one finding per coverage');

export type Finding = z.infer<typeof finding>;
export type CoverageName = z.infer<typeof coverage>;

/** One finding per coverage asked for. A reason not to pay wins over a damage amount: the coverage ends by that code. */
export function perCoverage(asked: readonly CoverageName[], found: readonly Finding[]): Finding[] {
  return asked.map((name) => {
    const { damage, nonPaymentReason } = found.find((one) => one.coverage === name) ?? {};
    if (nonPaymentReason !== undefined) return { coverage: name, nonPaymentReason };
    return damage ? { coverage: name, damage } : { coverage: name };
  });
}
