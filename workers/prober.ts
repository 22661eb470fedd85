/** Asks dependencies whose gate closed by itself whether they are back. */

/** First pause before a probe, and the longest, in milliseconds. */
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** A gate that closes again so soon was let up too early: its pauses grow on from where they were. In milliseconds. */
const RELAPSE_MS = 5 * 60_000;

/** How one gate is probed. */
interface Patience {
  pauseMs: number;
  nextAt: number;
  /** Since when it is up again; absent while it fails. */
  upSince?: number;
}

/** Probes with growing pauses. What it remembers is of no weight: without it a gate is merely probed a little sooner. */
export class Prober {
  private readonly patience = new Map<string, Patience>();

  /**
   * @param ready whether a dependency can take calls; must not throw
   * @param now milliseconds; for tests
   */
  constructor(
    private readonly ready: (dependency: string) => Promise<boolean>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Probes those of the failing dependencies whose turn it is. @returns the ones that are ready */
  async probe(failing: readonly string[]): Promise<readonly string[]> {
    for (const [dependency, patience] of this.patience) {
      if (!failing.includes(dependency)) patience.upSince ??= this.now();
    }
    for (const dependency of failing) this.notice(dependency);
    const due = [...this.patience].filter(([, { upSince, nextAt }]) => upSince === undefined && nextAt <= this.now());
    const answers = await Promise.all(
      due.map(async ([dependency, { pauseMs }]) => {
        const ready = await this.ready(dependency);
        if (!ready) this.wait(dependency, grown(pauseMs));
        return ready ? [dependency] : [];
      }),
    );
    return answers.flat();
  }

  /** One that fails anew is given time first: what made it fail is hardly over at once. */
  private notice(dependency: string): void {
    const before = this.patience.get(dependency);
    if (before && before.upSince === undefined) return;
    const relapsed = before?.upSince !== undefined && this.now() - before.upSince < RELAPSE_MS;
    this.wait(dependency, relapsed ? grown(before.pauseMs) : FIRST_PAUSE_MS);
  }

  private wait(dependency: string, pauseMs: number): void {
    this.patience.set(dependency, { pauseMs, nextAt: this.now() + pauseMs });
  }
}

const grown = (pauseMs: number): number => Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
