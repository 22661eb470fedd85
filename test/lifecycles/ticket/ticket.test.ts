/** The ticket as its business has it: each test is a sentence about what customers, experts and supervisors may rely on. */
import { describe, expect, test } from 'vitest';
import { days, hours, minutes } from '../../../workflows/lifecycle/definition.js';
import type { EntityState } from '../../../workflows/lifecycle/entry.js';
import { ROUNDS } from '../../../workflows/ticket/dispatch.js';
import { eventually } from '../../support/eventually.js';
import { useTickets, type TestedTicket } from './support.js';

const tickets = useTickets();
const { agency, submit, sleep, reopen } = tickets;

const reasons = async (ticket: TestedTicket) =>
  (await ticket.entity.journal()).flatMap(({ kind, to, reason }) =>
    kind === 'transition' && reason ? [`${to}: ${reason.code}`] : [],
  );

const ms = (state: EntityState, clock: string) => {
  const { startedAt = '', dueAt = '' } = state.clocks[clock] ?? {};
  return Date.parse(dueAt) - Date.parse(startedAt);
};

describe('a ticket', () => {
  test('is given to an expert, who is told, accepts and solves it; it closes when the follow-up has ended', async () => {
    const ticket = await submit();
    await ticket.reaches('AwaitingAcceptance');
    expect(await ticket.facts()).toMatchObject({ hop: { number: 1, expertId: 'E-1' }, plan: { planId: 'PLAN-1' } });
    await ticket.expert('Accepted');
    await ticket.reaches('InProgress');
    await ticket.isSolved();
    const resolved = await ticket.entity.state();
    expect(resolved).toMatchObject({
      state: 'Resolved',
      facts: { resolution: { number: 1, expertId: 'E-1', solution: 'cable', workMinutes: 30, hops: 1 } },
      expectations: { followUp: { from: 'subscribers' } },
    });
    await ticket.followUp();
    expect(await ticket.ends()).toMatchObject({ outcome: 'resolved', hops: 1 });
    expect(await ticket.hops()).toEqual(['Done']);
  });

  test('that no plan covers ends at once, and the customer may know why', async () => {
    agency.uncovered.add('UNCOVERED');
    const ticket = await submit({ ticketId: 'UNCOVERED' });
    expect(await ticket.ends()).toMatchObject({ outcome: 'notCovered', hops: 0 });
    expect((await ticket.entity.journal()).at(-1)?.reason).toEqual({
      code: 'product-not-covered',
      visibility: 'customer',
    });
    await reopen(ticket);
    await expect.poll(async () => (await ticket.entity.journal()).at(-1)?.reason?.code).toBe('neverWorkedOn');
    expect(await ticket.ends()).toMatchObject({ outcome: 'notCovered' });
  });

  test('whose follow-up never ends closes all the same, and says so', async () => {
    const ticket = await submit();
    await ticket.isResolved();
    await ticket.followUp(7);
    await sleep(days(7) + minutes(1));
    expect(await ticket.ends()).toMatchObject({ outcome: 'resolved' });
    expect(await ticket.entity.state()).toMatchObject({ attention: 'followUpIncomplete' });
    const rejected = (await ticket.entity.journal()).find(({ message }) => message?.name === 'followUpCompleted');
    expect(rejected).toMatchObject({ message: { outcome: 'rejected' }, reason: { code: 'otherResolution' } });
  });
});

describe('where nobody is free', () => {
  test('dispatch looks again in growing intervals, further away each time, and then asks a supervisor', async () => {
    agency.busy.add('BUSY');
    const ticket = await submit({ ticketId: 'BUSY' });
    for (const [i, { reach, againAfterMs }] of ROUNDS.entries()) {
      const state = await eventually(
        () => ticket.entity.settled(),
        ({ facts }) => (facts['search'] as { inVain?: number } | undefined)?.inVain === i + 1,
      );
      expect(state).toMatchObject({ state: 'AwaitingExpert', facts: { search: { reach, skilled: 2, againAfterMs } } });
      expect(ms(state, 'nextSearch')).toBe(againAfterMs);
      await sleep(againAfterMs + 1_000);
    }
    expect(await ticket.reaches('SupervisorReview')).toMatchObject({
      attention: 'nobodyAvailable',
      facts: { review: { from: 'AwaitingExpert' } },
    });
    expect(agency.searches.filter(({ ticketId }) => ticketId === 'BUSY').map(({ reach }) => reach)).toEqual([
      'area',
      'region',
      'country',
      'country',
    ]);
    // Whoever the supervisor names is not free either.
    expect(await ticket.ask('supervise', { decision: 'assign' })).toBe('expertMissing');
    await ticket.ask('supervise', { decision: 'assign', expertId: 'E-4' });
    expect(await ticket.reaches('SupervisorReview')).toMatchObject({ attention: 'expertNotFree' });
    agency.busy.delete('BUSY');
    await ticket.ask('supervise', { decision: 'assign', expertId: 'E-4' });
    await ticket.reaches('AwaitingAcceptance');
    expect(await ticket.facts()).toMatchObject({ hop: { number: 1, expertId: 'E-4' } });
  });

  test('the news that somebody is has it looked for at once', async () => {
    agency.busy.add('WAITS');
    const ticket = await submit({ ticketId: 'WAITS' });
    await eventually(async () => (await ticket.entity.settled()).clocks['nextSearch'] !== undefined);
    agency.busy.delete('WAITS');
    await ticket.entity.tell('expertAvailable', { skill: 'network' });
    await ticket.reaches('AwaitingAcceptance');
    expect(await reasons(ticket)).toContain('AwaitingExpert: expertAvailable');
  });
});

describe('an expert', () => {
  test('who declines, does not answer, hands over or does not come is replaced; the fourth in vain goes to a supervisor', async () => {
    const ticket = await submit({ ticketId: 'HOPS' });
    await ticket.reaches('AwaitingAcceptance');
    await ticket.expert('Declined');
    await eventually(async () => (await ticket.facts()).hop?.number === 2);
    await ticket.reaches('AwaitingAcceptance');
    await sleep(hours(1) + 1_000);
    await eventually(async () => (await ticket.facts()).hop?.number === 3);
    await ticket.isInProgress();
    await ticket.ask('handOver', { reasonCode: 'other-skill' });
    await eventually(async () => (await ticket.facts()).hop?.number === 4);
    await ticket.isInProgress();
    await ticket.ask('noShow', { who: 'expert' });
    expect(await ticket.reaches('SupervisorReview')).toMatchObject({
      attention: 'tooManyHops',
      facts: { had: ['E-1', 'E-2', 'E-3', 'E-4'], noShows: [{ who: 'expert', hop: 4 }] },
    });
    expect(await ticket.hops()).toEqual(['Declined', 'Silent', 'HandedOver', 'NoShow']);
    expect(agency.holding('HOPS')).toEqual([]);
    await ticket.ask('supervise', { decision: 'search' });
    await ticket.isInProgress();
    await ticket.ask('noShow', { who: 'customer' });
    await ticket.reaches('AwaitingCustomer');
    expect((await ticket.facts()).noShows).toMatchObject([{ who: 'expert' }, { who: 'customer', hop: 5 }]);
    await ticket.ask('withdrawTicket');
    expect(await ticket.ends()).toMatchObject({ outcome: 'withdrawn', hops: 5 });
    expect((await ticket.hops()).at(-1)).toBe('Released');
  });

  test('whose answer was lost is asked of dispatch before silence counts', async () => {
    const lost = await submit({ ticketId: 'LOST' });
    const refused = await submit({ ticketId: 'LOST-NO' });
    for (const ticket of [lost, refused]) await ticket.reaches('AwaitingAcceptance');
    agency.answered(lost.id, 1, 'accepted');
    agency.answered(refused.id, 1, 'declined');
    await sleep(minutes(41));
    await lost.reaches('InProgress');
    await refused.reaches('AwaitingAcceptance');
    expect(await lost.hops()).toEqual(['Accepted']);
    expect(await refused.hops()).toEqual(['Declined', 'Notified']);
  });

  test('who declines before the call that tells is answered leaves nobody who could be asked', async () => {
    const ticket = await submit({ ticketId: 'QUICK' });
    agency.misbehave('QUICK', 'notifyExpert', 'lost');
    await ticket.reaches('ExpertAssigned');
    await eventually(() => agency.calls.some(({ call, ticketId }) => call === 'notifyExpert' && ticketId === 'QUICK'));
    agency.busy.add('QUICK');
    await ticket.expert('Declined');
    const { expectations } = await ticket.reaches('AwaitingExpert');
    expect(expectations).toEqual({});
    await sleep(hours(3));
    expect(await ticket.hops()).toEqual(['Declined']);
    expect((await ticket.facts()).search?.inVain).toBeGreaterThan(1);
    await ticket.ask('withdrawTicket');
    await ticket.ends();
  });

  test('who answers an assignment that is over changes nothing', async () => {
    const ticket = await submit();
    await ticket.reaches('AwaitingAcceptance');
    for (const [name, data] of [
      ['expertAccepted', { expertId: 'E-1', hop: 2 }],
      ['expertAccepted', { expertId: 'E-9', hop: 1 }],
      ['expertDeclined', { expertId: 'E-9', hop: 1, code: 'no' }],
    ] as const) {
      await ticket.entity.tell(name, data);
    }
    await ticket.entity.settled();
    const answers = (await ticket.entity.journal()).filter(({ message }) => message?.name.startsWith('expert'));
    expect(answers.map(({ message, reason }) => [message?.outcome, reason?.code])).toEqual(
      answers.map(() => ['rejected', 'otherAssignment']),
    );
    expect(answers).toHaveLength(3);
    expect(await ticket.entity.state()).toMatchObject({ state: 'AwaitingAcceptance' });
  });

  test('is given once although the answer of dispatch is lost, and given back whatever was on its way', async () => {
    agency.misbehave('ONCE', 'assignExpert', 'lost');
    agency.misbehave('ONCE', 'notifyExpert', 'lost');
    agency.misbehave('ONCE', 'releaseExpert', 'down', 'lost');
    const ticket = await submit({ ticketId: 'ONCE' });
    await sleep(minutes(1));
    await ticket.isInProgress();
    await ticket.ask('withdrawTicket');
    await sleep(minutes(1));
    expect(await ticket.ends()).toMatchObject({ outcome: 'withdrawn', hops: 1 });
    expect(agency.calls.filter(({ ticketId }) => ticketId === 'ONCE').map(({ call }) => call)).toEqual([
      'lookUpPlan',
      'assignExpert',
      'notifyExpert',
      'releaseExpert',
    ]);
  });
});

describe('what the plan promises', () => {
  test('is an acceptance in time, which nothing makes stand still, and then a supervisor', async () => {
    agency.promise('LATE', hours(1), days(2));
    agency.busy.add('LATE');
    const ticket = await submit({ ticketId: 'LATE' });
    await eventually(async () => (await ticket.entity.settled()).clocks['nextSearch'] !== undefined);
    const { clocks, startedAt } = await ticket.entity.state();
    for (const clock of ['response', 'resolution']) expect(clocks[clock]).toMatchObject({ startedAt });
    await sleep(minutes(5) + 1_000);
    await sleep(minutes(15) + 1_000);
    await sleep(minutes(40));
    expect(await ticket.reaches('SupervisorReview')).toMatchObject({
      attention: 'responseElapsed',
      clocks: { response: { breachedAt: expect.any(String) as string } },
      facts: { review: { from: 'AwaitingExpert', code: 'responseElapsed' } },
    });
    agency.busy.delete('LATE');
    expect(await ticket.ask('supervise', { decision: 'continue' })).toMatchObject({ state: 'AwaitingExpert' });
    await ticket.isInProgress();
    expect((await ticket.entity.state()).clocks['response']).toBeUndefined();
  });

  test('is a solution in time, which stands still while the customer or a third party has to act', async () => {
    agency.promise('PAUSED', hours(1), hours(8));
    const ticket = await submit({ ticketId: 'PAUSED' });
    await ticket.isInProgress();
    const due = async () => Date.parse((await ticket.entity.settled()).clocks['resolution']?.dueAt ?? '');
    const before = await due();
    await ticket.ask('askCustomer');
    await ticket.reaches('AwaitingCustomer');
    await sleep(days(1));
    expect((await ticket.entity.settled()).clocks['resolution']).toMatchObject({ pausedBy: 'state' });
    await ticket.entity.tell('customerReplied', {});
    await ticket.reaches('InProgress');
    await ticket.ask('askThirdParty');
    await ticket.reaches('AwaitingThirdParty');
    await sleep(days(2));
    await ticket.entity.tell('thirdPartyReplied', {});
    await ticket.reaches('InProgress');
    const { visits } = await ticket.entity.settled();
    const waited = (visits['AwaitingCustomer']?.totalMs ?? 0) + (visits['AwaitingThirdParty']?.totalMs ?? 0);
    expect(waited).toBeGreaterThanOrEqual(days(3));
    expect((await due()) - before).toBe(waited);
    await sleep(hours(8));
    expect(await ticket.reaches('SupervisorReview')).toMatchObject({ attention: 'resolutionElapsed' });
    await ticket.ask('supervise', { decision: 'continue' });
    await ticket.reaches('InProgress');
    await ticket.isSolved();
  });

  test('is counted anew when the priority changes, from the submission, also while it stands still', async () => {
    agency.promise('URGENT', hours(8), hours(24), { 1: [hours(1), hours(4)] });
    const ticket = await submit({ ticketId: 'URGENT', priority: 4 });
    await ticket.reaches('AwaitingAcceptance');
    const { startedAt } = await ticket.entity.state();
    const dueIn = async (clock: string) =>
      Date.parse((await ticket.entity.settled()).clocks[clock]?.dueAt ?? '') - Date.parse(startedAt);
    expect([await dueIn('response'), await dueIn('resolution')]).toEqual([hours(8), hours(24)]);
    expect(await ticket.ask('changePriority', { priority: 4 })).toBe('samePriority');
    await ticket.ask('changePriority', { priority: 1 });
    expect([await dueIn('response'), await dueIn('resolution')]).toEqual([hours(1), hours(4)]);
    await ticket.expert('Accepted');
    await ticket.reaches('InProgress');
    await ticket.ask('askCustomer');
    await ticket.reaches('AwaitingCustomer');
    await ticket.ask('changePriority', { priority: 3 });
    expect(await dueIn('resolution')).toBe(hours(24));
    expect((await ticket.entity.state()).clocks['resolution']).toMatchObject({ pausedBy: 'state' });
    await ticket.ask('withdrawTicket');
    await ticket.ends();
  });
});

describe('the customer', () => {
  test('is asked, reminded twice, and where no answer comes the ticket is resolved without one', async () => {
    const ticket = await submit({ ticketId: 'SILENT' });
    await ticket.isInProgress();
    await ticket.ask('askCustomer', { reasonCode: 'serial-number' });
    await ticket.reaches('AwaitingCustomer');
    await eventually(() => agency.told(ticket.id).length === 1);
    await sleep(days(7) + minutes(1));
    await eventually(() => agency.told(ticket.id).length === 2);
    await sleep(days(5));
    await eventually(() => agency.told(ticket.id).length === 3);
    expect(agency.told(ticket.id)).toEqual([
      'ticketCustomerNeeded',
      'ticketCustomerReminder',
      'ticketCustomerReminder',
    ]);
    await ticket.entity.settled();
    await sleep(days(2));
    await ticket.reaches('Resolved');
    expect((await ticket.facts()).resolution).toMatchObject({ solution: 'noReply', workMinutes: 0 });
    await ticket.followUp();
    expect(await ticket.ends()).toMatchObject({ outcome: 'noReply' });
  });

  test('reopens it within a month: the same expert first, the hops and the time in each state go on', async () => {
    agency.promise('AGAIN', hours(1), days(90));
    const ticket = await submit({ ticketId: 'AGAIN' });
    await ticket.isInProgress();
    await ticket.ask('askCustomer');
    await ticket.reaches('AwaitingCustomer');
    await sleep(days(3));
    await ticket.entity.tell('customerReplied', {});
    await ticket.reaches('InProgress');
    await ticket.isSolved();
    const { clocks: whileResolved } = await ticket.entity.state();
    expect(whileResolved['resolution']).toBeUndefined();
    await ticket.followUp();
    await ticket.ends();
    await sleep(days(20));
    await reopen(ticket);
    await ticket.isInProgress();
    const state = await ticket.entity.settled();
    expect(state.facts).toMatchObject({ hop: { number: 2, expertId: 'E-1' }, resolvedAt: null, solution: null });
    // From the submission, what it stood still left out; that it was solved meanwhile counts for nothing.
    const stoodStill = state.visits['AwaitingCustomer']?.totalMs ?? 0;
    expect(Date.parse(state.clocks['resolution']?.dueAt ?? '')).toBe(
      Date.parse(state.startedAt) + days(90) + stoodStill,
    );
    expect(state.clocks['response']).toBeUndefined();
    expect(state.visits).toMatchObject({ InProgress: { entered: 3 }, AwaitingAcceptance: { entered: 2 } });
    await ticket.isSolved();
    await ticket.followUp(1);
    await ticket.followUp(2);
    expect(await ticket.ends()).toMatchObject({ outcome: 'resolved', hops: 2 });
    expect((await ticket.facts()).resolution).toMatchObject({ number: 2, expertId: 'E-1' });
    await sleep(days(31));
    await reopen(ticket);
    await expect.poll(async () => (await ticket.entity.journal()).at(-1)?.message?.outcome).toBe('rejected');
  });

  test('reopens it before it is closed too; the follow-up of the first solution does not close the second', async () => {
    const ticket = await submit();
    await ticket.isResolved();
    expect(await ticket.ask('reopenTicket')).toMatchObject({ outcome: 'applied' });
    await ticket.isInProgress();
    await ticket.followUp(1);
    await ticket.isSolved();
    expect(await ticket.entity.state()).toMatchObject({ state: 'Resolved' });
    await ticket.followUp(2);
    expect(await ticket.ends()).toMatchObject({ outcome: 'resolved', hops: 2 });
  });
});

test('a ticket that is given up while dispatch is looking, and reopened, asks for an assignment of its own', async () => {
  const ticketId = 'GIVEN-UP-EARLY';
  agency.busy.add(ticketId);
  const ticket = await submit({ ticketId });
  await ticket.reaches('AwaitingExpert');
  await sleep(days(2));
  await ticket.reaches('SupervisorReview');
  await ticket.isGivenUp();
  await ticket.entity.ends();
  agency.busy.delete(ticketId);
  await reopen(ticket);
  await ticket.isInProgress();
  await ticket.ask('handOver');
  await ticket.reaches('AwaitingAcceptance');
  const { parts } = await ticket.entity.state();
  expect(Object.keys(parts).sort()).toEqual(['hop:2', 'hop:3']);
});

test('a ticket is given up by two supervisors, never by one', async () => {
  agency.misbehave('GIVEN-UP', 'assignExpert', 'refused');
  const ticket = await submit({ ticketId: 'GIVEN-UP' });
  await ticket.reaches('SupervisorReview');
  expect(await ticket.ask('supervise', { decision: 'close' })).toMatchObject({ code: 'awaitingSecondPerson' });
  const { taskId, proposal } = await ticket.task();
  expect(await ticket.entity.ask('approveReview', { taskId, proposal: proposal?.digest })).toBe('fourEyes');
  expect(
    await ticket.entity.ask('approveReview', { taskId, proposal: proposal?.digest }, 'supervisor-2'),
  ).toMatchObject({ outcome: 'applied', state: 'Closed' });
  expect(await ticket.ends()).toMatchObject({ outcome: 'closedBySupervisor', hops: 0 });
});
