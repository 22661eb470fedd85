/**
 * Calendars: which days count for a clock. Plain rules with a version, so that a due date can be recomputed years later; no time
 * zone database, whose content differs from machine to machine and would make a replay decide otherwise.
 */

/** Which days do not count, and where its day begins. */
export interface Calendar {
  readonly name: string;
  /** Raised with every change of its days; stored with each clock that it counted. */
  readonly version: number;
  /** Days of the week that do not count, 0 is Sunday. */
  readonly weekend: readonly number[];
  /** Days of a year that do not count, `YYYY-MM-DD`. */
  readonly holidays: (year: number) => readonly string[];
  /** Where its day begins, in minutes east of UTC; one offset the year round. */
  readonly utcOffsetMinutes: number;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** Whether a day (`YYYY-MM-DD`) counts as a working day. */
export function isWorkingDay(calendar: Calendar, day: string): boolean {
  const year = Number(day.slice(0, 4));
  return !calendar.weekend.includes(new Date(`${day}T00:00:00Z`).getUTCDay()) && !calendar.holidays(year).includes(day);
}

/** The day on which an instant (ms since the epoch) falls, `YYYY-MM-DD`. */
export function dayOf(calendar: Calendar, at: number): string {
  return isoDay(at + calendar.utcOffsetMinutes * MINUTE_MS);
}

/** The instant at which a day ends, in ms since the epoch. */
export function endOfDay(calendar: Calendar, day: string): number {
  return Date.parse(`${day}T00:00:00Z`) + DAY_MS - calendar.utcOffsetMinutes * MINUTE_MS;
}

/** The day `days` after a day; the day itself is not counted. Working days skip weekends and holidays. */
export function addDays(calendar: Calendar, day: string, days: number, count: 'calendar' | 'working'): string {
  let at = Date.parse(`${day}T00:00:00Z`);
  if (count === 'calendar') return isoDay(at + days * DAY_MS);
  for (let left = days; left > 0;) {
    at += DAY_MS;
    if (isWorkingDay(calendar, isoDay(at))) left--;
  }
  return isoDay(at);
}

/** The day itself where it is a working day, else the next one. */
export function rolledForward(calendar: Calendar, day: string): string {
  return isWorkingDay(calendar, day) ? day : addDays(calendar, day, 1, 'working');
}

/** Working days after `from` up to and including `to`; 0 where `to` is not later. */
export function workingDaysBetween(calendar: Calendar, from: string, to: string): number {
  let days = 0;
  for (let at = Date.parse(`${from}T00:00:00Z`) + DAY_MS; at <= Date.parse(`${to}T00:00:00Z`); at += DAY_MS) {
    if (isWorkingDay(calendar, isoDay(at))) days++;
  }
  return days;
}

/**
 * Federal holidays of the United States by 5 U.S.C. 6103, on the days on which they are observed: of one that falls on a Saturday
 * the Friday before, of one on a Sunday the Monday after (6103(b), Executive Order 11582). Days begin at midnight UTC-5.
 */
export const US_FEDERAL: Calendar = {
  name: 'us-federal',
  version: 1,
  weekend: [0, 6],
  // New Year's Day on a Saturday is observed on the last day of the year before.
  holidays: (year) => [...federalHolidays(year), ...federalHolidays(year + 1).slice(0, 1)],
  utcOffsetMinutes: -300,
};

function federalHolidays(year: number): string[] {
  return [
    observed(`${year}-01-01`),
    nthWeekday(year, 1, 1, 3), // Birthday of Martin Luther King, Jr.
    nthWeekday(year, 2, 1, 3), // Washington's Birthday
    lastMonday(year, 5), // Memorial Day
    ...(year >= 2021 ? [observed(`${year}-06-19`)] : []), // Juneteenth, Public Law 117-17
    observed(`${year}-07-04`),
    nthWeekday(year, 9, 1, 1), // Labor Day
    nthWeekday(year, 10, 1, 2), // Columbus Day
    observed(`${year}-11-11`), // Veterans Day
    nthWeekday(year, 11, 4, 4), // Thanksgiving Day
    observed(`${year}-12-25`),
  ];
}

function observed(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`);
  const shift = { 6: -DAY_MS, 0: DAY_MS }[new Date(at).getUTCDay()] ?? 0;
  return isoDay(at + shift);
}

/** The n-th of a weekday (0 is Sunday) of a month (1 to 12). */
function nthWeekday(year: number, month: number, weekday: number, n: number): string {
  const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  return isoDay(Date.UTC(year, month - 1, 1 + ((weekday - first + 7) % 7) + (n - 1) * 7));
}

function lastMonday(year: number, month: number): string {
  const last = new Date(Date.UTC(year, month, 0));
  return isoDay(last.getTime() - ((last.getUTCDay() + 6) % 7) * DAY_MS);
}

function isoDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
