/** Detours by attack, and clocks whose length is a fact of the entity. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import { useWorkshop, type Job } from './detour/workshop.js';

const workshop = useWorkshop();
const AGREED = { reasonCode: 'agreed', reference: 'BULLETIN-7' };

async function fetching(job: Job): Promise<void> {
  await job.ask('fetch', {});
  await job.reaches('Fetching');
}

const back = (job: Job) => job.tell('fetched', { by: 'carrier' });

/** A job that a person has to look at, since its work was not done in time. */
async function reviewed(notice: Parameters<typeof workshop.take>[0] = {}): Promise<Job> {
  const job = await workshop.take(notice);
  await workshop.pass(days(2) + minutes(1));
  await job.reaches('Reviewed');
  return job;
}

describe('a detour', () => {
  test('leads back, and everything is as it was: nothing is entered anew', async () => {
    const job = await workshop.take();
    const before = await job.state();
    await fetching(job);
    await workshop.pass(hours(3));
    await back(job);
    const after = await job.reaches('Working');
    expect([after.clocks, after.expectations]).toEqual([before.clocks, before.expectations]);
    expect(after.visits['Working']?.entered).toBe(2);
  });

  test('holds what comes early for where it leads', async () => {
    const job = await workshop.take();
    await fetching(job);
    await job.tell('finish', {});
    await job.tell('seen', {});
    await back(job);
    await job.reaches('Done');
    const outcomes = (await job.journal()).flatMap(({ message }) =>
      message ? [`${message.name} ${message.outcome}`] : [],
    );
    expect(outcomes).toEqual(['fetch applied', 'finish held', 'seen applied', 'fetched applied', 'finish applied']);
  });

  test('can be left for elsewhere, and what it suspended is forgotten', async () => {
    const job = await workshop.take();
    await fetching(job);
    expect(await job.ask('drop', {})).toMatchObject({ outcome: 'applied', state: 'Done' });
    expect((await job.reaches('Done')).clocks).toEqual({});
  });

  test('lets a deadline that passes meanwhile strike on the way back', async () => {
    const job = await workshop.take();
    await workshop.pass(days(2) - hours(2));
    await fetching(job);
    await workshop.pass(hours(4));
    expect((await job.state()).state).toBe('Fetching');
    await back(job);
    await job.reaches('Reviewed');
    expect(await job.path()).toEqual(['Working', 'Fetching', 'Working', '!state', 'Reviewed']);
  });

  test('does the same for a named clock, once', async () => {
    const job = await workshop.take({ patrol: hours(10) });
    await workshop.pass(hours(9));
    await fetching(job);
    await workshop.pass(hours(4));
    expect(await job.path()).toEqual(['Working', 'Fetching']);
    await back(job);
    await job.is(({ clocks }) => clocks['patrol']?.breachedAt !== undefined);
    await job.reaches('Working');
    expect(await job.path()).toEqual(['Working', 'Fetching', 'Working', '!patrol', 'Fetching', 'Working']);
  });

  test('ends a clock that is fulfilled on it', async () => {
    const job = await workshop.take({ agreed: hours(10) });
    await fetching(job);
    await back(job);
    expect((await job.reaches('Working')).clocks['agreed']).toBeUndefined();
    await workshop.pass(hours(12));
    expect((await job.state()).state).toBe('Working');
  });

  test('by a clock leads back as well', async () => {
    const job = await workshop.take({ patrol: hours(1) });
    const { clocks } = await job.state();
    await workshop.pass(hours(1) + minutes(1));
    await job.reaches('Fetching');
    await back(job);
    expect((await job.reaches('Working')).clocks['state']).toEqual(clocks['state']);
  });
});

describe('a detour out of a review', () => {
  test('keeps its task, with whoever has it; nobody decides meanwhile', async () => {
    const job = await reviewed();
    const [taskId] = await job.task();
    await job.ask('assignReview', { taskId, assignee: 'anna' });
    const before = await job.state();
    await fetching(job);
    expect(await job.ask('decide', { to: 'Working' })).toBe('wrongState');
    await back(job);
    const after = await job.reaches('Reviewed');
    expect([after.reviews, after.clocks, after.attention]).toEqual([before.reviews, before.clocks, before.attention]);
    expect(await job.ask('decide', { to: 'Working' })).toMatchObject({ state: 'Working' });
  });

  test('lets the task escalate on the way back', async () => {
    const job = await reviewed();
    await workshop.pass(hours(11));
    await fetching(job);
    await workshop.pass(hours(3));
    expect((await job.task())[1].level).toBeUndefined();
    await back(job);
    await job.is(({ reviews }) => Object.values(reviews)[0]?.level === 1);
    expect((await job.state()).state).toBe('Reviewed');
  });

  test('keeps a decision that waits for a hold to be released', async () => {
    const job = await reviewed({ patrol: days(2) + hours(5) });
    await job.ask('placeHold', { hold: 'freeze', ...AGREED });
    expect(await job.ask('decide', { to: 'Done' })).toMatchObject({ outcome: 'applied', state: 'Reviewed' });
    const { deferrals } = await job.state();
    expect(deferrals['hold:freeze']).toMatchObject({ move: { to: 'Done' } });
    await workshop.pass(hours(6));
    await job.reaches('Fetching');
    await back(job);
    expect((await job.reaches('Reviewed')).deferrals).toEqual(deferrals);
    await job.ask('releaseHold', { hold: 'freeze', ...AGREED });
    expect((await job.reaches('Done')).reason?.code).toBe('decided');
  });

  test('is late by itself: the review goes on, and its task is no other', async () => {
    const job = await reviewed();
    const before = await job.state();
    await fetching(job);
    await workshop.pass(days(1) + minutes(1));
    const after = await job.reaches('Reviewed');
    expect([Object.keys(after.reviews), after.clocks]).toEqual([Object.keys(before.reviews), before.clocks]);
    expect(after.reason?.code).toBe('deadlineElapsed');
  });

  test('can have its deadline moved without moving that of the review', async () => {
    const job = await reviewed();
    const { reviews, clocks } = await job.state();
    await fetching(job);
    const dueAt = new Date((await workshop.now()) + days(3)).toISOString();
    await job.ask('moveClock', { clock: 'state', dueAt, ...AGREED });
    await workshop.pass(days(1) + hours(1));
    expect(await job.state()).toMatchObject({ state: 'Fetching', reviews, clocks: { state: { dueAt } } });
    await back(job);
    await job.is(({ state }) => state === 'Reviewed');
    expect((await job.state()).clocks['state']).toEqual(clocks['state']);
  });
});

describe('a detour that goes wrong', () => {
  test('because its service fails leads where the table says, and the place is known', async () => {
    workshop.broken = true;
    const job = await workshop.take();
    await fetching(job);
    await workshop.pass(minutes(30));
    const { facts, reason, reviews, clocks } = await job.reaches('Reviewed');
    expect([facts['cameFrom'], reason?.code, Object.keys(reviews).length]).toEqual(['Working', 'serviceFailed', 1]);
    expect(clocks['state']).toMatchObject({ basis: 'entered Reviewed', leadsTo: 'Reviewed' });
    expect(clocks['state']?.suspends).toBeUndefined();
  });

  test('because nobody answers leads where its deadline says, and the place is known', async () => {
    const job = await workshop.take();
    await fetching(job);
    await workshop.pass(days(1) + minutes(1));
    const { facts, clocks } = await job.reaches('Reviewed');
    expect(facts['cameFrom']).toBe('Working');
    expect(clocks['state']?.suspends).toBeUndefined();
    expect(await job.path()).toEqual(['Working', 'Fetching', '!state', 'Reviewed']);
  });
});

describe('a detour that continues as new', () => {
  // A query that this server lost in a continue-as-new may keep it from ever skipping time again.
  const workshop = useWorkshop();

  test('knows in the next run where it came from, and stretches no clock', async () => {
    const job = await workshop.take({ agreed: days(1) }, 8);
    const { clocks } = await job.state();
    await fetching(job);
    for (let seen = 1; seen <= 8; seen++) await job.tell('seen', {});
    await job.is(({ facts }) => facts['seen'] === 8);
    await back(job);
    const after = await job.reaches('Working');
    expect(await job.runs()).toBeGreaterThan(1);
    expect(after.clocks['state']).toEqual(clocks['state']);
    expect(after.clocks['agreed']).toBeUndefined();
    await job.tell('finish', {});
    await job.reaches('Done');
  });
});

describe('a clock whose length is a fact', () => {
  test('runs as long as its entity says, in days of a calendar too, and not at all without', async () => {
    const short = await workshop.take({ agreed: hours(5) });
    const long = await workshop.take({ agreed: { days: 10, count: 'working', calendar: 'us-federal' } });
    const none = await workshop.take();
    const clockOf = async (job: Job) => (await job.state()).clocks['agreed'];
    const started = await clockOf(short);
    expect(Date.parse(started?.dueAt ?? '') - Date.parse(started?.startedAt ?? '')).toBe(hours(5));
    expect(await clockOf(long)).toMatchObject({ calendar: 'us-federal@1' });
    expect(await clockOf(none)).toBeUndefined();
    await workshop.pass(hours(5) + minutes(1));
    await short.reaches('Reviewed');
    expect([(await long.state()).state, (await none.state()).state]).toEqual(['Working', 'Working']);
  });

  test('has, after a person paused it, the working days that it had left', async () => {
    const job = await workshop.take({ agreed: { days: 10, count: 'working', calendar: 'us-federal' } });
    await job.ask('pauseClock', { clock: 'agreed', ...AGREED });
    const paused = (await job.state()).clocks['agreed'];
    await workshop.pass(hours(30));
    await job.ask('resumeClock', { clock: 'agreed', ...AGREED });
    const resumed = (await job.state()).clocks['agreed'];
    expect(Date.parse(resumed?.dueAt ?? '')).toBeGreaterThan(Date.parse(paused?.dueAt ?? ''));
    expect(resumed?.dueAt).toMatch(/T0[45]:00:00\.000Z$/);
  });
});
