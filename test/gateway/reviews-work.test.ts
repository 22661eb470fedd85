import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page, ReviewView } from '../../client/views.js';
import type {
  BulkPreview,
  BulkReport,
  DelegationView,
  InboxQueue,
  NoteView,
  QuestionView,
  ReviewCase,
  ReviewTotals,
  WorkloadView,
} from '../../client/work-views.js';
import { eventually } from '../support/eventually.js';
import { bearer } from '../support/tokens.js';
import { DisputeStage } from './dispute/stage.js';

let set: DisputeStage;
beforeAll(async () => {
  set = await DisputeStage.set();
});
afterAll(() => set.close());

/** Asks in somebody's name; operators by default. */
async function call<T>(
  who: string,
  method: string,
  path: string,
  body?: unknown,
  roles = ['operator'],
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await fetch(`${set.stage.gatewayUrl}/api${path}`, {
    method,
    headers: {
      ...(await bearer(who, roles)),
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
}
const get = async <T>(path: string, who = 'alice'): Promise<T> => (await call<T>(who, 'GET', path)).body;
const task = (taskId: string) => `/reviews/${encodeURIComponent(taskId)}`;

async function openTasks(count: number): Promise<string[]> {
  const ids = await Promise.all(Array.from({ length: count }, () => set.open()));
  return eventually(
    async () => {
      const { items } = await get<Page<ReviewView>>('/reviews?lifecycle=dispute&limit=500');
      return items.filter(({ id }) => ids.includes(id)).map(({ taskId }) => taskId);
    },
    (found) => found.length === count,
  );
}

it('notes and questions stand beside a task, which stays where it is', async () => {
  const [taskId = ''] = await openTasks(1);
  const noted = await call<NoteView>('alice', 'POST', `${task(taskId)}/notes`, { text: 'she called twice' });
  expect(noted).toMatchObject({ status: 201, body: { by: 'alice', text: 'she called twice' } });
  const asked = await call<QuestionView>('alice', 'POST', `${task(taskId)}/questions`, {
    queue: 'legal',
    text: 'may we?',
  });
  expect(asked).toMatchObject({ status: 201, body: { status: 'open', question: 'may we?', askedBy: 'alice' } });
  expect((await get<ReviewView>(task(taskId))).openQuestions).toBe(1);
  const inbox = await get<{ items: InboxQueue[] }>('/reviews/queues');
  expect(inbox.items.find(({ queue }) => queue === 'legal')).toMatchObject({ questions: 1, open: 0 });
  const { questionId } = asked.body;
  expect(await call('vera', 'POST', `/questions/${questionId}/answer`, { text: 'no' }, ['viewer'])).toMatchObject({
    status: 403,
  });
  await call('lara', 'POST', `/questions/${questionId}/answer`, { text: 'yes, in writing' });
  const again = await call<{ type: string }>('lars', 'POST', `/questions/${questionId}/answer`, { text: 'no' });
  expect(again).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:QuestionEnded' } });
  const whole = await eventually(
    () => get<ReviewCase>(`${task(taskId)}/case`),
    ({ notes }) => notes.length === 1,
  );
  expect(whole.questions).toMatchObject([{ status: 'answered', answer: 'yes, in writing', answeredBy: 'lara' }]);
  expect(whole.notes).toMatchObject([{ by: 'alice', text: 'she called twice', with: 'noteReview' }]);
  expect(whole).toMatchObject({ task: { taskId }, entity: { state: 'Open' } });
  const journal = await set.stage.query(`SELECT entry FROM throughline.journal WHERE entry::text LIKE '%called%'`);
  expect(journal).toEqual([]);
});

it('a question that is asked again under its key is one, also at the same moment', async () => {
  const [taskId = ''] = await openTasks(1);
  const ask = (who: string) =>
    call<QuestionView>(who, 'POST', `${task(taskId)}/questions`, { queue: 'legal', text: 'once?' }, ['operator'], {
      'idempotency-key': 'once',
    });
  const atOnce = await Promise.all([ask('alice'), ask('alice'), ask('alice')]);
  const [first, ...others] = new Set(atOnce.flatMap(({ status, body }) => (status === 201 ? [body.questionId] : [])));
  expect(others).toEqual([]);
  expect([201, 409]).toEqual(expect.arrayContaining(atOnce.map(({ status }) => status)));
  expect(await ask('alice')).toMatchObject({ status: 201, body: { questionId: first, question: 'once?' } });
  const { body: bobs } = await ask('bob');
  expect(bobs.questionId).not.toBe(first);
  expect((await get<ReviewView>(task(taskId))).openQuestions).toBe(2);
});

it('a stand-in sees the work of whoever is away, and the workload tells it', async () => {
  const [taskId = '', other = ''] = await openTasks(2);
  await call('bob', 'POST', `/entities/dispute/${idOf(taskId)}/messages/assignReview`, {
    data: { taskId, assignee: 'bob' },
  });
  const span = {
    since: new Date(Date.now() - 1000).toISOString(),
    until: new Date(Date.now() + 3_600_000).toISOString(),
  };
  const foreign = await call('carol', 'POST', '/delegations', { from: 'bob', to: 'carol', ...span });
  expect(foreign).toMatchObject({ status: 403 });
  const { body: granted } = await call<DelegationView>('bob', 'POST', '/delegations', {
    from: 'bob',
    to: 'carol',
    ...span,
  });
  const seen = await eventually(
    () => get<Page<ReviewView>>('/reviews?assignee=carol&delegated=true', 'carol'),
    ({ items }) => items.length > 0,
  );
  expect(seen.items.map((item) => item.taskId)).toEqual([taskId]);
  expect(seen.items.map((item) => item.taskId)).not.toContain(other);
  const { items } = await get<{ items: WorkloadView[] }>('/reviews/workload');
  expect(items.find(({ person }) => person === 'bob')).toMatchObject({ open: 1, delegate: 'carol' });
  expect(await get<ReviewTotals>('/reviews/totals?assignee=bob')).toMatchObject({ tasks: 1, overdue: 0 });
  await call('carol', 'DELETE', `/delegations/${granted.delegationId}`);
  expect((await get<Page<ReviewView>>('/reviews?assignee=carol&delegated=true', 'carol')).items).toEqual([]);
});

it('one order for many is shown, carried out once, and accounted for', async () => {
  const tasks = await openTasks(3);
  const supervisor = ['supervisor'];
  const assign = { action: { kind: 'assign', assignee: 'dora' }, reasonCode: 'balance', tasks };
  expect(await call('olaf', 'POST', '/reviews/bulk/preview', assign)).toMatchObject({ status: 403 });
  const { body: shown } = await call<BulkPreview>('sam', 'POST', '/reviews/bulk/preview', assign, supervisor);
  expect(shown).toMatchObject({ affected: 3 });
  const order = { ...assign, order: shown.order };
  const changed = await call('sam', 'POST', '/reviews/bulk', { ...order, tasks: tasks.slice(1) }, supervisor);
  expect(changed).toMatchObject({ status: 409, body: { type: 'urn:throughline:problem:OrderChanged' } });
  for (const round of ['first', 'again']) {
    const { body } = await call<BulkReport>('sam', 'POST', '/reviews/bulk', order, supervisor);
    expect({ round, ...body }).toEqual({ round, done: 3, refused: [] });
  }
  await eventually(
    () => get<Page<ReviewView>>('/reviews?assignee=dora'),
    ({ items }) => items.length === 3,
  );
  const extend = { action: { kind: 'extend', byDays: 2 }, reasonCode: 'storm', reference: 'BUL-1', tasks };
  const { body: longer } = await call<BulkPreview>('sam', 'POST', '/reviews/bulk/preview', extend, supervisor);
  const due = (at: string | undefined) => Date.parse(at ?? '');
  for (const { dueAt, newDueAt } of longer.targets) expect(due(newDueAt) - due(dueAt)).toBe(2 * 86_400_000);
  for (const round of ['first', 'again']) {
    const { body } = await call<BulkReport>(
      'sam',
      'POST',
      '/reviews/bulk',
      { ...extend, order: longer.order },
      supervisor,
    );
    expect({ round, ...body }).toEqual({ round, done: 3, refused: [] });
  }
  const [target] = longer.targets;
  await eventually(
    () => get<ReviewView>(task(target?.taskId ?? '')),
    ({ dueAt }) => dueAt === target?.newDueAt,
  );
});

const idOf = (taskId: string): string => /^dispute\/(.*)#/.exec(taskId)?.[1] ?? '';
