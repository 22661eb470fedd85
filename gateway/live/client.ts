/** One browser that listens: what it may see, in its own time. */
import { Readable } from 'node:stream';
import type { StreamEvents } from '../../client/console-views.js';
import type { Change } from '../../records/changes.js';
import type { News } from './feed.js';

/** What may wait for a slow reader, in bytes; more is not told one by one. */
const MOST_WAITING = 64 * 1024;
/** Figures are told to have changed at most as often, in milliseconds. */
const OVERVIEW_EVERY_MS = 2_000;

/** Which changes a client hears of. */
export interface Interest {
  readonly lifecycles: readonly string[];
  /** This entity alone. */
  readonly id?: string;
}

/** A stream of server-sent events. */
export class LiveClient {
  readonly stream = new Readable({ read: () => this.drained() });
  private missed = false;
  private asOf = '';
  private overviewAt = 0;

  constructor(private readonly interest: Interest) {
    // How soon a browser comes back when the stream ends, in milliseconds.
    this.stream.push('retry: 1000\n\n');
  }

  tell({ asOf, changes, missed }: News): void {
    this.asOf = asOf;
    if (missed) this.missed = true;
    const seen = changes.filter((change) => this.sees(change));
    for (const { kind, data } of seen) this.send(kind, data);
    if (seen.length > 0 && Date.now() - this.overviewAt >= OVERVIEW_EVERY_MS) {
      this.overviewAt = Date.now();
      this.send('overview', { asOf });
    }
    this.drained();
  }

  /** Keeps proxies from ending a quiet stream. */
  beat(): void {
    if (this.stream.readableLength < MOST_WAITING) this.stream.push(': beat\n\n');
  }

  end(): void {
    this.stream.push(null);
  }

  /** Tells once that something was not told, as soon as the reader takes it. */
  drained(): void {
    if (!this.missed || this.stream.readableLength >= MOST_WAITING) return;
    this.missed = false;
    this.send('missed', { asOf: this.asOf });
  }

  private sees(change: Change): boolean {
    const { lifecycles, id } = this.interest;
    if (change.kind === 'dependency') return id === undefined;
    return lifecycles.includes(change.data.lifecycle) && (id === undefined || id === change.data.id);
  }

  private send<Name extends keyof StreamEvents>(event: Name, data: StreamEvents[Name]): void {
    if (this.stream.readableEnded || this.stream.destroyed) return;
    if (this.stream.readableLength >= MOST_WAITING) {
      this.missed = true;
      return;
    }
    this.stream.push(`id: ${this.asOf}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}
