import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntityClosed, MessageRefused, type JournalLine, type LifecycleBinding } from '../../client/index.js';
import { Lifecycles } from '../../gateway/lifecycles.js';
import { settled as nextStage, startNextStage, type NextStage } from '../../gateway/reopening.js';
import type { Stage } from '../../records/continuation.js';
import type { EntityRecord } from '../../records/entity-record.js';
import { eventually } from '../support/eventually.js';
import { disputeBinding, DisputeStage, person } from './dispute/stage.js';
import { disputeLifecycle } from './dispute/states.js';

let set: DisputeStage;
beforeAll(async () => {
  set = await DisputeStage.set();
});
afterAll(() => set.close());

/** A dispute that was settled and whose run is over. */
async function settled(profile: 'standard' | 'fast' = 'standard'): Promise<string> {
  const id = await set.open(profile);
  await set.disputes.message(id, 'settle', { amount: 5 }, { messageId: 'settle-1', actor: person('alice') });
  await ended(id);
  return id;
}

const ended = (id: string) =>
  eventually(
    async () => (await set.stage.temporal.workflow.getHandle(`dispute/${id}`).describe()).status.name,
    (status) => status === 'COMPLETED',
  );

async function journal(id: string): Promise<JournalLine[]> {
  const lines: JournalLine[] = [];
  for await (const line of set.disputes.journal(id, 3)) lines.push(line);
  return lines;
}

describe('an ended entity', () => {
  it('is reopened by an update in time: its sender gets the answer, and everything goes on', async () => {
    const id = await settled();
    const before = await journal(id);
    const appeal = { ground: 'wrong bill' };
    const answer = await set.disputes.message(id, 'appeal', appeal, { messageId: 'a-1' });
    expect(answer).toMatchObject({ outcome: 'applied', state: 'Open', sequence: before.length + 1 });
    const record = await set.onRecord(id, ({ state }) => state === 'Open');
    expect(record).toMatchObject({ stage: 2, closed: false });
    const lines = await journal(id);
    expect(lines.slice(0, before.length)).toEqual(before);
    expect(lines.map(({ sequence }) => sequence)).toEqual(lines.map((_, at) => at + 1));
    expect(lines.slice(before.length)).toMatchObject([
      { message: { name: 'appeal', messageId: 'a-1', outcome: 'applied' } },
      { from: 'Settled', to: 'Open', causationId: 'a-1', reason: { code: 'reopened' } },
    ]);
    const { memo } = await set.stage.temporal.workflow.getHandle(`dispute/${id}`).describe();
    expect(memo).toMatchObject({ contentHash: expect.any(String) });
  });

  it('gives repeats the first answer, whichever stage they were for, running or ended again', async () => {
    const id = await settled();
    const send = () => set.disputes.message(id, 'appeal', { ground: 'g' }, { messageId: 'a-2' });
    const settle = () =>
      set.disputes.message(id, 'settle', { amount: 5 }, { messageId: 'settle-1', actor: person('alice') });
    const first = await send();
    expect(await send()).toEqual(first);
    expect(await settle()).toMatchObject({ outcome: 'applied', state: 'Settled' });
    await set.disputes.message(id, 'settle', { amount: 7 }, { messageId: 'settle-2', actor: person('alice') });
    await ended(id);
    expect(await send()).toEqual(first);
    expect(await settle()).toMatchObject({ outcome: 'applied', state: 'Settled' });
    expect((await set.disputes.lookup([id]))[0]).toMatchObject({ stage: 2, closed: true });
    await expect(set.disputes.message(id, 'appeal', { ground: 'other' }, { messageId: 'a-2' })).rejects.toMatchObject({
      code: 'messageIdReused',
    });
  });

  it('is reopened by a signal, which is accepted once the next stage is on record', async () => {
    const id = await settled();
    expect(await set.disputes.message(id, 'evidence', { document: 'E-1' })).toEqual({ outcome: 'accepted' });
    const [record] = await set.disputes.lookup([id]);
    expect(record).toMatchObject({ state: 'Open', stage: 2, facts: { papers: ['E-1'] } });
  });

  it('of many messages at once is reopened once, and every one of them is judged', async () => {
    const id = await settled();
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, (_, at) =>
        set.disputes.message(id, 'appeal', { ground: `g${at}` }, { messageId: `a-${at}` }),
      ),
      ...Array.from({ length: 3 }, () =>
        set.disputes.message(id, 'appeal', { ground: 'same' }, { messageId: 'a-same' }),
      ),
      ...Array.from({ length: 4 }, (_, at) => set.disputes.message(id, 'evidence', { document: `E-${at}` })),
    ]);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['applied', 'accepted']));
    expect(new Set(answers.slice(5, 8).map((answer) => JSON.stringify(answer))).size).toBe(1);
    const record = await set.onRecord(id, ({ facts }) => (facts['papers'] as string[]).length === 4);
    expect(record).toMatchObject({ state: 'Open', stage: 2 });
    const lines = await journal(id);
    expect(lines.filter(({ to }) => to === 'Open')).toHaveLength(2);
    const applied = lines.filter(({ message }) => message?.outcome === 'applied' && message.name === 'appeal');
    expect(applied).toHaveLength(6);
  });

  it('can be settled and reopened again and again', async () => {
    const id = await settled();
    for (const stage of [2, 3, 4]) {
      await set.disputes.message(id, 'appeal', { ground: 'g' }, { messageId: `again-${stage}` });
      await set.disputes.message(id, 'settle', { amount: 1 }, { actor: person('alice') });
      await ended(id);
      expect((await set.disputes.lookup([id]))[0]).toMatchObject({ stage, closed: true, outcome: 'settled' });
    }
    expect(await set.disputes.waitForOutcome(id)).toEqual({ outcome: 'settled' });
  });

  it('stays closed where the message itself is refused, and says why', async () => {
    const id = await settled();
    const groundless = () => set.disputes.message(id, 'appeal', { ground: 'groundless' }, { messageId: 'a-9' });
    await expect(groundless()).rejects.toMatchObject({ type: 'MessageRefused', code: 'groundless', state: 'Settled' });
    await ended(id);
    await expect(groundless()).rejects.toThrow(MessageRefused);
    expect((await set.disputes.lookup([id]))[0]).toMatchObject({ state: 'Settled', closed: true });
    const again = await set.disputes.message(id, 'appeal', { ground: 'g' }, { messageId: 'a-10' });
    expect(again).toMatchObject({ state: 'Open' });
  });

  it('is not reopened too late: the message is kept, and its sender told until when it could be', async () => {
    // A day is a second, so that it can be reopened for two.
    const id = await settled('fast');
    const [{ since } = { since: '' }] = await set.disputes.lookup([id]);
    const until = new Date(Date.parse(since) + 2_000).toISOString();
    await eventually(() => new Date().toISOString() > until);
    const refused = await set.disputes
      .message(id, 'appeal', { ground: 'g' }, { messageId: 'late-1' })
      .catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(EntityClosed);
    expect(refused).toMatchObject({ late: 'reject', outcome: 'settled', reopenableUntil: until });
    expect(await set.stage.strays(id)).toMatchObject([{ message_id: 'late-1', reason: 'closed' }]);
    expect((await set.disputes.lookup([id]))[0]).toMatchObject({ stage: 1, closed: true });
  });

  it('is not reopened by any other message', async () => {
    const id = await settled();
    await expect(set.disputes.message(id, 'settle', { amount: 5 }, { actor: person('alice') })).rejects.toMatchObject({
      type: 'EntityClosed',
      late: 'reject',
    });
    await expect(set.disputes.message(id, 'letter', { document: 'L' })).rejects.toMatchObject({ late: 'record' });
    await expect(
      set.disputes.message(id, 'moveClock', {
        clock: 'state',
        dueAt: '2999-01-01T00:00:00.000Z',
        reference: 'r',
        reasonCode: 'c',
      }),
    ).rejects.toThrow(EntityClosed);
    expect(await set.stage.strays(id)).toHaveLength(3);
  });

  it('is left alone by a stage that was started from an old reading', async () => {
    const id = await settled();
    const record = await set.reader.getEntity('dispute', id);
    const old = await set.reader.continuation('dispute', id);
    await set.disputes.message(id, 'appeal', { ground: 'g' }, { messageId: 'a-1' });
    await set.disputes.message(id, 'settle', { amount: 1 }, { actor: person('alice') });
    await ended(id);
    const before = await journal(id);

    const served = new Lifecycles([disputeBinding as unknown as LifecycleBinding], [disputeLifecycle]).get('dispute');
    const message = { envelope: { messageId: 'a-2' }, data: { ground: 'g' } };
    const stale = await startNextStage(set.stage.temporal, served, record as EntityRecord, old as Stage, {
      name: 'appeal',
      message,
    });
    const onRecord = () => set.reader.submission('dispute', id);
    expect(await nextStage(set.stage.temporal, served, id, stale as NextStage, onRecord)).toBe('refused');
    const run = set.stage.temporal.workflow.getHandle(`dispute/${id}`, stale?.runId);
    await eventually(
      async () => (await run.describe()).status.name,
      (status) => status === 'FAILED',
    );
    expect(await journal(id)).toEqual(before);
    expect(await set.disputes.message(id, 'appeal', { ground: 'g' }, { messageId: 'a-2' })).toMatchObject({
      outcome: 'applied',
      state: 'Open',
    });
  });

  it('is not reopened behind the back of workers: without them the sender is told to repeat, and the repeat is answered', async () => {
    const id = await settled();
    await set.stopWorkers();
    const send = () => set.disputes.message(id, 'evidence', { document: 'E-2' }, { messageId: 'e-2' });
    await expect(send()).rejects.toMatchObject({ type: 'NoAnswer', messageId: 'e-2' });
    expect(await send()).toEqual({ outcome: 'accepted' });
    await set.startWorkers();
    await set.onRecord(id, ({ stage, facts }) => stage === 2 && (facts['papers'] as string[]).length === 1);
  });
});
