import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidMessage, UnknownTask, type ReviewFilter, type ReviewView } from '../../client/index.js';
import { eventually } from '../support/eventually.js';
import { DisputeStage, person } from './dispute/stage.js';

let set: DisputeStage;
beforeAll(async () => {
  set = await DisputeStage.set();
});
afterAll(() => set.close());

const alice = { actor: person('alice') };
const bob = { actor: person('bob') };

async function tasksOf(id: string, filter: ReviewFilter = { parked: true }): Promise<ReviewView[]> {
  const found: ReviewView[] = [];
  for await (const task of set.client.reviews.list(filter)) if (task.id === id) found.push(task);
  return found;
}

/** The task of a new dispute, once it is on record. */
async function openTask(): Promise<ReviewView> {
  const id = await set.open();
  return (
    await eventually(
      () => tasksOf(id),
      ([task]) => task !== undefined,
    )
  )[0] as ReviewView;
}

const seen = (taskId: string, as: (task: ReviewView) => boolean) =>
  eventually(() => set.client.reviews.get(taskId), as);

describe('review tasks', () => {
  it('are listed with their entity, by queue, assignee and lifecycle, page by page', async () => {
    const task = await openTask();
    expect(task).toMatchObject({
      taskId: `dispute/${task.id}#2`,
      lifecycle: 'dispute',
      state: 'Open',
      queue: 'disputes',
      priority: 3,
      overdue: false,
      level: 0,
      decidedBy: ['settle'],
      since: expect.any(String),
      dueAt: expect.any(String),
      escalatesAt: expect.any(String),
    });
    const others = await Promise.all(Array.from({ length: 4 }, () => openTask()));
    const wanted = [task, ...others].map(({ taskId }) => taskId);
    const paged: string[] = [];
    for await (const { taskId } of set.client.reviews.list({ lifecycle: 'dispute', queue: 'disputes' }, 2)) {
      paged.push(taskId);
    }
    expect(paged).toEqual(expect.arrayContaining(wanted));
    expect(new Set(paged).size).toBe(paged.length);
    expect(await tasksOf(task.id, { queue: 'elsewhere' })).toEqual([]);
    expect(await tasksOf(task.id, { overdue: true })).toEqual([]);
    await set.client.reviews.take(task.taskId, alice);
    await seen(task.taskId, ({ assignee }) => assignee === 'alice');
    expect(await tasksOf(task.id, { assignee: 'alice' })).toHaveLength(1);
    expect(await tasksOf(task.id, { assignee: 'bob' })).toEqual([]);
  });

  it('are taken by one, who is named to the next, released and given on', async () => {
    const { taskId } = await openTask();
    const { reviews } = set.client;
    expect(await reviews.take(taskId, alice)).toMatchObject({ outcome: 'applied', state: 'Open' });
    await seen(taskId, ({ assignee }) => assignee === 'alice');
    await expect(reviews.take(taskId, bob)).rejects.toMatchObject({
      type: 'MessageRefused',
      code: 'assignedElsewhere',
      message: `${taskId} is assigned to alice; release it or reassign it`,
    });
    await reviews.release(taskId, alice);
    await expect(reviews.release(taskId, alice)).rejects.toMatchObject({ code: 'notAssigned' });
    await reviews.assign(taskId, 'carol', bob);
    await seen(taskId, ({ assignee }) => assignee === 'carol');
  });

  it('rest until a date and are then left out of lists', async () => {
    const { taskId, id } = await openTask();
    const because = { reasonCode: 'waits-for-answer' };
    await expect(set.client.reviews.park(taskId, '2012-01-01T00:00:00.000Z', because, alice)).rejects.toMatchObject({
      code: 'notInFuture',
    });
    await set.client.reviews.park(taskId, '2999-01-01T00:00:00.000Z', because, alice);
    await seen(taskId, ({ parkedUntil }) => parkedUntil === '2999-01-01T00:00:00.000Z');
    expect(await tasksOf(id, {})).toEqual([]);
    expect(await tasksOf(id, { parked: true })).toHaveLength(1);
  });

  it('take notes, whose text is erasable and nowhere else', async () => {
    const { taskId, id } = await openTask();
    const options = { ...alice, messageId: 'note-1' };
    const first = await set.client.reviews.note(taskId, 'she called twice', options);
    expect(await set.client.reviews.note(taskId, 'she called twice', options)).toEqual(first);
    const [line] = await eventually(
      () => set.stage.query<{ entry: { reason: { note: string } } }>(NOTES, [id]),
      (rows) => rows.length > 0,
    );
    expect(JSON.stringify(line)).not.toContain('called');
    const kept = await set.stage.query('SELECT data FROM throughline.subject WHERE ref = $1', [
      line?.entry.reason.note,
    ]);
    expect(kept).toEqual([{ data: { text: 'she called twice' } }]);
  });

  it('of a state are decided by its message', async () => {
    const { taskId, id } = await openTask();
    const { reviews } = set.client;
    const looked = { decision: 'fine', reasonCode: 'looked' };
    await expect(reviews.resolve(taskId, looked, alice)).rejects.toMatchObject({
      code: 'decideInstead',
      message: `${taskId} is decided by settle; resolve it with the data of that message`,
    });
    await expect(reviews.resolve(taskId, { data: {}, message: 'appeal' }, alice)).rejects.toThrow(InvalidMessage);
    await expect(reviews.resolve(taskId, { data: { amount: 'all' } }, alice)).rejects.toMatchObject({
      issues: [{ field: 'amount' }],
    });
    await reviews.take(taskId, alice);
    await expect(reviews.resolve(taskId, { data: { amount: 5 } }, bob)).rejects.toMatchObject({
      code: 'assignedElsewhere',
    });
    expect(await reviews.resolve(taskId, { data: { amount: 5 } }, alice)).toMatchObject({
      outcome: 'applied',
      state: 'Settled',
    });
    expect(await set.disputes.waitForOutcome(id)).toEqual({ outcome: 'settled' });
    await expect(reviews.get(taskId)).rejects.toThrow(UnknownTask);
  });

  it('above the authority of one wait for a second, who approves exactly what is proposed', async () => {
    const { taskId, id } = await openTask();
    const { reviews } = set.client;
    await expect(reviews.approve(taskId, bob)).rejects.toMatchObject({ code: 'noProposal' });
    expect(await reviews.resolve(taskId, { data: { amount: 500 } }, alice)).toMatchObject({
      outcome: 'applied',
      state: 'Open',
      code: 'awaitingSecondPerson',
    });
    const { proposal } = await seen(taskId, (task) => task.proposal !== undefined);
    expect(proposal).toMatchObject({ message: 'settle', data: { amount: 500 }, by: 'alice' });
    await expect(reviews.approve(taskId, alice)).rejects.toMatchObject({
      code: 'fourEyes',
      message: expect.stringMatching(/alice proposed the decision; a second member of staff/),
    });
    const foreign = `${proposal?.digest.slice(0, -1)}${proposal?.digest.endsWith('0') ? '1' : '0'}`;
    await expect(reviews.approve(taskId, { ...bob, proposal: foreign })).rejects.toMatchObject({
      code: 'proposalChanged',
    });
    await reviews.decline(taskId, { reasonCode: 'too-much' }, bob);
    await seen(taskId, (task) => task.proposal === undefined);
    await reviews.resolve(taskId, { data: { amount: 400 } }, alice);
    await seen(taskId, (task) => task.proposal !== undefined);
    expect(await reviews.approve(taskId, bob)).toMatchObject({ outcome: 'applied', state: 'Settled' });
    expect(await set.disputes.waitForOutcome(id)).toEqual({ outcome: 'settled' });
  });

  it('of late evidence keep the run, though the entity is over, and end with what was found', async () => {
    const { id, taskId } = await openTask();
    await set.client.reviews.resolve(taskId, { data: { amount: 13 } }, alice);
    expect(await set.disputes.message(id, 'letter', { document: 'L-1' })).toEqual({ outcome: 'accepted' });
    expect(await set.disputes.waitForOutcome(id)).toEqual({ outcome: 'settled' });
    const [late] = await eventually(
      () => tasksOf(id),
      ([task]) => task?.queue === 'late',
    );
    expect(late).toMatchObject({ state: 'Settled', decidedBy: [], about: expect.any(Number), reason: 'late.letter' });
    const description = await set.stage.temporal.workflow.getHandle(`dispute/${id}`).describe();
    expect(description.status.name).toBe('RUNNING');
    const lateId = late?.taskId ?? '';
    await expect(set.client.reviews.resolve(lateId, { data: {} }, alice)).rejects.toMatchObject({
      issues: [{ field: 'data' }],
    });
    await set.client.reviews.resolve(lateId, { decision: 'irrelevant', reasonCode: 'looked-at' }, alice);
    await eventually(
      async () => (await set.stage.temporal.workflow.getHandle(`dispute/${id}`).describe()).status.name,
      (status) => status === 'COMPLETED',
    );
  });

  it('that are not there are said not to be', async () => {
    const { reviews, gateway } = set.client;
    await expect(reviews.get('dispute/D-none#1')).rejects.toThrow(UnknownTask);
    await expect(reviews.release('nonsense', alice)).rejects.toThrow(/use a task id <lifecycle>\/<id>#<sequence>/);
    await expect(reviews.release('parcel/P#1', alice)).rejects.toMatchObject({ type: 'UnknownLifecycle' });
    await expect(gateway.reviews({ lifecycle: 'parcel' }).next()).rejects.toMatchObject({ type: 'GatewayRefused' });
    await expect(gateway.request('GET', '/api/reviews?cursor=abc')).rejects.toMatchObject({ code: 'InvalidCursor' });
  });
});

const NOTES = `SELECT entry FROM throughline.journal WHERE entity_id = $1 AND entry->'message'->>'name' = 'noteReview'`;
