/** Which of several processes does what only one needs to do. */
import type { Pool, PoolClient } from 'pg';

/**
 * Leadership by an advisory lock of a database session of its own: it ends with the process or with its connection, and another
 * process has it a moment later. For a moment two may believe that they lead, so that what a leader does must bear a repeat.
 */
export class Leadership {
  private session: PoolClient | undefined;

  /** @param office what is led: the lock's name */
  constructor(
    private readonly pool: Pool,
    private readonly office: string,
  ) {}

  /** Whether this process leads now; takes the lead where nobody has it. @throws where the database does not answer */
  async held(): Promise<boolean> {
    if (this.session) return this.stillHeld(this.session);
    const session = await this.pool.connect();
    // Without a listener Node ends the process when the connection is lost; the next question finds out.
    session.on('error', lost);
    try {
      const { rows } = await session.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken',
        [this.office],
      );
      if (rows[0]?.taken === true) {
        this.session = session;
        return true;
      }
    } catch (err) {
      giveBack(session, err);
      throw err;
    }
    giveBack(session);
    return false;
  }

  /** Lets another process lead. */
  resign(): void {
    if (!this.session) return;
    // The session ends, and the lock with it.
    giveBack(this.session, new Error('resigned'));
    this.session = undefined;
  }

  private async stillHeld(session: PoolClient): Promise<boolean> {
    try {
      await session.query('SELECT 1');
      return true;
    } catch (err) {
      this.session = undefined;
      giveBack(session, err);
      throw err;
    }
  }
}

const lost = (): void => undefined;

/** With a reason the connection is closed instead of used again. */
function giveBack(session: PoolClient, reason?: unknown): void {
  session.off('error', lost);
  session.release(reason === undefined ? undefined : reason instanceof Error ? reason : true);
}
