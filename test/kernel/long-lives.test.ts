/** Continue-as-new forced in every state, what it carries, and late evidence that outlives the last state. */
import { describe, expect, test } from 'vitest';
import { days, hours } from '../../workflows/lifecycle/definition.js';
import { ANNA, useParcels } from './parcels.js';

const parcels = useParcels({ each: true });
const AGREED = { reasonCode: 'agreed', reference: 'BULLETIN-7' };

describe('an entity that continues as new in every state', () => {
  test('goes its whole way, and its journal is one', async () => {
    const parcel = await parcels.send({ duty: 500 }, 8);
    await parcel.reaches('Weighing');
    // Held for a later state, over several runs.
    await parcel.tell('dutyPaid', { cents: 500 }, { messageId: 'duty' });
    await parcel.tell('cleared', { seal: 'S-1' }, { messageId: 'clearance' });
    await parcel.ask('placeHold', { hold: 'embargo', ...AGREED });
    const moved = new Date((await parcels.world.now()) + days(30)).toISOString();
    const first = await parcel.ask('moveClock', { clock: 'transit', dueAt: moved, ...AGREED }, ANNA, {
      messageId: 'm-1',
    });
    await parcels.world.pass(days(1) + 60_000);
    await parcel.is(({ expectations }) => expectations['weight']?.reminded === 1);

    await parcel.tell('weighed', { piece: 0, grams: 100 });
    await parcel.is(({ deferrals }) => deferrals['hold:embargo'] !== undefined);
    await parcel.tell('scanned', { gate: 'north' });
    // The first answer again, runs later; the same id for something else is refused.
    expect(
      await parcel.ask('moveClock', { clock: 'transit', dueAt: moved, ...AGREED }, ANNA, { messageId: 'm-1' }),
    ).toEqual(first);
    expect(await parcel.ask('moveClock', { clock: 'state', dueAt: moved, ...AGREED }, ANNA, { messageId: 'm-1' })).toBe(
      'messageIdReused',
    );
    await parcel.ask('releaseHold', { hold: 'embargo', ...AGREED });
    const { clocks } = await parcel.reaches('Delivery');
    expect(clocks['transit']).toMatchObject({ dueAt: moved });
    await parcel.tell('delivered', { to: 'door' });
    expect(await parcel.result()).toBe('arrived');

    expect(await parcel.runs()).toBeGreaterThan(3);
    const outcomes = (await parcel.journal()).flatMap(({ message }) =>
      message ? [`${message.messageId} ${message.outcome}`] : [],
    );
    expect(outcomes).toEqual(
      expect.arrayContaining(['duty held', 'duty applied', 'clearance held', 'clearance applied', 'm-1 duplicate']),
    );
  });

  test('keeps its review, its proposal and its decisions', async () => {
    const parcel = await parcels.send({}, 8);
    await parcel.reaches('Weighing');
    await parcel.ask('reroute', { to: 'Inspection' });
    await parcel.ask('inspect', { decision: 'destroy' });
    await parcels.world.pass(days(1) + 60_000);
    await parcel.is(({ reviews }) => Object.values(reviews)[0]?.level === 1);
    const [taskId, { proposal }] = await parcel.task();
    expect(await parcel.ask('approveReview', { taskId, proposal: proposal?.digest ?? '' })).toBe('fourEyes');
    const decided = await parcel.ask('inspect', { decision: 'goOn' });
    await parcel.tell('scanned', { gate: 'north' });
    const sequence = typeof decided === 'string' ? 0 : decided.sequence;
    expect(await parcel.ask('correctDecision', { sequence, reasonCode: 'mistake' })).toMatchObject({
      state: 'Inspection',
    });
    expect(await parcel.runs()).toBeGreaterThan(1);
  });

  test('does not stretch its clocks', async () => {
    const parcel = await parcels.send({}, 8);
    const { clocks } = await parcel.reaches('Weighing');
    for (let i = 0; i < 4; i++) {
      await parcels.world.pass(hours(10));
      await parcel.tell('scanned', { gate: `g${i}` });
    }
    expect((await parcel.state()).clocks['state']).toEqual(clocks['state']);
    await parcels.world.pass(Date.parse(clocks['state']?.dueAt ?? '') - (await parcels.world.now()) + 60_000);
    await parcel.reaches('Inspection');
    expect(await parcel.runs()).toBeGreaterThan(1);
  });
});

describe('late evidence', () => {
  test('opens a task that outlives the last state, is raised again and again, and ends with a person', async () => {
    const parcel = await parcels.send();
    await parcel.reaches('Weighing');
    await parcel.ask('cancel', { reasonCode: 'regret' });
    await parcel.tell('cleared', { seal: 'S-9' }, { messageId: 'too-late' });
    const { reviews, state } = await parcel.is(({ reviews: open }) => Object.keys(open).length === 1);
    expect(state).toBe('Ended');
    const [[taskId, task] = ['', undefined]] = Object.entries(reviews);
    const journal = await parcel.journal();
    expect(task).toMatchObject({ queue: 'late-papers', reason: 'late.cleared', priority: 4 });
    expect(journal[(task?.about ?? 0) - 1]?.message).toMatchObject({
      messageId: 'too-late',
      outcome: 'late',
      data: { seal: 'S-9' },
    });

    await parcels.world.pass(days(1) + 60_000);
    await parcel.is(({ reviews: open }) => open[taskId]?.level === 1);
    await parcels.world.pass(days(2) + 60_000);
    await parcel.is(({ reviews: open }) => open[taskId]?.level === 2);
    await parcel.ask('resolveReview', { taskId, decision: 'filed', reasonCode: 'seen' });
    expect(await parcel.result()).toBe('cancelled');
    expect((await parcel.journal()).at(-1)?.patch?.reviews).toEqual({ [taskId]: { resolved: 'filed' } });
  });
});
