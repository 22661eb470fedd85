/** Liveness, readiness and metrics of a process over plain HTTP, with what it can say of itself. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { PROMETHEUS_TEXT } from './metrics.js';
import { scrapeRefusal } from './scrape.js';

/** What a look at the process found. */
export interface Health {
  readonly ready: boolean;
  /** Further members of the answer. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** A JSON answer. */
export interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers GET requests of further paths; undefined where there is nothing under this one. */
export type Listing = (url: URL) => Promise<Answer | undefined>;

/** What else a process serves beside its health. */
export interface Serving {
  readonly listing?: Listing;
  /** Gives its metrics, in Prometheus's text format. */
  readonly metrics?: () => Promise<string>;
}

interface Written {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const NOTHING: Answer = { status: 404, body: { status: 'not found' } };
const LIVE: readonly string[] = ['/livez', '/health/live'];
const READY: readonly string[] = ['/readyz', '/health/ready'];

/**
 * Serves `GET /livez` (200 while the process runs), `GET /readyz` (200 when it does its work, else 503, both with details; 503 also where
 * the look fails), and `GET /metrics`. `/health/live` and `/health/ready` are the same as the first two.
 * @param port 0: any free port
 */
export function serveHealth(
  look: () => Promise<Health>,
  host: string,
  port: number,
  serving: Serving = {},
): Promise<Server> {
  const server = createServer((request, response) => {
    const send = ({ status, type, text }: Written) => response.writeHead(status, { 'content-type': type }).end(text);
    answerTo(request, look, serving).then(send, () => send(json({ status: 503, body: { status: 'not ready' } })));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.unref();
      resolve(server);
    });
  });
}

async function answerTo(
  request: IncomingMessage,
  look: () => Promise<Health>,
  { listing, metrics }: Serving,
): Promise<Written> {
  if (request.method !== 'GET') return json(NOTHING);
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (LIVE.includes(url.pathname)) return json({ status: 200, body: { status: 'ok' } });
  if (READY.includes(url.pathname)) {
    const { ready, details } = await look();
    return json({ status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'not ready', ...details } });
  }
  if (url.pathname === '/metrics' && metrics) return scraped(request, metrics);
  return json((await listing?.(url)) ?? NOTHING);
}

async function scraped(request: IncomingMessage, metrics: () => Promise<string>): Promise<Written> {
  const refusal = scrapeRefusal(request);
  if (refusal !== undefined) return { status: 403, type: 'text/plain', text: `${refusal}\n` };
  return { status: 200, type: PROMETHEUS_TEXT, text: await metrics() };
}

const json = ({ status, body }: Answer): Written => ({
  status,
  type: 'application/json',
  text: JSON.stringify(body),
});
