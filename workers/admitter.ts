/** Starts what waits for admission, in order and at the rate of its catastrophe, for as long as anything waits. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Turn, Waiting } from '../records/admissions.js';

/** How long one round may last, in milliseconds; what is not due by then is the next one's. */
const ROUND_MS = 1_000;

/** What became of one that had its turn. */
export type Outcome = { readonly runId: string } | { readonly refused: string };

/** What the admitter needs of records and Temporal. */
export interface Line {
  /** Catastrophes of which something waits. */
  catastrophes(): Promise<readonly string[]>;
  /** The next turn of a catastrophe, for the first in line; undefined where nothing waits. */
  takeTurn(catastrophe: string): Promise<Turn | undefined>;
  /** Starts it unless it was started before. @throws where Temporal does not answer */
  start(first: Waiting): Promise<Outcome>;
  /** The first has had its turn. */
  settle(position: string, outcome: Outcome): Promise<void>;
}

/**
 * It remembers nothing. One that was started by a process that then died is still the first in line: it is started again, which
 * finds the run that there is.
 */
export class Admitter {
  constructor(private readonly line: Line) {}

  /** Starts what may be started within a second; call it about once a second. @throws the first failure, after the others' rounds */
  async admitSome(signal: AbortSignal): Promise<void> {
    const until = Date.now() + ROUND_MS;
    const codes = await this.line.catastrophes();
    const rounds = await Promise.allSettled(codes.map((code) => this.admitOf(code, until, signal)));
    for (const round of rounds) if (round.status === 'rejected') throw round.reason;
  }

  /** One after the other, so that they begin in the order in which they came. */
  private async admitOf(code: string, until: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && Date.now() < until) {
      const turn = await this.line.takeTurn(code);
      if (!turn) return;
      if ('waiting' in turn) {
        await this.line.settle(turn.waiting.position, await this.line.start(turn.waiting));
        continue;
      }
      if (Date.now() + turn.inMs >= until) return;
      // Never at once: rounding must not make this a busy loop.
      await pause(Math.max(1, Math.ceil(turn.inMs)), undefined, { signal }).catch(() => undefined);
    }
  }
}
