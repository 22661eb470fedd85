/**
 * Notification: tells the customer that it is solved and what it costs. It works from billing's event alone, whose stamp says everything:
 * it asks neither the ticket nor billing.
 */
import { z } from 'zod';
import { EventRefused } from '../../events/broker/broker.js';
import { money } from '../../events/common.js';
import { resolvedTicket } from '../../events/follow-up.js';
import type { Step } from '../platform/step.js';

const told = z.object({
  facts: resolvedTicket,
  steps: z.object({ billing: z.object({ invoiceId: z.string(), amount: money }) }),
});

export const step: Step = {
  after: 'billing',
  tables: `
    CREATE TABLE IF NOT EXISTS letter (
      chain        text PRIMARY KEY,
      ticket_id    text NOT NULL,
      customer_id  text NOT NULL,
      solution     text NOT NULL,
      invoice_id   text NOT NULL,
      amount_minor bigint NOT NULL,
      currency     text NOT NULL,
      sent_at      timestamptz NOT NULL DEFAULT now()
    )`,
  async perform(stamp, queries) {
    const read = told.safeParse(stamp);
    if (!read.success) throw new EventRefused("billing's stamp lacks the customer or the invoice");
    const { facts, steps } = read.data;
    await queries.query(
      `INSERT INTO letter (chain, ticket_id, customer_id, solution, invoice_id, amount_minor, currency)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        stamp.chain,
        stamp.subject,
        facts.customerId,
        facts.solution,
        steps.billing.invoiceId,
        steps.billing.amount.minor,
        steps.billing.amount.currency,
      ],
    );
    return { template: 'ticketResolved' };
  },
};
