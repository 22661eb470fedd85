/** What people do to a claim by the messages that every lifecycle understands: tasks, holds, corrections. */
import { describe, expect, test } from 'vitest';
import { claimLifecycle } from '../../workflows/claim/states.js';
import { days, hours, minutes } from '../../workflows/lifecycle/definition.js';
import type { Actor } from '../../workflows/lifecycle/entry.js';
import { refusal, type ClaimRun } from './support/claim-run.js';
import { useFleet } from './support/fleet.js';
import { REVIEWER, SUPERVISOR } from './support/messages.js';
import { lingering } from './support/resting.js';
import { REFERRED, usd } from './support/script.js';

const fleet = useFleet();

const BECAUSE = { reasonCode: 'bulletin' } as const;
const ORDER = { hold: 'legal', reference: 'CASE-7', ...BECAUSE } as const;
const CONTINUE = { decision: 'continue', reasonCode: 'accepted' } as const;
const CUSTOMER: Actor = { kind: 'customer', id: 'c-1', authenticated: 'token' };
const AS_SUPERVISOR = { actor: SUPERVISOR };
const DOCUMENT = { requestId: 'DR-1', documentId: 'D-1', kind: 'proofOfLoss', digest: 'd'.repeat(64) };

/** A claim whose fraud screen a person has to decide; it rests in the assessment afterwards. */
async function underReview(): Promise<ClaimRun> {
  const claim = await fleet.claim({ fraud: REFERRED, findings: 'silence' }).submit();
  await claim.reaches('EscalatedForManualReview');
  return claim;
}

/** The one open task of a claim. */
async function task(claim: ClaimRun) {
  const [open] = Object.entries((await claim.state()).reviews);
  if (!open) throw new Error(`${claim.workflowId} has no open task`);
  return { taskId: open[0], ...open[1] };
}

describe('a review task', () => {
  test('is taken, given to somebody else, and given back; only who has it decides', async () => {
    const claim = await underReview();
    const { taskId } = await task(claim);
    expect(await refusal(claim.ask('releaseReview', { taskId }))).toBe('notAssigned');
    await claim.ask('assignReview', { taskId, assignee: SUPERVISOR.id }, AS_SUPERVISOR);
    expect((await task(claim)).assignee).toBe(SUPERVISOR.id);
    expect(await refusal(claim.ask('assignReview', { taskId, assignee: REVIEWER.id }))).toBe('assignedElsewhere');
    expect(await refusal(claim.decide(CONTINUE))).toBe('assignedElsewhere');

    await claim.ask('assignReview', { taskId, assignee: REVIEWER.id }, AS_SUPERVISOR);
    expect(await refusal(claim.ask('assignReview', { taskId, assignee: REVIEWER.id }))).toBe('alreadyDone');
    await claim.ask('releaseReview', { taskId });
    expect((await task(claim)).assignee).toBeUndefined();
    expect(await claim.decide(CONTINUE)).toMatchObject({ outcome: 'applied' });
    expect((await claim.reaches('AwaitingAssessment')).reviews).toEqual({});
  });

  test('rests until a date while its clocks run on, and bears notes', async () => {
    const claim = await underReview();
    const { taskId, dueAt } = await task(claim);
    const until = new Date((await fleet.env.currentTimeMs()) + days(2)).toISOString();
    await claim.ask('parkReview', { taskId, until, ...BECAUSE });
    await claim.ask('noteReview', { taskId, note: 'N-1' });
    expect(await task(claim)).toMatchObject({ parkedUntil: until, dueAt });
    expect(await refusal(claim.ask('parkReview', { taskId, until: '2012-10-29T00:00:00Z', ...BECAUSE }))).toBe(
      'notInFuture',
    );
    await fleet.sleep(days(2) + minutes(1));
    await claim.settled();
    const { parkedUntil, dueAt: dueAfter } = await task(claim);
    expect([parkedUntil, dueAfter]).toEqual([undefined, dueAt]);
    const [noted] = (await claim.journal()).filter(({ message }) => message?.name === 'noteReview');
    expect(noted?.reason?.note).toBe('N-1');
  });

  test('that nobody ends escalates by itself, level by level, and loses whoever let it lie', async () => {
    const claim = await underReview();
    const { taskId } = await task(claim);
    await claim.ask('assignReview', { taskId, assignee: REVIEWER.id });
    const levels = claimLifecycle.states.EscalatedForManualReview.review?.escalation ?? [];
    expect(levels.length).toBeGreaterThan(0);
    let slept = 0;
    for (const [i, { after, queue, priority }] of levels.entries()) {
      await fleet.sleep(after - slept + minutes(1));
      slept = after + minutes(1);
      await claim.settled();
      const escalated = await task(claim);
      expect(escalated).toMatchObject({ taskId, queue, priority, level: i + 1 });
      expect(escalated.assignee).toBeUndefined();
    }
    const entries = (await claim.journal()).filter(({ escalation }) => escalation);
    expect(entries.map(({ escalation }) => escalation)).toEqual(
      levels.map(({ queue }, i) => ({ taskId, level: i + 1, queue })),
    );
  });

  test('of a state is decided and not resolved', async () => {
    const claim = await underReview();
    const { taskId } = await task(claim);
    expect(await refusal(claim.ask('resolveReview', { taskId, decision: 'done', ...BECAUSE }))).toBe('decideInstead');
  });

  test('of late evidence keeps the run going until a person has looked at it', async () => {
    const claim = await lingering(fleet);
    const { taskId, queue, reason } = await task(claim);
    expect({ queue, reason }).toEqual({ queue: claimLifecycle.lateReview?.queue, reason: 'late.documentReceived' });
    await claim.ask('assignReview', { taskId, assignee: SUPERVISOR.id }, AS_SUPERVISOR);
    const resolve = { taskId, decision: 'filed', ...BECAUSE };
    expect(await refusal(claim.ask('resolveReview', resolve))).toBe('assignedElsewhere');
    await claim.ask('resolveReview', resolve, AS_SUPERVISOR);
    expect(await claim.ends()).toMatchObject({ outcome: 'withdrawn' });
  });

  test.each([
    ['assignReview', { assignee: 'a' }],
    ['releaseReview', {}],
    ['parkReview', { until: '2100-01-01T00:00:00Z', ...BECAUSE }],
    ['noteReview', { note: 'N-1' }],
    ['resolveReview', { decision: 'done', ...BECAUSE }],
    ['approveReview', { proposal: 'f'.repeat(16) }],
    ['declineReview', { proposal: 'f'.repeat(16), ...BECAUSE }],
  ] as const)('that is not open is refused to %s', async (name, data) => {
    const claim = await underReview();
    const taskId = `${claim.workflowId}#1`;
    expect(await refusal(claim.ask(name, { taskId, ...data }))).toBe('unknownTask');
  });
});

describe('a decision above authority', () => {
  const proposed = async () => {
    const claim = await fleet.claim({ authority: usd(10_000) }).submit();
    await claim.reaches('EscalatedForManualReview');
    expect(await claim.decide(CONTINUE)).toMatchObject({ outcome: 'applied', code: 'awaitingSecondPerson' });
    const { taskId, proposal } = await task(claim);
    return { claim, taskId, proposal: proposal?.digest ?? '' };
  };

  test('is approved by a second person, not by the first, not by a machine, and only as it was proposed', async () => {
    const { claim, taskId, proposal } = await proposed();
    const machine: Actor = { kind: 'system', id: 'decider', authenticated: 'token' };
    expect(await refusal(claim.ask('approveReview', { taskId, proposal }))).toBe('fourEyes');
    expect(await refusal(claim.ask('approveReview', { taskId, proposal }, { actor: machine }))).toBe('fourEyes');
    const other = proposal.replace(/./g, '0');
    expect(await refusal(claim.ask('approveReview', { taskId, proposal: other }, AS_SUPERVISOR))).toBe(
      'proposalChanged',
    );
    await claim.ask('approveReview', { taskId, proposal }, AS_SUPERVISOR);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
  });

  test('is declined; the task stays, and can be decided otherwise', async () => {
    const { claim, taskId, proposal } = await proposed();
    await claim.ask('declineReview', { taskId, proposal, ...BECAUSE }, AS_SUPERVISOR);
    expect((await task(claim)).proposal).toBeUndefined();
    expect(await refusal(claim.ask('approveReview', { taskId, proposal }, AS_SUPERVISOR))).toBe('noProposal');
    await claim.decide({ decision: 'deny', reasonCode: 'notCredible' });
    expect(await claim.ends()).toMatchObject({ outcome: 'denied' });
  });
});

describe('a wrong decision', () => {
  test('is corrected by a counter-entry that names it, once, and the claim is back in review', async () => {
    const claim = await underReview();
    const { sequence } = await claim.decide(CONTINUE);
    await claim.reaches('AwaitingAssessment');
    const correct = () => claim.ask('correctDecision', { sequence, ...BECAUSE });
    expect(await correct()).toMatchObject({ outcome: 'applied', state: 'EscalatedForManualReview' });
    await claim.settled();
    const journal = await claim.journal();
    expect(journal.find(({ corrects }) => corrects === sequence)?.actor).toEqual(REVIEWER);
    expect(journal.find((entry) => entry.sequence === sequence)).toMatchObject({ message: { outcome: 'applied' } });
    expect(await refusal(correct())).toBe('notCorrectable');
    // The reason that was accepted by mistake is open again.
    expect((await claim.state()).facts['accepted']).toEqual([]);
  });

  test('that is none cannot be corrected', async () => {
    const claim = await underReview();
    expect(await refusal(claim.ask('correctDecision', { sequence: 1, ...BECAUSE }))).toBe('notCorrectable');
  });
});

describe('a hold', () => {
  test('keeps the claim from payment, not from evidence, until it is released', async () => {
    const claim = await fleet.claim({ documents: 'silence' }).submit();
    await claim.reaches('AwaitingDocuments');
    await claim.ask('placeHold', ORDER);
    await claim.tell('documentReceived', DOCUMENT);
    await claim.reaches('SettlementCalculated');
    expect(await claim.outcomes('documentReceived')).toEqual(['applied']);
    const { deferrals, holds } = await claim.state();
    expect(deferrals['hold:legal']).toMatchObject({ reason: 'bulletin', move: { to: 'PaymentPending' } });
    expect(holds['legal']).toMatchObject({ by: REVIEWER, reference: 'CASE-7' });
    await fleet.sleep(hours(2));
    expect((await claim.state()).state).toBe('SettlementCalculated');
    expect(claim.calls('requestPayment')).toEqual([]);

    await claim.ask('releaseHold', ORDER);
    expect(await claim.ends()).toMatchObject({ outcome: 'paid' });
    const verdicts = (await claim.journal()).flatMap(({ guard }) =>
      guard?.guard === 'hold:legal' ? [guard.verdict] : [],
    );
    expect(verdicts).toEqual(['defer', 'proceed']);
  });

  test('is placed and released by those with authority alone, and once', async () => {
    const claim = await underReview();
    const unknown = { ...ORDER, hold: 'nonsense' };
    expect(await refusal(claim.ask('placeHold', unknown))).toBe('unknownHold');
    expect(await refusal(claim.ask('placeHold', ORDER, { actor: CUSTOMER }))).toBe('noAuthority');
    expect(await refusal(claim.ask('releaseHold', ORDER))).toBe('notPlaced');
    await claim.ask('placeHold', ORDER);
    expect(await refusal(claim.ask('placeHold', ORDER))).toBe('alreadyPlaced');
    expect(await refusal(claim.ask('releaseHold', ORDER, { actor: CUSTOMER }))).toBe('noAuthority');
    expect((await claim.state()).holds['legal']).toBeDefined();
  });
});
