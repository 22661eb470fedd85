import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { moveMany, preview, type BulkOrder } from '../../cli/clock-bulk.js';
import type { Explanation } from '../../client/index.js';
import { eventually } from '../support/eventually.js';
import { DisputeStage, person } from './dispute/stage.js';

let set: DisputeStage;
beforeAll(async () => {
  set = await DisputeStage.set();
});
afterAll(() => set.close());

const alice = { actor: person('alice') };
const DAY_MS = 86_400_000;

const later = (instant: string, days: number): string => new Date(Date.parse(instant) + days * DAY_MS).toISOString();

const explained = (id: string, as: (it: Explanation) => boolean) => eventually(() => set.disputes.explain(id), as);

const clockOf = ({ clocks }: Explanation, name: string) => clocks.find((clock) => clock.name === name);

describe('a clock', () => {
  const allowed = { reasonCode: 'extension', reference: 'BUL-1', clock: 'answer' };

  it('is moved, paused and resumed by people, with what allows it', async () => {
    const id = await set.open();
    const first = clockOf(await set.disputes.explain(id), 'answer');
    const dueAt = later(first?.dueAt ?? '', 30);
    expect(await set.disputes.message(id, 'moveClock', { ...allowed, dueAt }, alice)).toMatchObject({
      outcome: 'applied',
    });
    const moved = await explained(id, (it) => clockOf(it, 'answer')?.dueAt === dueAt);
    expect(clockOf(moved, 'answer')).toMatchObject({ change: 'moved', originalDueAt: first?.dueAt });
    await set.disputes.message(id, 'pauseClock', allowed, alice);
    await explained(id, (it) => clockOf(it, 'answer')?.pausedBy === 'person');
    await expect(set.disputes.message(id, 'pauseClock', allowed, alice)).rejects.toMatchObject({
      code: 'alreadyPaused',
      message: expect.stringMatching(/^pauseClock is rejected in Open: alreadyPaused \(the clock stands still/),
    });
    await set.disputes.message(id, 'resumeClock', allowed, alice);
    await explained(id, (it) => clockOf(it, 'answer')?.pausedAt === undefined);
    await expect(set.disputes.message(id, 'resumeClock', allowed, alice)).rejects.toMatchObject({ code: 'notPaused' });
    const unknown = { ...allowed, clock: 'none' };
    await expect(set.disputes.message(id, 'pauseClock', unknown, alice)).rejects.toMatchObject({
      code: 'unknownClock',
    });
    const past = { ...allowed, dueAt: '2012-01-01T00:00:00.000Z' };
    await expect(set.disputes.message(id, 'moveClock', past, alice)).rejects.toMatchObject({ code: 'notInFuture' });
  });
});

describe('a hold', () => {
  const legal = { hold: 'legal', reasonCode: 'court-order', reference: 'DKT-1' };

  it('is placed and released by those with authority, and keeps the entity meanwhile', async () => {
    const id = await set.open();
    const clerk = { actor: { kind: 'service', id: 'batch', authenticated: 'none' } } as const;
    await expect(set.disputes.message(id, 'placeHold', legal, clerk)).rejects.toMatchObject({ code: 'noAuthority' });
    await expect(set.disputes.message(id, 'releaseHold', legal, alice)).rejects.toMatchObject({ code: 'notPlaced' });
    await expect(set.disputes.message(id, 'placeHold', { ...legal, hold: 'tax' }, alice)).rejects.toMatchObject({
      code: 'unknownHold',
    });
    await set.disputes.message(id, 'placeHold', legal, alice);
    await expect(set.disputes.message(id, 'placeHold', legal, alice)).rejects.toMatchObject({ code: 'alreadyPlaced' });
    expect(await set.disputes.message(id, 'settle', { amount: 5 }, alice)).toMatchObject({ state: 'Open' });
    await explained(id, ({ blockedBy }) => blockedBy?.kind === 'hold');
    await set.disputes.message(id, 'releaseHold', legal, alice);
    expect(await set.disputes.waitForOutcome(id)).toEqual({ outcome: 'settled' });
  });
});

describe('the clocks of many', () => {
  const entities = () => set.client.entities('dispute');
  const order = (due: BulkOrder['due'], reference: string): BulkOrder => ({
    lifecycle: 'dispute',
    filter: { state: 'Open' },
    clock: 'answer',
    due,
    because: { reasonCode: 'extension' },
    reference,
  });

  function run(ordered: BulkOrder, targets: Awaited<ReturnType<typeof preview>>['targets']) {
    const seen: number[] = [];
    const options = { actor: person('alice'), concurrency: 3, notice: () => {} };
    return moveMany(entities(), ordered, targets, { ...options, progress: (done) => void seen.push(done) }).then(
      (report) => ({ report, seen }),
    );
  }

  it('are counted first and moved once per order, though it was interrupted and is repeated', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => set.open()));
    const ordered = order({ byDays: 30 }, 'BUL-2');
    const before = await preview(entities(), ordered);
    expect(before.targets.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(before.without).toBe(0);
    const mine = before.targets.filter(({ id }) => ids.includes(id));

    // An interruption: the first half only. Then the whole order anew, from what is on record by then.
    expect((await run(ordered, mine.slice(0, 3))).report).toEqual({ moved: 3, refused: [] });
    for (const { id, dueAt } of mine.slice(0, 3)) {
      await set.onRecord(id, ({ clocks }) => clocks['answer']?.dueAt === dueAt);
    }
    const again = (await preview(entities(), ordered)).targets.filter(({ id }) => ids.includes(id));
    const { report, seen } = await run(ordered, again);
    expect(report).toEqual({ moved: 6, refused: [] });
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
    for (const { id, dueAt } of mine) {
      const entity = await set.onRecord(id, ({ clocks }) => clocks['answer']?.change === 'moved');
      expect(entity.clocks['answer']?.dueAt).toBe(dueAt);
    }
  });

  it('are accounted for one by one: what is refused is named with its reason', async () => {
    const [first = '', second = ''] = await Promise.all([set.open(), set.open()]);
    const ordered = order({ byDays: -365 }, 'BUL-3');
    const targets = (await preview(entities(), ordered)).targets.filter(({ id }) => [first, second].includes(id));
    await set.disputes.message(second, 'settle', { amount: 1 }, alice);
    await set.onRecord(second, ({ closed }) => closed);
    await set.disputes.waitForOutcome(second);
    const { report } = await run(ordered, targets);
    expect(report.moved).toBe(0);
    expect(new Map(report.refused.map(({ id, why }) => [id, why]))).toEqual(
      new Map([
        [first, expect.stringContaining('notInFuture')],
        [second, expect.stringContaining('is closed')],
      ]),
    );
    // Refused stays refused: the same order again does not pass for done, also where it would now say another due.
    expect((await run(ordered, targets)).report.moved).toBe(0);
    const otherwise = [{ id: first, dueAt: '2999-01-01T00:00:00.000Z' }];
    expect((await run(ordered, otherwise)).report.refused).toEqual([
      { id: first, why: 'this order was refused here before (notInFuture); give it anew under another reference' },
    ]);
    expect((await preview(entities(), { ...ordered, clock: 'none' })).targets).toEqual([]);
  });
});

describe('more updates at once than a run takes', () => {
  it('are all answered, straight from the client', async () => {
    const id = await set.open();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) => set.disputes.message(id, 'appeal', { ground: `g${at}` })),
    );
    expect(answers.every(({ outcome }) => outcome === 'applied')).toBe(true);
  });

  it('are all answered through the gateway', async () => {
    const id = await set.open();
    const { gateway } = set.client;
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        gateway.message('dispute', id, 'appeal', { envelope: { messageId: `m-${at}` }, data: { ground: `g${at}` } }),
      ),
    );
    expect(answers.every(({ outcome }) => outcome === 'applied')).toBe(true);
  });
});
