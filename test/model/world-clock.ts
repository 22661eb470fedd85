/**
 * The clock of a world: the server's, which jumps to the next timer whenever nothing else is to be done.
 *
 * The server counts reasons for its clock to stand still: tasks that are with a worker, or wait for one. It loses count where an
 * activity is cancelled before its worker had it: the reason for it stays for ever. And it has a reason where all tasks wait for a
 * worker that is not there. Such reasons are taken away, but only while nobody is at work: one that is still good would be missing
 * when it ends, and the server gives up its work at that.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { stirOf, type Stir } from './rest.js';
import { TimeService } from './time-service.js';

/** A jump of the server's clock is told from its ticking with the machine's by this, in milliseconds. */
const JUMP_MS = 100;
/** How often the clock is looked at, in real milliseconds. */
const LOOK_MS = 40;
/** How long it may stand still before that is looked into, in real milliseconds: with workers whose rest can be seen, with workers of
 * whom nothing is known, and with none. */
const PATIENCE_MS = { seen: 400, unseen: 2_000, unattended: 120 } as const;

/** Reasons that are taken away without another look at who is at rest. */
const MOST_AT_ONCE = 20;

export class WorldClock {
  private readonly time: TimeService;
  private atWork = 0;
  private lastAtWork = 0;
  private lastJump = Date.now();

  /** @param ended aborted when nobody waits for the clock any more. */
  constructor(
    private readonly env: TestWorkflowEnvironment,
    private readonly ended: AbortSignal,
  ) {
    this.time = new TimeService(env.connection);
  }

  /** Tells the clock when services are at work. */
  readonly watches: ActivityInterceptorsFactory = () => ({
    inbound: {
      execute: async (input, next) => {
        this.atWork++;
        try {
          return await next(input);
        } finally {
          this.atWork--;
          this.lastAtWork = Date.now();
        }
      },
    },
  });

  /** When a call was last made or the clock last jumped: the machine's time in ms since the epoch. */
  get lastSign(): number {
    return this.atWork > 0 ? Date.now() : Math.max(this.lastAtWork, this.lastJump);
  }

  /** Now, in ms since the epoch. */
  now(): Promise<number> {
    return this.time.now();
  }

  /**
   * Lets so much time pass, in milliseconds, stopping at every timer.
   * @param attended workflow workers are there.
   * @param ids workflow ids of all that may have work for them; none where that is not known.
   */
  async run(durationMs: number, attended: boolean, ids: readonly string[]): Promise<void> {
    const patienceMs = PATIENCE_MS[!attended ? 'unattended' : ids.length > 0 ? 'seen' : 'unseen'];
    let awake = false;
    let undone = 0;
    const asleep = this.time.sleep(durationMs).then(() => (awake = true));
    // Where it is given up it ends with its server.
    asleep.catch(() => undefined);
    this.lastJump = Date.now();
    for (let since = await this.times(); !awake;) {
      await Promise.race([asleep, pause(LOOK_MS)]);
      this.ended.throwIfAborted();
      const now = await this.times();
      if (hasJumped(since, now)) {
        since = now;
        this.lastJump = Date.now();
      } else if (now.machine - since.machine > patienceMs && this.isQuiet(patienceMs)) {
        undone += await this.unlock(attended, ids, undone);
        since = await this.times();
      }
    }
    // Without workers these are the tasks that wait for one: they come to it with their reasons.
    if (!attended) for (; undone > 0; undone--) await this.time.lock();
  }

  private async times() {
    return { server: await this.now(), machine: Date.now() };
  }

  private isQuiet(forMs: number): boolean {
    return this.atWork === 0 && Date.now() - this.lastAtWork > forMs;
  }

  /**
   * Takes away reasons for the clock to stand still; answers how many.
   * @param undone how many were taken away before while no worker was there.
   */
  private async unlock(attended: boolean, ids: readonly string[], undone: number): Promise<number> {
    const stirs = await this.stirs(ids);
    const waiting = stirs.filter(({ task }) => task).length;
    if ((attended && waiting > 0) || this.atWork > 0) return 0;
    // With calls to come, one at a time: the next reason may be a call's.
    const calm = stirs.length > 0 && stirs.every(({ activities }) => activities === 0);
    const most = attended ? (calm ? MOST_AT_ONCE : 1) : Math.max(1, waiting - undone);
    for (let done = 0; done < most; done++) {
      const before = await this.times();
      try {
        await this.time.unlock();
      } catch {
        // There is none: the clock was about to jump.
        return done;
      }
      if (!attended) continue;
      await pause(LOOK_MS);
      if (hasJumped(before, await this.times())) return done + 1;
    }
    return most;
  }

  private stirs(ids: readonly string[]): Promise<Stir[]> {
    const { workflow } = this.env.client;
    return Promise.all(ids.map(async (id) => stirOf((await workflow.getHandle(id).fetchHistory()).events ?? [])));
  }
}

interface Times {
  readonly server: number;
  readonly machine: number;
}

const hasJumped = (before: Times, now: Times): boolean =>
  now.server - before.server - (now.machine - before.machine) > JUMP_MS;
