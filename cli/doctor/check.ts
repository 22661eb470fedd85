/** What `throughline doctor` finds out, one thing at a time. */

/** `warning`: it works, but not as it should. `skipped`: it cannot be told, because something before it failed. */
export type Verdict = 'ok' | 'warning' | 'failed' | 'skipped';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found, in a sentence without secrets. */
  readonly says: string;
  /** What to do about it. */
  readonly remedy?: string;
}

export const ok = (name: string, says: string): Finding => ({ name, verdict: 'ok', says });
export const warning = (name: string, says: string, remedy: string): Finding => ({
  name,
  verdict: 'warning',
  says,
  remedy,
});
export const failed = (name: string, says: string, remedy: string): Finding => ({
  name,
  verdict: 'failed',
  says,
  remedy,
});
export const skipped = (name: string, says: string): Finding => ({ name, verdict: 'skipped', says });

/** Longest that anything is waited for, in milliseconds: what needs longer is not well. */
export const PATIENCE_MS = 5_000;

/** In one line: a refused connection to a name with several addresses has no message of its own. */
export function reasonOf(err: unknown): string {
  if (err instanceof AggregateError) return err.errors.map(reasonOf).join('; ');
  if (!(err instanceof Error)) return String(err);
  const { code } = err as NodeJS.ErrnoException;
  const said = err.message || code || err.name;
  return err.cause instanceof Error && said === 'fetch failed' ? reasonOf(err.cause) : said;
}

/** `1.9.0` before `1.10.0`; what follows the numbers does not count. */
export function isBelow(version: string, least: string): boolean {
  const [left, right] = [version, least].map((text) => (/\d+(\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number));
  for (const [i, number] of (right ?? []).entries()) {
    const given = left?.[i] ?? 0;
    if (given !== number) return given < number;
  }
  return false;
}
