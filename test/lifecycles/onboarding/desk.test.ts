/** What people do to an onboarding by the messages that every lifecycle understands: tasks, clocks, holds, corrections. */
import { describe, expect, test } from 'vitest';
import { days, minutes } from '../../../workflows/lifecycle/definition.js';
import { bundleOf } from '../support/bundle.js';
import { OPEN_STATES, restingIn } from './resting.js';
import { useBureau } from './support.js';

const bureauTest = useBureau({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { bureau, apply, sleep } = bureauTest;

const DISTANT = '2100-01-01T00:00:00.000Z';
const PAST = '2020-01-01T00:00:00.000Z';
const CASE = { reference: 'CASE-7' } as const;
const SUPERVISOR = 'supervisor-1';
const PATIENCE = { timeout: 20_000 };

test('a task is taken, given back, parked, noted upon, and ends with a decision', async () => {
  const { entity, ask, task, ends } = bound(await restingIn(bureauTest, 'ManualReview'));
  const { taskId } = await task();
  expect(await entity.ask('releaseReview', { taskId })).toBe('notAssigned');
  expect(await entity.ask('assignReview', { taskId, assignee: SUPERVISOR }, SUPERVISOR)).toMatchObject({
    outcome: 'applied',
  });
  expect(await entity.ask('assignReview', { taskId, assignee: 'reviewer-3' })).toBe('assignedElsewhere');
  expect(await ask('decideApplication', { decision: 'accept' })).toBe('assignedElsewhere');
  expect(await entity.ask('releaseReview', { taskId })).toMatchObject({ outcome: 'applied' });
  expect(await ask('parkReview', { taskId, until: PAST })).toBe('notInFuture');
  expect(await ask('parkReview', { taskId, until: DISTANT })).toMatchObject({ outcome: 'applied' });
  expect(await entity.ask('noteReview', { taskId, note: 'N-1' })).toMatchObject({ outcome: 'applied' });
  expect(await entity.ask('noteReview', { taskId: `${entity.handle.workflowId}#1`, note: 'N-1' })).toBe('unknownTask');
  expect(await ask('resolveReview', { taskId, decision: 'done' })).toBe('decideInstead');
  expect(await ask('decideApplication', { decision: 'accept' })).toMatchObject({ outcome: 'applied' });
  expect(await ends()).toMatchObject({ outcome: 'completed' });
});

test('what compliance proposes is approved by a second person, or declined', async () => {
  const { entity, ask, task, ends } = bound(await restingIn(bureauTest, 'ComplianceReview'));
  const { taskId } = await task();
  const proposal = '0'.repeat(16);
  expect(await entity.ask('approveReview', { taskId, proposal })).toBe('noProposal');
  expect(await ask('declineReview', { taskId, proposal })).toBe('noProposal');
  await ask('decideCompliance', { decision: 'clear' });
  const proposed = (await task()).proposal?.digest;
  expect(await entity.ask('approveReview', { taskId, proposal: proposed })).toBe('fourEyes');
  expect(await ask('declineReview', { taskId, proposal: proposed }, SUPERVISOR)).toMatchObject({ outcome: 'applied' });
  await ask('decideCompliance', { decision: 'confirm' }, SUPERVISOR);
  const changed = (await task()).proposal?.digest;
  expect(await entity.ask('approveReview', { taskId, proposal: proposed }, 'officer-3')).toBe('proposalChanged');
  expect(await entity.ask('approveReview', { taskId, proposal: changed }, 'officer-3')).toMatchObject({
    outcome: 'applied',
  });
  expect(await ends()).toMatchObject({ outcome: 'rejected' });
});

test('a wrong rejection is corrected by a counter-entry, and what was decided wrongly is decided again', async () => {
  bureau.decide('WRONG', 'compliance', { outcome: 'referred' });
  const { ask, reaches, ends } = bound(await apply({ applicantId: 'WRONG', profileRef: 'stall:RejectionPending:1' }));
  await reaches('ManualReview');
  const { sequence } = (await ask('decideApplication', { decision: 'reject' })) as { readonly sequence: number };
  expect(await ask('correctDecision', { sequence })).toMatchObject({ outcome: 'applied', state: 'ManualReview' });
  expect(await ask('correctDecision', { sequence })).toBe('notCorrectable');
  await ask('decideApplication', { decision: 'accept' });
  expect(await ends()).toMatchObject({ outcome: 'completed' });
});

describe('a review that nobody decides', () => {
  const reviewed = OPEN_STATES.flatMap(([state, { review }]) =>
    (review?.escalation ?? []).map(({ after, queue }) => [state, after, queue] as const),
  );

  test.each(reviewed)('in %s goes to others by itself', async (state, after, queue) => {
    const applicant = await restingIn(bureauTest, state);
    await sleep(after + minutes(1));
    await expect.poll(async () => (await applicant.task()).queue, PATIENCE).toBe(queue);
    await applicant.entity.settled();
  });
});

test('the deadline of a state is moved, paused and resumed with a reason, and the person is told where that cannot be', async () => {
  const { ask } = bound(await restingIn(bureauTest, 'AwaitingCustomerAction'));
  const clock = { clock: 'state', ...CASE };
  expect(await ask('resumeClock', clock)).toBe('notPaused');
  expect(await ask('pauseClock', clock)).toMatchObject({ outcome: 'applied' });
  expect(await ask('pauseClock', clock)).toBe('alreadyPaused');
  expect(await ask('resumeClock', clock)).toMatchObject({ outcome: 'applied' });
  expect(await ask('moveClock', { ...clock, dueAt: PAST })).toBe('notInFuture');
  expect(await ask('moveClock', { ...clock, dueAt: DISTANT })).toMatchObject({ outcome: 'applied' });
});

test('a hold of compliance is placed and released by staff, once, and keeps anything from being set up', async () => {
  const applicant = await restingIn(bureauTest, 'PendingFraudReview');
  const { ask } = bound(applicant);
  const hold = { hold: 'compliance', ...CASE };
  expect(await ask('releaseHold', hold)).toBe('notPlaced');
  expect(await ask('placeHold', hold)).toMatchObject({ outcome: 'applied' });
  expect(await ask('placeHold', hold)).toBe('alreadyPlaced');
  await applicant.comes('screening');
  await expect.poll(async () => (await applicant.entity.state()).deferrals['hold:compliance'], PATIENCE).toBeDefined();
  await sleep(days(1));
  expect(applicant.calls('openAccount')).toBe(0);
  expect(await ask('releaseHold', hold)).toMatchObject({ outcome: 'applied' });
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
});

test('a dependency that is paused makes its call wait, and the fleet lets it go on', async () => {
  const applicant = await restingIn(bureauTest, 'PendingFraudReview');
  bureau.paused.add('openAccount');
  await applicant.comes('screening');
  await expect
    .poll(async () => (await applicant.entity.state()).deferrals['dependency:accounts'], PATIENCE)
    .toBeDefined();
  bureau.paused.clear();
  await applicant.entity.tell(
    'dependencyResumed',
    { dependency: 'accounts' },
    { actor: { kind: 'system', id: 'gatekeeper', authenticated: 'temporal' } },
  );
  expect(await applicant.ends()).toMatchObject({ outcome: 'completed' });
});

/** What an applicant can be asked, free of them. */
function bound(applicant: Awaited<ReturnType<typeof restingIn>>) {
  return {
    entity: applicant.entity,
    ask: (name: string, data?: object, who?: string) => applicant.ask(name, data, who),
    task: () => applicant.task(),
    reaches: (state: string) => applicant.reaches(state),
    ends: () => applicant.ends(),
  };
}
