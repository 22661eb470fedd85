/** The dispatch of experts and the support plans over HTTP: who gets a ticket, who is told what, and what the books keep. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ExpertsActivitiesProvider } from '../../activities/experts/experts.activities.js';
import { PlansActivitiesProvider } from '../../activities/plans/plans.activities.js';
import { ticketMessages } from '../../events/ticket.js';
import { messageFor } from '../../gateway/cloud-event.js';
import { eventually } from '../support/eventually.js';
import { listed } from './orders.js';
import { activitiesOf, Stage, type Received } from './support.js';

let stage: Stage;
let activities: Awaited<ReturnType<typeof activitiesOf>>;

beforeAll(async () => {
  stage = await Stage.set({ THROUGHLINE_FAULTS: 'allowed' });
  activities = await activitiesOf(stage.url);
  const at = (id: string, postalCode: string, capacity = 2, more: object = {}) => ({
    ...{ id, capacity, skills: ['fibre'], country: 'US', postalCode },
    ...more,
  });
  await stage.seed({
    experts: [
      at('near', '11101'),
      at('near-busy', '11102', 1),
      at('region', '19901'),
      at('far', '60601'),
      at('abroad', '11101', 2, { country: 'CA' }),
      at('slow', '99901', 5, { skills: ['slow'], answers: 'never' }),
      at('declining', '99902', 5, { skills: ['declining'], answers: 'decline', afterMs: 10 }),
    ],
  });
});
afterAll(async () => {
  await activities.module.close();
  await stage.strike();
});

let count = 0;
const asking = (ticketId: string, hop = 1, given: object = {}) => ({
  key: `${ticketId}/assign/${++count}`,
  ticketId,
  hop,
  skill: 'fibre',
  location: { country: 'US', postalCode: '11105' },
  priority: 3,
  reach: 'area' as const,
  except: [] as string[],
  callback: { reference: `ticket/${ticketId}` },
  ...given,
});

const assign = (ticketId: string, hop = 1, given: object = {}) =>
  activities.run(ExpertsActivitiesProvider, (experts) => experts.assignExpert, asking(ticketId, hop, given));
const notify = (ticketId: string, expertId: string, hop = 1) =>
  activities.run(ExpertsActivitiesProvider, (experts) => experts.notifyExpert, {
    key: `${ticketId}/notify/${hop}`,
    ...{ ticketId, expertId, hop, callback: { reference: `ticket/${ticketId}` } },
  });
const release = (ticketId: string, hop = 1) =>
  activities.run(ExpertsActivitiesProvider, (experts) => experts.releaseExpert, {
    key: `${ticketId}/release/${hop}`,
    ticketId,
    hop,
  });
const find = (ticketId: string, hop = 1) =>
  activities.run(ExpertsActivitiesProvider, (experts) => experts.lookUpAnswer, { ticketId, hop });

/** Callbacks of an event to a ticket; waits until there is one. */
const told = (ticketId: string, event: string): Promise<Received['event'][]> =>
  eventually(
    () =>
      stage.gateway
        .to(`ticket/${ticketId}`)
        .map((callback) => callback.event)
        .filter(({ type }) => type === `com.throughline.experts.${event}.v1`),
    (all) => all.length > 0,
  );

describe('a ticket is given', () => {
  test('to whoever has the skill, is within reach, and has the least load', async () => {
    expect(await assign('A-1')).toEqual({ outcome: 'assigned', expertId: 'near' });
    // One of two is more than none of one.
    expect(await assign('A-2')).toEqual({ outcome: 'assigned', expertId: 'near-busy' });
    expect(await assign('A-3')).toEqual({ outcome: 'assigned', expertId: 'near' });
    expect(await assign('A-4')).toEqual({ outcome: 'nobody', skilled: 2 });
    expect(await assign('A-4', 1, { reach: 'region' })).toEqual({ outcome: 'assigned', expertId: 'region' });
    expect(await assign('A-5', 1, { reach: 'country', except: ['region'] })).toEqual({
      outcome: 'assigned',
      expertId: 'far',
    });
    for (const ticket of ['A-1', 'A-2', 'A-3', 'A-4', 'A-5']) await release(ticket);
  });

  test('to the preferred one, wherever they are; to nobody else where it has to be that one', async () => {
    expect(await assign('P-1', 1, { prefer: 'far' })).toEqual({ outcome: 'assigned', expertId: 'far' });
    await stage.seed({ experts: [{ id: 'far', capacity: 1, skills: ['fibre'], country: 'US', postalCode: '60601' }] });
    expect(await assign('P-2', 1, { prefer: 'far' })).toMatchObject({ outcome: 'assigned' });
    expect(await assign('P-3', 1, { prefer: 'far', only: true, reach: 'country' })).toMatchObject({
      outcome: 'nobody',
    });
    for (const ticket of ['P-1', 'P-2', 'P-3']) await release(ticket);
  });

  test('once for each hop, whatever key it is asked for by, and to one expert at a time', async () => {
    const [first] = await Promise.all([1, 2, 3].map(() => assign('O-1')));
    expect(await assign('O-1')).toEqual(first);
    expect(await stage.count('svc_experts.assignment', `ticket_id = 'O-1'`)).toBe(1);
    const { expertId } = first as { expertId: string };
    expect(await assign('O-1', 2, { except: [expertId] })).toMatchObject({ outcome: 'assigned' });
    expect(await find('O-1', 1)).toEqual({ status: 'ended' });
    expect(await stage.count('svc_experts.expert', `open > 0 AND expert_id LIKE '%near%'`)).toBe(1);
    await release('O-1', 2);
  });

  test('no more once the hop is over, though the call is late', async () => {
    await release('L-1', 2);
    await expect(assign('L-1', 2)).rejects.toMatchObject({ type: 'AssignmentOver', nonRetryable: true });
    expect(await assign('L-1', 3)).toMatchObject({ outcome: 'assigned' });
    await release('L-1', 3);
  });
});

describe('an expert', () => {
  test('who is told accepts, declines or says nothing, and the ticket hears of it in its own words', async () => {
    await assign('E-1');
    const { expertId } = (await assign('E-1')) as { expertId: string };
    const { notifiedAt } = await notify('E-1', expertId);
    expect(Date.parse(notifiedAt)).toBeLessThanOrEqual(Date.now());
    const [accepted] = await told('E-1', 'accepted');
    expect(accepted?.data).toEqual({ expertId, hop: 1 });
    expect(await find('E-1')).toEqual({ status: 'accepted' });

    await assign('E-2', 1, { skill: 'declining', reach: 'country' });
    await notify('E-2', 'declining');
    const [declined] = await told('E-2', 'declined');
    expect(declined?.data).toEqual({ expertId: 'declining', hop: 1, code: 'declined' });
    expect(await find('E-2')).toEqual({ status: 'declined', code: 'declined' });
    expect(await stage.count('svc_experts.expert', `expert_id = 'declining' AND open = 0`)).toBe(1);

    for (const { type, data } of [accepted, declined] as Received['event'][]) {
      const name = messageFor('experts', type) as 'expertAccepted';
      expect(ticketMessages[name].safeParse(data).error).toBeUndefined();
    }
    await release('E-1');
  });

  test('who says nothing is answered for by a person, once', async () => {
    await assign('E-3', 1, { skill: 'slow', reach: 'country' });
    await notify('E-3', 'slow');
    expect(await find('E-3')).toEqual({ status: 'notified' });
    const answer = (key: string, body: object) => stage.call('POST', '/experts/tickets/E-3/hops/1/answer', body, key);
    expect(await answer('person-1', { answer: 'decline', code: 'on-leave' })).toMatchObject({ status: 202 });
    expect(await answer('person-2', { answer: 'accept' })).toMatchObject({ status: 404 });
    expect((await told('E-3', 'declined'))[0]?.data).toEqual({ expertId: 'slow', hop: 1, code: 'on-leave' });
    await expect(notify('E-3', 'slow', 2)).rejects.toMatchObject({ type: 'AssignmentNotFound', nonRetryable: true });
    expect(await find('E-9')).toEqual({ status: 'none' });
  });

  test('answers as it is foreseen for the ticket, hop by hop', async () => {
    await stage.seed({ dispatches: [{ ticketId: 'E-4', answers: [{ says: 'decline', code: 'too-far' }] }] });
    const { expertId } = (await assign('E-4')) as { expertId: string };
    await notify('E-4', expertId);
    expect((await told('E-4', 'declined'))[0]?.data).toMatchObject({ code: 'too-far' });
    const second = (await assign('E-4', 2, { except: [expertId] })) as { expertId: string };
    await notify('E-4', second.expertId, 2);
    await told('E-4', 'accepted');
    await release('E-4', 2);
  });

  test('who is let go answers no more', async () => {
    await stage.seed({ dispatches: [{ ticketId: 'E-5', answers: [{ says: 'accept', afterMs: 60_000 }] }] });
    const { expertId } = (await assign('E-5')) as { expertId: string };
    await notify('E-5', expertId);
    await release('E-5');
    expect(await stage.count('svc_experts.agenda', `id = 'E-5/1'`)).toBe(0);
    expect(await find('E-5')).toEqual({ status: 'ended' });
  });
});

describe('a ticket that waits', () => {
  test('is told when somebody within its reach is free, the most urgent first, and asks again', async () => {
    const only = { skill: 'rare', reach: 'country' as const };
    const rare = (capacity: number) =>
      stage.seed({ experts: [{ id: 'rare', capacity, skills: ['rare'], country: 'US', postalCode: '11101' }] });
    await rare(0);
    expect(await assign('W-1', 1, { ...only, priority: 4 })).toEqual({ outcome: 'nobody', skilled: 1 });
    expect(await assign('W-2', 1, { ...only, priority: 1 })).toEqual({ outcome: 'nobody', skilled: 1 });
    await rare(1);
    const [first] = await told('W-2', 'available');
    expect(first?.data).toEqual({ skill: 'rare' });
    expect(ticketMessages.expertAvailable.safeParse(first?.data).error).toBeUndefined();
    expect(await assign('W-2', 1, only)).toMatchObject({ outcome: 'assigned' });
    expect(stage.gateway.to('ticket/W-1')).toEqual([]);
    await release('W-2');
    await told('W-1', 'available');
    expect(await stage.count('svc_experts.waiting', `ticket_id LIKE 'W-%'`)).toBe(0);
  });
});

test('faults: nobody is free, the expert says no, the answer is lost after the effect', async () => {
  const fault = async (operation: string, kind: string) =>
    expect(
      await stage.call('PUT', '/faults', { faults: [{ service: 'experts', operation, kind, next: 1 }] }),
    ).toMatchObject({ status: 200 });
  await fault('assignExpert', 'declined');
  expect(await assign('F-1')).toMatchObject({ outcome: 'nobody' });
  const { expertId } = (await assign('F-1')) as { expertId: string };
  await fault('notifyExpert', 'declined');
  await notify('F-1', expertId);
  await told('F-1', 'declined');
  await fault('assignExpert', 'answerLost');
  const input = asking('F-2');
  const again = () => activities.run(ExpertsActivitiesProvider, (experts) => experts.assignExpert, input);
  await expect(again()).rejects.toMatchObject({ type: 'ServiceUnavailable' });
  expect(await again()).toMatchObject({ outcome: 'assigned' });
  expect(await stage.count('svc_experts.assignment', `ticket_id = 'F-2'`)).toBe(1);
  expect(await stage.call('GET', `/experts/requests/${encodeURIComponent(input.key)}`)).toMatchObject({
    body: { operation: 'assignExpert', status: 200 },
  });
  await release('F-2');
});

test('the books list all assignments by ticket, page by page', async () => {
  for (const hop of [1, 2, 3]) await assign('Z-1', hop, { reach: 'country', skill: 'slow' });
  const { body } = await stage.call('GET', '/experts/assignments?ticket=Z-1&limit=2');
  const rows = z.array(z.object({ ticketId: z.string(), hop: z.number(), status: z.string() })).parse(body['items']);
  expect(rows.map(({ hop, status }) => [hop, status])).toEqual([
    [1, 'ended'],
    [2, 'ended'],
  ]);
  const all = await listed(stage, '/experts/assignments');
  expect(all.length).toBe(await stage.count('svc_experts.assignment'));
  expect(all.filter(({ status }) => status === 'assigned').map(({ ticketId }) => ticketId)).toContain('Z-1');
});

describe('support plans', () => {
  const lookUp = (customerId: string, product = 'router') =>
    activities.run(PlansActivitiesProvider, (plans) => plans.lookUpPlan, {
      key: `plan/${++count}`,
      ...{ ticketId: 'T-1', customerId, product },
    });

  test('promise by priority; what is seeded for a product goes before what is for all', async () => {
    const level = { responseMs: 1, resolutionMs: 2 };
    await stage.seed({
      plans: [
        { customerId: 'C-2', planId: 'GOLD', levels: { 1: level, 2: level, 3: level, 4: level } },
        { customerId: 'C-2', product: 'printer', covered: false },
      ],
    });
    const standard = await lookUp('C-1');
    expect(standard).toMatchObject({ covered: true, planId: 'PLAN-STANDARD' });
    if (!standard.covered) throw new Error('the standard plan covers everything');
    for (const priority of [1, 2, 3] as const) {
      expect(standard.levels[priority].responseMs).toBeLessThan(standard.levels[(priority + 1) as 2].responseMs);
    }
    expect(await lookUp('C-2')).toMatchObject({ covered: true, planId: 'GOLD', levels: { 4: level } });
    expect(await lookUp('C-2', 'printer')).toEqual({ covered: false, code: 'product-not-covered' });
    await stage.call('PUT', '/faults', { faults: [{ service: 'plans', kind: 'declined', next: 1 }] });
    expect(await lookUp('C-1')).toEqual({ covered: false, code: 'declined' });
  });
});
