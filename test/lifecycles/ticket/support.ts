/** Tickets under test. */
import { expect } from 'vitest';
import type { Profile } from '../../../workflows/lifecycle/message.js';
import type { TicketFacts } from '../../../workflows/ticket/facts.js';
import type { TicketNotice } from '../../../workflows/ticket/messages.js';
import type { TicketState } from '../../../workflows/ticket/states.js';
import { eventually } from '../../support/eventually.js';
import { useLifecycle, type RehearsalOptions, type RehearsedEntity } from '../../support/rehearsal.js';
import { Agency } from './agency.js';

/** A router that does not work, unless it says otherwise. */
const noticeOf = (ticketId: string, given: Partial<TicketNotice> = {}): TicketNotice => ({
  ticketId,
  customerId: 'CUS-1',
  product: 'router',
  skill: 'network',
  location: { country: 'US', postalCode: '11101' },
  priority: 3,
  ...given,
});

/** A help desk with tickets. */
export function useTickets(options: RehearsalOptions = {}) {
  const agency = new Agency();
  const tickets = useLifecycle('ticket', agency.activities, options);
  let count = 0;
  return {
    agency,
    sleep: (ms: number) => tickets.sleep(ms),
    abandon: () => tickets.abandon(),
    async submit(given: Partial<TicketNotice> = {}, profile?: Profile): Promise<TestedTicket> {
      const ticketId = given.ticketId ?? `T-${++count}`;
      return new TestedTicket(agency, await tickets.submit({ ...noticeOf(ticketId, given) }, profile), ticketId);
    },
    /** Takes up again a ticket that has ended. */
    reopen: (ticket: TestedTicket) => tickets.reopen(ticket.entity, 'reopenTicket', { reasonCode: 'notSolved' }),
  };
}

export type TestDesk = ReturnType<typeof useTickets>;

export class TestedTicket {
  constructor(
    readonly agency: Agency,
    readonly entity: RehearsedEntity,
    readonly id: string,
  ) {}

  async facts(): Promise<TicketFacts> {
    return (await this.entity.state()).facts as unknown as TicketFacts;
  }

  /** What became of each hop. */
  async hops(): Promise<string[]> {
    const { parts } = await this.entity.state();
    return Object.keys(parts)
      .sort()
      .map((name) => parts[name]?.state ?? '');
  }

  /** Its expert says something. */
  async expert(answer: 'Accepted' | 'Declined', code = 'too-far'): Promise<void> {
    const { hop } = await this.facts();
    const data = { expertId: hop?.expertId ?? 'nobody', hop: hop?.number ?? 1 };
    await this.entity.tell(`expert${answer}`, answer === 'Accepted' ? data : { ...data, code });
  }

  /** Somebody says something, once no call is under way: this server stands still where one is called off in the moment of its answer. */
  async ask(name: string, data: object = {}, who?: string) {
    await this.entity.atRest();
    return this.entity.ask(name, { reasonCode: 'asked', ...data }, who);
  }

  reaches(state: TicketState) {
    return this.entity.reaches(state);
  }

  /** Its one open task. */
  async task() {
    const [open] = Object.entries((await this.entity.state()).reviews);
    if (!open) throw new Error(`${this.id} has no open task`);
    return { taskId: open[0], ...open[1] };
  }

  /** It has been given up by two supervisors. */
  async isGivenUp(): Promise<void> {
    await this.ask('supervise', { decision: 'close' });
    const { taskId, proposal } = await this.task();
    await this.entity.ask('approveReview', { taskId, proposal: proposal?.digest }, 'supervisor-2');
  }

  async isInProgress(): Promise<void> {
    await this.reaches('AwaitingAcceptance');
    await this.expert('Accepted');
    await this.reaches('InProgress');
  }

  /** Solved, with its expert let go. */
  async isResolved(): Promise<void> {
    await this.isInProgress();
    await this.isSolved();
  }

  async isSolved(): Promise<void> {
    expect(await this.ask('resolveTicket', { solution: 'cable', workMinutes: 30 })).toMatchObject({
      outcome: 'applied',
      state: 'Resolved',
    });
    await eventually(() => this.agency.holding(this.id).length === 0);
    await this.entity.settled();
  }

  /** The subscribers have done their part. */
  async followUp(resolution = 1): Promise<void> {
    await this.entity.tell('followUpCompleted', { steps: ['billing', 'survey'], resolution });
  }

  /** Its result, once it has ended with nobody left holding it. */
  async ends(): Promise<unknown> {
    const result = await this.entity.ends();
    expect(this.agency.holding(this.id), `experts that still have ${this.id}`).toEqual([]);
    expect(this.agency.doubled).toEqual([]);
    return result;
  }
}
