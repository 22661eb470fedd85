/** Billing: an invoice for every resolution, by the minutes of work and the customer's plan. */
import { z } from 'zod';
import { EventRefused } from '../../events/broker/broker.js';
import { resolvedTicket } from '../../events/follow-up.js';
import type { Step } from '../platform/step.js';

const CURRENCY = 'USD';
/** Cents for a minute of work, by plan. */
const RATES: Readonly<Record<string, number>> = { basic: 180, standard: 150, premium: 0 };
/** Of every other plan. */
const OTHER_RATE = 220;

/** Cents that the work costs on a plan. */
const amountOf = (workMinutes: number, planId: string): number => workMinutes * (RATES[planId] ?? OTHER_RATE);

const invoice = z.object({ invoice_id: z.string() });

export const step: Step = {
  tables: `
    CREATE TABLE IF NOT EXISTS invoice (
      invoice_id   text NOT NULL UNIQUE GENERATED ALWAYS AS ('INV-' || number::text) STORED,
      number       bigint GENERATED ALWAYS AS IDENTITY (START WITH 100001),
      chain        text PRIMARY KEY,
      ticket_id    text NOT NULL,
      customer_id  text NOT NULL,
      plan_id      text NOT NULL,
      work_minutes integer NOT NULL,
      amount_minor bigint NOT NULL,
      currency     text NOT NULL,
      created_at   timestamptz NOT NULL DEFAULT now()
    )`,
  stamps: true,
  async perform({ chain, subject, facts }, queries) {
    const read = resolvedTicket.safeParse(facts);
    if (!read.success) {
      const { path, message } = read.error.issues[0] ?? { path: [], message: 'malformed' };
      throw new EventRefused(`facts.${path.join('.')} of the resolved ticket: ${message}`);
    }
    const { customerId, planId, workMinutes } = read.data;
    const amount = { minor: amountOf(workMinutes, planId), currency: CURRENCY };
    const rows = await queries.query(
      `INSERT INTO invoice (chain, ticket_id, customer_id, plan_id, work_minutes, amount_minor, currency)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING invoice_id`,
      [chain, subject, customerId, planId, workMinutes, amount.minor, amount.currency],
    );
    return { invoiceId: invoice.parse(rows[0]).invoice_id, workMinutes, amount };
  },
};
