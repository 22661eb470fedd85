import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidCursor } from '../../records/cursor.js';
import type { ReviewFilter } from '../../records/review-list.js';
import { verifyEntity } from '../../records/verify.js';
import type { Entry, ReviewChange, ReviewTask } from '../../workflows/lifecycle/entry.js';
import { at, carrier, ref, SYSTEM, transition } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

/** So far ahead that no test sees it pass. */
const LATER = '2999-01-01T00:00:00.000Z';
const task: ReviewTask = { queue: 'lost', reason: 'no-scan', priority: 3, openedAt: at(1) };

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

/** An entity with one task, and what later entries make of it. */
async function reviewed(id: string, ...changes: readonly ReviewChange[]): Promise<void> {
  const entries = changes.map((change, i): Entry => {
    const patch = { reviews: { [`parcel/${id}#1`]: change } };
    if (i === 0) return transition(1, undefined, 'Announced', { patch });
    const actor = { ...SYSTEM, id: 'alice' };
    return { sequence: i + 1, kind: 'note', recordedAt: at(i + 1), causationId: `m-${i}`, actor, patch };
  });
  for (const entry of entries) await bench.writer.write(carrier(ref(id), [entry]), { runId: 'r' });
  expect(await verifyEntity(bench.db, 'parcel', id)).toEqual([]);
}

const only = async (id: string) =>
  (await bench.reader.reviewTasks({ id, includeResolved: true, includeParked: true })).tasks;

describe('a task', () => {
  it('is on record whole, as the last entry has it', async () => {
    const proposal = { message: 'decide', data: { to: 'Delivered' }, digest: 'd', by: 'alice' };
    const worked: ReviewTask = {
      ...{ ...task, queue: 'chiefs', priority: 1, dueAt: LATER, ofState: true, level: 2, escalatesAt: LATER },
      ...{ assignee: 'bob', parkedUntil: LATER, about: 7, proposal, contributors: ['alice'] },
    };
    await reviewed('worked', task, worked);
    const known = { taskId: 'parcel/worked#1', lifecycle: 'parcel', id: 'worked' };
    expect(await only('worked')).toEqual([{ ...known, ...worked }]);
    expect((await bench.reader.getEntity('parcel', 'worked'))?.reviews).toEqual({ 'parcel/worked#1': worked });
  });

  it('loses what is no longer said of it', async () => {
    await reviewed('released', { ...task, assignee: 'bob', parkedUntil: LATER }, task);
    const [released] = await only('released');
    expect(released).toMatchObject({ queue: 'lost', level: 0, ofState: false, contributors: [] });
    for (const field of ['assignee', 'parkedUntil', 'dueAt', 'proposal']) expect(released).not.toHaveProperty(field);
  });

  it('ends with who decided what and when', async () => {
    await reviewed('done', task, { ...task, assignee: 'alice' }, { resolved: 'found' });
    expect(await only('done')).toMatchObject([
      { assignee: 'alice', decision: 'found', resolvedAt: at(3), resolvedBy: { id: 'alice' } },
    ]);
    expect((await bench.reader.getEntity('parcel', 'done'))?.reviews).toEqual({});
  });

  it('may open and end in one carrier', async () => {
    const entries = [
      transition(1, undefined, 'Announced', { patch: { reviews: { 'parcel/quick#1': task } } }),
      transition(2, 'Announced', 'Travelling', { patch: { reviews: { 'parcel/quick#1': { resolved: 'left' } } } }),
    ];
    await bench.writer.write(carrier(ref('quick'), entries), { runId: 'r' });
    expect(await only('quick')).toMatchObject([{ openedAt: at(1), resolvedAt: at(2), decision: 'left' }]);
  });
});

describe('the list', () => {
  const queue = 'listed';
  beforeAll(async () => {
    const listed = { ...task, queue };
    await reviewed('l-undated', listed);
    await reviewed('l-overdue', { ...listed, dueAt: at(1) });
    await reviewed('l-later', { ...listed, dueAt: LATER });
    await reviewed('l-alice', { ...listed, dueAt: LATER, assignee: 'alice' });
    await reviewed('l-urgent', { ...listed, priority: 1 });
    await reviewed('l-parked', { ...listed, parkedUntil: LATER });
    await reviewed('l-unparked', { ...listed, parkedUntil: at(1), dueAt: at(2) });
    await reviewed('l-done', listed, { resolved: 'x' });
  });

  it.each<[string, ReviewFilter, string[]]>([
    ['by priority, then by due', {}, ['urgent', 'overdue', 'unparked', 'alice', 'later', 'undated']],
    ['overdue', { overdue: true }, ['overdue', 'unparked']],
    ['of somebody', { assignees: ['alice'] }, ['alice']],
    ['of another lifecycle', { lifecycles: ['order'] }, []],
    [
      'with the parked ones',
      { includeParked: true },
      ['urgent', 'overdue', 'unparked', 'alice', 'later', 'parked', 'undated'],
    ],
    ['with those that are done', { includeResolved: true, id: 'l-done' }, ['done']],
  ])('%s, page by page', async (_, filter, expected) => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await bench.reader.reviewTasks(
        { queue, lifecycles: ['parcel'], ...filter },
        { limit: 2, ...(cursor !== undefined && { cursor }) },
      );
      expect(page.tasks.length).toBeLessThanOrEqual(2);
      found.push(...page.tasks.map(({ id }) => id.slice(2)));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(found).toEqual(expected);
  });

  it('refuses a cursor of another list', async () => {
    const foreign = Buffer.from(JSON.stringify([at(1), 'x', 'parcel'])).toString('base64url');
    for (const cursor of ['nonsense', foreign]) {
      await expect(bench.reader.reviewTasks({}, { cursor })).rejects.toThrow(InvalidCursor);
    }
  });
});
