/** Liveness and readiness of a process over plain HTTP, with what it can say of itself. */
import { createServer, type Server } from 'node:http';

/** What a look at the process found. */
export interface Health {
  readonly ready: boolean;
  /** Further members of the answer. */
  readonly details: Readonly<Record<string, unknown>>;
}

/**
 * Serves `GET /health/live` (200 while the process runs) and `GET /health/ready` (200 when it does its work, else 503, both with
 * details; 503 also where the look fails).
 * @param port 0: any free port
 */
export function serveHealth(look: () => Promise<Health>, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const path = request.url?.split('?')[0];
    if (path === '/health/live') return answer(200, { status: 'ok' });
    if (path !== '/health/ready') return answer(404, { status: 'not found' });
    look().then(
      ({ ready, details }) => answer(ready ? 200 : 503, { status: ready ? 'ok' : 'not ready', ...details }),
      () => answer(503, { status: 'not ready' }),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.unref();
      resolve(server);
    });
  });
}
