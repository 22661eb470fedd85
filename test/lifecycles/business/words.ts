/** The words of these tests: what people in claims say, as messages to a claim and looks at it. Amounts are whole dollars. */
import type { ClaimFacts } from '../../../workflows/claim/facts.js';
import type { Coverage, CoverageFinding, ManualDecision } from '../../../workflows/claim/messages.js';
import type { Actor } from '../../../workflows/lifecycle/entry.js';
import type { ClaimRun } from '../support/claim-run.js';
import type { Fleet } from '../support/fleet.js';
import { REVIEWER } from '../support/messages.js';
import { damage, usd } from '../support/script.js';

/** What the claim knows. */
export async function facts(claim: ClaimRun): Promise<ClaimFacts> {
  return (await claim.state()).facts as unknown as ClaimFacts;
}

/** The checks that the payment service was asked for, by coverage and number. */
export function checks(claim: ClaimRun): object[] {
  const all = claim.calls('requestPayment').map(({ input }) => {
    const { coverage, ordinal, kind, amount, payees, replaces } = input as Record<string, unknown>;
    const dollars = (amount as { minor: number }).minor / 100;
    return {
      check: `${String(coverage)} ${String(ordinal)}`,
      kind,
      dollars,
      payees,
      ...(replaces !== undefined && { replaces }),
    };
  });
  return all.sort((a, b) => a.check.localeCompare(b.check));
}

/** What the claim comes to. */
export async function account(claim: ClaimRun): Promise<Record<'reserved' | 'approved' | 'paid' | 'open', number>> {
  const { reserved = 0, approved = 0, paid = 0, open = 0 } = (await facts(claim)).amounts ?? {};
  return { reserved: reserved / 100, approved: approved / 100, paid: paid / 100, open: open / 100 };
}

/** A named member of staff. */
export const by = (person: string): { readonly actor: Actor } => ({ actor: { ...REVIEWER, id: person } });

/** The adjuster reports damage. */
export const adjusterReports = (claim: ClaimRun, found: Partial<Record<Coverage, number>>): Promise<void> =>
  claim.tell('assessmentResult', { assignmentId: 'AS-1', findings: damage(found) });

/** An adjuster who found nothing that the policy pays, for an NFIP non-payment reason. */
export const refused = (coverage: Coverage, reason: string): CoverageFinding[] => [
  { coverage, nonPaymentReason: reason },
];

/** A document of a kind comes in; each one differs. */
export async function documentArrives(claim: ClaimRun, kind: string): Promise<void> {
  await claim.tell('documentReceived', { requestId: 'DR-9', documentId: `D-${kind}`, kind, digest: 'e'.repeat(64) });
}

/** The bank or the post sends a check back, to a claim that is open. */
export const checkReturns = (claim: ClaimRun, coverage: Coverage, ordinal: number): Promise<void> =>
  claim.tell('paymentReturned', returned(coverage, ordinal));

/** The same as a message. */
export const returned = (coverage: Coverage, ordinal: number) =>
  ({ paymentId: `P-${coverage}-${ordinal}`, coverage, ordinal, how: 'returned', code: 'undeliverable' }) as const;

/** A reviewer advances money, or somebody else who is named. */
export const advance = (
  claim: ClaimRun,
  coverage: Coverage,
  dollars: number,
  kind: 'advance' | 'partial' = 'advance',
  given: { readonly actor?: Actor } = {},
) => claim.ask('payAdvance', { coverage, amount: usd(dollars), kind, reasonCode: 'emergencyLiving' }, given);

export const LET_IT_GO_ON: ManualDecision = { decision: 'continue', reasonCode: 'lookedAt' };

/** A reviewer's own amount for the building. */
export const settleBuildingAt = (dollars: number): ManualDecision => ({
  decision: 'settle',
  amounts: [{ coverage: 'building', amount: usd(dollars) }],
  reasonCode: 'agreed',
});

/** The server's date and time. */
export const now = async (fleet: Fleet): Promise<Date> => new Date(await fleet.env.currentTimeMs());

/** The day that lies so many days after another (`YYYY-MM-DD`). */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

/** Lets time pass until an instant; time in New York is written `-05:00`, as the calendar counts the year round. */
export async function until(fleet: Fleet, instant: string): Promise<void> {
  await fleet.sleep(Date.parse(instant) - (await fleet.env.currentTimeMs()));
}

/** The next n-th of a weekday (0 is Sunday) in a month (1 to 12), at least so many days from now. */
export async function next(fleet: Fleet, nth: number, weekday: number, month: number, ahead = 1): Promise<string> {
  const today = await now(fleet);
  for (let year = today.getUTCFullYear(); ; year++) {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    const day = new Date(Date.UTC(year, month - 1, 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7));
    if (day.getTime() > today.getTime() + ahead * 86_400_000) return day.toISOString().slice(0, 10);
  }
}

export const MONDAY = 1;
export const WEDNESDAY = 3;
export const THURSDAY = 4;
