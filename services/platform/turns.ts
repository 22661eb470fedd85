/** Transactions that take turns: those that name the same turn run one after the other, in all processes together. */
import type { Database, Queries } from './database.js';

export class Turns {
  /** The last transaction of each turn in this process. */
  readonly #last = new Map<string, Promise<unknown>>();

  /** @param scope what the names of the turns belong to: a schema */
  constructor(
    private readonly database: Database,
    private readonly scope: string,
  ) {}

  /**
   * Runs `work` in a transaction, in its turn. It sees all that those before it wrote.
   * @throws as {@link Database.transaction} does
   */
  async take<T>(turn: string, work: (transaction: Queries) => Promise<T>): Promise<T> {
    const before = this.#last.get(turn);
    // Those of this process queue here and not in the database, where each would hold a connection that others need.
    const mine = (async () => {
      await before;
      return this.#locked(turn, work);
    })();
    const over = mine.catch(() => undefined);
    this.#last.set(turn, over);
    try {
      return await mine;
    } finally {
      if (this.#last.get(turn) === over) this.#last.delete(turn);
    }
  }

  #locked<T>(turn: string, work: (transaction: Queries) => Promise<T>): Promise<T> {
    return this.database.transaction(async (transaction) => {
      // Each later statement has a snapshot of its own, taken once the lock is held.
      await transaction.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${this.scope}/${turn}`]);
      return work(transaction);
    });
  }
}
