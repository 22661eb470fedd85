import { RawValue } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import type { ClaimMessages } from '../../workflows/claim/messages.js';
import { eventually } from '../support/eventually.js';
import { refusal, type ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { CLEAR, damage, REFERRED } from './support/script.js';

const fleet = useFleet();
const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const DOCUMENT = { requestId: 'DR-9', documentId: 'D-9', kind: 'proofOfLoss', digest: 'e'.repeat(64) };
const FINDINGS: ClaimMessages['assessmentResult'] = { assignmentId: 'AS-9', findings: damage({ building: 39_000 }) };

/** The outcomes of every message in the order of the journal. */
async function inbox(claim: ClaimRun): Promise<string[]> {
  await claim.settled();
  return (await claim.journal()).flatMap(({ message, reason }) =>
    message ? [[message.name, message.outcome, reason?.code].filter(Boolean).join(' ')] : [],
  );
}

describe('an early message', () => {
  test('is held, before the first line of the flow runs too, and applied when its state is entered', async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submitWithSignal('fraudDecision', CLEAR);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect((await inbox(claim)).slice(0, 2)).toEqual(['fraudDecision held', 'fraudDecision applied']);
    const [held] = await claim.journal().then((entries) => entries.filter(({ message }) => message));
    expect(held).toMatchObject({ sequence: 2, message: { data: CLEAR } });
  });

  test('waits for its own state, however scrambled they come', async () => {
    const claim = fleet.claim({ fraud: 'silence', findings: 'silence', documents: 'silence' });
    await claim.submit();
    await claim.reaches('FraudScreenPending');
    await claim.tell('documentReceived', DOCUMENT);
    await claim.tell('assessmentResult', FINDINGS);
    expect((await inbox(claim)).toSorted()).toEqual(['assessmentResult held', 'documentReceived held']);
    await claim.tell('fraudDecision', CLEAR);

    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    expect((await inbox(claim)).slice(2, 5)).toEqual([
      'fraudDecision applied',
      'assessmentResult applied',
      'documentReceived applied',
    ]);
  });

  test('that nobody asked for in the end is late, and a person looks at it before the run ends', async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await claim.tell('documentReceived', DOCUMENT);
    await claim.settled();
    await claim.withdraw();
    const { reviews } = await claim.reaches('Closed');
    const [[taskId, task] = []] = Object.entries(reviews);
    expect(task).toMatchObject({ queue: 'late-evidence', reason: 'late.documentReceived' });
    expect(await claim.outcomes('documentReceived')).toEqual(['held', 'late neverAwaited']);

    await claim.ask('resolveReview', { taskId, decision: 'filed', reasonCode: 'claimWithdrawn' });
    await claim.ends();
  });

  test('update that comes with the start is answered by the state it meets', async () => {
    const withdrawn = fleet.claim();
    expect(await withdrawn.submitWithUpdate('withdraw', { reasonCode: 'mistake' })).toMatchObject({
      outcome: 'applied',
      state: 'Closed',
    });
    expect(await withdrawn.ends()).toMatchObject({ outcome: 'withdrawn' });
    expect(withdrawn.calls('validatePolicy')).toEqual([]);

    const decided = fleet.claim();
    expect(await refusal(decided.submitWithUpdate('manualDecision', CONTINUE))).toBe('wrongState');
    expect(await decided.ends()).toMatchObject({ outcome: 'paid' });
  });
});

describe('a repeat', () => {
  test('of an update gets the first answer again', async () => {
    const claim = await fleet.claim({ fraud: REFERRED, findings: 'silence' }).submit();
    await claim.reaches('EscalatedForManualReview');
    const first = await claim.ask('manualDecision', CONTINUE, { messageId: 'decision-1' });
    expect(await claim.ask('manualDecision', CONTINUE, { messageId: 'decision-1' })).toEqual(first);
    await claim.settled();
    expect(await claim.outcomes('manualDecision')).toEqual(['applied', 'duplicate']);
  });

  test('of a refused update is refused for the same reason', async () => {
    const claim = await fleet.claim({ findings: 'silence' }).submit();
    await claim.reaches('AwaitingAssessment');
    const ask = () => claim.ask('manualDecision', CONTINUE, { messageId: 'decision-1' });
    expect([await refusal(ask()), await refusal(ask())]).toEqual(['wrongState', 'wrongState']);
    await claim.settled();
    expect(await claim.outcomes('manualDecision')).toEqual(['rejected wrongState', 'duplicate']);
  });

  test('of a signal changes nothing', async () => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.tell('fraudDecision', REFERRED, { messageId: 'twice' });
    await claim.tell('fraudDecision', REFERRED, { messageId: 'twice' });
    expect((await inbox(claim)).slice(-2)).toEqual(['fraudDecision late', 'fraudDecision duplicate']);
  });

  test('with other content is rejected', async () => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.tell('fraudDecision', CLEAR, { messageId: 'reused' });
    await claim.tell('fraudDecision', REFERRED, { messageId: 'reused' });
    expect((await inbox(claim)).slice(-1)).toEqual(['fraudDecision rejected messageIdReused']);
  });
});

describe('a message without an envelope', () => {
  test('is taken as anonymous, and its repeat recognised by its content', async () => {
    const claim = await fleet.claim({ fraud: 'silence', findings: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await claim.tell('fraudDecision', CLEAR, null);
    await claim.reaches('AwaitingAssessment');
    await claim.tell('fraudDecision', CLEAR, null);
    expect(await inbox(claim)).toEqual(['fraudDecision applied', 'fraudDecision duplicate']);
    const [entry] = (await claim.journal()).filter(({ message }) => message);
    expect(entry).toMatchObject({
      actor: { id: 'unidentified' },
      message: { source: 'unidentified', messageId: expect.stringMatching(/^anonymous:[0-9a-f]{16}$/) as string },
    });
  });

  test('is refused where it decides: nobody would be answerable', async () => {
    const claim = await fleet.claim({ fraud: REFERRED }).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.ask('manualDecision', CONTINUE, null))).toBe('actorMissing');
    expect((await claim.settled()).state).toBe('EscalatedForManualReview');
  });

  test('and is taken under the same id once it says who decides', async () => {
    const claim = await fleet.claim({ fraud: REFERRED }).submit();
    await claim.reaches('EscalatedForManualReview');
    const args: [unknown] = [{ data: CONTINUE, envelope: { messageId: 'D-7' } }];
    expect(await refusal(claim.handle.executeUpdate('manualDecision', { args }))).toBe('actorMissing');
    expect(await claim.ask('manualDecision', CONTINUE, { messageId: 'D-7' })).toMatchObject({ outcome: 'applied' });
  });
});

describe('a message that is wrong', () => {
  test('about another entity is rejected', async () => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await claim.tell('fraudDecision', CLEAR, { entityId: 'CLM-other' });
    expect(await inbox(claim)).toEqual(['fraudDecision rejected wrongEntity']);
  });

  test('in shape is refused by an update before it is in history', async () => {
    const claim = await fleet.claim({ fraud: REFERRED }).submit();
    const { sequence } = await claim.reaches('EscalatedForManualReview');
    expect(await refusal(claim.ask('manualDecision', { decision: 'continue' }))).toBe('MalformedMessage');
    expect(await refusal(claim.ask('manualDecision', CONTINUE, { messageId: '' }))).toBe('MalformedMessage');
    const { events } = await claim.handle.fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);
    expect((await claim.state()).sequence).toBe(sequence);
  });

  /** What this SDK's client would not send, but another's can. */
  const nested = (depth: number) =>
    RawValue.fromPayload({
      metadata: { encoding: Buffer.from('json/plain') },
      data: Buffer.from(`{"data":${'['.repeat(depth)}${']'.repeat(depth)}}`),
    });

  test.each<[string, string, unknown[], string]>([
    ['with a field missing', 'fraudDecision', [{ data: { screenId: 'FS-1' } }], 'malformed'],
    ['without an argument', 'fraudDecision', [], 'malformed'],
    ['with nothing', 'fraudDecision', [null], 'malformed'],
    ['with a bare value', 'fraudDecision', ['yes'], 'malformed'],
    ['with an envelope of another kind', 'fraudDecision', [{ envelope: 7, data: CLEAR }], 'malformed'],
    ['nested without end', 'fraudDecision', [nested(20_000)], 'malformed'],
    ['that nobody knows', 'moonLanding', [{ data: {} }], 'unknownMessage'],
    ['named like a method of every object', 'constructor', [{ data: {} }], 'unknownMessage'],
  ])('as a signal %s is journaled, and the claim goes on', async (_, name, args, code) => {
    const claim = await fleet.claim({ fraud: 'silence' }).submit();
    await claim.reaches('FraudScreenPending');
    await claim.handle.signal(name, ...args);
    await eventually(
      () => inbox(claim),
      (seen) => seen.includes(`${name} rejected ${code}`),
    );
    await claim.tell('fraudDecision', CLEAR);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  });
});
