/** The intake's report: what became of the rows and of the claims, and how the settlements compare with what was really paid. */
import { claimLifecycle } from '../../workflows/claim/states.js';
import { calculated } from './amounts.js';
import type { Summaries } from './follow.js';
import type { CoverageRow } from './parse.js';
import type { AcceptedClaim, Counts } from './submit.js';

/** The report as data; what `--json` prints. The four counts together are all rows read. */
export interface IntakeReport extends Readonly<Counts> {
  /** Closed claims by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Claims by state. */
  readonly states: Readonly<Record<string, number>>;
  /** Building settlements against building payments. */
  readonly settlement: {
    /** Claims with a building damage and a building payment above zero and a building deductible. */
    readonly eligible: number;
    /** Of those: the building settlement was calculated. */
    readonly compared: number;
    /** Of those: it is what was really paid, within one dollar. */
    readonly equal: number;
    /** How the others differ, by the words of {@link differenceOf}; why: docs/settlement.md. */
    readonly differences: Readonly<Record<string, number>>;
  };
  /** Where the rejects are listed; null where there are none. */
  readonly rejectsFile: string | null;
}

/** In cents. Payments are recorded to the cent and damages to the dollar. */
const TOLERANCE = 100;

/** Pure. Claims that the records do not know yet count as being in their first state. */
export function buildReport(
  counts: Readonly<Counts>,
  claims: readonly AcceptedClaim[],
  summaries: Summaries,
  rejectsFile: string | null,
): IntakeReport {
  const states = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const settlement = { eligible: 0, compared: 0, equal: 0 };
  const differences = new Map<string, number>();
  for (const claim of claims) {
    const summary = summaries.get(claim.claimId);
    count(states, summary?.state ?? claimLifecycle.initial);
    if (summary?.outcome !== undefined) count(outcomes, summary.outcome);
    const { damage = 0, paid = 0, deductible } = claim.building;
    if (damage <= 0 || paid <= 0 || deductible === undefined) continue;
    settlement.eligible += 1;
    const amount = calculated(summary, 'building');
    if (amount === undefined) continue;
    settlement.compared += 1;
    if (Math.abs(amount - paid) <= TOLERANCE) settlement.equal += 1;
    else count(differences, differenceOf(claim.building, amount));
  }
  const { submitted, repeated, rejected, failed } = counts;
  return {
    submitted,
    repeated,
    rejected,
    failed,
    outcomes: descending(outcomes),
    states: descending(states),
    settlement: { ...settlement, differences: descending(differences) },
    rejectsFile,
  };
}

/** How what was really paid on a coverage differs from what was calculated. */
export function differenceOf({ damage = 0, paid = 0, limit }: CoverageRow, calculated: number): string {
  if (limit !== undefined && paid > limit + TOLERANCE) return 'above the limit';
  if (limit !== undefined && paid > calculated && Math.abs(paid - limit) <= TOLERANCE) return 'the limit';
  if (paid > damage + TOLERANCE) return 'more than the actual cash value of the damage';
  if (paid > calculated) return 'more, within the damage';
  return paid >= 0.9 * calculated ? 'up to a tenth less' : 'less';
}

/** The report for people. */
export function formatReport(report: IntakeReport): string {
  const { submitted, repeated, rejected, failed, settlement } = report;
  const rows: Line[] = [
    ['Rows read', submitted + repeated + rejected + failed],
    ['  submitted', submitted],
    ['  repeated', repeated, repeated > 0 ? 'submitted before with the same content' : ''],
    ['  rejected', rejected, report.rejectsFile === null ? '' : `listed in ${report.rejectsFile}`],
    ...(failed === 0 ? [] : [['  failed', failed, 'the same command again takes them up'] satisfies Line]),
    ...section('Claims by state', report.states),
    ...section('Closed claims by outcome', report.outcomes),
    ['Building settlement against what was really paid'],
    ['  comparable', settlement.eligible, 'claims with building damage, building payment and deductible'],
    ['  calculated', settlement.compared, share(settlement.compared, settlement.eligible)],
    ['  equal within $1', settlement.equal, share(settlement.equal, settlement.compared, ' of the calculated')],
    ...Object.entries(settlement.differences).map(([how, number]): Line => [
      `  really paid: ${how}`,
      number,
      share(number, settlement.compared),
    ]),
  ];
  const widest = Math.max(...rows.filter((row) => row.length > 1).map(([label]) => label.length));
  return rows
    .map(([label, number, note = '']) => {
      if (number === undefined) return label;
      return `${label.padEnd(widest)}  ${number.toLocaleString('en-US').padStart(9)}${note === '' ? '' : `  ${note}`}`;
    })
    .join('\n');
}

/** A heading, or a label with its number and a note. */
type Line = readonly [label: string, number?: number, note?: string];

function section(heading: string, counted: Readonly<Record<string, number>>): Line[] {
  const lines = Object.entries(counted).map(([label, number]): Line => [`  ${label}`, number]);
  return lines.length === 0 ? [] : [[heading], ...lines];
}

function share(part: number, whole: number, of = ''): string {
  return whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %${of}`;
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function descending(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b)));
}
