/** Moments and spans as people write them into a filter. */
import { z } from 'zod';
import { instant } from '../events/common.js';

const DURATION = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const SECONDS = [604_800, 86_400, 3_600, 60, 1] as const;
/** No filter reaches further, in milliseconds: a hundred years. */
const LONGEST_MS = 100 * 365 * 86_400_000;
const DAY_MS = 86_400_000;

/** A span of time, as milliseconds. */
export const duration = z
  .string()
  .max(32)
  .refine((text) => durationMs(text) !== undefined, 'an ISO-8601 duration such as P3D or PT4H, or whole milliseconds')
  .transform((text) => durationMs(text) ?? 0);

/** A moment that has passed: an instant, or a span back from now. As an instant. */
export const pastMoment = moment(
  'an instant such as 2012-10-29T23:10:00.000Z, or a duration back from now such as P1D',
  (text) => back(durationMs(text)),
);

/** A moment to come: an instant, a span from now, or `today` for its end, UTC. As an instant. */
export const comingMoment = moment(
  'an instant such as 2012-10-29T23:10:00.000Z, a duration from now such as P7D, or "today"',
  (text) => (text === 'today' ? Math.floor(Date.now() / DAY_MS + 1) * DAY_MS : ahead(durationMs(text))),
);

/** @param relative milliseconds since the epoch; undefined where the text says no such moment */
function moment(remedy: string, relative: (text: string) => number | undefined) {
  const read = (text: string): string | undefined => {
    if (instant.safeParse(text).success) return new Date(text).toISOString();
    const ms = relative(text);
    return ms === undefined ? undefined : new Date(ms).toISOString();
  };
  return z
    .string()
    .max(32)
    .refine((text) => read(text) !== undefined, remedy)
    .transform((text) => read(text) ?? text);
}

const back = (ms: number | undefined) => (ms === undefined ? undefined : Date.now() - ms);
const ahead = (ms: number | undefined) => (ms === undefined ? undefined : Date.now() + ms);

function durationMs(text: string): number | undefined {
  const ms = /^\d{1,16}$/.test(text) ? Number(text) : spelled(text);
  return ms !== undefined && ms <= LONGEST_MS ? ms : undefined;
}

/** ISO-8601 without years and months, whose lengths differ. */
function spelled(text: string): number | undefined {
  const [, ...amounts] = DURATION.exec(text) ?? [];
  if (amounts.every((amount) => amount === undefined)) return undefined;
  return SECONDS.reduce((ms, seconds, i) => ms + Number(amounts[i] ?? 0) * seconds * 1000, 0);
}
