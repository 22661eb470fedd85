import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadJournal, verifyAll, verifyEntity } from '../../records/verify.js';
import { carrier, journey, ref } from './fixtures.js';
import { collect, openWorkbench, type Workbench } from './workbench.js';

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** Does what no one may: a superuser switches the triggers off for a session and rewrites history. */
async function tamper(change: (client: ClientBase) => Promise<unknown>): Promise<void> {
  const client = await bench.owner.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await change(client);
  } finally {
    client.release(true);
  }
}

async function recorded(id: string): Promise<string> {
  await bench.writer.write(carrier(ref(id), journey()), { runId: 'r' });
  expect(await verifyEntity(bench.db, 'parcel', id)).toEqual([]);
  return id;
}

const faultsOf = (id: string) => verifyEntity(bench.db, 'parcel', id);

describe('a tampered journal', () => {
  it.each([
    ['entry', `entry = jsonb_set(entry, '{patch,facts,weight}', '1201')`, 1, ['entry 1 was changed']],
    ['first run', `first_run_id = 'mine'`, 2, ['entry 2 was changed']],
    ['version', `lifecycle_version = 7`, 3, ['entry 3 was changed']],
    ['time column', `recorded_at = recorded_at - interval '1 day'`, 2, ['its column says']],
    ['hash', `hash = sha256('x')`, 4, ['the hash of entry 4 does not follow', 'names another hash']],
    [
      'content and content hash',
      `entry = jsonb_set(entry, '{actor,id}', '"me"'), content_hash = sha256('x')`,
      2,
      ['entry 2 was changed', 'the hash of entry 2'],
    ],
  ])('is found: %s', async (name, assignment, sequence, expected) => {
    const id = await recorded(`tampered ${name}`);
    await tamper((client) =>
      client.query(`UPDATE journal SET ${assignment} WHERE entity_id = $1 AND sequence = $2`, [id, sequence]),
    );
    const faults = await faultsOf(id);
    for (const fault of expected) expect(faults).toContainEqual(expect.stringContaining(fault));
  });

  it('is found: an entry rewritten with matching hashes of its own', async () => {
    const id = await recorded('rewritten');
    await tamper((client) =>
      client.query(
        `UPDATE journal SET prev_hash = sha256('p'), hash = sha256(sha256('p') || content_hash)
          WHERE entity_id = $1 AND sequence = 3`,
        [id],
      ),
    );
    const faults = await faultsOf(id);
    expect(faults).toContainEqual(expect.stringContaining('chain is broken before entry 3'));
    expect(faults).toContainEqual(expect.stringContaining('chain is broken before entry 4'));
  });

  it('is found: two entries exchanged', async () => {
    const id = await recorded('exchanged');
    await tamper(async (client) => {
      for (const [from, to] of [
        [2, 99],
        [3, 2],
        [99, 3],
      ]) {
        await client.query('UPDATE journal SET sequence = $3 WHERE entity_id = $1 AND sequence = $2', [id, from, to]);
      }
    });
    expect(await faultsOf(id)).toContainEqual(expect.stringContaining('entries were exchanged'));
  });

  it.each([
    [1, 'entry 1 is missing'],
    [2, 'entry 2 is missing'],
    [4, 'entry 4 is missing at the end of the journal'],
  ])('is found: entry %i deleted', async (sequence, fault) => {
    const id = await recorded(`deleted ${sequence}`);
    await tamper((client) =>
      client.query('DELETE FROM journal WHERE entity_id = $1 AND sequence = $2', [id, sequence]),
    );
    expect(await faultsOf(id)).toContain(fault);
  });

  it('is found: all of it deleted, or the row', async () => {
    const bare = await recorded('bare');
    const orphan = await recorded('orphan');
    await tamper((client) => client.query('DELETE FROM journal WHERE entity_id = $1', [bare]));
    await tamper((client) => client.query('DELETE FROM entity WHERE entity_id = $1', [orphan]));
    expect(await faultsOf(bare)).toEqual(['there is an entity row at entry 4 but no journal']);
    expect(await faultsOf(orphan)).toEqual(['there is a journal but no entity row']);
    expect(await faultsOf('never')).toEqual(['parcel/never is not on record']);
  });
});

it.each([
  ['state', `'Announced'`],
  ['since', `now()`],
  ['outcome', 'NULL'],
  ['parts', `'{}'`],
  ['facts', `facts - 'weight'`],
  ['closed', 'false'],
  ['attention', `'x'`],
  ['deadline_at', 'now()'],
  ['entered_by', '1'],
  ['visits', `'{}'`],
  ['sequence', '3'],
  ['first_run_id', `'mine'`],
])('a row whose %s does not follow from the journal is found', async (column, value) => {
  const id = await recorded(`row ${column}`);
  await tamper((client) => client.query(`UPDATE entity SET ${column} = ${value} WHERE entity_id = $1`, [id]));
  expect(await faultsOf(id)).not.toEqual([]);
});

it('verifyAll gives a verdict on every entity, page by page, orphans included, while others write', async () => {
  const many = Array.from({ length: 230 }, (_, i) => `many-${String(i).padStart(3, '0')}`);
  await Promise.all(many.map((id) => bench.writer.write(carrier(ref(id), journey()), { runId: 'r' })));
  let writing = true;
  const busy = (async () => {
    for (let i = 0; writing; i++) {
      const [a, b] = journey();
      await bench.writer.write(carrier(ref(`zz-busy-${i}`), [a]), { runId: 'r' });
      await bench.writer.write(carrier(ref(`zz-busy-${i}`), [a, b]), { runId: 'r' });
    }
  })();
  const verdicts = new Map<string, readonly string[]>();
  for await (const { id, faults } of verifyAll(bench.db)) verdicts.set(id, faults);
  writing = false;
  await busy;
  expect(many.filter((id) => verdicts.get(id)?.length !== 0)).toEqual([]);
  expect([...verdicts].filter(([id, faults]) => id.startsWith('zz-busy') && faults.length > 0)).toEqual([]);
  expect(verdicts.get('orphan')).toEqual(['there is a journal but no entity row']);
});

it('loadJournal gives the entries as they were given, in order', async () => {
  const id = await recorded('loaded');
  const rows = await collect(loadJournal(bench.db, 'parcel', id));
  expect(rows.map(({ entry }) => entry)).toEqual(journey());
});
