/** Tickets as far as subscribers see them: their journals, by the real writer, with what the ticket's table publishes. */
import type pg from 'pg';
import { JournalWriter } from '../../records/writer.js';
import type { Entry } from '../../workflows/lifecycle/entry.js';
import { ticketLifecycle } from '../../workflows/ticket/states.js';
import { carrier, ref, SYSTEM } from '../records/fixtures.js';

/** When everything here was recorded. */
const AT = '2012-10-29T12:00:00.000Z';

/** Writes what the lives of tickets come to. */
export class TicketWriter {
  private readonly sequences = new Map<string, number>();

  private constructor(private readonly writer: JournalWriter) {}

  static async open(pool: pg.Pool): Promise<TicketWriter> {
    const writer = new JournalWriter(pool);
    await writer.registerDefinition(ticketLifecycle);
    return new TicketWriter(writer);
  }

  /**
   * A new ticket is resolved, or one that was reopened is resolved again.
   * @returns the id of the event, which is the chain's
   */
  async resolve(id: string, workMinutes = 30): Promise<string> {
    const before = this.sequences.get(id) ?? 0;
    const again = before > 0;
    const notice = {
      ticketId: id,
      customerId: `customer-of-${id}`,
      product: 'router-7',
      skill: 'network',
      priority: 2,
    };
    const resolution = { number: again ? 2 : 1, expertId: 'expert-1', solution: 'replacedCable', workMinutes, hops: 1 };
    const entries: Entry[] = [
      entry(before + 1, again ? 'Resolved' : undefined, again ? 'Reopened' : 'Submitted', {
        facts: { notice, priority: 2, plan: { planId: 'standard' } },
      }),
      entry(before + 2, again ? 'Reopened' : 'Submitted', 'InProgress', {}),
      entry(before + 3, 'InProgress', 'Resolved', { facts: { resolution, resolvedAt: AT } }),
    ];
    this.sequences.set(id, before + 3);
    await this.writer.write(carrier(ref(id, { lifecycle: 'ticket', correlationId: `ticket/${id}` }), entries), {
      runId: 'run-1',
    });
    return `ticket/${id}/${before + 3}`;
  }
}

function entry(sequence: number, from: string | undefined, to: string, patch: NonNullable<Entry['patch']>): Entry {
  return {
    sequence,
    kind: 'transition',
    recordedAt: AT,
    causationId: `activity:step${sequence}`,
    actor: SYSTEM,
    ...(from !== undefined && { from }),
    to,
    patch,
  };
}
