/**
 * One durable timer for all clocks of an entity.
 *
 * It is armed for the earliest due time and left alone when that moves later: firing early costs one look, while cancelling and
 * starting again at every state would cost two events each time.
 */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Clock, EntityState } from './entry.js';

/** The clock that is due first. */
export function earliest(state: EntityState): (Clock & { readonly name: string }) | undefined {
  let first: (Clock & { readonly name: string }) | undefined;
  for (const [name, clock] of Object.entries(state.clocks)) {
    if (!first || clock.dueAt < first.dueAt) first = { name, ...clock };
  }
  return first;
}

export class ClockTimer {
  private armed: { readonly at: number; readonly scope: CancellationScope } | undefined;
  /** The workflow's own scope: it is armed from within steps, and must outlive them. */
  private readonly home = CancellationScope.current();

  /** @param onFire called when the timer fires; it looks at the clocks itself. */
  constructor(private readonly onFire: () => void) {}

  /** Makes sure that a timer runs that fires no later than `dueAt`. */
  arm(dueAt: string | undefined): void {
    if (dueAt === undefined) return;
    const at = Date.parse(dueAt);
    if (this.armed) {
      if (this.armed.at <= at) return;
      this.armed.scope.cancel();
    }
    const scope = new CancellationScope({ cancellable: true, parent: this.home });
    this.armed = { at, scope };
    void scope
      .run(async () => {
        await sleep(Math.max(at - Date.now(), 1), { summary: 'earliest clock' }); // yields
        this.armed = undefined;
        this.onFire();
      })
      .catch((err: unknown) => {
        if (!isCancellation(err)) throw err;
      });
  }
}
