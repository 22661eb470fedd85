/** What people do to an order by the messages that every lifecycle understands: tasks, clocks, holds, corrections. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { orderLifecycle, type OrderState } from '../../../workflows/order/states.js';
import { bundleOf } from '../support/bundle.js';
import { restingIn } from './resting.js';
import { useShop } from './support.js';

const orders = useShop({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { shop, place, sleep } = orders;

const DISTANT = '2100-01-01T00:00:00.000Z';
const BULLETIN = { reference: 'BULLETIN-7' } as const;
const SUPERVISOR = 'supervisor-1';

test('a task is taken, given back, parked, noted upon, and ends with a decision', async () => {
  const order = await restingIn(orders, 'ExceptionReview');
  const { taskId } = await order.task();
  expect(await order.entity.ask('releaseReview', { taskId })).toBe('notAssigned');
  expect(await order.entity.ask('assignReview', { taskId, assignee: SUPERVISOR }, SUPERVISOR)).toMatchObject({
    outcome: 'applied',
  });
  expect(await order.entity.ask('assignReview', { taskId, assignee: 'reviewer-3' })).toBe('assignedElsewhere');
  expect(await order.ask('resolveException', { decision: 'retry' })).toBe('assignedElsewhere');
  expect(await order.entity.ask('releaseReview', { taskId })).toMatchObject({ outcome: 'applied' });
  expect(await order.ask('parkReview', { taskId, until: '2020-01-01T00:00:00.000Z' })).toBe('notInFuture');
  expect(await order.ask('parkReview', { taskId, until: DISTANT })).toMatchObject({ outcome: 'applied' });
  expect(await order.entity.ask('noteReview', { taskId, note: 'N-1' })).toMatchObject({ outcome: 'applied' });
  expect(await order.entity.ask('noteReview', { taskId: `${order.entity.handle.workflowId}#1`, note: 'N-1' })).toBe(
    'unknownTask',
  );
  expect(await order.ask('resolveReview', { taskId, decision: 'done' })).toBe('decideInstead');
  expect(await order.ask('resolveException', { decision: 'retry' })).toMatchObject({ outcome: 'applied' });
});

test('what was settled by hand is approved by a second person, or declined', async () => {
  const order = await restingIn(orders, 'ExceptionReview');
  const { taskId } = await order.task();
  const proposal = '0'.repeat(16);
  expect(await order.entity.ask('approveReview', { taskId, proposal })).toBe('noProposal');
  expect(await order.ask('declineReview', { taskId, proposal })).toBe('noProposal');
  await order.ask('resolveException', { decision: 'settled', reference: 'WIRE-1' });
  const proposed = (await order.task()).proposal?.digest;
  expect(await order.entity.ask('approveReview', { taskId, proposal: proposed })).toBe('fourEyes');
  expect(await order.ask('declineReview', { taskId, proposal: proposed }, SUPERVISOR)).toMatchObject({
    outcome: 'applied',
  });
  await order.ask('resolveException', { decision: 'settled', reference: 'WIRE-2' });
  expect(await order.approve()).toMatchObject({ outcome: 'applied', state: 'InDelivery' });
  expect((await order.parts())['capture:2']).toBe('SettledByHand');
});

test('a wrong decision is corrected by a counter-entry: the order is in review again', async () => {
  const order = await restingIn(orders, 'AuthorizationPending');
  await sleep(days(1) + minutes(1));
  await order.reaches('ExceptionReview');
  const decided = await order.ask('resolveException', { decision: 'retry' });
  const { sequence } = decided as { sequence: number };
  // The call that was begun again has its answer: the test server stands still where one is called off with it.
  await order.entity.settled();
  expect(await order.ask('correctDecision', { sequence })).toMatchObject({
    outcome: 'applied',
    state: 'ExceptionReview',
  });
  expect(await order.ask('correctDecision', { sequence })).toBe('notCorrectable');
});

describe('a review that nobody decides', () => {
  const reviewed = (
    Object.entries(orderLifecycle.states) as [OrderState, (typeof orderLifecycle.states)[OrderState]][]
  ).flatMap(([state, { review }]) =>
    (review?.escalation ?? []).map(({ after, queue }) => [state, after, queue] as const),
  );

  test.each(reviewed)('in %s goes to others by itself', async (state, after, queue) => {
    const order = await restingIn(orders, state as 'RiskReview');
    await sleep(after + minutes(1));
    await expect.poll(async () => (await order.task()).queue, { timeout: 20_000 }).toBe(queue);
    await order.entity.settled();
  });
});

describe('a clock', () => {
  test('of a state is moved, paused and resumed with a reason, and the person is told where that cannot be', async () => {
    const order = await restingIn(orders, 'AwaitingCustomer');
    const clock = { clock: 'state', ...BULLETIN };
    expect(await order.ask('resumeClock', clock)).toBe('notPaused');
    expect(await order.ask('pauseClock', clock)).toMatchObject({ outcome: 'applied' });
    expect(await order.ask('pauseClock', clock)).toBe('alreadyPaused');
    expect(await order.ask('resumeClock', clock)).toMatchObject({ outcome: 'applied' });
    expect(await order.ask('moveClock', { ...clock, dueAt: '2020-01-01T00:00:00.000Z' })).toBe('notInFuture');
    expect(await order.ask('moveClock', { ...clock, dueAt: DISTANT })).toMatchObject({ outcome: 'applied' });
  });

  test.each([
    ['authorization', 'InDelivery'],
    ['chargebackEvidence', 'ChargebackOpen'],
  ] as const)('of the %s likewise, and is over when what it is about is', async (clock, state) => {
    const order = await restingIn(orders, state);
    for (const change of ['pauseClock', 'resumeClock'] as const) {
      expect(await order.ask(change, { clock, ...BULLETIN })).toMatchObject({ outcome: 'applied' });
    }
    expect(await order.ask('moveClock', { clock, ...BULLETIN, dueAt: DISTANT })).toMatchObject({ outcome: 'applied' });
    if (state === 'ChargebackOpen') await order.ask('answerChargeback', { decision: 'accepted' });
    else await order.ask('cancelOrder');
    await order.reaches('InDelivery');
    await expect.poll(async () => (await order.entity.state()).clocks['chargebackEvidence']).toBeUndefined();
  });
});

test.each(['ReleasedToWarehouse', 'ReauthorizationPending'] as const)(
  'the time for the dispatch is moved and paused by people, and brings the order to one from %s',
  async (state) => {
    const order = await restingIn(orders, state);
    const clock = { clock: 'dispatch', ...BULLETIN };
    for (const change of ['pauseClock', 'resumeClock'] as const) {
      expect(await order.ask(change, clock)).toMatchObject({ outcome: 'applied' });
    }
    const { since } = await order.entity.state();
    const dueAt = new Date(Date.parse(since) + hours(2)).toISOString();
    expect(await order.ask('moveClock', { ...clock, dueAt })).toMatchObject({ outcome: 'applied' });
    await sleep(hours(2) + minutes(1));
    expect(await order.reaches('ExceptionReview')).toMatchObject({ reason: { code: 'dispatchElapsed' } });
  },
);

test('a fraud hold is placed and released by staff, once, and keeps money from being given back', async () => {
  const order = await place({ orderId: 'HELD' });
  await order.isDispatched();
  const hold = { hold: 'fraud', ...BULLETIN };
  expect(await order.ask('releaseHold', hold)).toBe('notPlaced');
  expect(await order.ask('placeHold', hold)).toMatchObject({ outcome: 'applied' });
  expect(await order.ask('placeHold', hold)).toBe('alreadyPlaced');
  await order.carrier('Lost');
  await expect
    .poll(async () => (await order.entity.state()).deferrals['hold:fraud'], { timeout: 20_000 })
    .toBeDefined();
  await sleep(hours(2));
  expect(order.calls('refundCapture')).toBe(0);
  expect(await order.ask('releaseHold', hold)).toMatchObject({ outcome: 'applied' });
  expect(await order.ends()).toMatchObject({ outcome: 'returned' });
});

test('a dependency that is paused makes its call wait, and the fleet lets it go on', async () => {
  const order = await place({ orderId: 'PAUSED' });
  await order.reaches('ReleasedToWarehouse');
  shop.paused.add('captureCard');
  await order.carrier('Dispatched');
  await expect
    .poll(async () => (await order.entity.state()).deferrals['dependency:payments'], { timeout: 20_000 })
    .toBeDefined();
  shop.paused.clear();
  await order.entity.tell(
    'dependencyResumed',
    { dependency: 'payments' },
    { actor: { kind: 'system', id: 'gatekeeper', authenticated: 'temporal' } },
  );
  await order.carrier('Delivered');
  expect(await order.ends()).toMatchObject({ outcome: 'delivered' });
});
