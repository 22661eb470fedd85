import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordStray } from '../../records/stray.js';
import { at, carrier, journey, ref } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  await bench.writer.write(carrier(ref('kept'), journey()), { runId: 'r' });
  await recordStray(bench.db, {
    entityId: 'kept',
    messageId: 'm',
    source: '/services/fraud',
    reason: 'closed',
    data: { a: 1 },
    keepData: true,
    receivedAt: at(1),
  });
});
afterAll(() => bench.close());

describe.each(['journal', 'stray_message'])('%s', (table) => {
  it.each([`UPDATE ${table} SET written_at = now()`, `DELETE FROM ${table}`, `TRUNCATE ${table}`])(
    'refuses %s, from the writer and from the owner',
    async (statement) => {
      await expect(bench.pool.query(statement)).rejects.toThrow('permission denied');
      await expect(bench.owner.query(statement)).rejects.toThrow('append-only');
    },
  );
});

it('the writer owns nothing, and cannot take the trigger away', async () => {
  await expect(bench.pool.query('ALTER TABLE journal DISABLE TRIGGER ALL')).rejects.toThrow('must be owner');
  await expect(bench.pool.query('DELETE FROM entity')).rejects.toThrow('permission denied');
  await expect(bench.pool.query('UPDATE definition SET version = 2')).rejects.toThrow('permission denied');
});

it('the reader role sees everything except personal data', async () => {
  const client = await bench.owner.connect();
  try {
    await client.query('SET ROLE throughline_reader');
    await client.query(
      'SELECT * FROM journal, entity, outbox, review_task, finding, stray_message, definition LIMIT 1',
    );
    await expect(client.query('SELECT * FROM subject')).rejects.toThrow('permission denied');
    await expect(client.query('INSERT INTO operation (signature) VALUES (1)')).rejects.toThrow('permission denied');
  } finally {
    client.release(true);
  }
});
