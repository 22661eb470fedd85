/** Review tasks: who works on them, what happens when nobody does, four eyes, and wrong decisions. */
import { describe, expect, test } from 'vitest';
import { days, hours } from '../../workflows/lifecycle/definition.js';
import { ANNA, BERT, CARLA, staff, useParcels, type Parcel } from './parcels.js';

const parcels = useParcels();
const GO_ON = { decision: 'goOn' } as const;
const DESTROY = { decision: 'destroy' } as const;
const SERVICE = { kind: 'service', id: 'decider', authenticated: 'hmac' } as const;
const because = { reasonCode: 'checked' };

/** A parcel that a person has to decide on. */
async function inspected(): Promise<Parcel> {
  const parcel = await parcels.send();
  await parcel.reaches('Weighing');
  await parcel.ask('reroute', { to: 'Inspection' });
  await parcel.reaches('Inspection');
  return parcel;
}

describe('a review task', () => {
  test('is taken, given back, given to somebody, and decided only by whoever has it', async () => {
    const parcel = await inspected();
    const [taskId, task] = await parcel.task();
    expect(task).toMatchObject({ queue: 'inspection', reason: 'rerouted', priority: 3, ofState: true });

    expect(await parcel.ask('releaseReview', { taskId })).toBe('notAssigned');
    expect(await parcel.ask('assignReview', { taskId, assignee: 'anna' }, ANNA)).toMatchObject({ outcome: 'applied' });
    expect(await parcel.ask('assignReview', { taskId, assignee: 'anna' }, ANNA)).toBe('alreadyDone');
    expect(await parcel.ask('assignReview', { taskId, assignee: 'bert' }, BERT)).toBe('assignedElsewhere');
    expect(await parcel.ask('inspect', GO_ON, BERT)).toBe('assignedElsewhere');
    expect(await parcel.ask('parkReview', { taskId, until: '2099-01-01T00:00:00Z', ...because }, BERT)).toBe(
      'assignedElsewhere',
    );
    // A supervisor gives it to somebody else.
    await parcel.ask('assignReview', { taskId, assignee: 'bert' }, CARLA);
    expect((await parcel.task())[1].assignee).toBe('bert');
    await parcel.ask('releaseReview', { taskId }, BERT);
    expect((await parcel.task())[1].assignee).toBeUndefined();

    expect(await parcel.ask('noteReview', { taskId, note: 'N-1' })).toMatchObject({ outcome: 'applied' });
    expect(await parcel.ask('noteReview', { taskId: 'parcel/other#1', note: 'N-1' })).toBe('unknownTask');
    expect(await parcel.ask('resolveReview', { taskId, decision: 'done', ...because })).toBe('decideInstead');
    expect(await parcel.ask('inspect', GO_ON, BERT)).toMatchObject({ outcome: 'applied', state: 'Weighing' });
    expect((await parcel.state()).reviews).toEqual({});
    expect((await parcel.journal()).find(({ reason }) => reason?.note === 'N-1')?.message?.name).toBe('noteReview');
  });

  test('rests until a date while its clocks run on', async () => {
    const parcel = await inspected();
    const [taskId, { dueAt }] = await parcel.task();
    const now = await parcels.world.now();
    const until = new Date(now + hours(3)).toISOString();
    expect(await parcel.ask('parkReview', { taskId, until: '2001-01-01T00:00:00Z', ...because })).toBe('notInFuture');
    await parcel.ask('parkReview', { taskId, until, ...because });
    expect((await parcel.task())[1]).toMatchObject({ parkedUntil: until, dueAt });
    await parcels.world.pass(hours(3) + 60_000);
    const { reviews, clocks } = await parcel.is(({ reviews: open }) => open[taskId]?.parkedUntil === undefined);
    expect(reviews[taskId]).toMatchObject({ dueAt });
    expect(clocks['state']).toMatchObject({ dueAt });
  });

  test('that nobody resolves goes from level to level by itself, and is missed in the end', async () => {
    const parcel = await inspected();
    const [taskId] = await parcel.task();
    await parcel.ask('assignReview', { taskId, assignee: 'anna' }, ANNA);

    await parcels.world.pass(days(1) + 60_000);
    expect((await parcel.is(({ reviews }) => reviews[taskId]?.level === 1)).reviews[taskId]).toMatchObject({
      queue: 'inspection-leads',
      priority: 2,
    });
    expect((await parcel.task())[1].assignee).toBeUndefined();
    await parcels.world.pass(days(1));
    expect((await parcel.is(({ reviews }) => reviews[taskId]?.level === 2)).reviews[taskId]).toMatchObject({
      queue: 'management',
      priority: 1,
    });
    await parcels.world.pass(days(2));
    const { reviews, visits } = await parcel.is(({ visits: seen }) => seen['Inspection']?.entered === 2);
    expect(visits['Inspection']?.entered).toBe(2);
    expect(Object.keys(reviews)).not.toContain(taskId);

    const escalations = (await parcel.journal()).flatMap(({ escalation }) => (escalation ? [escalation] : []));
    expect(escalations).toEqual([
      { taskId, level: 1, queue: 'inspection-leads' },
      { taskId, level: 2, queue: 'management' },
    ]);
  });
});

describe('a decision above the authority of one', () => {
  test('takes effect when a second person approves exactly that', async () => {
    const parcel = await inspected();
    expect(await parcel.ask('inspect', DESTROY, ANNA)).toMatchObject({
      code: 'awaitingSecondPerson',
      state: 'Inspection',
    });
    const [taskId, { proposal }] = await parcel.task();
    const digest = proposal?.digest ?? '';
    expect(proposal).toMatchObject({ message: 'inspect', by: 'anna', data: DESTROY });

    expect(await parcel.ask('approveReview', { taskId, proposal: digest }, ANNA)).toBe('fourEyes');
    expect(await parcel.ask('approveReview', { taskId, proposal: digest }, SERVICE)).toBe('fourEyes');
    expect(await parcel.ask('approveReview', { taskId, proposal: '0'.repeat(16) }, BERT)).toBe('proposalChanged');
    expect(await parcel.ask('approveReview', { taskId, proposal: digest }, BERT)).toMatchObject({ state: 'Ended' });
    expect(await parcel.result()).toBe('destroy');
    const approval = (await parcel.journal()).find(
      ({ message }) => message?.name === 'approveReview' && message.outcome === 'applied',
    );
    expect(approval).toMatchObject({ actor: BERT, decides: true });
  });

  test('is not approved by anybody who proposed or changed it before', async () => {
    const parcel = await inspected();
    await parcel.ask('inspect', DESTROY, ANNA);
    await parcel.ask('inspect', { ...DESTROY }, BERT);
    // Changes a part of what is decided on.
    await parcel.tell('weighed', { piece: 0, grams: 100 }, { actor: CARLA });
    const [taskId, { proposal, contributors }] = await parcel.task();
    expect(contributors).toEqual(['anna', 'bert', 'carla']);
    for (const contributor of [ANNA, BERT, CARLA]) {
      expect(await parcel.ask('approveReview', { taskId, proposal: proposal?.digest ?? '' }, contributor)).toBe(
        'fourEyes',
      );
    }
    await parcel.ask('approveReview', { taskId, proposal: proposal?.digest ?? '' }, staff('dora'));
    expect(await parcel.result()).toBe('destroy');
  });

  test('is declined, and the task stays open', async () => {
    const parcel = await inspected();
    const [taskId] = await parcel.task();
    expect(await parcel.ask('declineReview', { taskId, proposal: '0'.repeat(16), ...because }, BERT)).toBe(
      'noProposal',
    );
    await parcel.ask('inspect', DESTROY, ANNA);
    const digest = (await parcel.task())[1].proposal?.digest ?? '';
    await parcel.ask('declineReview', { taskId, proposal: digest, ...because }, BERT);
    expect((await parcel.task())[1].proposal).toBeUndefined();
    expect((await parcel.state()).state).toBe('Inspection');
  });
});

describe('a wrong decision', () => {
  test('is corrected by a counter-entry, once, while the table has a way back', async () => {
    const parcel = await inspected();
    const decided = await parcel.ask('inspect', GO_ON, ANNA);
    const sequence = typeof decided === 'string' ? 0 : decided.sequence;
    await parcel.reaches('Weighing');
    expect(await parcel.ask('correctDecision', { sequence: sequence - 1, ...because }, BERT)).toBe('notCorrectable');
    expect(await parcel.ask('correctDecision', { sequence, ...because }, BERT)).toMatchObject({ state: 'Inspection' });
    const [, task] = await parcel.task();
    expect(task.reason).toBe('decisionCorrected');
    expect(await parcel.ask('correctDecision', { sequence, ...because }, BERT)).toBe('notCorrectable');
    expect((await parcel.journal()).find(({ corrects }) => corrects === sequence)?.actor).toEqual(BERT);
    // What was decided before the correction is still on record.
    expect((await parcel.journal()).find((entry) => entry.sequence === sequence)?.decides).toBe(true);
  });
});
