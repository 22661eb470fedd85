/** Liveness and readiness of a worker process over plain HTTP. */
import { createServer, type Server } from 'node:http';
import type { WorkerFleet } from './fleet.js';

/** Serves `GET /health/live` (200 while the process runs) and `GET /health/ready` (200 when every role polls, else 503). */
export function serveHealth(fleet: WorkerFleet, host: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== '/health/live' && path !== '/health/ready') {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"status":"not found"}');
      return;
    }
    const good = path === '/health/live' || fleet.ready;
    response
      .writeHead(good ? 200 : 503, { 'content-type': 'application/json' })
      .end(JSON.stringify({ status: good ? 'ok' : 'not ready', workers: fleet.states }));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}
