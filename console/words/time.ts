/** Times and durations, as people say them. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

type Unit = readonly [ms: number, unit: 'day' | 'hour' | 'minute' | 'second'];

const UNITS: readonly Unit[] = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [SECOND, 'second'],
];

const absolute = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const dayOnly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

function written(n: number, unit: string, unitDisplay: 'long' | 'narrow'): string {
  return new Intl.NumberFormat(undefined, { style: 'unit', unit, unitDisplay }).format(n);
}

/** `3 days 4 hours`, `12 days`, `5 minutes`: the largest unit and, of few days or hours, the next. Never negative. */
export function duration(ms: number, unitDisplay: 'long' | 'narrow' = 'long'): string {
  const rest = Math.max(0, ms);
  const at = UNITS.findIndex(([size]) => rest >= size);
  const [size, unit] = UNITS[at] ?? [SECOND, 'second'];
  const whole = Math.floor(rest / size);
  const next = UNITS[at + 1];
  const said = written(whole, unit, unitDisplay);
  if (!next || whole >= 10 || (unit !== 'day' && unit !== 'hour')) return said;
  const remainder = Math.floor((rest - whole * size) / next[0]);
  return remainder === 0 ? said : `${said} ${written(remainder, next[1], unitDisplay)}`;
}

/** `in 3 days 4 hours`, `3 days 4 hours ago`, `now`. */
export function relative(instant: string, now: number): string {
  const ms = Date.parse(instant) - now;
  if (Math.abs(ms) < SECOND) return 'now';
  return ms > 0 ? `in ${duration(ms)}` : `${duration(-ms)} ago`;
}

/** `Oct 29, 2012, 11:10:00 PM`, in the reader's own time zone. */
export function moment(instant: string): string {
  return absolute.format(new Date(instant));
}

/** `Oct 29, 2012` */
export function day(instant: string): string {
  return dayOnly.format(new Date(instant));
}

/** What an `<input type="datetime-local">` holds for an instant. */
export function localInput(instant: string | number): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * MINUTE).toISOString().slice(0, 16);
}
