/** Survey: the customer is asked how it was, once per resolution. */
import { EventRefused } from '../../events/broker/broker.js';
import { resolvedTicket } from '../../events/follow-up.js';
import type { Step } from '../platform/step.js';

export const step: Step = {
  tables: `
    CREATE TABLE IF NOT EXISTS invitation (
      chain       text PRIMARY KEY,
      ticket_id   text NOT NULL,
      customer_id text NOT NULL,
      expert_id   text,
      invited_at  timestamptz NOT NULL DEFAULT now()
    )`,
  async perform({ chain, subject, facts }, queries) {
    const read = resolvedTicket.safeParse(facts);
    if (!read.success) throw new EventRefused('the resolved ticket names no customer who could be asked');
    const { customerId, expertId } = read.data;
    await queries.query('INSERT INTO invitation (chain, ticket_id, customer_id, expert_id) VALUES ($1, $2, $3, $4)', [
      chain,
      subject,
      customerId,
      expertId ?? null,
    ]);
    return { invited: true };
  },
};
