/** Who may read a process's metrics. They hold no personal data, but say how business goes. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Variable that holds the bearer token of scrapers on other machines. */
const SCRAPE_TOKEN = 'THROUGHLINE_METRICS_TOKEN';

/** A request for metrics, as Node has it. */
export interface ScrapeRequest {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/** What proxies say of those whom they speak for. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/**
 * Why a scrape is refused; undefined where it is not. This machine may always; another one bears the token, and without one nobody
 * else may.
 */
export function scrapeRefusal(
  { socket, headers }: ScrapeRequest,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  // A proxy on this machine speaks for others.
  const isLocal = LOOPBACK.test(socket.remoteAddress ?? '') && !FORWARDED.some((name) => headers[name] !== undefined);
  if (isLocal) return undefined;
  const token = env[SCRAPE_TOKEN];
  if (!token) return `metrics are for this machine alone; set ${SCRAPE_TOKEN} here and send it as a bearer token`;
  return same(headers.authorization ?? '', `Bearer ${token}`)
    ? undefined
    : `send the value of ${SCRAPE_TOKEN} as a bearer token`;
}

function same(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
