/** Outlasting an outage: servers are restarted while an intake runs, and no row may be lost or counted twice for it. */
import { setTimeout as sleep } from 'node:timers/promises';

/** The servers stayed away for longer than the intake waits. The operation may be repeated later. `type` is constant. */
export class GaveUp extends Error {
  readonly type = 'GaveUp';
}

/** Errors that a repeat cannot mend: the other side has answered, and its answer is no. */
const FINAL: ReadonlySet<unknown> = new Set([
  'ConflictingSubmission',
  'InvalidMessage',
  'GatewayRefused',
  'SeedRefused',
  'UnknownEntity',
]);

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const NOTICE_EVERY_MS = 15_000;

/**
 * Repeats operations while servers are away. The time is counted per operation and per outage, whichever is over first: after
 * an outage that outlasted the limit each further operation gets one attempt, so that a dead server ends a long run soon, and
 * full patience again once something succeeds.
 */
export class Patience {
  private failingSince: number | undefined;
  private noticedAt = -Infinity;
  /** The person was told of an outage and not yet of its end. */
  private told = false;

  /**
   * @param limitMs how long an outage may last, in milliseconds
   * @param notice shows one line to the person who waits
   */
  constructor(
    private readonly limitMs: number,
    private readonly notice: (line: string) => void,
    private readonly time: { now(): number; sleep(ms: number): Promise<unknown> } = { now: Date.now, sleep },
  ) {}

  /**
   * The operation's result. It must be safe to repeat.
   * @throws GaveUp after the limit; and, at once, what a repeat cannot mend.
   */
  async call<T>(operation: () => Promise<T>): Promise<T> {
    const startedAt = this.time.now();
    let attempts = 0;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        attempts += 1;
        const result = await operation();
        this.answered(attempts > 1);
        return result;
      } catch (error) {
        if (isFinal(error)) {
          this.answered(attempts > 1);
          throw error;
        }
        this.unanswered(error, startedAt);
      }
      // Jitter: many lanes come back from one outage, and should not do so in step.
      await this.time.sleep(pauseMs * (0.5 + Math.random() / 2));
    }
  }

  /** Only what had failed before tells of an outage's end: other operations may use other servers. */
  private answered(again: boolean): void {
    this.failingSince = undefined;
    if (!again || !this.told) return;
    this.told = false;
    this.notice('the servers answer again');
  }

  private unanswered(error: unknown, startedAt: number): void {
    const now = this.time.now();
    this.failingSince ??= now;
    const why = messageOf(error);
    if (now - this.failingSince >= this.limitMs || now - startedAt >= this.limitMs) {
      throw new GaveUp(`${why}; tried for ${Math.round((now - Math.min(this.failingSince, startedAt)) / 1000)} s`, {
        cause: error,
      });
    }
    if (now - this.noticedAt >= NOTICE_EVERY_MS) {
      this.noticedAt = now;
      this.told = true;
      const leftMs = this.limitMs - (now - this.failingSince);
      this.notice(`waiting for the servers, for up to ${Math.ceil(leftMs / 1000)} s more: ${why}`);
    }
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof Error && 'type' in error && FINAL.has(error.type);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
