/** What people type, as values; what is wrong is told with what would be right. */
import { InvalidArgumentError } from 'commander';

const DAY_MS = 86_400_000;

/** A whole number from 1 to 100,000. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= 100_000) return number;
  throw new InvalidArgumentError('Give a whole number from 1 to 100000.');
}

/** A number of days, forward or, below zero, back. */
export function daysCount(text: string): number {
  const number = Number(text);
  if (/^-?\d+(\.\d+)?$/.test(text) && number !== 0 && Math.abs(number) <= 36_500) return number;
  throw new InvalidArgumentError('Give a number of days, such as 30, 0.5 or -2.');
}

/** A date that exists, as it is. */
export function isoDay(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return fromDate(text).slice(0, 10);
  throw new InvalidArgumentError('Give a date that exists, as 2012-11-30.');
}

/** Values separated by commas; at least one. */
export function listOf(text: string): string[] {
  const values = text.split(',').map((value) => value.trim());
  if (values.every((value) => value !== '')) return values;
  throw new InvalidArgumentError('Give values separated by commas, such as NY,NJ.');
}

/** So many per second. */
export function ratePerSecond(text: string): number {
  const number = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && number >= 0.01 && number <= 100) return number;
  throw new InvalidArgumentError('Give a number from 0.01 to 100.');
}

/** JSON. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (err) {
    throw new InvalidArgumentError(`It is not JSON: ${(err as Error).message}.`);
  }
}

/** An instant; a date stands for its beginning, in UTC. */
export const fromDate = (text: string): string => instantOf(text, 0);

/** An instant; a date stands for its end, in UTC: all of the day is left. */
export const untilDate = (text: string): string => instantOf(text, DAY_MS);

/** A moment that has passed: an instant, in UTC unless it names a zone; a date stands for its beginning. */
export function momentOf(text: string): string {
  const whole = text.trim().replace(' ', 'T');
  const at = fromDate(/T[\d:.]+$/.test(whole) ? `${whole}Z` : whole);
  if (Date.parse(at) <= Date.now()) return at;
  throw new InvalidArgumentError('Give a moment that has passed, such as 2026-05-30T10:00.');
}

function instantOf(text: string, intoDayMs: number): string {
  const [, day, time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // The calendar of Date rolls 30 February over into March.
  const exists = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(String(day));
  const at = time === undefined ? midnight + intoDayMs : Date.parse(text);
  if (exists && !Number.isNaN(at)) return new Date(at).toISOString();
  throw new InvalidArgumentError('Give a date that exists, as 2012-11-30, or an instant, as 2012-11-30T17:00:00Z.');
}
