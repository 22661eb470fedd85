import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ConflictingSubmission,
  EntityClosed,
  EntityStopped,
  InvalidMessage,
  MessageRefused,
  NoAnswer,
  OutcomeTimeout,
  ThroughlineClient,
  UnknownEntity,
  UnknownMessage,
  Unreachable,
} from '../../client/index.js';
import { claimWorkflowId } from '../../workflows/claim/messages.js';
import { eventually } from '../support/eventually.js';
import { notice, setStage, submitted, withdrawnJournal, type Stage } from '../gateway/stage.js';
import { heardQuery } from '../gateway/workflows.js';

let stage: Stage;
let client: ThroughlineClient;
beforeAll(async () => {
  stage = await setStage();
  client = new ThroughlineClient({ temporal: stage.temporal, gateway: stage.gatewayUrl, source: '/test' });
});
afterAll(() => stage.close());

const NOWHERE = 'http://127.0.0.1:24997';
const end = { paymentId: 'P', coverage: 'building', ordinal: 1, code: 'END' } as const;

async function started(): Promise<string> {
  return (await client.claims.submit(notice())).id;
}

describe('submit', () => {
  it('starts a claim with its identity, its content hash and its first search attributes', async () => {
    const given = notice();
    const answer = await client.claims.submit(given, { profile: 'fast', correlationId: 'c-1' });
    expect(answer).toEqual({
      started: true,
      id: given.claimId,
      workflowId: `claim/${given.claimId}`,
      firstRunId: expect.any(String),
    });
    const description = await stage.temporal.workflow.getHandle(answer.workflowId).describe();
    expect(description).toMatchObject({
      type: 'claim',
      taskQueue: 'throughline-claim',
      memo: { contentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(description.searchAttributes).toMatchObject({
      BusinessState: ['Submitted'],
      Catastrophe: ['Hurricane Sandy'],
    });
    expect(await description.staticSummary()).toBe(`claim ${given.claimId}`);
    const { events } = await stage.temporal.workflow.getHandle(answer.workflowId).fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    expect(JSON.parse(Buffer.from(input ?? []).toString())).toMatchObject({
      envelope: {
        entityId: given.claimId,
        messageId: 'submit',
        correlationId: 'c-1',
        source: '/test',
        schemaVersion: 1,
      },
      data: given,
      profile: 'fast',
    });
  });

  it('answers a repeat as the first time, whoever repeats it and in whatever order its fields come', async () => {
    const given = notice();
    const first = await client.claims.submit(given);
    const { claimId, ...rest } = given;
    const again = await client.claims.submit(
      { ...rest, claimId },
      { actor: { kind: 'staff', id: 'u', authenticated: 'token' } },
    );
    expect(again).toEqual({ ...first, started: false });
  });

  it('of many at once starts one', async () => {
    const given = notice();
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.claims.submit(given)));
    expect(answers.filter(({ started }) => started)).toHaveLength(1);
    expect(new Set(answers.map(({ firstRunId }) => firstRunId)).size).toBe(1);
  });

  it('refuses other content under the same id, also after the claim has closed', async () => {
    const given = notice();
    await client.claims.submit(given);
    const other = { ...given, causeOfLoss: '4' };
    await expect(client.claims.submit(other)).rejects.toThrow(ConflictingSubmission);
    await expect(client.claims.submit(given, { profile: 'fast' })).rejects.toThrow(ConflictingSubmission);
    await stage.temporal.workflow.getHandle(claimWorkflowId(given.claimId)).terminate();
    await expect(client.claims.submit(other)).rejects.toThrow(ConflictingSubmission);
    expect(await client.claims.submit(given)).toMatchObject({ started: false });
  });

  it('asks the records first, and does without them when the gateway is away', async () => {
    const given = notice();
    await stage.record({ id: given.claimId, contentHash: 'other' }, [submitted()]);
    await expect(client.claims.submit(given)).rejects.toThrow(ConflictingSubmission);
    const alone = new ThroughlineClient({ temporal: stage.temporal, gateway: NOWHERE });
    expect(await alone.claims.submit(notice())).toMatchObject({ started: true });
  });

  it('refuses a wrong notice by its field, before anything leaves', async () => {
    const nowhere = new ThroughlineClient({ temporal: '127.0.0.1:24996', gateway: NOWHERE });
    const { policyNumber: _, ...incomplete } = notice();
    const refused = await nowhere.claims.submit(incomplete as never).catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(InvalidMessage);
    expect(refused).toMatchObject({
      type: 'InvalidMessage',
      issues: [{ field: 'policyNumber', remedy: 'is missing: give it' }],
    });
    await nowhere.close();
  });

  it('puts the claimant into the erasable store, and only a digest into the claim; a repeat is one', async () => {
    const given = notice();
    const claimant = { name: 'Jane Roe', phone: '555-0100' };
    const first = await client.claims.submit(given, { claimant });
    expect(await client.claims.submit(given, { claimant })).toEqual({ ...first, started: false });
    const { events } = await stage.temporal.workflow.getHandle(first.workflowId).fetchHistory();
    const history = (events ?? [])
      .map((event) =>
        Buffer.from(event.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data ?? []).toString(),
      )
      .join();
    expect(history).not.toContain('Jane');
    expect(history).toMatch(/"claimant":"[0-9a-f]{64}"/);
    await expect(client.claims.submit({ ...given, claimId: '?' }, { claimant })).rejects.toThrow(InvalidMessage);
    const kept = await stage.query(`SELECT 1 FROM throughline.subject WHERE data->>'phone' = '555-0100'`);
    expect(kept).toHaveLength(1);
  });
});

describe('message', () => {
  it('sends a signal with its envelope', async () => {
    const id = await started();
    const data = { screenId: 'S', verdict: 'clear', score: 1, rule: 'r' } as const;
    const delivery = await client.claims.message(id, 'fraudDecision', data, { messageId: 'm-1', causationId: 'x' });
    expect(delivery).toEqual({ outcome: 'accepted' });
    const heard = await stage.withWorker(() =>
      stage.temporal.workflow.getHandle(claimWorkflowId(id)).query(heardQuery),
    );
    expect(heard).toMatchObject([
      { name: 'fraudDecision', message: { envelope: { entityId: id, messageId: 'm-1', causationId: 'x' }, data } },
    ]);
  });

  it('refuses unknown messages and wrong data by name', async () => {
    await expect(client.claims.message('CLM-1', 'shout' as never, {} as never)).rejects.toThrow(UnknownMessage);
    await expect(client.claims.message('CLM-1', 'toString' as never, {} as never)).rejects.toThrow(UnknownMessage);
    await expect(client.claims.withdraw('CLM-1', {} as never)).rejects.toMatchObject({
      issues: [{ field: 'reasonCode' }],
    });
  });

  it('says of a claim that is not there that it is not there', async () => {
    await expect(client.claims.withdraw('CLM-NOT', { reasonCode: 'x' })).rejects.toThrow(UnknownEntity);
  });

  it('says of a closed claim how it closed, and the message is kept', async () => {
    await stage.record({ id: 'CLM-SHUT' }, withdrawnJournal({ messageId: 'w', digest: 'd' }));
    const refused = await client.claims.withdraw('CLM-SHUT', { reasonCode: 'x' }).catch((err: unknown) => err);
    expect(refused).toBeInstanceOf(EntityClosed);
    expect(refused).toMatchObject({ type: 'EntityClosed', late: 'reject', outcome: 'withdrawn' });
    expect(await stage.strays('CLM-SHUT')).toHaveLength(1);
  });

  it('gets the answer of an update; a refusal is an error with its code', async () => {
    const id = await started();
    await stage.withWorker(async () => {
      expect(await client.claims.withdraw(id, { reasonCode: 'x' })).toEqual({
        outcome: 'applied',
        state: 'Closed',
        sequence: 1,
      });
      const actor = { kind: 'staff', id: 'u', authenticated: 'token' } as const;
      const refused = await client.claims
        .decide(id, { decision: 'continue', reasonCode: 'x' }, { actor })
        .catch((err: unknown) => err);
      expect(refused).toBeInstanceOf(MessageRefused);
      expect(refused).toMatchObject({ code: 'wrongState', state: 'Submitted' });
    });
  });

  it('asks again when continue-as-new cut the answer off', async () => {
    const id = await started();
    const answer = await stage.withWorker(() => client.claims.withdraw(id, { reasonCode: 'CUT-OFF' }));
    expect(answer).toEqual({ outcome: 'applied', state: 'Closed', sequence: 2 });
  });

  it('says so when no worker answers in time', async () => {
    const id = await started();
    const silence = client.claims.withdraw(id, { reasonCode: 'x' }, { messageId: 'm-9', timeoutMs: 500 });
    await expect(silence).rejects.toMatchObject({ type: 'NoAnswer', messageId: 'm-9' } satisfies Partial<NoAnswer>);
    const slow = stage.withWorker(() => client.claims.withdraw(id, { reasonCode: 'SLOW' }, { timeoutMs: 2000 }));
    await expect(slow).rejects.toThrow(NoAnswer);
  });

  it('says so when Temporal is away', async () => {
    const nowhere = new ThroughlineClient({ temporal: '127.0.0.1:24996', gateway: NOWHERE });
    const data = { paymentId: 'P', coverage: 'building', ordinal: 1, code: 'c' } as const;
    const lost = await nowhere.claims.message('CLM-1', 'paymentFailed', data).catch((err: unknown) => err);
    expect(lost).toBeInstanceOf(Unreachable);
    expect(lost).toMatchObject({ type: 'Unreachable', server: 'Temporal' });
    await expect(nowhere.claims.explain('CLM-1')).rejects.toMatchObject({ type: 'Unreachable', server: 'gateway' });
    await nowhere.close();
  });
});

describe('waitForOutcome', () => {
  it('gives the result, over a continue-as-new', async () => {
    const id = await started();
    const result = await stage.withWorker(async () => {
      const waiting = client.claims.waitForOutcome(id, { timeoutMs: 20_000 });
      const handle = stage.temporal.workflow.getHandle(claimWorkflowId(id));
      const { runId: firstRun } = await handle.describe();
      await client.claims.message(id, 'paymentFailed', { ...end, code: 'AGAIN' });
      await eventually(async () => (await handle.describe()).runId !== firstRun);
      await client.claims.message(id, 'paymentFailed', end);
      return waiting;
    });
    expect(result).toMatchObject({ claimId: id, outcome: 'withdrawn' });
  });

  it('gives up after the given time, and says what to ask', async () => {
    const id = await started();
    await expect(client.claims.waitForOutcome(id, { timeoutMs: 300 })).rejects.toThrow(OutcomeTimeout);
  });

  it('reads the record of a claim that Temporal has forgotten', async () => {
    await stage.record({ id: 'CLM-PAST' }, withdrawnJournal({ messageId: 'w', digest: 'd' }));
    expect(await client.claims.waitForOutcome('CLM-PAST')).toEqual({
      claimId: 'CLM-PAST',
      outcome: 'withdrawn',
      closedAt: '2012-10-30T10:00:00.000Z',
      coverages: [{ coverage: 'building', state: 'Withdrawn' }],
    });
    await expect(client.claims.waitForOutcome('CLM-NEVER')).rejects.toThrow(UnknownEntity);
  });

  it('says of a claim that was ended from outside that it was', async () => {
    const id = await started();
    await stage.record({ id }, [submitted()]);
    await stage.temporal.workflow.getHandle(claimWorkflowId(id)).terminate('by hand');
    await expect(client.claims.waitForOutcome(id)).rejects.toThrow(EntityStopped);
    expect((await client.claims.explain(id)).blockedBy).toMatchObject({ kind: 'failing' });
  });
});

describe('list', () => {
  it('goes through all pages', async () => {
    const ids = Array.from({ length: 7 }, () => `CLM-L-${randomUUID().slice(0, 8)}`);
    for (const id of ids) await stage.record({ id }, [submitted()]);
    const seen = new Set<string>();
    for await (const { id } of client.claims.list({ state: 'Submitted', closed: false }, 3)) seen.add(id);
    expect([...seen]).toEqual(expect.arrayContaining(ids));
    expect((await client.claims.lookup(ids)).map(({ id }) => id).sort()).toEqual(ids.sort());
  });
});
