/** Notices that a dependency fails for everybody, as opposed to one call that always fails. */

/** One caller's failures make up at most this share of what opens the breaker. */
const SHARE_OF_ONE_CALLER = 0.25;

/** Failures in a row, none answered in between. */
interface Streak {
  /** How many count: those of one caller only up to its share. */
  length: number;
  readonly byCaller: Map<string, number>;
}

/**
 * Counts failures in a row, per dependency, in this process. Every answer begins anew. A poisoned entity, whose call fails however
 * often it is tried, never opens the breaker by itself, also at night when nobody else calls: of its failures only a share counts.
 */
export class Breaker {
  private readonly streaks = new Map<string, Streak>();
  private readonly mostOfOneCaller: number;

  /** @param failures how many in a row open it; 0: none ever does */
  constructor(private readonly failures: number) {
    this.mostOfOneCaller = Math.max(1, Math.floor(failures * SHARE_OF_ONE_CALLER));
  }

  /** The dependency answered, if only to refuse; or what was counted no longer matters. */
  reset(dependency: string): void {
    this.streaks.delete(dependency);
  }

  /**
   * A call failed in a way that another attempt may mend.
   * @param caller whose call it is: the workflow's id
   * @returns whether that was the last straw; the count then begins anew
   */
  failed(dependency: string, caller: string): boolean {
    if (this.failures === 0) return false;
    const streak = this.streaks.get(dependency) ?? { length: 0, byCaller: new Map<string, number>() };
    this.streaks.set(dependency, streak);
    const before = streak.byCaller.get(caller) ?? 0;
    if (before >= this.mostOfOneCaller) return false;
    streak.byCaller.set(caller, before + 1);
    streak.length++;
    if (streak.length < this.failures) return false;
    this.reset(dependency);
    return true;
  }
}
