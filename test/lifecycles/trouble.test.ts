/** What must hold when the machinery around an entity fails: records, queues, runs, people who cancel. */
import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { minutes } from '../../workflows/lifecycle/definition.js';
import { eventually } from '../support/eventually.js';
import { bundleOf } from './support/bundle.js';
import { refusal, type ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { CLEAR, REFERRED } from './support/script.js';

const fleet = useFleet({ bundle: () => bundleOf(new URL('./support/bent.workflows.ts', import.meta.url)) });

async function failure(claim: ClaimRun): Promise<unknown> {
  const err = await claim.ends().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(err).toBeInstanceOf(WorkflowFailedError);
  return (err as WorkflowFailedError).cause;
}

describe('records that cannot be written', () => {
  test('hold the call back, cost it none of its retries, and lose nothing', async () => {
    fleet.recordsAvailable = false;
    const claim = fleet.claim({
      trouble: (activity, attempt) => {
        if (activity === 'validatePolicy' && attempt < 16) throw new Error('the service is down');
      },
    });
    await claim.submit();
    const attempts = async () =>
      (await claim.handle.describe()).raw.pendingActivities?.find(({ activityType }) => activityType?.name === 'record')
        ?.attempt;
    await eventually(attempts, (attempt) => (attempt ?? 0) >= 3);
    expect(claim.calls()).toEqual([]);
    expect(await claim.journal()).toEqual([]);

    fleet.recordsAvailable = true;
    await fleet.sleep(minutes(20));
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect(claim.calls('validatePolicy').map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 1),
    );
  });

  test('do not keep messages and deadlines from being judged', async () => {
    const claim = await fleet.claim({ fraud: 'silence', findings: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    fleet.recordsAvailable = false;
    await claim.tell('fraudDecision', CLEAR);
    await eventually(
      () => claim.state(),
      ({ state }) => state === 'AwaitingAssessment',
    );
    expect(await claim.withdraw()).toMatchObject({ outcome: 'applied', state: 'Closed' });
    await pause(500);
    expect((await claim.handle.describe()).status.name).toBe('RUNNING');
    fleet.recordsAvailable = true;
    await fleet.sleep(minutes(1));
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn' });
  });
});

describe('a second run of the same key', () => {
  test('is refused by Temporal where it is asked to', async () => {
    const claim = await fleet.claim().submit();
    await claim.ends();
    await expect(
      fleet.client.workflow.start('claim', {
        workflowId: claim.workflowId,
        taskQueue: 'throughline-claim',
        args: [claim.submission],
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      }),
    ).rejects.toThrow(WorkflowExecutionAlreadyStartedError);
  });

  test.each(['at once', 'by a withdrawal that came first'])(
    'fails before any outside call where Temporal lets it start: %s',
    async (how) => {
      const claim = await fleet.claim().submit();
      await claim.ends();
      const before = { calls: claim.calls().length, journal: await claim.journal() };
      const start = {
        workflowId: claim.workflowId,
        taskQueue: 'throughline-claim',
        args: [claim.submission],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      } as const;
      const second =
        how === 'at once'
          ? await fleet.client.workflow.start('claim', start)
          : await fleet.client.workflow.signalWithStart('claim', { ...start, signal: 'moonLanding', signalArgs: [] });
      const err = await second.result().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect((err as WorkflowFailedError).cause).toMatchObject({ type: 'ForeignRun', nonRetryable: true });
      expect(claim.calls()).toHaveLength(before.calls);
      expect(await claim.journal()).toEqual(before.journal);
    },
  );
});

describe('a cancellation from outside', () => {
  test.each(['AwaitingAssessment', 'EscalatedForManualReview'] as const)(
    'in %s ends the run with all of it on record, the cancellation too',
    async (state) => {
      const claim = await fleet
        .claim(state === 'AwaitingAssessment' ? { findings: 'silence' } : { fraud: REFERRED })
        .submit();
      await claim.reaches(state);
      await claim.handle.cancel();
      expect(await failure(claim)).toBeInstanceOf(CancelledFailure);
      const last = (await claim.journal()).at(-1);
      expect(last).toMatchObject({ kind: 'note', patch: { attention: 'cancelledFromOutside' } });
      expect((await claim.path()).at(-1)).toBe(state);
    },
  );

  test('while the records are down waits for them', async () => {
    const claim = await fleet.claim({ findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    fleet.recordsAvailable = false;
    await claim.handle.cancel();
    await eventually(async () => (await claim.state()).attention === 'cancelledFromOutside');
    // Nobody walks the lifecycle any more: a message may not move it.
    expect(await refusal(claim.withdraw())).toBe('wrongState');
    fleet.recordsAvailable = true;
    await fleet.sleep(minutes(1));
    expect(await failure(claim)).toBeInstanceOf(CancelledFailure);
    expect((await claim.path()).at(-1)).toBe('AwaitingAssessment');
  });
});

describe('a submission', () => {
  test('that is malformed fails, and so does an update that came with it', async () => {
    const claim = fleet.claim();
    const malformed = { data: { claimId: claim.id } };
    await expect(claim.submitWithUpdate('withdraw', { reasonCode: 'mistake' }, malformed)).rejects.toThrow();
    expect(await failure(claim)).toMatchObject({
      type: 'MalformedSubmission',
      message: expect.stringContaining('submission.data.policyNumber is missing') as string,
    });
    expect(await claim.journal()).toEqual([]);
  });

  test('under the key of another claim fails', async () => {
    const claim = fleet.claim();
    await claim.submit(claim.submissionWith({ claimId: 'CLM-other' }));
    expect(await failure(claim)).toMatchObject({ type: 'WrongWorkflowId' });
  });
});

describe('a flow that contradicts its table', () => {
  test('fails as an illegal transition that names both states, with all of it on record', async () => {
    const claim = fleet.claim();
    await claim.submit(claim.submissionWith({ policyNumber: 'leave:Submitted:PaymentPending' }));
    const err = await failure(claim);
    expect(err).toBeInstanceOf(ApplicationFailure);
    expect(err).toMatchObject({
      type: 'IllegalTransition',
      nonRetryable: true,
      message: `claim ${claim.id} cannot go from Submitted to PaymentPending: the table has no such edge`,
      details: [{ from: 'Submitted', to: 'PaymentPending' }],
    });
    expect((await claim.journal()).at(-1)).toMatchObject({ kind: 'note', patch: { attention: 'failed' } });
  });

  test('fails likewise where a part would leave its own', async () => {
    const claim = fleet.claim();
    await claim.submit(claim.submissionWith({ policyNumber: 'part:PolicyValidationPending' }));
    expect(await failure(claim)).toMatchObject({
      type: 'IllegalTransition',
      message: expect.stringContaining('part building cannot go from (start) to Paid') as string,
    });
  });
});
