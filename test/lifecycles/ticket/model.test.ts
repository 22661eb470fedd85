/**
 * Random tickets, random experts, random people, and what is true of every one of them. `THROUGHLINE_MODEL_SEED` plays a run again; it is
 * printed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { days, hours, minutes, type Lifecycle } from '../../../workflows/lifecycle/definition.js';
import { fold, UNBORN, type Entry, type EntityState } from '../../../workflows/lifecycle/entry.js';
import type { TicketFacts } from '../../../workflows/ticket/facts.js';
import { ticketLifecycle, type TicketState } from '../../../workflows/ticket/states.js';
import type { Mischief } from './agency.js';
import { unlessStill } from '../../support/rehearsal.js';
import { useTickets, type TestedTicket } from './support.js';

const FULL = process.env['THROUGHLINE_TEST_SIZE'] === 'full';
/** The same ones in every run, others where there is time to look into what they find. */
const SEED = Number(process.env['THROUGHLINE_MODEL_SEED'] ?? (FULL ? Math.floor(Math.random() * 2 ** 31) : 77));
const TICKETS = 12;
const ROUNDS = 9;
/** After the rounds somebody sees to it that each comes to an end; more than any needs. */
const MOST_TIDYING = 40;

const { agency, submit, sleep, reopen, abandon } = useTickets();

type Act =
  | { readonly act: 'ask'; readonly name: string; readonly data: object; readonly who: string }
  | { readonly act: 'tell'; readonly name: string; readonly data: object }
  | { readonly act: 'expert'; readonly answer: 'Accepted' | 'Declined' }
  | { readonly act: 'approve'; readonly who: string }
  | { readonly act: 'free'; readonly are: boolean }
  | { readonly act: 'followUp' | 'reopen' | 'nothing' };

interface Plan {
  readonly busy: boolean;
  readonly priority: 1 | 2 | 3 | 4;
  /** What the plan promises at priority 4, in milliseconds; at 1 a quarter of it. */
  readonly response: number;
  readonly resolution: number;
  readonly mischief: Readonly<Record<'assignExpert' | 'notifyExpert' | 'releaseExpert', readonly Mischief[]>>;
  readonly acts: readonly Act[];
}

// ---- what may happen --------------------------------------------------------------------------------------------------------------

const who = fc.constantFrom('alice', 'bob');
const mischief = fc.array(fc.constantFrom<Mischief>('down', 'lost', 'lost'), { maxLength: 2 });

const ask = (weight: number, name: string, data: fc.Arbitrary<object> = fc.constant({})) => ({
  weight,
  arbitrary: fc.record({ act: fc.constant('ask' as const), name: fc.constant(name), data, who }) as fc.Arbitrary<Act>,
});
const tell = (weight: number, name: string, data: fc.Arbitrary<object> = fc.constant({})) => ({
  weight,
  arbitrary: fc.record({ act: fc.constant('tell' as const), name: fc.constant(name), data }) as fc.Arbitrary<Act>,
});
const hold = fc.constant({ hold: 'safety', reference: 'CASE-1' });
const wrongHop = fc.record({ expertId: fc.constant('E-2'), hop: fc.constantFrom(1, 2, 7) });

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      act: fc.constant('expert' as const),
      answer: fc.constantFrom('Accepted' as const, 'Accepted' as const, 'Accepted' as const, 'Declined' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('free' as const), are: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('approve' as const), who }) },
  { weight: 3, arbitrary: fc.constantFrom<Act>({ act: 'followUp' }, { act: 'reopen' }, { act: 'nothing' }) },
  ask(5, 'resolveTicket', fc.constant({ solution: 'cable', workMinutes: 5 })),
  ask(4, 'changePriority', fc.record({ priority: fc.constantFrom(1, 2, 3, 4) })),
  ask(3, 'askCustomer'),
  ask(3, 'askThirdParty'),
  ask(2, 'handOver'),
  ask(2, 'noShow', fc.record({ who: fc.constantFrom('expert', 'customer') })),
  ask(
    5,
    'supervise',
    fc.record({
      decision: fc.constantFrom('continue', 'continue', 'search', 'assign', 'close'),
      expertId: fc.constantFrom('E-1', 'E-5'),
    }),
  ),
  ask(1, 'withdrawTicket'),
  ask(1, 'placeHold', hold),
  ask(2, 'releaseHold', hold),
  tell(3, 'customerReplied'),
  tell(3, 'thirdPartyReplied'),
  tell(2, 'expertAvailable', fc.constant({ skill: 'network' })),
  tell(1, 'expertAccepted', wrongHop),
);

const plan: fc.Arbitrary<Plan> = fc.record({
  busy: fc.constantFrom(false, false, true),
  priority: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
  response: fc.constantFrom(hours(1), hours(8), days(400)),
  resolution: fc.constantFrom(hours(10), days(4), days(400)),
  mischief: fc.record({ assignExpert: mischief, notifyExpert: mischief, releaseExpert: mischief }),
  acts: fc.array(act, { minLength: ROUNDS, maxLength: ROUNDS }),
});

const passing = fc.array(fc.constantFrom(0, 0, minutes(6), minutes(41), hours(2), hours(9), hours(26)), {
  minLength: ROUNDS,
  maxLength: ROUNDS,
});

// ---- the test ---------------------------------------------------------------------------------------------------------------------

test(
  'of every ticket: legal ways, one expert at a time, hops as dispatch has them, clocks that count what they should, nobody left holding it',
  { timeout: 300_000 },
  ({ skip }) => unlessStill(play, { skip, abandon }),
);

async function play(): Promise<void> {
  console.log(`model: ${TICKETS} tickets, THROUGHLINE_MODEL_SEED=${SEED}`);
  const plans = fc.sample(plan, { seed: SEED, numRuns: TICKETS });
  const [pauses = []] = fc.sample(passing, { seed: SEED, numRuns: 1 });
  const tickets = await Promise.all(
    plans.map(async ({ busy, priority, response, resolution, mischief: given }, i) => {
      const ticketId = `M-${i}`;
      if (busy) agency.busy.add(ticketId);
      agency.promise(ticketId, response, resolution, { 1: [response / 4, resolution / 4] });
      for (const [call, how] of Object.entries(given)) agency.misbehave(ticketId, call as 'assignExpert', ...how);
      return submit({ ticketId, priority });
    }),
  );
  for (const [round, pause] of pauses.entries()) {
    await Promise.all(tickets.map((ticket, i) => perform(ticket, plans[i]?.acts[round] ?? { act: 'nothing' })));
    await Promise.all(tickets.map(({ entity }) => entity.atRest()));
    if (pause > 0) await sleep(pause);
  }
  expect(await tidyUp(tickets), `THROUGHLINE_MODEL_SEED=${SEED}: never end`).toEqual([]);
  expect(agency.doubled).toEqual([]);
  for (const [i, ticket] of tickets.entries()) {
    const wrong = violations(await ticket.entity.journal(), ticket.id);
    expect(wrong, `THROUGHLINE_MODEL_SEED=${SEED}, ${ticket.id}: ${JSON.stringify(plans[i])}`).toEqual([]);
  }
}

// ---- playing --------------------------------------------------------------------------------------------------------------------

async function perform(ticket: TestedTicket, given: Act): Promise<void> {
  // This server stands still where a call is called off in the moment of its answer.
  await ticket.entity.atRest();
  try {
    switch (given.act) {
      case 'ask':
        await ticket.ask(given.name, given.data, given.who);
        return;
      case 'tell':
        return await ticket.entity.tell(given.name, given.data);
      case 'expert':
        return await ticket.expert(given.answer);
      case 'approve':
        return await approve(ticket, given.who);
      case 'free':
        if (given.are) agency.busy.delete(ticket.id);
        else agency.busy.add(ticket.id);
        return;
      case 'followUp':
        return await ticket.followUp((await ticket.facts()).resolution?.number ?? 1);
      case 'reopen':
        return await takeUpAgain(ticket);
      case 'nothing':
        return;
    }
  } catch (err) {
    // It has ended.
    if (!/already completed|not found|NotFound/i.test(String(err))) throw err;
  }
}

async function approve(ticket: TestedTicket, approver: string): Promise<void> {
  const { reviews } = await ticket.entity.state();
  const [taskId, task] = Object.entries(reviews)[0] ?? [];
  if (taskId === undefined || !task?.proposal) return;
  await ticket.entity.ask('approveReview', { taskId, proposal: task.proposal.digest }, approver);
}

async function takeUpAgain(ticket: TestedTicket): Promise<void> {
  const { status } = await ticket.entity.handle.describe();
  if (status.name === 'COMPLETED') await reopen(ticket);
  else await ticket.ask('reopenTicket');
}

/** Brings every one of them to an end, as people would. @returns those that do not come to one */
async function tidyUp(tickets: readonly TestedTicket[]): Promise<string[]> {
  agency.busy.clear();
  for (const { id } of tickets) {
    for (const call of ['assignExpert', 'notifyExpert', 'releaseExpert'] as const) agency.misbehave(id, call);
  }
  let open = [...tickets];
  for (let n = 0; n < MOST_TIDYING && open.length > 0; n++) {
    await Promise.all(open.map((ticket) => push(ticket)));
    await Promise.all(open.map(({ entity }) => entity.atRest()));
    const over = await Promise.all(open.map(({ entity }) => entity.handle.describe()));
    open = open.filter((_, i) => over[i]?.status.name === 'RUNNING');
  }
  return Promise.all(open.map(async ({ id, entity }) => `${id}: ${JSON.stringify(await entity.state())}`));
}

async function push(ticket: TestedTicket): Promise<void> {
  await ticket.entity.atRest();
  const { state, holds, reviews, facts } = await ticket.entity.state();
  const asks = (name: string, data: object): Act => ({ act: 'ask', name, data, who: 'dora' });
  if (holds['safety']) await perform(ticket, asks('releaseHold', { hold: 'safety', reference: 'CASE-1' }));
  for (const [taskId, { ofState }] of Object.entries(reviews)) {
    if (!ofState) await perform(ticket, asks('resolveReview', { taskId, decision: 'filed' }));
  }
  switch (state as TicketState) {
    case 'AwaitingExpert':
      return perform(ticket, { act: 'tell', name: 'expertAvailable', data: { skill: 'network' } });
    case 'AwaitingAcceptance':
      return perform(ticket, { act: 'expert', answer: 'Accepted' });
    case 'AwaitingCustomer':
      return perform(ticket, { act: 'tell', name: 'customerReplied', data: {} });
    case 'AwaitingThirdParty':
      return perform(ticket, { act: 'tell', name: 'thirdPartyReplied', data: {} });
    case 'InProgress':
      return perform(ticket, asks('resolveTicket', { solution: 'cable', workMinutes: 5 }));
    case 'SupervisorReview':
      return perform(ticket, asks('supervise', { decision: facts['plan'] ? 'search' : 'continue' }));
    case 'Resolved':
      return perform(ticket, { act: 'followUp' });
    default:
      return;
  }
}

// ---- what is true of every one ----------------------------------------------------------------------------------------------------

const table: Lifecycle = ticketLifecycle;
const HELD = ['Assigned', 'Notified', 'Accepted'];
const STANDS_STILL = ['AwaitingCustomer', 'AwaitingThirdParty'];

function violations(journal: readonly Entry[], ticketId: string): string[] {
  const wrong: string[] = [];
  let before: EntityState = UNBORN;
  for (const entry of journal) {
    const after = fold(before, entry);
    const { kind, from, to, sequence } = entry;
    if (kind === 'transition' && from !== undefined && to !== undefined) {
      const { to: exits = [], reopens } = table.states[from] ?? {};
      if (!exits.includes(to) && reopens?.to !== to) wrong.push(`entry ${sequence} goes from ${from} to ${to}`);
    }
    const held = Object.values(after.parts).filter(({ state }) => HELD.includes(state)).length;
    if (held > 1) wrong.push(`entry ${sequence}: ${held} experts have it`);
    if (held === 0 && ['ExpertAssigned', 'InProgress', ...STANDS_STILL].includes(after.state) && kind === 'transition')
      wrong.push(`entry ${sequence} enters ${after.state} and nobody has it`);
    wrong.push(...miscounted(after, entry).map((what) => `entry ${sequence}: ${what}`));
    before = after;
  }
  const facts = before.facts as unknown as TicketFacts;
  const hops = Object.keys(before.parts).length;
  if ((facts.had ?? []).length !== hops) wrong.push(`${hops} hops, but ${facts.had?.length ?? 0} experts have had it`);
  const assigned = agency.assignments.get(ticketId) ?? [];
  for (const [i, expertId] of (facts.had ?? []).entries()) {
    const made = assigned.filter(({ hop }) => hop === i + 1).map((one) => one.expertId);
    if (made.length !== 1 || made[0] !== expertId)
      wrong.push(`hop ${i + 1} is ${expertId}’s, dispatch has ${made.join()}`);
  }
  if (agency.holding(ticketId).length > 0) wrong.push(`it has ended, and ${agency.holding(ticketId).join()} has it`);
  if (Object.values(before.parts).some(({ state }) => HELD.includes(state)))
    wrong.push('it has ended in somebody’s hands');
  return wrong;
}

/** Both clocks count from the submission; that of the solution stands still where others have to act, that of the response never. */
function miscounted(
  { clocks, facts, startedAt, visits, state, since }: EntityState,
  { patch, recordedAt }: Entry,
): string[] {
  const { promise, respondedAt } = facts as unknown as TicketFacts;
  if (!promise) return [];
  const submitted = Date.parse(startedAt);
  const stoodStill = (until?: string) =>
    STANDS_STILL.reduce((sum, name) => {
      const now = until !== undefined && state === name ? Date.parse(until) - Date.parse(since) : 0;
      return sum + (visits[name]?.totalMs ?? 0) + now;
    }, 0);
  const wrong: string[] = [];
  const { response, resolution } = clocks;
  if (patch?.clocks?.['response']?.pausedAt !== undefined) wrong.push('the response clock stands still');
  if (response && !response.breachedAt && Date.parse(response.dueAt) !== submitted + promise.responseMs)
    wrong.push(`the response is due at ${response.dueAt}`);
  if (response && respondedAt !== undefined) wrong.push('the response clock runs on after the response');
  if (resolution && !resolution.breachedAt && !resolution.pausedAt) {
    const due = submitted + promise.resolutionMs + stoodStill();
    if (Date.parse(resolution.dueAt) !== due) wrong.push(`the solution is due at ${resolution.dueAt}`);
  }
  const changed = patch?.clocks?.['resolution'];
  if (changed?.consumedMs !== undefined && !changed.breachedAt) {
    const ran = Date.parse(recordedAt) - submitted - stoodStill(recordedAt);
    if (changed.consumedMs !== ran)
      wrong.push(`the clock of the solution ran ${ran} ms and says ${changed.consumedMs}`);
  }
  return wrong;
}
