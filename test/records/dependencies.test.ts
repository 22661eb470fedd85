import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { events, pause, restore, resume, trip } from '../../records/dependencies.js';
import type { Actor, Entry } from '../../workflows/lifecycle/entry.js';
import { at, carrier, ref, SYSTEM, transition } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

const alice: Actor = { kind: 'staff', id: 'alice', authenticated: 'none' };
const lastFailure = { type: 'ServiceUnavailable', message: 'payments answered 503' };

let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

const gate = async (name: string) => (await bench.reader.dependencies()).find((one) => one.name === name);

describe('a gate', () => {
  it('is paused and resumed by an operator, each once, and keeps who, when and why', async () => {
    const change = { name: 'payments', reason: 'bankHoliday', note: 'note-1', actor: alice };
    expect(await resume(bench.db, change)).toBe(false);
    expect(await gate('payments')).toBeUndefined();
    expect(await pause(bench.db, change)).toBe(true);
    expect(await pause(bench.db, { ...change, reason: 'again' })).toBe(false);
    const paused = await gate('payments');
    expect(paused).toEqual({ ...change, status: 'paused', since: expect.any(String) as string });
    expect(await resume(bench.db, { name: 'payments', reason: 'bankOpen', actor: alice })).toBe(true);
    expect(await gate('payments')).toMatchObject({ status: 'up', reason: 'bankOpen' });
    expect(await gate('payments')).not.toHaveProperty('note');
    const { since: at, ...last } = (await gate('payments')) ?? {};
    const { since: before, ...first } = paused ?? {};
    expect(await events(bench.db, 'payments')).toEqual([
      { ...last, at },
      { ...first, at: before },
    ]);
  });

  it('trips and is restored by itself', async () => {
    expect(await trip(bench.db, { name: 'fraud', reason: 'repeatedFailures', lastFailure })).toBe(true);
    expect(await trip(bench.db, { name: 'fraud', reason: 'repeatedFailures', lastFailure })).toBe(false);
    expect(await gate('fraud')).toMatchObject({ status: 'failing', lastFailure, actor: { kind: 'system' } });
    expect(await restore(bench.db, { name: 'fraud' })).toBe(true);
    expect(await restore(bench.db, { name: 'fraud' })).toBe(false);
    expect(await gate('fraud')).not.toHaveProperty('lastFailure');
    expect((await events(bench.db, 'fraud')).map(({ status }) => status)).toEqual(['up', 'failing']);
  });

  it("is an operator's where both want it: no failure and no probe moves a pause, and a resume lifts both", async () => {
    const change = { name: 'policy', reason: 'upgrade', actor: alice };
    await trip(bench.db, { name: 'policy', reason: 'repeatedFailures', lastFailure });
    expect(await pause(bench.db, change)).toBe(true);
    expect(await trip(bench.db, { name: 'policy', reason: 'repeatedFailures', lastFailure })).toBe(false);
    expect(await restore(bench.db, { name: 'policy' })).toBe(false);
    expect(await gate('policy')).toMatchObject({ status: 'paused', reason: 'upgrade', lastFailure });
    expect(await resume(bench.db, { ...change, reason: 'upgraded' })).toBe(true);
    expect(await gate('policy')).toMatchObject({ status: 'up' });
    await trip(bench.db, { name: 'policy', reason: 'repeatedFailures', lastFailure });
    expect(await resume(bench.db, { ...change, reason: 'checked' })).toBe(true);
  });

  it('is changed once, however many ask at the same time', async () => {
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, i) => pause(bench.db, { name: 'crowd', reason: `r${i}`, actor: alice })),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await events(bench.db, 'crowd')).toHaveLength(1);
  });

  it('keeps its past', async () => {
    await expect(bench.owner.query('DELETE FROM dependency_event')).rejects.toThrow('append-only');
    await expect(bench.pool.query("UPDATE dependency_event SET reason = 'x'")).rejects.toThrow('permission denied');
  });
});

it('entities that wait for a dependency are found, the longest first, until they go on', async () => {
  const deferred = (since: string): Entry => ({
    ...{ sequence: 2, kind: 'guard', recordedAt: since, causationId: 'dependency:bank', actor: SYSTEM },
    guard: { guard: 'dependency:bank', verdict: 'defer', reason: 'closed' },
    patch: { deferrals: { 'dependency:bank': { since, reason: 'closed', call: 'requestPayment' } } },
  });
  for (const [i, id] of ['second', 'third', 'first'].entries()) {
    const since = at([5, 9, 2][i] ?? 0);
    const entries = [transition(1, undefined, 'Announced'), deferred(since)];
    await bench.writer.write(carrier(ref(id), entries), { runId: 'r' });
  }
  await bench.writer.write(carrier(ref('idle'), [transition(1, undefined, 'Announced')]), { runId: 'r' });
  const ids = async (limit?: number) => (await bench.reader.deferredOn('bank', limit)).map(({ id }) => id);
  expect(await ids()).toEqual(['first', 'second', 'third']);
  expect(await ids(2)).toEqual(['first', 'second']);
  expect((await bench.reader.deferredOn('bank', 1))[0]).toEqual({
    ...{ lifecycle: 'parcel', id: 'first', since: at(2), reason: 'closed', call: 'requestPayment' },
  });
  expect(await bench.reader.deferredOn('other')).toEqual([]);
  expect(await bench.reader.countDeferred()).toEqual({ bank: 3 });
  await bench.writer.write(carrier(ref('first'), [transition(3, 'Announced', 'Travelling')]), { runId: 'r' });
  expect(await ids()).toEqual(['second', 'third']);
});
