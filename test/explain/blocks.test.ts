/** What the gateway says of a claim that does not move, for each thing that may keep it: on real servers, with real workers. */
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { GatewayClient } from '../../client/gateway.js';
import type { Blockage } from '../../client/views.js';
import { pause, resume, trip } from '../../records/dependencies.js';
import { covered, damage, REFERRED } from '../lifecycles/support/script.js';
import { listening, submitted } from '../gateway/stage.js';
import { staff, World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await World.set();
});
afterAll(() => world.strike());

const blockedBy = (id: string, kind: Blockage['kind'], timeoutMs?: number) =>
  world.explained(id, (it) => it.blockedBy?.kind === kind, timeoutMs);

/** A claim that waits for its fraud decision, and has told Temporal so. */
async function screened(): Promise<string> {
  const id = await world.submit({ fraud: 'silence' });
  await world.explained(id, ({ run }) => 'published' in run && run.published.state === 'FraudScreenPending');
  return id;
}

describe('a turn of somebody', () => {
  test('of the claimant: the documents that are missing, and no longer the one that came', async () => {
    const id = await world.submit({
      policy: covered('building', 'contents'),
      findings: damage({ building: 39_000, contents: 5_000 }),
      documents: 'silence',
    });
    const missing = (it: { blockedBy: Blockage | null }) => it.blockedBy?.missing?.map(({ name }) => name).sort();
    const asked = await world.explained(id, (it) => missing(it)?.length === 2);
    expect(asked).toMatchObject({ state: 'AwaitingDocuments', blockedBy: { kind: 'customer' } });
    expect(missing(asked)).toEqual(['document:contentsInventory', 'document:proofOfLoss']);
    expect(asked.blockedBy?.missing?.[0]).toMatchObject({
      overdue: false,
      dueAt: expect.any(String),
      remindAt: expect.any(String),
    });
    expect(asked.sentence).toMatch(
      /it waits for the requested documents \(the .+, the .+\) from the claimant \(reminded on 20/,
    );

    const document = { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) };
    await world.tell(id, 'documentReceived', document);
    const still = await world.explained(id, (it) => missing(it)?.length === 1);
    expect(missing(still)).toEqual(['document:contentsInventory']);
  });

  test('of a service that was asked and has not answered', async () => {
    const id = await screened();
    const it = await blockedBy(id, 'thirdParty');
    expect(it).toMatchObject({
      state: 'FraudScreenPending',
      blockedBy: {
        detail: 'waits for the fraud decision',
        missing: [{ name: 'fraudDecision', from: 'fraud service' }],
      },
      run: { status: 'RUNNING' },
      queues: [{ queue: 'throughline-claim', kind: 'workflow', backlog: 0, pollers: 1 }],
      sources: { temporal: { asOf: expect.any(String) }, backlog: { asOf: expect.any(String) } },
    });
  });

  test('of a person: who has the task, and not why where that is restricted', async () => {
    const id = await world.submit({ fraud: REFERRED });
    const open = await blockedBy(id, 'person');
    expect(open.blockedBy?.review).toMatchObject({ queue: 'claims-review', overdue: false, reason: 'withheld' });
    expect(open.sentence).toContain('a decision of a claims reviewer, in the queue claims-review, taken by nobody');
    expect(JSON.stringify(open)).not.toContain('fraudReferred');

    const { taskId } = open.reviews[0] ?? { taskId: '' };
    await world.ask(id, 'assignReview', { taskId, assignee: 'u-7' }, staff('u-7'));
    const taken = await world.explained(id, (it) => it.reviews[0]?.assignee !== undefined);
    expect(taken.blockedBy).toMatchObject({ kind: 'person', detail: expect.stringContaining('taken by u-7') });
  });
});

describe('a block that somebody placed', () => {
  test('a hold: listed while it blocks nothing, the blockage once it does, gone when released', async () => {
    const id = await world.submit({ documents: 'silence' });
    await blockedBy(id, 'customer');
    const placed = { hold: 'legal', reasonCode: 'courtOrder', reference: 'NY-2012-9' };
    await world.ask(id, 'placeHold', placed, staff('legal-3'));
    const idle = await world.explained(id, ({ holds }) => holds.length === 1);
    expect(idle).toMatchObject({ blockedBy: { kind: 'customer' }, holds: [{ name: 'legal', blocksNow: false }] });

    const document = { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) };
    await world.tell(id, 'documentReceived', document);
    const held = await blockedBy(id, 'hold');
    expect(held).toMatchObject({
      state: 'SettlementCalculated',
      blockedBy: {
        detail: expect.stringMatching(
          /^the hold legal, placed by legal-3 on .* \(courtOrder, NY-2012-9\), keeps it from PaymentPending$/,
        ),
        hold: { name: 'legal', blocksNow: true, reference: 'NY-2012-9' },
        deferral: { guard: 'hold:legal', to: 'PaymentPending' },
      },
    });
    expect(held.sentence).toContain('; at the moment the hold legal, placed by legal-3');

    await world.ask(id, 'releaseHold', { ...placed, reasonCode: 'settled' }, staff('legal-3'));
    const paid = await world.explained(id, ({ closed }) => closed);
    expect(paid).toMatchObject({ outcome: 'paid', blockedBy: null, holds: [], deferrals: [] });
  });

  test('a legal hold on records that were due to be deleted', async () => {
    const id = await world.submit();
    await world.explained(id, ({ closed }) => closed);
    await world.stage.query(
      "UPDATE throughline.entity SET legal_hold = true, retain_until = now() - interval '1 day' WHERE entity_id = $1",
      [id],
    );
    const kept = await blockedBy(id, 'hold');
    expect(kept.blockedBy).toEqual({
      kind: 'hold',
      detail: expect.stringMatching(/^its records were due to be deleted on .* and are kept under a legal hold$/),
    });
    expect(kept.sentence).toContain('are kept under a legal hold.');
  });
});

describe('a dependency', () => {
  const operator = { name: 'assessment', actor: staff('ops-2') };

  test('paused by an operator, with the reason, until it is resumed', async () => {
    await pause(world.db, { ...operator, reason: 'adjustersOnStrike' });
    await world.gate('assessment', 'closed');
    const id = await world.submit({ findings: 'silence' });
    const paused = await blockedBy(id, 'paused');
    expect(paused).toMatchObject({
      state: 'AwaitingAssessment',
      blockedBy: {
        detail: expect.stringMatching(
          /^assessment is paused by ops-2 since .* \(adjustersOnStrike\); the call requestAssessment waits until it is resumed$/,
        ),
        dependency: { name: 'assessment', status: 'paused', reason: 'adjustersOnStrike', by: 'ops-2' },
        deferral: { guard: 'dependency:assessment', call: 'requestAssessment' },
      },
    });

    await resume(world.db, { ...operator, reason: 'strikeOver' });
    await world.gate('assessment', 'open');
    const between = await world.explained(id, (it) => it.blockedBy?.dependency === undefined);
    expect(between.blockedBy?.detail).toBe(
      'assessment is up again, and the call requestAssessment is made again within minutes',
    );
    // As the fleet tells it.
    await world.tell(id, 'dependencyResumed', { dependency: 'assessment' });
    await world.explained(id, ({ deferrals }) => deferrals.length === 0);
    expect((await blockedBy(id, 'thirdParty')).deferrals).toEqual([]);
  });

  test('whose gate closed by itself, with its last failure', async () => {
    const lastFailure = { type: 'ServiceUnavailable', message: 'documents answered 503' };
    await trip(world.db, { name: 'documents', reason: 'repeatedFailures', lastFailure });
    await world.gate('documents', 'closed');
    const id = await world.submit({ documents: 'silence' });
    const failing = await blockedBy(id, 'failing');
    expect(failing.blockedBy).toMatchObject({
      detail: expect.stringContaining('documents has been failing since'),
      lastFailure: 'ServiceUnavailable: documents answered 503',
      dependency: { name: 'documents', status: 'failing' },
      deferral: { call: 'requestDocuments' },
    });
    await resume(world.db, { ...operator, name: 'documents', reason: 'repaired' });
    await world.gate('documents', 'open');
  });
});

describe('the machinery', () => {
  const down = {
    trouble: (activity: string) => {
      if (activity === 'requestFraudScreen')
        throw ApplicationFailure.retryable('fraud answered 503', 'ServiceUnavailable');
    },
  };

  test('a service that fails: attempts, last failure, next try; paused in Temporal: that', async () => {
    const id = await world.submit(down);
    const it = await world.explained(id, ({ blockedBy }) => (blockedBy?.attempts ?? 0) >= 3);
    expect(it).toMatchObject({
      state: 'FraudScreenPending',
      blockedBy: { kind: 'failing', lastFailure: 'fraud answered 503' },
      queues: [{}, { queue: 'throughline-fraud', kind: 'activity' }],
    });
    expect(it.blockedBy?.detail).toMatch(/^the call requestFraudScreen failed \d+ times and is tried again$/);
    const next = await world.explained(id, ({ blockedBy }) => blockedBy?.nextTryAt !== undefined);
    expect(Date.parse(next.blockedBy?.nextTryAt ?? '')).toBeGreaterThan(Date.parse(next.since));

    await world.stage.temporal.workflowService.pauseActivity({
      namespace: world.stage.namespace,
      execution: { workflowId: `claim/${id}` },
      type: 'requestFraudScreen',
    });
    expect((await blockedBy(id, 'paused')).blockedBy?.detail).toBe('the call requestFraudScreen is paused in Temporal');
  });

  test('a run that was terminated', async () => {
    const id = await screened();
    await world.run(id).terminate('for this test');
    const it = await blockedBy(id, 'failing');
    expect(it.blockedBy?.detail).toContain('its run has ended (terminated) before the entity did');
  });

  test('a check of the lifecycle that says not now', async () => {
    const id = 'CLM-GUARDED';
    const first = submitted('2099-01-01T00:00:00.000Z');
    const actor = { kind: 'system', id: 'throughline', authenticated: 'temporal' } as const;
    const about = { causationId: 'submit', actor, recordedAt: first.recordedAt };
    await world.stage.record({ id }, [
      first,
      {
        sequence: 2,
        kind: 'guard',
        ...about,
        guard: { guard: 'reserves', verdict: 'defer', reason: 'reserveTooLow' },
        patch: {
          deferrals: {
            reserves: {
              since: first.recordedAt,
              reason: 'reserveTooLow',
              move: { to: 'PolicyValidationPending', cause: about },
            },
          },
        },
      },
    ]);
    const it = await blockedBy(id, 'guard');
    expect(it.blockedBy?.deferral).toMatchObject({ guard: 'reserves', to: 'PolicyValidationPending' });
    expect(it).toMatchObject({
      run: { error: 'Temporal no longer keeps its run' },
      journal: [{}, { kind: 'guard', guard: { verdict: 'defer' } }],
    });
  });

  test('Temporal, which is down: the record answers, and says so', async () => {
    const id = await screened();
    process.env['TEMPORAL_ADDRESS'] = '127.0.0.1:30599';
    const cutOff = await listening(world.stage.database.url);
    process.env['TEMPORAL_ADDRESS'] = inject('temporalAddress');
    try {
      const it = await new GatewayClient(await cutOff.getUrl()).explain('claim', id);
      expect(it).toMatchObject({
        state: 'FraudScreenPending',
        blockedBy: { kind: 'thirdParty' },
        queues: [],
        sources: {
          record: { ageMs: expect.any(Number) },
          temporal: { error: expect.stringContaining('Temporal cannot be reached') },
          backlog: { error: expect.stringContaining('Temporal cannot be reached') },
        },
      });
    } finally {
      await cutOff.close();
    }
  });

  test('the records, which are down: what the run published last, and says so', async () => {
    const id = await screened();
    const cutOff = await listening('postgres://nobody@127.0.0.1:30598/nothing');
    try {
      const it = await new GatewayClient(await cutOff.getUrl()).explain('claim', id);
      expect(it).toMatchObject({
        state: 'FraudScreenPending',
        deadline: { leadsTo: 'EscalatedForManualReview' },
        blockedBy: { kind: 'thirdParty' },
        sources: {
          record: { error: expect.stringContaining('does not answer') },
          temporal: { asOf: expect.any(String) },
        },
      });
      expect(it.sentence).toMatch(
        /has been FraudScreenPending for \d+ seconds? as far as Temporal knows \(the database/,
      );
      await expect(new GatewayClient(await cutOff.getUrl()).explain('claim', 'CLM-NEVER')).rejects.toThrow(
        'does not answer',
      );
    } finally {
      await cutOff.close();
    }
  });

  test('a service without a worker: the call that nobody takes, though nothing is on record yet', async () => {
    await world.unpoll('policy');
    const id = await world.submit();
    const it = await blockedBy(id, 'queueLag', 40_000);
    expect(it).toMatchObject({
      blockedBy: {
        detail: expect.stringMatching(
          /^no worker has taken the call validatePolicy for \d+ seconds; on the queue throughline-policy/,
        ),
        queue: { queue: 'throughline-policy', kind: 'activity' },
      },
      sources: { record: { error: 'nothing of it is on record yet' } },
    });
    expect(it.sentence).toContain('as far as Temporal knows (nothing of it is on record yet)');
    await world.poll('policy');
    await world.explained(id, ({ closed }) => closed);
  });

  test('every worker stopped: messages that nobody reads, and still the right turn where none came', async () => {
    const [waiting, told] = await Promise.all([
      world.submit({ documents: 'silence' }),
      world.submit({ documents: 'silence' }),
    ]);
    await Promise.all([waiting, told].map((id) => blockedBy(id, 'customer')));
    await world.unpollAll();
    await world.tell(told, 'documentReceived', {
      requestId: 'DR-1',
      documentId: 'D-9',
      kind: 'photos',
      digest: 'd'.repeat(64),
    });
    const unread = await blockedBy(told, 'queueLag', 40_000);
    expect(unread).toMatchObject({
      state: 'AwaitingDocuments',
      waitsFor: 'the requested documents',
      blockedBy: {
        detail: expect.stringMatching(
          /^no worker has taken its workflow task for \d+ seconds; on the queue throughline-claim/,
        ),
        queue: { queue: 'throughline-claim', kind: 'workflow' },
      },
    });
    // The task comes to the queue once the worker that had it is given up; the server reckons its figures anew every five seconds.
    const counted = await world.explained(told, ({ queues }) => (queues[0]?.backlog ?? 0) > 0, 60_000);
    // It counts roughly, and may have tasks in it that were given to a worker before it went.
    expect(counted.blockedBy?.detail).toMatch(/ \d+ tasks? waits?, the oldest for \d+ seconds/);
    expect((await blockedBy(waiting, 'customer')).blockedBy?.missing).toMatchObject([{ name: 'document:proofOfLoss' }]);

    await world.pollAll();
    const read = await world.explained(told, ({ journal }) => journal.at(-1)?.message?.name === 'documentReceived');
    expect(read.blockedBy?.kind).toBe('customer');
  }, 150_000);
});
