/** Durations of a table in words. */
import type { CalendarDays, Duration } from '../workflows/lifecycle/definition.js';

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `1.5 days`, `1 hour`; days of a calendar say which, and whether a due date on a closed day moves: `60 calendar days (us-federal)`. */
export function span(duration: Duration | CalendarDays): string {
  if (typeof duration !== 'number') {
    const { days, count, calendar, roll } = duration;
    return `${plural(days, `${count} day`)} (${calendar}${roll ? ', rolled to the next working day' : ''})`;
  }
  const [unit, ms] = UNITS.find(([, size]) => duration >= size) ?? UNITS[2];
  return plural(duration / ms, unit);
}

function plural(n: number, unit: string): string {
  return `${Number(n.toFixed(1))} ${unit}${n === 1 ? '' : 's'}`;
}
