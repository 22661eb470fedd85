/** What is undone when an entity does not go through, by attack. */
import { beforeEach, expect, test } from 'vitest';
import { days, minutes } from '../../workflows/lifecycle/definition.js';
import { useWorkshop, type Job } from './detour/workshop.js';

const workshop = useWorkshop();

beforeEach(() => {
  workshop.unwanted.clear();
  workshop.takenBack.length = 0;
});

async function borrowing(...names: string[]): Promise<Job> {
  const job = await workshop.take();
  for (const name of names) {
    await job.ask('borrow', { name, ...(name.startsWith('part') && { parts: true as const }) });
  }
  return job;
}

/** What the journal says of undoing: `hammer begun`, `hammer undone`. */
async function undone(job: Job): Promise<string[]> {
  return (await job.journal()).flatMap(({ kind, compensates, reason }) =>
    kind === 'compensation' ? [`${compensates} ${reason?.code}`] : [],
  );
}

test('the last is undone first, one after the other; neighbours that may be are undone at once; each is told', async () => {
  const job = await borrowing('saw', 'part-1', 'part-2', 'hammer');
  expect(Object.keys((await job.state()).compensations ?? {}).toSorted()).toEqual([
    'hammer',
    'part-1',
    'part-2',
    'saw',
  ]);
  await job.ask('giveUp', {});
  const { compensations } = await job.reaches('Done');
  expect(compensations).toEqual({});
  const [first, ...rest] = workshop.takenBack;
  expect([first, rest.slice(0, 2).toSorted(), rest.at(-1)]).toEqual(['hammer', ['part-1', 'part-2'], 'saw']);
  const told = await undone(job);
  // Both are begun before either is done; which of them that is first is the store's to say.
  expect(told.slice(0, 4)).toEqual(['hammer begun', 'hammer undone', 'part-2 begun', 'part-1 begun']);
  expect(told.slice(4, 6).toSorted()).toEqual(['part-1 undone', 'part-2 undone']);
  expect(told.slice(6)).toEqual(['saw begun', 'saw undone']);
});

test('one that fails for good keeps none of the others, is the task of a person, and is done when it is tried again', async () => {
  const job = await borrowing('saw', 'hammer');
  workshop.unwanted.add('hammer');
  await job.ask('giveUp', {});
  const { compensations, reason } = await job.reaches('Reviewed');
  expect(reason).toEqual({ code: 'notGivenBack' });
  expect(compensations).toMatchObject({ hammer: { undo: 'giveBack', failed: { reason: 'NotOurs' } } });
  expect(await undone(job)).toEqual(['hammer begun', 'hammer NotOurs', 'saw begun', 'saw undone']);

  workshop.unwanted.clear();
  await job.ask('decide', { to: 'GivingBack' });
  await job.reaches('Done');
  expect((await undone(job)).slice(-2)).toEqual(['hammer begun', 'hammer undone']);
});

test('nothing ends while anything is left to be undone: whoever wants that is told so', async () => {
  const job = await borrowing('saw');
  expect(await job.ask('drop', {})).toBe('notUndone');
  expect((await job.state()).state).toBe('Working');
  await job.ask('giveUp', {});
  expect(await job.reaches('Done')).toMatchObject({ compensations: {} });
});

test('a call that fails for a while is tried again, and undone once', async () => {
  const job = await borrowing('saw');
  workshop.away = 2;
  await job.ask('giveUp', {});
  await job.is(({ state }) => state === 'GivingBack');
  await workshop.pass(minutes(1));
  await job.reaches('Done');
  expect(workshop.takenBack.filter((name) => name === 'saw')).toHaveLength(1);
  expect(await undone(job)).toEqual(['saw begun', 'saw undone']);
});

test('past the pivot nothing is undone any more', async () => {
  const job = await borrowing('saw', 'hammer');
  await job.ask('seal', {});
  expect(await job.reaches('Sealed')).toMatchObject({ compensations: {} });
  await workshop.pass(days(1) + minutes(1));
  await job.reaches('Done');
  expect(workshop.takenBack).toEqual([]);
});

test('what is to be undone goes along when the run continues as new', async () => {
  const job = await workshop.take({}, 40);
  for (const name of ['saw', 'hammer']) await job.ask('borrow', { name });
  for (let i = 0; i < 12; i++) await job.tell('seen', {});
  await job.is(({ facts }) => facts['seen'] === 12);
  await job.ask('giveUp', {});
  await job.reaches('Done');
  expect(await job.runs()).toBeGreaterThan(1);
  expect(await undone(job)).toEqual(['hammer begun', 'hammer undone', 'saw begun', 'saw undone']);
});
