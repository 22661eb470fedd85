/** Liveness and readiness of a process over plain HTTP, with what it can say of itself. */
import { createServer, type Server } from 'node:http';

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

const NOTHING: Answer = { status: 404, body: { status: 'not found' } };

/**
 * Serves `GET /health/live` (200 while the process runs) and `GET /health/ready` (200 when it does its work, else 503, both with
 * details; 503 also where the look fails).
 * @param port 0: any free port
 */
export function serveHealth(
  look: () => Promise<Health>,
  host: string,
  port: number,
  listing: Listing = async () => undefined,
): Promise<Server> {
  const answerTo = async (url: URL): Promise<Answer> => {
    if (url.pathname === '/health/live') return { status: 200, body: { status: 'ok' } };
    if (url.pathname !== '/health/ready') return (await listing(url)) ?? NOTHING;
    const { ready, details } = await look();
    return { status: ready ? 200 : 503, body: { status: ready ? 'ok' : 'not ready', ...details } };
  };
  const server = createServer((request, response) => {
    const send = ({ status, body }: Answer) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const answer =
      request.method === 'GET' ? answerTo(new URL(request.url ?? '/', 'http://localhost')) : Promise.resolve(NOTHING);
    answer.then(send, () => send({ status: 503, body: { status: 'not ready' } }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.unref();
      resolve(server);
    });
  });
}
