/** Named clocks, expectations, holds and guards in a running entity. */
import { describe, expect, test } from 'vitest';
import { days, hours } from '../../workflows/lifecycle/definition.js';
import { ANNA, useParcels, type Parcel } from './parcels.js';

const parcels = useParcels();
const AGREED = { reasonCode: 'agreed', reference: 'BULLETIN-7' };
const CUSTOMER = { kind: 'customer', id: 'c-1', authenticated: 'token' } as const;

const weighed = (parcel: Parcel) => parcel.tell('weighed', { piece: 0, grams: 100 });

describe('a clock', () => {
  test('is moved, paused and resumed by somebody with a reason and a reference', async () => {
    const parcel = await parcels.send();
    const { clocks } = await parcel.reaches('Weighing');
    const original = clocks['transit']?.dueAt ?? '';
    expect(clocks['transit']).toMatchObject({ basis: 'fact registered', change: 'started', leadsTo: 'Inspection' });

    const dueAt = new Date(Date.parse(original) + days(10)).toISOString();
    expect(await parcel.ask('moveClock', { clock: 'transit', dueAt: '2001-01-01T00:00:00Z', ...AGREED })).toBe(
      'notInFuture',
    );
    expect(await parcel.ask('moveClock', { clock: 'storage', dueAt, ...AGREED })).toBe('unknownClock');
    await parcel.ask('moveClock', { clock: 'transit', dueAt, ...AGREED });
    const entry = (await parcel.journal()).at(-1) ?? (await parcel.journal())[0];
    await parcel.is(({ clocks: now }) => now['transit']?.dueAt === dueAt);
    expect(
      (await parcel.journal()).find(({ message }) => message?.name === 'moveClock' && message.outcome === 'applied'),
    ).toMatchObject({
      actor: ANNA,
      reason: { code: 'agreed', reference: 'BULLETIN-7' },
      patch: { clocks: { transit: { change: 'moved', dueAt, originalDueAt: original } } },
    });
    expect(entry).toBeDefined();

    expect(await parcel.ask('resumeClock', { clock: 'transit', ...AGREED })).toBe('notPaused');
    await parcel.ask('pauseClock', { clock: 'transit', ...AGREED });
    expect(await parcel.ask('pauseClock', { clock: 'transit', ...AGREED })).toBe('alreadyPaused');
    await parcels.world.pass(hours(5));
    await parcel.ask('resumeClock', { clock: 'transit', ...AGREED });
    const again = (await parcel.state()).clocks['transit'];
    const shift = Date.parse(again?.dueAt ?? '') - Date.parse(dueAt);
    expect(shift).toBeGreaterThanOrEqual(hours(5));
    expect(shift).toBeLessThan(hours(5) + 60_000);
    expect(again).toMatchObject({ change: 'resumed', originalDueAt: original });
  });

  test('spans states, stands still in others, and its breach is an event and a transition', async () => {
    const parcel = await parcels.send();
    await parcel.reaches('Weighing');
    // The state's own deadline strikes first, and takes it where the clock stands still.
    await parcels.world.pass(days(3) + 60_000);
    const { clocks } = await parcel.reaches('Inspection');
    expect(clocks['transit']).toMatchObject({ change: 'paused', pausedBy: 'state' });
    await parcel.ask('inspect', { decision: 'goOn' });
    await parcel.reaches('Weighing');
    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    const delivering = await parcel.reaches('Delivery');
    expect(delivering.clocks['transit']).toMatchObject({ change: 'resumed' });
    const left = Date.parse(delivering.clocks['transit']?.dueAt ?? '') - (await parcels.world.now());
    expect(left).toBeLessThanOrEqual(days(2));

    await parcels.world.pass(left + 60_000);
    await parcel.reaches('Inspection');
    const journal = await parcel.journal();
    const breach = journal.find(({ breach: struck }) => struck?.name === 'transit');
    expect(breach).toMatchObject({ kind: 'deadline', causationId: 'clock:transit', breach: { leadsTo: 'Inspection' } });
    expect(journal[journal.indexOf(breach as never) + 1]).toMatchObject({
      kind: 'transition',
      from: 'Delivery',
      to: 'Inspection',
      reason: { code: 'transitElapsed' },
    });
    // It has struck once and for all.
    await parcel.ask('inspect', { decision: 'goOn' });
    expect((await parcel.reaches('Delivery')).clocks['transit']).toMatchObject({ change: 'breached' });
  });

  test('needs no timer of its own', async () => {
    const parcel = await parcels.send();
    await parcel.reaches('Weighing');
    const { events = [] } = await parcels.world.client.workflow.getHandle(parcel.workflowId).fetchHistory();
    const started = events?.filter((event) => event.timerStartedEventAttributes).length ?? 0;
    const ended =
      events?.filter((event) => event.timerCanceledEventAttributes ?? event.timerFiredEventAttributes).length ?? 0;
    expect(started - ended).toBe(1);
  });
});

describe('an expectation', () => {
  test('is reminded of before it is due, and no more once it is fulfilled', async () => {
    const parcel = await parcels.send();
    const { expectations } = await parcel.reaches('Weighing');
    const { askedAt = '', dueAt = '', remindAt = '' } = expectations['weight'] ?? {};
    expect(Date.parse(dueAt) - Date.parse(askedAt)).toBe(days(2));
    expect(Date.parse(dueAt) - Date.parse(remindAt)).toBe(days(1));

    await parcels.world.pass(days(1) + 60_000);
    await parcel.is(({ expectations: now }) => now['weight']?.reminded === 1);
    await parcels.world.pass(hours(18));
    await parcel.is(({ expectations: now }) => now['weight']?.reminded === 2);
    expect((await parcel.journal()).filter(({ kind }) => kind === 'reminder').map(({ reminds }) => reminds)).toEqual([
      'weight',
      'weight',
    ]);
    expect(parcels.world.parcels.calls(parcel.id).filter(({ activity }) => activity === 'nudge')).toHaveLength(2);
    await weighed(parcel);
    const { expectations: then } = await parcel.reaches('Customs');
    expect(then['weight']).toMatchObject({ reminded: 2 });
    expect(then['weight']?.receivedAt).toBeDefined();
    expect(then['weight']?.remindAt).toBeUndefined();
  });
});

describe('a hold', () => {
  test('keeps the entity out of the state that it blocks until it is released, and lets evidence in', async () => {
    const parcel = await parcels.send();
    await parcel.reaches('Weighing');
    expect(await parcel.ask('placeHold', { hold: 'curse', ...AGREED })).toBe('unknownHold');
    expect(await parcel.ask('placeHold', { hold: 'embargo', ...AGREED }, CUSTOMER)).toBe('noAuthority');
    expect(await parcel.ask('releaseHold', { hold: 'embargo', ...AGREED })).toBe('notPlaced');
    await parcel.ask('placeHold', { hold: 'embargo', ...AGREED });
    expect(await parcel.ask('placeHold', { hold: 'embargo', ...AGREED })).toBe('alreadyPlaced');

    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    const { state, deferrals, holds } = await parcel.is(({ deferrals: now }) => now['hold:embargo'] !== undefined);
    expect(state).toBe('Customs');
    expect(deferrals['hold:embargo']).toMatchObject({ reason: 'agreed', move: { to: 'Delivery' } });
    expect(holds['embargo']).toMatchObject({ by: ANNA, reference: 'BULLETIN-7' });
    await parcel.tell('dutyPaid', { cents: 10 });
    await parcel.is(({ facts }) => facts['paid'] === 10);

    await parcel.ask('releaseHold', { hold: 'embargo', ...AGREED });
    await parcel.reaches('Delivery');
    const guards = (await parcel.journal()).flatMap(({ guard }) => (guard ? [`${guard.guard} ${guard.verdict}`] : []));
    expect(guards).toEqual(['hold:embargo defer', 'hold:embargo proceed']);
  });

  test('in force when a person decides: the task ends, the decision waits', async () => {
    const parcel = await parcels.send();
    await parcel.reaches('Weighing');
    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    await parcel.reaches('Delivery');
    await parcel.ask('placeHold', { hold: 'embargo', ...AGREED });
    await parcels.world.pass(days(2) + 60_000);
    await parcel.reaches('Inspection');
    expect(await parcel.ask('inspect', { decision: 'goOn' })).toMatchObject({
      outcome: 'applied',
      state: 'Inspection',
    });
    const { reviews, deferrals } = await parcel.is(({ deferrals: now }) => now['hold:embargo'] !== undefined);
    expect(reviews).toEqual({});
    expect(deferrals['hold:embargo']?.move?.to).toBe('Delivery');
    await parcel.ask('releaseHold', { hold: 'embargo', ...AGREED });
    await parcel.reaches('Delivery');
  });
});

describe('a guard', () => {
  test('says not now, with its reason, until the facts say otherwise', async () => {
    const parcel = await parcels.send({ duty: 500 });
    await parcel.reaches('Weighing');
    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    const { deferrals } = await parcel.is(({ deferrals: now }) => now['duty'] !== undefined);
    expect(deferrals['duty']).toMatchObject({ reason: 'dutyUnpaid', move: { to: 'Delivery' } });
    await parcel.tell('dutyPaid', { cents: 250 });
    await parcel.is(({ facts }) => facts['paid'] === 250);
    expect((await parcel.state()).state).toBe('Customs');
    await parcel.tell('dutyPaid', { cents: 250 });
    await parcel.reaches('Delivery');
  });

  test('sends it elsewhere', async () => {
    const parcel = await parcels.send({ forbidden: true });
    await parcel.reaches('Weighing');
    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    expect((await parcel.reaches('Inspection')).reason).toEqual({ code: 'forbidden' });
    const [last] = (await parcel.journal()).filter(({ guard }) => guard);
    expect(last).toMatchObject({ to: 'Inspection', guard: { guard: 'duty', verdict: 'cancel', reason: 'forbidden' } });
  });

  test('does not stop a deadline', async () => {
    const parcel = await parcels.send({ duty: 500 });
    await parcel.reaches('Weighing');
    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    await parcel.is(({ deferrals }) => deferrals['duty'] !== undefined);
    await parcels.world.pass(hours(6) + 60_000);
    expect((await parcel.reaches('Inspection')).deferrals).toEqual({});
  });
});

describe('a dependency', () => {
  test('that is paused makes its calls wait, with the reason, and no attempt is lost', async () => {
    parcels.world.pause(['courier']);
    const parcel = await parcels.send();
    await parcel.reaches('Weighing');
    await weighed(parcel);
    await parcel.tell('cleared', { seal: 'S-1' });
    const { deferrals, state } = await parcel.is(({ deferrals: now }) => now['dependency:courier'] !== undefined);
    expect(state).toBe('Delivery');
    expect(deferrals['dependency:courier']).toMatchObject({ reason: 'maintenance', call: 'bookDelivery' });
    // Rechecks refuse again and leave no trace.
    await parcels.world.pass(hours(1));
    const guards = (await parcel.journal()).filter(({ guard }) => guard);
    expect(guards).toHaveLength(1);

    parcels.world.pause([]);
    const system = { kind: 'system', id: 'gatekeeper', authenticated: 'temporal' } as const;
    await parcel.tell('dependencyResumed', { dependency: 'courier' }, { actor: system });
    await parcel.is(({ facts }) => facts['tour'] !== undefined);
    await parcel.tell('delivered', { to: 'door' });
    expect(await parcel.result()).toBe('arrived');
    expect((await parcel.journal()).flatMap(({ guard }) => (guard ? [guard.verdict] : []))).toEqual([
      'defer',
      'proceed',
    ]);
  });

  test('that is open again is found by the recheck, although nobody said so', async () => {
    parcels.world.pause(['depot']);
    const parcel = await parcels.send();
    await parcel.is(({ deferrals }) => deferrals['dependency:depot'] !== undefined);
    parcels.world.pause([]);
    await parcels.world.pass(6 * 60_000);
    await parcel.reaches('Weighing');
  });
});
