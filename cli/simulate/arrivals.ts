/** When the claims of a storm come in: on the days on which the losses really were, each day's claims spread evenly over it. */
import type { NfipRow } from '../intake/parse.js';

const DAY_MS = 86_400_000;

/** A claim and when it comes in. */
export interface Arrival {
  readonly row: NfipRow;
  /** Milliseconds of simulated time since the first day began. */
  readonly atMs: number;
}

/** The arrivals of a storm, in order. */
export interface Storm {
  /** `YYYY-MM-DD`. */
  readonly firstDay: string;
  readonly arrivals: readonly Arrival[];
}

/**
 * The published data has no date of notice, so a claim comes in on its day of loss.
 * @param most as many as are taken, evenly over the whole storm, so that its shape stays what it was
 * @throws RangeError where there is none
 */
export function stormOf(rows: readonly NfipRow[], most = rows.length): Storm {
  const inOrder = rows.toSorted((a, b) => a.dateOfLoss.localeCompare(b.dateOfLoss) || a.line - b.line);
  const share = Math.min(1, most / Math.max(1, inOrder.length));
  // Every nth, counted so that exactly so many are taken.
  const taken = inOrder.filter((_, i) => Math.floor((i + 1) * share) > Math.floor(i * share));
  const [first] = taken;
  if (!first)
    throw new RangeError('no claim of the file belongs to the storm: look at --event, --from and --to, or at the file');
  const firstDay = first.dateOfLoss;
  const perDay = new Map<string, number>();
  for (const { dateOfLoss } of taken) perDay.set(dateOfLoss, (perDay.get(dateOfLoss) ?? 0) + 1);
  const nth = new Map<string, number>();
  const arrivals = taken.map((row): Arrival => {
    const position = nth.get(row.dateOfLoss) ?? 0;
    nth.set(row.dateOfLoss, position + 1);
    const dayStart = Date.parse(row.dateOfLoss) - Date.parse(firstDay);
    return { row, atMs: dayStart + (position / (perDay.get(row.dateOfLoss) ?? 1)) * DAY_MS };
  });
  return { firstDay, arrivals };
}

/** The simulated day, `YYYY-MM-DD`. */
export function dayAt(storm: Storm, simulatedMs: number): string {
  return new Date(Date.parse(storm.firstDay) + simulatedMs).toISOString().slice(0, 10);
}
