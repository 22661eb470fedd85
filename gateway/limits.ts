/** How much is taken on at once, and how much of one asker. */
import { Injectable } from '@nestjs/common';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import type { AskedRequest } from './asker.js';
import { Problem } from './problem.js';
import { GatewaySettings } from './settings.js';

/** Requests that are under way at once, and requests of one asker in a second, unless the settings say otherwise. */
const AT_ONCE = 500;
const PER_SECOND = 300;
/** Over how long requests are counted, in milliseconds: a burst may use it up at once. */
const WINDOW_MS = 10_000;
/** What stays open, or must be answered when nothing else is. */
const NOT_COUNTED = /^\/(api\/stream|health\/|livez|readyz|metrics)/;

type Check = ReturnType<FastifyInstance['createRateLimit']>;

@Injectable()
export class Limits {
  private underWay = 0;
  private check: Check | undefined;
  private fastify: FastifyInstance | undefined;

  constructor(private readonly settings: GatewaySettings) {}

  /** Counts what is under way. What comes on top is refused before it is read. */
  async watch(fastify: FastifyInstance): Promise<void> {
    this.fastify = fastify;
    await fastify.register(rateLimit, { global: false });
    const most = this.settings.limits?.atOnce ?? AT_ONCE;
    fastify.addHook('onRequest', (request, reply, done) => {
      if (NOT_COUNTED.test(request.url)) return done();
      this.underWay++;
      // Comes once for every request, whatever becomes of it.
      reply.raw.once('close', () => this.underWay--);
      if (this.underWay <= most) return done();
      const problem = new Problem(503, 'TooBusy', `${most} requests are being answered already; come back in a moment`);
      void reply
        .status(503)
        .header('retry-after', '1')
        .type('application/problem+json')
        .send(JSON.stringify(problem.body()));
    });
  }

  /**
   * Counts a request: of its asker, or where nobody was recognised of the address that it came from.
   * @throws Problem 429 `TooManyRequests`
   */
  async count(request: AskedRequest): Promise<void> {
    const perSecond = this.settings.limits?.perSecond ?? PER_SECOND;
    this.check ??= this.fastify?.createRateLimit({
      max: (perSecond * WINDOW_MS) / 1000,
      timeWindow: WINDOW_MS,
      keyGenerator: (asked: AskedRequest) => (asked.asker ? `asker ${asked.asker.id}` : `address ${asked.ip}`),
    });
    const found = await this.check?.(request);
    if (!found || found.isAllowed || !found.isExceeded) return;
    const { ttlInSeconds } = found;
    throw new Problem(
      429,
      'TooManyRequests',
      `more than ${perSecond} requests a second; go on in ${ttlInSeconds} ${ttlInSeconds === 1 ? 'second' : 'seconds'}`,
      {},
      { 'retry-after': String(ttlInSeconds) },
    );
  }
}
