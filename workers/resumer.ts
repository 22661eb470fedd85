/** Tells entities whose call was refused that their dependency is back: all of them within seconds, and never all at once. */
import { READ_EVERY_MS } from '../activities/health/gates.js';
import { setTimeout as pause } from 'node:timers/promises';

/** Calls made before every process has seen that the gate is up would be refused again. */
const SETTLED_AFTER_MS = 2 * READ_EVERY_MS;
/** By then every entity has asked again by a timer of its own, and nobody needs to be told. */
const OVER_AFTER_MS = 10 * 60_000;

/** An entity whose call was refused. */
export interface Deferred {
  readonly lifecycle: string;
  readonly id: string;
}

/** A dependency whose gate is up, since when. */
export interface Restored {
  readonly dependency: string;
  readonly since: string;
}

/** What the resumer needs of records and Temporal. */
export interface Surroundings {
  /** At most `limit` entities that still are on record as deferred, those first that have waited longest. */
  deferredOn(dependency: string, limit: number): Promise<readonly Deferred[]>;
  /** @throws where Temporal does not answer; an entity that is gone is no failure */
  tell(entity: Deferred, restored: Restored): Promise<void>;
}

/** Telling of one dependency's return. */
interface Round {
  readonly since: string;
  readonly seenAt: number;
  /** Workflow ids: an entity that was told stays on record as deferred until its call has been answered. */
  readonly told: Set<string>;
}

/** What it remembers is of no weight: an entity that is told twice recognises the repeat, one that is not asks by itself. */
export class Resumer {
  private readonly rounds = new Map<string, Round>();

  /**
   * @param perSecond entities told, of all dependencies together
   * @param now milliseconds; for tests
   */
  constructor(
    private readonly surroundings: Surroundings,
    private readonly perSecond: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Tells as many as a second allows, spread over that second; call it about once a second. */
  async tellSome(up: readonly Restored[], signal: AbortSignal): Promise<void> {
    const startedAt = this.now();
    const gapMs = 1_000 / this.perSecond;
    for (const [i, { entity, restored, round }] of (await this.next(up)).entries()) {
      const dueInMs = startedAt + (i + Math.random()) * gapMs - this.now();
      if (dueInMs > 0) await pause(dueInMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      await this.surroundings.tell(entity, restored);
      round.told.add(workflowId(entity));
    }
  }

  private async next(up: readonly Restored[]) {
    const next: Array<{ readonly entity: Deferred; readonly restored: Restored; readonly round: Round }> = [];
    for (const restored of up) {
      const round = this.roundOf(restored);
      const age = this.now() - round.seenAt;
      const room = this.perSecond - next.length;
      if (age < SETTLED_AFTER_MS || age > OVER_AFTER_MS || room === 0) continue;
      const deferred = await this.surroundings.deferredOn(restored.dependency, room + round.told.size);
      this.forgetThoseGone(round, deferred);
      const untold = deferred.filter((entity) => !round.told.has(workflowId(entity)));
      next.push(...untold.slice(0, room).map((entity) => ({ entity, restored, round })));
    }
    return next;
  }

  private roundOf({ dependency, since }: Restored): Round {
    const running = this.rounds.get(dependency);
    if (running?.since === since) return running;
    const round = { since, seenAt: this.now(), told: new Set<string>() };
    this.rounds.set(dependency, round);
    return round;
  }

  /** Those that went on: the memory, and what is asked of the records, stay as small as what still waits. */
  private forgetThoseGone(round: Round, deferred: readonly Deferred[]): void {
    const still = new Set(deferred.map(workflowId));
    for (const id of round.told) if (!still.has(id)) round.told.delete(id);
  }
}

const workflowId = ({ lifecycle, id }: Deferred): string => `${lifecycle}/${id}`;
