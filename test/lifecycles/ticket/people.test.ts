/** What people do to a ticket by the messages that every lifecycle understands: tasks, clocks, holds, corrections. */
import { describe, expect, test } from 'vitest';
import { hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { eventually } from '../../support/eventually.js';
import { bundleOf } from '../support/bundle.js';
import { restingIn, type OpenState } from './resting.js';
import { useTickets } from './support.js';

const desk = useTickets({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { agency, submit, sleep } = desk;

const DISTANT = '2100-01-01T00:00:00.000Z';
const AGREED = { reference: 'AGREEMENT-7' } as const;
const OTHER = 'supervisor-1';

test('a task is taken, given back, parked, noted upon, and ends with a decision', async () => {
  const ticket = await restingIn(desk, 'SupervisorReview');
  const { taskId } = await ticket.task();
  expect(await ticket.entity.ask('releaseReview', { taskId })).toBe('notAssigned');
  expect(await ticket.entity.ask('assignReview', { taskId, assignee: OTHER }, OTHER)).toMatchObject({
    outcome: 'applied',
  });
  expect(await ticket.entity.ask('assignReview', { taskId, assignee: 'reviewer-3' })).toBe('assignedElsewhere');
  expect(await ticket.ask('supervise', { decision: 'continue' })).toBe('assignedElsewhere');
  expect(await ticket.entity.ask('releaseReview', { taskId })).toMatchObject({ outcome: 'applied' });
  expect(await ticket.ask('parkReview', { taskId, until: '2020-01-01T00:00:00.000Z' })).toBe('notInFuture');
  expect(await ticket.ask('parkReview', { taskId, until: DISTANT })).toMatchObject({ outcome: 'applied' });
  expect(await ticket.entity.ask('noteReview', { taskId, note: 'N-1' })).toMatchObject({ outcome: 'applied' });
  expect(await ticket.entity.ask('noteReview', { taskId: 'ticket/T-0#1', note: 'N-1' })).toBe('unknownTask');
  expect(await ticket.ask('resolveReview', { taskId, decision: 'done' })).toBe('decideInstead');
  expect(await ticket.ask('resolveTicket', { solution: 'cable', workMinutes: 1 })).toBe('nobodyAtWork');
  await ticket.entity.tell('thirdPartyReplied', {});
  const decided = (await ticket.ask('supervise', { decision: 'continue' })) as { sequence: number };
  expect(decided).toMatchObject({ outcome: 'applied' });
  expect((await ticket.entity.journal()).find(({ message }) => message?.name === 'thirdPartyReplied')).toMatchObject({
    reason: { code: 'notAwaited' },
  });
  await ticket.reaches('AwaitingAcceptance');
  // It was wrong: the ticket is in review again.
  expect(await ticket.ask('correctDecision', { sequence: decided.sequence })).toMatchObject({
    outcome: 'applied',
    state: 'SupervisorReview',
  });
  expect(await ticket.ask('correctDecision', { sequence: decided.sequence })).toBe('notCorrectable');
});

test('that a ticket is given up is approved by a second person, or declined', async () => {
  const ticket = await restingIn(desk, 'SupervisorReview');
  const { taskId } = await ticket.task();
  const nothing = '0'.repeat(16);
  expect(await ticket.entity.ask('approveReview', { taskId, proposal: nothing })).toBe('noProposal');
  expect(await ticket.ask('declineReview', { taskId, proposal: nothing })).toBe('noProposal');
  await ticket.ask('supervise', { decision: 'close' });
  const proposal = (await ticket.task()).proposal?.digest;
  expect(await ticket.ask('declineReview', { taskId, proposal }, OTHER)).toMatchObject({ outcome: 'applied' });
  await ticket.isGivenUp();
  expect(await ticket.ends()).toMatchObject({ outcome: 'closedBySupervisor' });
});

test('a review that nobody decides goes to the managers by itself', async () => {
  const ticket = await restingIn(desk, 'SupervisorReview');
  await sleep(hours(4) + minutes(1));
  await eventually(async () => (await ticket.task()).queue === 'service-managers');
});

test('what a customer adds too late is looked at by somebody', async () => {
  const ticket = await restingIn(desk, 'Resolved');
  await ticket.entity.tell('customerReplied', { reference: 'MAIL-1' });
  await eventually(async () => Object.keys((await ticket.entity.settled()).reviews).length === 1);
  const { taskId, queue } = await ticket.task();
  expect(queue).toBe('late-ticket-news');
  await ticket.followUp();
  await ticket.reaches('Closed');
  await ticket.ask('resolveReview', { taskId, decision: 'filed' });
  expect(await ticket.ends()).toMatchObject({ outcome: 'resolved' });
});

describe('a clock', () => {
  test('of a state is moved, paused and resumed with a reason, and the person is told where that cannot be', async () => {
    const ticket = await restingIn(desk, 'AwaitingCustomer');
    const clock = { clock: 'state', ...AGREED };
    expect(await ticket.ask('resumeClock', clock)).toBe('notPaused');
    expect(await ticket.ask('pauseClock', clock)).toMatchObject({ outcome: 'applied' });
    expect(await ticket.ask('pauseClock', clock)).toBe('alreadyPaused');
    expect(await ticket.ask('resumeClock', clock)).toMatchObject({ outcome: 'applied' });
    expect(await ticket.ask('moveClock', { ...clock, dueAt: '2020-01-01T00:00:00.000Z' })).toBe('notInFuture');
    expect(await ticket.ask('moveClock', { ...clock, dueAt: DISTANT })).toMatchObject({ outcome: 'applied' });
  });

  test.each([
    ['response', 'AwaitingAcceptance'],
    ['resolution', 'InProgress'],
    ['nextSearch', 'AwaitingExpert'],
  ] as readonly [string, OpenState][])('of the %s likewise, in %s', async (clock, state) => {
    const ticketId = `CLOCK-${clock}`;
    if (clock === 'nextSearch') agency.busy.add(ticketId);
    const ticket = clock === 'nextSearch' ? await submit({ ticketId }) : await restingIn(desk, state, ticketId);
    await eventually(async () => (await ticket.entity.settled()).clocks[clock] !== undefined);
    for (const change of ['pauseClock', 'resumeClock'] as const) {
      expect(await ticket.ask(change, { clock, ...AGREED })).toMatchObject({ outcome: 'applied' });
    }
    expect(await ticket.ask('moveClock', { clock, ...AGREED, dueAt: DISTANT })).toMatchObject({ outcome: 'applied' });
  });
});

test('nobody is sent while it is not safe there', async () => {
  agency.busy.add('UNSAFE');
  const ticket = await submit({ ticketId: 'UNSAFE' });
  await eventually(async () => (await ticket.entity.settled()).clocks['nextSearch'] !== undefined);
  const hold = { hold: 'safety', ...AGREED };
  expect(await ticket.ask('releaseHold', hold)).toBe('notPlaced');
  expect(await ticket.ask('placeHold', hold)).toMatchObject({ outcome: 'applied' });
  expect(await ticket.ask('placeHold', hold)).toBe('alreadyPlaced');
  agency.busy.delete('UNSAFE');
  await ticket.entity.tell('expertAvailable', { skill: 'network' });
  await eventually(async () => (await ticket.entity.settled()).deferrals['hold:safety'] !== undefined);
  await sleep(hours(1));
  expect(agency.calls.filter(({ ticketId, call }) => ticketId === 'UNSAFE' && call === 'notifyExpert')).toEqual([]);
  expect(await ticket.ask('releaseHold', hold)).toMatchObject({ outcome: 'applied' });
  await ticket.isInProgress();
});

test('a dependency that is paused makes its call wait, and the fleet lets it go on', async () => {
  agency.misbehave('PAUSED', 'notifyExpert', 'paused');
  const ticket = await submit({ ticketId: 'PAUSED' });
  await eventually(async () => (await ticket.entity.settled()).deferrals['dependency:experts'] !== undefined);
  await ticket.entity.tell(
    'dependencyResumed',
    { dependency: 'experts' },
    { actor: { kind: 'system', id: 'gatekeeper', authenticated: 'temporal' } },
  );
  await ticket.isInProgress();
});
