/**
 * The network between the services and the gateway, at its worst: every callback is delivered twice, the second time later, and
 * some are held back so that others overtake them.
 */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { buffer } from 'node:stream/consumers';
import type { Dice } from './dice.mjs';

/** A callback that the gateway has taken: from then on the entity's journal must account for it. */
export interface Taken {
  readonly workflowId: string;
  readonly messageId: string;
}

const LONGEST_DELAY_MS = 400;
const LONGEST_ECHO_MS = 4_000;

export class BadNetwork {
  /** Callbacks that were taken at least once, by message id. */
  readonly taken = new Map<string, Taken>();
  private readonly server: Server;
  private readonly echoes = new Set<Promise<unknown>>();

  constructor(
    private readonly gatewayUrl: string,
    private readonly dice: Dice,
  ) {
    this.server = createServer((request, response) => {
      void this.pass(request.url ?? '/', request.headers, buffer(request)).then((status) =>
        response.writeHead(status).end(),
      );
    });
  }

  /** @returns the URL under which the services find the gateway. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Ends when every second delivery has been made. */
  async close(): Promise<void> {
    await Promise.all(this.echoes);
    this.server.closeAllConnections();
    this.server.close();
  }

  private async pass(path: string, headers: IncomingHttpHeaders, body: Promise<Buffer>): Promise<number> {
    const bytes = await body;
    await pause(this.dice.between(0, LONGEST_DELAY_MS));
    const status = await this.deliver(path, headers, bytes);
    const echo = pause(this.dice.between(0, LONGEST_ECHO_MS)).then(() => this.deliver(path, headers, bytes));
    this.echoes.add(echo);
    void echo.finally(() => this.echoes.delete(echo));
    return status;
  }

  /** @returns the gateway's status; 502 where it does not answer. */
  private async deliver(path: string, headers: IncomingHttpHeaders, body: Buffer): Promise<number> {
    const signed = Object.entries(headers).filter(([name]) => name.startsWith('webhook-') || name === 'content-type');
    try {
      const answer = await fetch(`${this.gatewayUrl}${path}`, {
        method: 'POST',
        headers: Object.fromEntries(signed) as Record<string, string>,
        body: new Uint8Array(body),
      });
      await answer.arrayBuffer();
      if (answer.ok) {
        const { id, subject } = JSON.parse(body.toString()) as { id: string; subject: string };
        this.taken.set(id, { workflowId: subject, messageId: id });
      }
      return answer.status;
    } catch {
      return 502;
    }
  }
}
