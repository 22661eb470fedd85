/** What changes in the records, looked for once for everybody who listens. */
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { changesSince, type Change } from '../../records/changes.js';
import { Records } from '../records.js';

/** How often is looked while somebody listens, in milliseconds: whoever looks sees a change within half a second. */
const EVERY_MS = 400;
/** No statement of a writer takes longer (`records/pool.ts`): what it changed is seen by then. In milliseconds. */
export const OVERLAP_MS = 10_000;
/** More changes of a kind at once are not told one by one. */
export const MOST_CHANGES = 2_000;

/** What a look brought: `missed` where there were too many to tell. */
export interface News {
  /** The moment up to which everything was told, as the database says it; whoever resumes names it. */
  readonly asOf: string;
  readonly changes: readonly Change[];
  readonly missed: boolean;
}

export type Listener = (news: News) => void;

/** Polls while there are listeners, and not otherwise. */
@Injectable()
export class Feed implements OnModuleDestroy {
  private readonly log = new Logger('live');
  private readonly listeners = new Set<Listener>();
  /** What was told, as long as it may be read again: key and version. */
  private told = new Map<string, string>();
  private asOf: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failing = false;

  constructor(private readonly records: Records) {}

  /** From now on the listener hears of every change. @returns what ends it */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    if (this.timer === undefined) {
      this.asOf = undefined;
      this.plan(0);
    }
    return () => {
      this.listeners.delete(listener);
    };
  }

  onModuleDestroy(): void {
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private plan(inMs: number): void {
    this.timer = setTimeout(() => void this.look(), inMs);
  }

  private async look(): Promise<void> {
    if (this.listeners.size > 0) await this.read().catch((err: unknown) => this.failed(err));
    this.timer = undefined;
    if (this.listeners.size > 0) this.plan(EVERY_MS);
  }

  private async read(): Promise<void> {
    const first = this.asOf === undefined;
    const { asOf, changes, more } = await this.records.write((db) =>
      changesSince(db, {
        ...(this.asOf !== undefined && { since: this.asOf }),
        overlapMs: OVERLAP_MS,
        limit: MOST_CHANGES,
      }),
    );
    const fresh = changes.filter(({ key, version }) => this.told.get(key) !== version);
    this.told = new Map(changes.map(({ key, version }) => [key, version]));
    this.asOf = asOf;
    this.failing = false;
    // The first look only finds out where things stand: whoever comes is told by itself of what has just changed.
    if (first || (fresh.length === 0 && !more)) return;
    for (const listener of this.listeners) listener({ asOf, changes: fresh, missed: more });
  }

  /** What is missed meanwhile is read with the next look that succeeds. */
  private failed(err: unknown): void {
    if (!this.failing) this.log.warn({ err: (err as Error).message }, 'changes cannot be read; looking again');
    this.failing = true;
  }
}
