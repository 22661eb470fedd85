/** The adjusters' desk: a place is given once, the queue is served in its order, and what is promised survives the process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimMessages } from '../../events/claim.js';
import { messageFor } from '../../gateway/cloud-event.js';
import { eventually } from '../support/eventually.js';
import { Stage, usd } from './support.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.set();
});
afterAll(async () => {
  await stage.strike();
});

interface Want {
  readonly area?: string;
  readonly priority?: number;
  readonly excluded?: readonly string[];
  /** Number of the claim's request, for its key. */
  readonly attempt?: number;
  /** Another process than the stage's own. */
  readonly at?: Stage;
}

/** Each test has a skill of its own, so that it meets none of the others' adjusters. */
const want = async (skill: string, claimId: string, { attempt = 1, at = stage, ...more }: Want = {}) => {
  const body = {
    claimId,
    skill,
    area: '100',
    priority: 3,
    excluded: [],
    ...more,
    callback: { reference: `claim/${claimId}` },
  };
  const answer = await at.call('POST', '/assessment/adjuster-requests', body, `claim/${claimId}/adjuster/${attempt}`);
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  return answer.body as unknown as { requestId: string; ahead: number };
};
const adjuster = (id: string, skill: string, more: object = {}) => ({
  id,
  capacity: 1,
  skills: [skill],
  areas: ['*'],
  ...more,
});
const open = async (id: string) => {
  const { body } = await stage.call('GET', '/assessment/adjusters');
  return (body['adjusters'] as Array<{ adjusterId: string; open: number }>).find((one) => one.adjusterId === id)?.open;
};
const problem = (type: string) => ({ type: `urn:throughline:problem:${type}` });

const EVENTS = { assigned: 'adjusterAssigned', accepted: 'adjusterAccepted', declined: 'adjusterDeclined' } as const;
/** What a claim was told of one kind, oldest first. */
const told = <E extends keyof typeof EVENTS>(claimId: string, event: E) =>
  stage.gateway
    .to(`claim/${claimId}`)
    .filter((callback) => callback.event.type === `com.throughline.assessment.${event}.v1`)
    .map((callback) => claimMessages[EVENTS[event]].parse(callback.event.data));
/** Waits until a claim has been told so n times; returns the last. */
const tell = async <E extends keyof typeof EVENTS>(claimId: string, event: E, n = 1) => {
  const all = await eventually(
    () => told(claimId, event),
    (found) => found.length >= n,
  );
  return all[n - 1] as ReturnType<typeof told<E>>[number];
};
const answerAs = (assignmentId: string, body: object, key: string) =>
  stage.call('POST', `/assessment/assignments/${assignmentId}/answer`, body, key);
const release = (claimId: string) => stage.call('POST', `/assessment/claims/${claimId}/release`, {}, `rel/${claimId}`);

describe('the last free place', () => {
  it('is given once, however many ask for it at once in two processes', async () => {
    await stage.seed({ adjusters: [adjuster('LAST', 'last')] });
    const second = new Stage();
    await second.start(stage.config);
    try {
      const claims = Array.from({ length: 10 }, (_, i) => `LAST-${i}`);
      const answers = await Promise.all(
        claims.map((claimId, i) => want('last', claimId, { at: i % 2 ? second : stage })),
      );
      expect(answers.map((answer) => answer.ahead).sort()).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await open('LAST')).toBe(1);
      expect(await stage.count('svc_assessment.engagement', "adjuster_id = 'LAST'")).toBe(1);
      expect(await stage.count('svc_assessment.adjuster_request', "skill = 'last' AND status = 'waiting'")).toBe(9);
    } finally {
      await second.stop();
    }
  });

  it('is kept by the database too: not one claim above the capacity, not two adjusters for a claim', async () => {
    await stage.seed({ adjusters: [adjuster('FULL', 'full')] });
    const { requestId } = await want('full', 'FULL-1');
    await expect(
      stage.sql.query("UPDATE svc_assessment.adjuster SET open = open + 1 WHERE adjuster_id = 'FULL'"),
    ).rejects.toMatchObject({ constraint: 'within_capacity' });
    const waiting = await want('full', 'FULL-2');
    await expect(
      stage.sql.query(
        `INSERT INTO svc_assessment.engagement SELECT 'second', $2, claim_id, adjuster_id, 'asked', now()
         FROM svc_assessment.engagement WHERE request_id = $1`,
        [requestId, waiting.requestId],
      ),
    ).rejects.toMatchObject({ constraint: 'one_adjuster_per_claim' });
  });

  it('may be taken away while claims have it: nobody gets more until there is room again', async () => {
    await stage.seed({ adjusters: [adjuster('CUT', 'cut', { capacity: 2 })] });
    await want('cut', 'CUT-1');
    await want('cut', 'CUT-2');
    await stage.seed({ adjusters: [adjuster('CUT', 'cut', { capacity: 1 })] });
    await want('cut', 'CUT-3');
    await release('CUT-1');
    expect(await open('CUT')).toBe(1);
    expect(told('CUT-3', 'assigned')).toEqual([]);
    await release('CUT-2');
    expect(await tell('CUT-3', 'assigned')).toMatchObject({ adjusterId: 'CUT' });
  });
});

it('a repeat of a request gets the first answer and no second adjuster', async () => {
  await stage.seed({ adjusters: [adjuster('REP', 'rep', { capacity: 9 })] });
  const answers = await Promise.all(Array.from({ length: 8 }, () => want('rep', 'REP-1')));
  expect(new Set(answers.map((answer) => answer.requestId)).size).toBe(1);
  expect(await open('REP')).toBe(1);
});

it('the least busy adjuster of the area is asked; nobody of another', async () => {
  await stage.seed({
    adjusters: [
      adjuster('HERE-1', 'area', { capacity: 2, areas: ['100', 'NJ'] }),
      adjuster('HERE-2', 'area', { capacity: 4, areas: ['100'] }),
      adjuster('THERE', 'area', { capacity: 9, areas: ['200'] }),
    ],
  });
  for (let i = 0; i < 3; i += 1) await want('area', `AREA-${i}`);
  expect([await open('HERE-1'), await open('HERE-2')]).toEqual([1, 2]);
  for (let i = 3; i < 7; i += 1) await want('area', `AREA-${i}`);
  expect([await open('HERE-1'), await open('HERE-2'), await open('THERE')]).toEqual([2, 4, 0]);
  expect((await want('area', 'AREA-NJ', { area: 'NJ' })).ahead).toBe(0);
});

it('who waits is served by priority, then age, whenever there is room: released, declined, asked elsewhere', async () => {
  await stage.seed({ adjusters: [adjuster('QUEUE', 'queue', { answers: 'never' })] });
  expect((await want('queue', 'Q-first')).ahead).toBe(0);
  expect((await want('queue', 'Q-old')).ahead).toBe(0);
  expect((await want('queue', 'Q-urgent', { priority: 1 })).ahead).toBe(0);
  expect((await want('queue', 'Q-young')).ahead).toBe(2);
  expect((await want('queue', 'Q-gone', { priority: 2 })).ahead).toBe(1);
  const { body } = await stage.call('GET', '/assessment/adjusters');
  expect(body['waiting']).toMatchObject({ since: expect.stringMatching(/^\d{4}-.*Z$/) as string });
  expect((body['waiting'] as { claims: number }).claims).toBeGreaterThanOrEqual(4);

  await release('Q-gone'); // it waits no longer
  await release('Q-first');
  const urgent = await tell('Q-urgent', 'assigned');
  await answerAs(urgent.assignmentId, { answer: 'decline', code: 'ill' }, 'q/1');
  expect(await tell('Q-urgent', 'declined')).toEqual({
    assignmentId: urgent.assignmentId,
    adjusterId: 'QUEUE',
    code: 'ill',
  });
  await tell('Q-old', 'assigned');
  expect(told('Q-young', 'assigned')).toEqual([]);
  await want('queue', 'Q-old', { attempt: 2, excluded: ['QUEUE'] });
  await tell('Q-young', 'assigned');
  expect(told('Q-gone', 'assigned')).toEqual([]);
  expect(await open('QUEUE')).toBe(1);
});

it('new adjusters, and new room, serve those who wait', async () => {
  const ahead = [await want('new', 'NEW-1'), await want('new', 'NEW-2'), await want('new', 'NEW-3')];
  expect(ahead.map((one) => one.ahead)).toEqual([0, 1, 2]);
  await stage.seed({ adjusters: [adjuster('NEW', 'new')] });
  await tell('NEW-1', 'accepted');
  await stage.seed({ adjusters: [adjuster('NEW', 'new', { capacity: 3 })] });
  await tell('NEW-2', 'accepted');
  await tell('NEW-3', 'accepted');
  expect(await open('NEW')).toBe(3);
});

it('one who never answers is given up: the next request ends the assignment and asks somebody else', async () => {
  await stage.seed({ adjusters: [adjuster('MUTE-1', 'mute', { answers: 'never' }), adjuster('MUTE-2', 'mute')] });
  await want('mute', 'MUTE');
  const first = await tell('MUTE', 'assigned');
  expect(first.adjusterId).toBe('MUTE-1');
  await want('mute', 'MUTE', { attempt: 2, excluded: ['MUTE-1'] });
  const second = await tell('MUTE', 'assigned', 2);
  expect(await tell('MUTE', 'accepted')).toEqual({ assignmentId: second.assignmentId, adjusterId: 'MUTE-2' });
  expect([await open('MUTE-1'), await open('MUTE-2')]).toEqual([0, 1]);
  expect(await answerAs(first.assignmentId, { answer: 'accept' }, 'mute/1')).toMatchObject({
    status: 409,
    body: problem('AssignmentNotOpen'),
  });
});

it('a person answers once, for an assignment that there is', async () => {
  await stage.seed({ adjusters: [adjuster('HAND', 'hand', { answers: 'never' })] });
  await want('hand', 'HAND');
  const { assignmentId } = await tell('HAND', 'assigned');
  expect(await answerAs(assignmentId, { answer: 'maybe' }, 'hand/0')).toMatchObject({ status: 400 });
  const answers = await Promise.all([
    answerAs(assignmentId, { answer: 'accept' }, 'hand/1'),
    answerAs(assignmentId, { answer: 'decline' }, 'hand/2'),
  ]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([202, 409]);
  expect(await answerAs('nobody', { answer: 'accept' }, 'hand/3')).toMatchObject({
    status: 404,
    body: problem('AssignmentNotFound'),
  });
});

describe('an adjuster that answers by itself', () => {
  it('declines, and the next in the queue is asked', async () => {
    await stage.seed({ adjusters: [adjuster('NO', 'no', { answers: 'decline' })] });
    await want('no', 'NO-1');
    await want('no', 'NO-2');
    const { assignmentId } = await tell('NO-1', 'assigned');
    expect(await tell('NO-1', 'declined')).toEqual({ assignmentId, adjusterId: 'NO', code: 'declined' });
    await tell('NO-2', 'declined');
    expect(await open('NO')).toBe(0);
  });

  it('takes its time, across a stop of the process', async () => {
    await stage.seed({ adjusters: [adjuster('SLOW', 'slow', { afterMs: 1_500 })] });
    await want('slow', 'SLOW');
    const { assignmentId } = await tell('SLOW', 'assigned');
    expect(told('SLOW', 'accepted')).toEqual([]);
    await stage.stop();
    await stage.start();
    expect(await tell('SLOW', 'accepted')).toEqual({ assignmentId, adjusterId: 'SLOW' });
    expect(await stage.count('svc_assessment.agenda')).toBe(0);
  });

  it('says nothing more once a person has answered', async () => {
    await stage.seed({ adjusters: [adjuster('LATE', 'late', { answers: 'decline', afterMs: 3_600_000 })] });
    await want('late', 'LATE');
    const { assignmentId } = await tell('LATE', 'assigned');
    expect(await stage.count('svc_assessment.agenda', `id = '${assignmentId}'`)).toBe(1);
    await answerAs(assignmentId, { answer: 'accept' }, 'late/1');
    await tell('LATE', 'accepted');
    expect(await stage.count('svc_assessment.agenda', `id = '${assignmentId}'`)).toBe(0);
  });
});

describe('findings', () => {
  const inspect = (claimId: string, adjusterId: string) =>
    stage.call(
      'POST',
      '/assessment/assignments',
      { claimId, coverages: ['building'], adjusterId, callback: { reference: `claim/${claimId}` } },
      `claim/${claimId}/assessment/1`,
    );
  const found = { findings: [{ coverage: 'building', damage: usd(100) }] };
  const results = (claimId: string) =>
    stage.gateway.to(`claim/${claimId}`).filter(({ event }) => event.type.endsWith('assessment.completed.v1'));

  it('that are known free the place at once', async () => {
    await stage.seed({ adjusters: [adjuster('FIND', 'find')], assessments: [{ claimId: 'FIND-1', ...found }] });
    await want('find', 'FIND-1');
    await want('find', 'FIND-2');
    expect(await inspect('FIND-1', 'FIND')).toMatchObject({ status: 202, body: { adjusterId: 'FIND' } });
    await eventually(() => results('FIND-1').length === 1);
    expect(await tell('FIND-2', 'accepted')).toMatchObject({ adjusterId: 'FIND' });
  });

  it('of an inspection come, and free the place, when its time is over', async () => {
    await stage.seed({
      adjusters: [adjuster('TIME', 'time', { inspectionMs: 1_000 })],
      assessments: [{ claimId: 'TIME-1', ...found }],
    });
    await want('time', 'TIME-1');
    await want('time', 'TIME-2');
    await inspect('TIME-1', 'TIME');
    expect([results('TIME-1'), told('TIME-2', 'assigned')]).toEqual([[], []]);
    await tell('TIME-2', 'accepted');
    await eventually(() => results('TIME-1').length === 1);
    expect(await stage.count('svc_assessment.agenda')).toBe(0);
  });

  it('that a person reports free the place, and call the inspection off', async () => {
    await stage.seed({
      adjusters: [adjuster('SOON', 'soon', { inspectionMs: 3_600_000 })],
      assessments: [{ claimId: 'SOON-1', ...found }],
    });
    await want('soon', 'SOON-1');
    await want('soon', 'SOON-2');
    const { body } = await inspect('SOON-1', 'SOON');
    const report = await stage.call('POST', '/assessment/claims/SOON-1/findings', found, 'soon/1');
    expect(report).toMatchObject({ status: 202, body: { assignmentId: body['assignmentId'] } });
    await tell('SOON-2', 'accepted');
    expect(await stage.count('svc_assessment.agenda', `id = '${String(body['assignmentId'])}'`)).toBe(0);
    expect(results('SOON-1')).toHaveLength(1);
  });
});

it('every callback sent above is one that the gateway takes', () => {
  for (const { service, event } of stage.gateway.received) {
    expect(messageFor(service, event.type), event.type).toBeDefined();
  }
});
