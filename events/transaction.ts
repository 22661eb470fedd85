/** Transactions on a connection of a pool. */
import type { Pool, PoolClient } from 'pg';

/**
 * Does something in one transaction: all of it or, where it throws, nothing. A connection that could not even be told so is not used again.
 * @param begin the statement that begins it, with settings for it alone where there are any
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'BEGIN',
): Promise<T> {
  const client = await pool.connect();
  let sound = false;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    sound = true;
    return result;
  } catch (error) {
    sound = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!sound);
  }
}
