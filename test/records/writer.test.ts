import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ForeignRun, isRecordsUnavailable, JournalGap } from '../../records/errors.js';
import { verifyEntity } from '../../records/verify.js';
import { fold, UNBORN } from '../../workflows/lifecycle/entry.js';
import { at, carrier, journey, parcelLifecycle, ref, shuffled, transition } from './fixtures.js';
import { openWorkbench, type Workbench } from './workbench.js';

const run = { runId: 'run-1' };
/** A message id that is too long for an index and holds NUL and half of a surrogate pair. */
const odd = `\0\ud800${randomBytes(20_000).toString('base64')}`;
let bench: Workbench;
beforeAll(async () => {
  bench = await openWorkbench();
});
afterAll(() => bench.close());

async function expectProven(id: string, entries: number): Promise<void> {
  expect(await verifyEntity(bench.db, 'parcel', id)).toEqual([]);
  expect(await bench.count('journal', id)).toBe(entries);
}

describe('a carrier', () => {
  it('becomes journal, state, events and review tasks', async () => {
    const entries = journey();
    await bench.writer.write(carrier(ref('whole'), entries), run);

    const { lifecycle, closed, deadline, ...record } = (await bench.reader.getEntity('parcel', 'whole')) ?? {};
    expect({ lifecycle, closed, deadline }).toEqual({ lifecycle: 'parcel', closed: true, deadline: null });
    expect(record).toMatchObject(entries.reduce(fold, UNBORN));
    expect(record).toMatchObject({ owner: 'nobody', next: [], catastrophe: 'Hurricane Sandy', contentHash: 'c0ffee' });
    await expectProven('whole', 4);

    const { rows: events } = await bench.owner.query<Record<string, unknown>>(
      "SELECT * FROM outbox WHERE subject = 'whole' ORDER BY position",
    );
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      ['parcel/whole/1', 'com.throughline.parcel.Announced.v1'],
      ['parcel/whole/2/reviewOpened/2', 'com.throughline.parcel.reviewOpened.v1'],
      ['parcel/whole/3', 'com.throughline.parcel.Travelling.v1'],
      ['parcel/whole/3/reviewResolved/2', 'com.throughline.parcel.reviewResolved.v1'],
      ['parcel/whole/4', 'com.throughline.parcel.Delivered.v1'],
    ]);
    expect(events[4]).toMatchObject({
      correlationid: 'parcel/whole',
      causationid: 'parcel/whole/3',
      time: new Date(at(4)),
      data: {
        from: 'Travelling',
        to: 'Delivered',
        cause: 'activity:step4',
        follows: 'parcel/whole/3',
        outcome: 'delivered',
        parts: { box: { amount: { minor: 4200, currency: 'USD' } } },
      },
    });

    const { tasks } = await bench.reader.reviewTasks({ id: 'whole', includeResolved: true });
    expect(tasks).toMatchObject([
      { queue: 'lost', openedAt: at(2), dueAt: at(60), resolvedAt: at(3), decision: 'found', contributors: [] },
    ]);
  });

  it('tells of a missed deadline', async () => {
    const [first] = journey();
    const clock = { basis: 'entered Announced', startedAt: at(1), dueAt: at(100), leadsTo: 'Travelling' };
    const breach = {
      sequence: 2,
      kind: 'deadline',
      recordedAt: at(100),
      causationId: 'clock:state',
      actor: first.actor,
      breach: { name: 'state', ...clock },
    } as const;
    await bench.writer.write(carrier(ref('late'), [first, breach]), run);
    const { rows } = await bench.owner.query(
      "SELECT type, data->>'clock' AS clock FROM outbox WHERE id = 'parcel/late/2'",
    );
    expect(rows).toEqual([{ type: 'com.throughline.parcel.deadline.v1', clock: 'state' }]);
  });

  it('may come again, whole or in part, and in any order of fields', async () => {
    const [a, b, c, d] = journey();
    const write = (...entries: Parameters<typeof carrier>[1]) =>
      bench.writer.write(carrier(ref('again'), entries), run);
    await write(a, b);
    const before = await bench.owner.query("SELECT * FROM entity WHERE entity_id = 'again'");
    await write(a, b);
    await bench.writer.write(shuffled(carrier(ref('again'), [a, b])), { runId: 'a-later-run' });
    await write(b);
    expect((await bench.owner.query("SELECT * FROM entity WHERE entity_id = 'again'")).rows).toEqual(before.rows);
    await write(b, c);
    await write(a, b, c, d);
    await write();
    await expectProven('again', 4);
    expect(await bench.count('outbox', 'again')).toBe(5);
    expect(await bench.count('finding', 'again')).toBe(0);
  });

  it('may hold what PostgreSQL cannot keep, and overlong ids', async () => {
    const entries = journey('odd').map((entry) => ({
      ...entry,
      ...(entry.message && {
        message: { ...entry.message, messageId: odd, data: { [odd]: [odd, '\\u0000', '\ud83d\ude00'] } },
      }),
    }));
    await bench.writer.write(carrier(ref('odd'), entries), run);
    await bench.writer.write(carrier(ref('odd'), entries), run);
    await expectProven('odd', 4);
    const kept = odd.replace('\0', '\ufffd').replace('\ud800', '\ufffd');
    const line = await bench.reader.findMessage('parcel', 'odd', kept);
    expect(line?.entry.message?.data).toEqual({ [kept]: [kept, '\\u0000', '\ud83d\ude00'] });
  });

  it('may come twenty times at once, overlapping', async () => {
    const entries = journey();
    const pieces = Array.from({ length: 20 }, (_, i) => entries.slice(0, 1 + (i % 4)));
    await Promise.all(
      pieces.map((piece) => bench.writer.write(carrier(ref('crowd'), piece), { runId: `run-${piece.length}` })),
    );
    await expectProven('crowd', 4);
    expect(await bench.count('outbox', 'crowd')).toBe(5);
    expect(await bench.count('finding', 'crowd')).toBe(0);
  });

  it('is refused where entries are missing before it, naming them', async () => {
    const [a, b, c, d] = journey();
    await expect(bench.writer.write(carrier(ref('gap'), [b]), run)).rejects.toThrow(JournalGap);
    await bench.writer.write(carrier(ref('gap'), [a]), run);
    const gap = bench.writer.write(carrier(ref('gap'), [c, d]), run);
    await expect(gap).rejects.toMatchObject({ entity: 'parcel/gap', expected: 2, given: 3, type: 'JournalGap' });
    await expect(bench.writer.write(carrier(ref('gap'), [b, d]), run)).rejects.toThrow('entry 3, but entry 4');
    await expectProven('gap', 1);
  });

  it('of a newer worker is a repeat where it says the same under versions of its own', async () => {
    const entries = journey();
    await bench.writer.write(carrier(ref('upgraded'), entries.slice(0, 3)), run);
    await bench.writer.registerDefinition({ ...parcelLifecycle, version: 2 });
    await bench.writer.write(carrier(ref('upgraded', { lifecycleVersion: 2, kernelVersion: 2 }), entries), run);
    await expectProven('upgraded', 4);
    expect((await bench.reader.getEntity('parcel', 'upgraded'))?.attention).toBeUndefined();
  });
});

describe('a contradiction', () => {
  it('keeps the first, is found once, stops the journal and lets the entity go on', async () => {
    const [a, b, c, d] = journey();
    const otherC = transition(3, 'Announced', 'Delivered', { patch: { outcome: 'delivered' } });
    await bench.writer.write(carrier(ref('parted'), [a, b, c]), run);
    const reset = { runId: 'run-after-reset' };
    await bench.writer.write(carrier(ref('parted'), [b, otherC, { ...d, from: 'Delivered' }]), reset);
    await bench.writer.write(carrier(ref('parted'), [b, otherC, { ...d, from: 'Delivered' }]), reset);
    // The next carrier of that run starts behind entries that were never taken: refused like them, not a gap.
    await bench.writer.write(carrier(ref('parted'), [transition(5, 'Delivered', 'Announced')]), reset);

    const record = await bench.reader.getEntity('parcel', 'parted');
    expect(record).toMatchObject({ state: 'Travelling', sequence: 3, attention: 'journal-conflict' });
    expect(await bench.count('journal', 'parted')).toBe(3);
    const findings = await bench.reader.findings({ id: 'parted' });
    expect(findings.map(({ kind, evidence }) => [kind, (evidence as { problem: string }).problem]).sort()).toEqual([
      ['journal-conflict', 'contradicts'],
      ['journal-conflict', 'follows-conflict'],
      ['journal-conflict', 'follows-conflict'],
    ]);
    const [line] = await bench.reader.journal('parcel', 'parted', { after: 2 });
    expect(line?.entry).toEqual(c);
    const contradiction = findings.find(({ evidence }) => (evidence as { sequence: number }).sequence === 3);
    expect(contradiction?.evidence).toMatchObject({
      recorded: { sequence: 3, runId: 'run-1', contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      given: {
        runId: 'run-after-reset',
        entry: otherC,
        contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    });
    expect(await verifyEntity(bench.db, 'parcel', 'parted')).toEqual([expect.stringContaining('have parted')]);
  });

  it('is also an entry that leaves a state which the entity is not in', async () => {
    const [a] = journey();
    await bench.writer.write(carrier(ref('impossible'), [a]), run);
    await bench.writer.write(carrier(ref('impossible'), [transition(2, 'Travelling', 'Delivered')]), run);
    expect(await bench.reader.findings({ id: 'impossible' })).toMatchObject([{ evidence: { problem: 'impossible' } }]);
    expect(await bench.count('journal', 'impossible')).toBe(1);
  });

  it('is not overtaken by an entry that was on its way', async () => {
    const [a, b, c] = journey();
    await bench.writer.write(carrier(ref('race'), [a, b]), run);
    const other = { ...b, recordedAt: at(50) };
    await Promise.all([
      ...Array.from({ length: 5 }, () => bench.writer.write(carrier(ref('race'), [other]), { runId: 'reset' })),
      ...Array.from({ length: 5 }, () => bench.writer.write(carrier(ref('race'), [c]), run)),
    ]);
    const record = await bench.reader.getEntity('parcel', 'race');
    expect(record?.attention).toBe('journal-conflict');
    expect(await bench.count('journal', 'race')).toBe(record?.sequence);
  });
});

describe('another life of the key', () => {
  it('is foreign in the same stage', async () => {
    const [a] = journey();
    await bench.writer.write(carrier(ref('taken'), [a]), run);
    const foreign = bench.writer.write(carrier(ref('taken', { firstRunId: 'another' }), [a]), run);
    await expect(foreign).rejects.toThrow(ForeignRun);
    await expect(foreign).rejects.toThrow('parcel/taken is on record with stage 1 and first run first-run-of-taken');
    await foreign.catch((error: unknown) => expect(isRecordsUnavailable(error)).toBe(false));
    await expectProven('taken', 1);
  });

  it('of two that race, one is foreign', async () => {
    const [a] = journey();
    const results = await Promise.allSettled(
      ['one', 'two'].map((firstRunId) => bench.writer.write(carrier(ref('duel', { firstRunId }), [a]), run)),
    );
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expectProven('duel', 1);
  });

  it('goes on from the first when it is reopened, and the first may only repeat itself', async () => {
    const entries = journey();
    const first = ref('reopened');
    const second = ref('reopened', { stage: 2, firstRunId: 'second-life' });
    await bench.writer.write(carrier(first, entries), run);
    const early = bench.writer.write(carrier(second, [transition(4, 'Travelling', 'Announced')]), run);
    await expect(early).rejects.toThrow(JournalGap);
    await bench.writer.write(carrier(second, [transition(5, 'Delivered', 'Announced')]), { runId: 'second-life' });
    await bench.writer.write(carrier(first, entries), run);
    await expect(bench.writer.write(carrier(first, [transition(6, 'Announced', 'Travelling')]), run)).rejects.toThrow(
      ForeignRun,
    );
    expect(await bench.reader.submission('parcel', 'reopened')).toMatchObject({ stage: 2, firstRunId: 'second-life' });
    expect(await bench.reader.getEntity('parcel', 'reopened')).toMatchObject({ closed: false, sequence: 5 });
    await expectProven('reopened', 5);
  });
});
