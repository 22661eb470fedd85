/** What changes, as it changes (server-sent events). */
import { Controller, Get, Headers, Query, Res, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { changesSince } from '../../records/changes.js';
import { visible } from '../access/within.js';
import { Asker } from '../asker.js';
import { Lifecycles } from '../lifecycles.js';
import { Operation } from '../operation.js';
import { Problem } from '../problem.js';
import { Records } from '../records.js';
import { Valid } from '../valid.pipe.js';
import { LiveClient } from './client.js';
import { Feed, MOST_CHANGES, OVERLAP_MS } from './feed.js';

/** Streams that one gateway serves at a time. */
const MOST_STREAMS = 200;
const BEAT_MS = 15_000;
/** A stream ends with its token, at the latest after so long, and its reader comes back with one that holds. In milliseconds. */
const LONGEST_MS = 10 * 60_000;
/** The clocks of issuer and gateway differ: a token that is taken may have ended. In milliseconds. */
const SHORTEST_MS = 2_000;
/** Whoever was away for longer reads everything again; no clock is further off. In milliseconds. */
const RESUMABLE_MS = 5 * 60_000;

const query = z
  .strictObject({ lifecycle: z.string().optional(), id: z.string().min(1).max(128).optional() })
  .refine(({ lifecycle, id }) => id === undefined || lifecycle !== undefined, {
    path: ['lifecycle'],
    message: 'name the lifecycle of the id',
  });

/** As ids of events are: an instant with microseconds. */
const EVENT_ID = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

@Controller('api/stream')
export class StreamController implements OnModuleDestroy {
  private readonly clients = new Set<LiveClient>();

  constructor(
    private readonly feed: Feed,
    private readonly records: Records,
    private readonly lifecycles: Lifecycles,
  ) {}

  /** Entities, reviews, findings and dependencies that change; resumed behind `last-event-id`. */
  @Get()
  @Operation({
    summary: 'What changes, as server-sent events',
    description: 'Events entity, review, finding, dependency, overview, missed; data are ids and what they are now.',
    may: ['viewer'],
    answers: { 200: 'text/event-stream' },
  })
  async stream(
    @Query(new Valid(query, 'query')) { lifecycle, id }: z.infer<typeof query>,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Asker() asker: Asker,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const lifecycles = visible(asker, this.lifecycles, lifecycle);
    if (this.clients.size >= MOST_STREAMS) {
      throw new Problem(
        503,
        'TooManyStreams',
        `${MOST_STREAMS} streams are open already; poll the lists, or try again later`,
      );
    }
    const client = new LiveClient({ lifecycles, ...(id !== undefined && { id }) });
    this.clients.add(client);
    const deaf = this.feed.listen((news) => client.tell(news));
    const beat = setInterval(() => client.beat(), BEAT_MS);
    const holdsMs = asker.until.getTime() - Date.now();
    const end = setTimeout(() => client.end(), Math.max(SHORTEST_MS, Math.min(holdsMs, LONGEST_MS)));
    client.stream.once('close', () => {
      this.clients.delete(client);
      deaf();
      clearInterval(beat);
      clearTimeout(end);
    });
    try {
      // It listens already: what is read here may come twice, and nothing is missed in between.
      await this.catchUp(client, lastEventId);
    } catch (err) {
      client.stream.destroy();
      throw err;
    }
    await reply
      .header('content-type', 'text/event-stream; charset=utf-8')
      // With the stream the connection ends: a gateway that stops waits for none.
      .header('connection', 'close')
      // A proxy that gathers before it passes on would hold events back.
      .header('x-accel-buffering', 'no')
      .send(client.stream);
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    for (const client of this.clients) client.end();
  }

  /** What changed since the event; without one, what has only just changed, which a page may have been read before. */
  private async catchUp(client: LiveClient, lastEventId: string | undefined): Promise<void> {
    const known = lastEventId !== undefined && isRecent(lastEventId);
    const { asOf, changes, more } = await this.records.write((db) =>
      changesSince(db, { ...(known && { since: lastEventId }), overlapMs: OVERLAP_MS, limit: MOST_CHANGES }),
    );
    client.tell({ asOf, changes, missed: more || (lastEventId !== undefined && !known) });
  }
}

function isRecent(eventId: string): boolean {
  const at = EVENT_ID.test(eventId) ? Date.parse(eventId) : NaN;
  return Math.abs(Date.now() - at) < RESUMABLE_MS;
}
