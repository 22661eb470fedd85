/**
 * One durable timer for everything that may strike in an entity's life.
 *
 * It is armed for the earliest alarm and left alone when that moves later: firing early costs one look, while cancelling and
 * starting again at every state would cost two events each time.
 */
import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

export class ClockTimer {
  private armed: { readonly at: number; readonly scope: CancellationScope } | undefined;
  /** The workflow's own scope: it is armed from within steps, and must outlive them. */
  private readonly home = CancellationScope.current();

  /** @param onFire called when the timer fires; it looks at the alarms itself. */
  constructor(private readonly onFire: () => void) {}

  /** Makes sure that a timer runs that fires no later than `at` (ms since the epoch). */
  arm(at: number | undefined): void {
    if (at === undefined) return;
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
