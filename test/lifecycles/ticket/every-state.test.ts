/** What the table promises of each state, driven from the table itself: a new state without a way to it fails here. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import { ticketLifecycle, type TicketState } from '../../../workflows/ticket/states.js';
import { eventually } from '../../support/eventually.js';
import { bundleOf } from '../support/bundle.js';
import type { Call } from './agency.js';
import { OPEN_STATES, restingIn, type OpenState } from './resting.js';
import { useTickets, type TestedTicket } from './support.js';

const desk = useTickets({ bundle: () => bundleOf(new URL('./bent.workflows.ts', import.meta.url)) });
const { agency, submit, sleep } = desk;

const FOR_GOOD = Array.from({ length: 40 }, () => 'down' as const);

/** The transition that followed an entry, by what caused it. */
const moveBy = (ticket: TestedTicket, cause: string, after = 0) =>
  eventually(
    async () =>
      (await ticket.entity.journal())
        .slice(after)
        .find(({ kind, causationId }) => kind === 'transition' && causationId === cause),
    (move) => move !== undefined,
  );

describe('the deadline', () => {
  const bounded = OPEN_STATES.flatMap(([state, { deadline, onDeadline }]) =>
    typeof deadline === 'number' && onDeadline ? [[state, deadline, onDeadline] as const] : [],
  );

  test.each(bounded)('of %s leads where the table says', async (state, deadline, onDeadline) => {
    const ticket = await restingIn(desk, state);
    const { sequence } = await ticket.entity.settled();
    await sleep(deadline + minutes(1));
    expect(await moveBy(ticket, 'clock:state', sequence)).toMatchObject({
      from: state,
      to: onDeadline,
      reason: { code: 'deadlineElapsed' },
    });
  });
});

describe('a supervisor', () => {
  test.each(['ValidationPending', 'AwaitingExpert', 'ExpertAssigned', 'InProgress', 'AwaitingThirdParty'] as const)(
    'has a ticket go on in %s, where it was overdue',
    async (state) => {
      const ticket = await restingIn(desk, state);
      await sleep((ticketLifecycle.states[state].deadline as number) + minutes(1));
      await ticket.reaches('SupervisorReview');
      if (!(await ticket.facts()).plan)
        expect(await ticket.ask('supervise', { decision: 'search' })).toBe('notValidated');
      expect(await ticket.ask('supervise', { decision: 'continue' })).toMatchObject({ outcome: 'applied', state });
      if (state === 'InProgress') return ticket.isSolved();
      if (state === 'AwaitingThirdParty') return ticket.entity.tell('thirdPartyReplied', {});
      await ticket.isInProgress();
    },
  );
});

describe('a service that keeps failing', () => {
  test('leads to a supervisor, who has it tried again', async () => {
    const failing: readonly [TicketState, Call][] = [
      ['ValidationPending', 'lookUpPlan'],
      ['AwaitingExpert', 'assignExpert'],
      ['ExpertAssigned', 'notifyExpert'],
    ];
    const tried = await Promise.all(
      failing.map(async ([state, call]) => {
        agency.misbehave(`FAIL-${state}`, call, ...FOR_GOOD);
        const ticket = await submit({ ticketId: `FAIL-${state}` });
        await eventually(async () => (await ticket.entity.state()).visits[state] !== undefined);
        return [state, call, ticket] as const;
      }),
    );
    await sleep(minutes(30));
    for (const [state, call, ticket] of tried) {
      await ticket.reaches('SupervisorReview');
      expect((await ticket.entity.journal()).findLast(({ kind }) => kind === 'transition')).toMatchObject({
        from: state,
        reason: { code: 'serviceFailed' },
      });
      agency.misbehave(ticket.id, call);
      expect(await ticket.ask('supervise', { decision: 'continue' })).toMatchObject({ outcome: 'applied', state });
      await ticket.isInProgress();
    }
  });
});

describe('a broken promise', () => {
  const response: readonly OpenState[] = ['AwaitingExpert', 'ExpertAssigned', 'AwaitingAcceptance', 'SupervisorReview'];
  const resolution: readonly OpenState[] = [...response, 'InProgress'];

  test.each([
    ...response.map((state) => ['response', state] as const),
    ...resolution.map((state) => ['resolution', state] as const),
  ])('of the %s is a supervisor’s, from %s', async (clock, state) => {
    const ticketId = `${clock}-${state}`;
    if (clock === 'response') agency.promise(ticketId, minutes(10), days(400));
    else agency.promise(ticketId, days(400), minutes(10));
    const ticket = await restingIn(desk, state, ticketId);
    await sleep(minutes(11));
    expect(await moveBy(ticket, `clock:${clock}`)).toMatchObject({
      from: state,
      to: 'SupervisorReview',
      reason: { code: `${clock}Elapsed` },
    });
    await ticket.reaches('SupervisorReview');
    await keepsAnswer(ticket, state, clock);
  });

  /** What the expert says meanwhile is known when the ticket goes on. */
  async function keepsAnswer(ticket: TestedTicket, state: OpenState, clock: string): Promise<void> {
    if (state !== 'ExpertAssigned' && state !== 'AwaitingAcceptance') return;
    const answer = clock === 'response' ? 'Accepted' : 'Declined';
    await ticket.expert(answer);
    await ticket.entity.settled();
    expect(await ticket.hops()).toEqual([answer]);
    if (answer === 'Accepted' && state === 'AwaitingAcceptance') return ticket.isSolved();
    expect(await ticket.ask('supervise', { decision: 'continue' })).toMatchObject({ state });
    if (answer === 'Accepted') await ticket.reaches('InProgress');
    else await eventually(async () => (await ticket.hops()).length === 2);
  }
});

describe('the customer', () => {
  const withdrawable: readonly OpenState[] = [
    'ValidationPending',
    'AwaitingExpert',
    'ExpertAssigned',
    'AwaitingAcceptance',
    'InProgress',
    'AwaitingCustomer',
    'AwaitingThirdParty',
    'SupervisorReview',
  ];

  test.each(withdrawable)('needs no help any more in %s', async (state) => {
    const ticket = await restingIn(desk, state);
    expect(await ticket.ask('withdrawTicket')).toMatchObject({ outcome: 'applied', state: 'Closed' });
    expect(await ticket.ends()).toMatchObject({ outcome: 'withdrawn' });
  });
});

test('a supervisor who takes a ticket from its expert lets it go', async () => {
  agency.promise('TAKEN', days(400), hours(1));
  const ticket = await restingIn(desk, 'InProgress', 'TAKEN');
  await sleep(hours(1) + minutes(1));
  await ticket.reaches('SupervisorReview');
  await ticket.ask('supervise', { decision: 'search' });
  await eventually(async () => (await ticket.hops()).length === 2);
  expect(await ticket.hops()).toEqual(['Released', expect.any(String) as string]);
  await ticket.reaches('AwaitingAcceptance');
  expect(agency.holding('TAKEN')).toEqual(['E-1']);
});
