import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidCursor } from '../../records/cursor.js';
import type { EntityQuery } from '../../records/entity-list.js';
import { verifyEntity } from '../../records/verify.js';
import { fold, UNBORN } from '../../workflows/lifecycle/entry.js';
import { at, carrier, journey, ref, transition } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

const ANNOUNCED = Array.from({ length: 7 }, (_, i) => `p-${i}`);

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
  const write = (id: string, entries: number) =>
    bench.writer.write(carrier(ref(id), journey(id).slice(0, entries)), { runId: `run-of-${id}` });
  for (const id of ANNOUNCED) await write(id, 2);
  await write('t_1', 3);
  await write('tx1', 3);
  await write('done', 4);
});
afterAll(() => bench.close());

async function list(query: EntityQuery): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await bench.reader.listEntities({ ...query, limit: 3, ...(cursor !== undefined && { cursor }) });
    expect(page.entities.length).toBeLessThanOrEqual(3);
    ids.push(...page.entities.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
}

describe('lists', () => {
  it.each<[string, EntityQuery, string[]]>([
    ['all', {}, [...ANNOUNCED, 't_1', 'tx1', 'done']],
    ['by state', { within: [{ lifecycle: 'parcel', states: ['Announced'] }] }, ANNOUNCED],
    [
      'by several states',
      { within: [{ lifecycle: 'parcel', states: ['Delivered', 'Announced'] }] },
      [...ANNOUNCED, 'done'],
    ],
    ['by lifecycle', { within: [{ lifecycle: 'order' }] }, []],
    [
      'by lifecycle, in the order of entering',
      { within: [{ lifecycle: 'parcel' }] },
      [...ANNOUNCED, 't_1', 'tx1', 'done'],
    ],
    ['within nothing', { within: [] }, []],
    ['open', { closed: false }, [...ANNOUNCED, 't_1', 'tx1']],
    ['closed', { closed: true }, ['done']],
    ['overdue', { dueBefore: at(150) }, ANNOUNCED],
    ['overdue, much later', { dueBefore: at(201) }, [...ANNOUNCED, 't_1', 'tx1']],
    ['due at that very instant', { dueBefore: at(100) }, []],
    ['with any attention', { attention: true }, ['t_1', 'tx1']],
    ['with one attention', { attention: 'other' }, []],
    ['of a catastrophe', { catastrophe: 'Hurricane Sandy', closed: true }, ['done']],
    ['by prefix, taken literally', { idPrefix: 't_' }, ['t_1']],
    ['by part of the key, in any case', { idContains: 'X' }, ['tx1']],
    ['by the earliest deadline', { order: 'deadline' }, [...ANNOUNCED, 't_1', 'tx1', 'done']],
    ['lately written first', { order: 'updated' }, ['done', 'tx1', 't_1', ...[...ANNOUNCED].reverse()]],
    ['by amounts, where none has one', { order: 'amount', closed: false }, [...ANNOUNCED, 't_1', 'tx1']],
  ])('%s', async (_, query, expected) => {
    expect(await list(query)).toEqual(expected);
  });

  it('refuse a cursor of their own making only', async () => {
    const own = (...key: string[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
    for (const cursor of ['nonsense', own('x', 'y', 'z'), own('amount', '1', 'a', 'b'), own('age', at(1), '\0', 'b')]) {
      await expect(bench.reader.listEntities({ cursor })).rejects.toThrow(InvalidCursor);
    }
  });
});

it('counts by state', async () => {
  expect(await bench.reader.countByState()).toEqual([
    { lifecycle: 'parcel', state: 'Announced', count: 7 },
    { lifecycle: 'parcel', state: 'Delivered', count: 1 },
    { lifecycle: 'parcel', state: 'Travelling', count: 2 },
  ]);
  expect(await bench.reader.countByState('order')).toEqual([]);
});

it('an entity comes with what its table says of its state', async () => {
  expect(await bench.reader.getEntity('parcel', 't_1')).toMatchObject({
    state: 'Travelling',
    since: at(3),
    owner: 'carrier',
    waitsFor: 'the delivery',
    next: ['Travelling', 'Announced', 'Delivered'],
    deadline: { at: at(200), leadsTo: 'Announced' },
    attention: 'slow',
    catastrophe: 'Hurricane Sandy',
    authority: 'own',
    retention: { class: 'standard', legalHold: false },
    runId: 'run-of-t_1',
    visits: { Announced: { entered: 1, totalMs: 120_000 }, Travelling: { entered: 1, totalMs: 0 } },
  });
  expect(await bench.reader.getEntity('parcel', 'none')).toBeUndefined();
  const found = await bench.reader.entitySummaries('parcel', ['p-1', 'none', 'done']);
  expect(found.map(({ id }) => id).sort()).toEqual(['done', 'p-1']);
  expect(await bench.reader.entitySummaries('parcel', [])).toEqual([]);
});

it('journals are read forwards, backwards and by message', async () => {
  const entries = journey('done');
  const sequences = async (lines: Promise<ReadonlyArray<{ sequence: number }>>) =>
    (await lines).map(({ sequence }) => sequence);
  expect((await bench.reader.journal('parcel', 'done')).map(({ entry }) => entry)).toEqual(entries);
  expect(await sequences(bench.reader.journal('parcel', 'done', { after: 1, limit: 2 }))).toEqual([2, 3]);
  expect(await sequences(bench.reader.journalTail('parcel', 'done', 2))).toEqual([3, 4]);
  expect(await bench.reader.findMessage('parcel', 'done', 'msg-1')).toMatchObject({ sequence: 2, entry: entries[1] });
  expect(await bench.reader.findMessage('parcel', 'done', 'msg-2')).toBeUndefined();
});

it('a submission is known by its key', async () => {
  expect(await bench.reader.submission('parcel', 'done')).toEqual({
    contentHash: 'c0ffee',
    firstRunId: 'first-run-of-done',
    stage: 1,
    state: 'Delivered',
    closed: true,
  });
  expect(await bench.reader.submission('parcel', 'none')).toBeUndefined();
});

it('a continuation holds all that the next stage goes on from, and the writer takes what it then says', async () => {
  const record = await bench.reader.getEntity('parcel', 'done');
  const stage = await bench.reader.continuation('parcel', 'done');
  expect(stage).toMatchObject({
    ref: { ...ref('done'), stage: 2, firstRunId: '' },
    answers: [['pickedUp:msg-1', 'abc', { outcome: 'applied', state: 'Announced', sequence: 2 }]],
    held: [],
  });
  expect(stage?.state).toEqual(journey('done').reduce(fold, UNBORN));
  expect(record).toMatchObject(stage?.state ?? {});
  expect(await bench.reader.continuation('parcel', 'none')).toBeUndefined();

  const next = { ...ref('done'), ...stage?.ref, firstRunId: 'second-run' };
  await bench.writer.write(carrier(next, [transition(5, 'Delivered', 'Announced')]), { runId: 'second-run' });
  expect(await verifyEntity(bench.db, 'parcel', 'done')).toEqual([]);
  expect(await bench.reader.getEntity('parcel', 'done')).toMatchObject({ stage: 2, closed: false, sequence: 5 });
});

it('the deadline is the earliest clock that runs and has not struck', async () => {
  const clock = (dueAt: string, more: object = {}) => ({
    basis: 'b',
    startedAt: at(0),
    dueAt,
    leadsTo: 'Travelling',
    ...more,
  });
  const clocks = {
    paused: clock(at(1), { pausedAt: at(1) }),
    breached: clock(at(2), { breachedAt: at(2) }),
    late: clock(at(9)),
    soon: clock(at(5)),
  };
  const write = (id: string, given: typeof clocks | object) =>
    bench.writer.write(carrier(ref(id), [transition(1, undefined, 'Announced', { patch: { clocks: { ...given } } })]), {
      runId: 'r',
    });
  await write('clocks', clocks);
  await write('standing', { paused: clocks.paused });
  expect((await bench.reader.getEntity('parcel', 'clocks'))?.deadline).toEqual({ at: at(5), leadsTo: 'Travelling' });
  expect((await bench.reader.getEntity('parcel', 'standing'))?.deadline).toBeNull();
});
