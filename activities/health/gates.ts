/** The gates of the dependencies as this process sees them, and how it opens one that fails. */
import { Logger } from '@nestjs/common';
import { ApplicationFailure } from '@temporalio/common';
import type { Kysely } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { list, trip } from '../../records/dependencies.js';
import type { Database, DependencyFailure } from '../../records/schema.js';
import { Breaker } from './breaker.js';
import type { ClosedGate, GateKeeping } from './respects-gates.js';

/** How often the gates are read, in milliseconds: so much later, at most, a pause or a resume is felt by calls. */
export const READ_EVERY_MS = 1_000;

/**
 * Gates are read in the background, so that a call costs nothing while all is well. While the database is away the last ones seen
 * count: calls then fail as `RecordsUnavailable` anyway, before they are made.
 */
export class Gates implements GateKeeping {
  private readonly logger = new Logger(Gates.name);
  private readonly breaker: Breaker;
  private readonly stopping = new AbortController();
  private shut: ReadonlyMap<string, ClosedGate> = new Map();
  private reading: Promise<void> = Promise.resolve();

  /** @param failures how many in a row, in this process, close a dependency's gate; 0: none */
  constructor(
    private readonly db: Kysely<Database>,
    failures: number,
  ) {
    this.breaker = new Breaker(failures);
  }

  /** Reads the gates, and from then on every second. @throws where the records cannot be read */
  async start(): Promise<void> {
    await this.read();
    this.reading = this.keepReading();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.reading;
  }

  closed(dependency: string): ClosedGate | undefined {
    return this.shut.get(dependency);
  }

  answered(dependency: string): void {
    this.breaker.reset(dependency);
  }

  failed(dependency: string, caller: string, failure: unknown): void {
    // Calls that were under way when the gate closed say nothing new.
    if (this.shut.has(dependency) || !this.breaker.failed(dependency, caller)) return;
    this.close(dependency, failure).catch((err: unknown) =>
      this.logger.warn(`the gate of ${dependency}, which fails, could not be closed yet (${nameOf(err)})`),
    );
  }

  private async close(name: string, failure: unknown): Promise<void> {
    const lastFailure = inOurWords(failure);
    const changed = await trip(this.db, { name, reason: 'repeatedFailures', lastFailure });
    if (changed)
      this.logger.warn(`the gate of ${name} closed after repeated failures; the last: ${lastFailure.message}`);
    await this.read();
  }

  private async read(): Promise<void> {
    const shut = new Map<string, ClosedGate>();
    for (const { name, status, reason, since } of await list(this.db)) {
      if (status === 'up') continue;
      shut.set(name, { dependency: name, status, reason, since });
      this.breaker.reset(name);
    }
    this.shut = shut;
  }

  private async keepReading(): Promise<void> {
    const { signal } = this.stopping;
    for (let readable = true; !signal.aborted;) {
      await pause(READ_EVERY_MS, undefined, { signal }).catch(() => undefined);
      try {
        if (!signal.aborted) await this.read();
        readable = true;
      } catch (err) {
        if (readable) this.logger.warn(`the gates cannot be read (${nameOf(err)}); the last ones seen count`);
        readable = false;
      }
    }
  }
}

/**
 * What failed, without anything that a service said itself: that might hold personal data. A failure of the activities' own HTTP
 * client says what happened in its first detail.
 */
function inOurWords(failure: unknown): DependencyFailure {
  const isTyped = failure instanceof ApplicationFailure && typeof failure.type === 'string';
  const type = isTyped ? String(failure.type) : nameOf(failure);
  const what = isTyped && (failure.details?.[0] as { what?: unknown } | undefined)?.what;
  return { type, message: typeof what === 'string' ? what : `a call failed with ${type}` };
}

function nameOf(err: unknown): string {
  if (!(err instanceof Error)) return 'Error';
  const { code } = err as NodeJS.ErrnoException;
  return typeof code === 'string' ? `${err.name} ${code}` : err.name;
}
