/**
 * The payment ledger. Two constraints of the database, not the code's care, keep its promises: a payment (claim, coverage,
 * ordinal) exists once, and what is paid on a coverage never exceeds what was approved.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId, claimMessages } from '../../events/claim.js';
import { code } from '../../events/common.js';
import { callback } from '../platform/callback.js';
import { Problem } from '../platform/problem.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo, positiveUsd, usd } from '../platform/validation.js';

/** A claim whose payments will fail with a code, as it is seeded; `decline: null` lets them pass again. */
export const paymentsSeed = z.strictObject({ claimId, decline: code.nullable() });

/** Body of `POST /payments/payments`. */
export const paymentRequest = z.strictObject({
  claimId,
  coverage: z.enum(['building', 'contents']),
  ordinal: claimMessages.paymentAcknowledged.shape.ordinal,
  amount: positiveUsd,
  /** What is approved on the coverage in all. */
  approved: usd,
  callback: callbackTo,
});

type PaymentRequest = z.infer<typeof paymentRequest>;

@Injectable()
export class PaymentsService implements OnModuleInit {
  constructor(private readonly store: ServiceStore) {}

  onModuleInit(): Promise<void> {
    return this.store.migrate(`
      CREATE TABLE IF NOT EXISTS svc_payments.decline (claim_id text PRIMARY KEY, code text NOT NULL);
      CREATE TABLE IF NOT EXISTS svc_payments.payment (
        payment_id text PRIMARY KEY,
        claim_id text NOT NULL,
        coverage text NOT NULL,
        ordinal int NOT NULL,
        amount_minor bigint NOT NULL CHECK (amount_minor > 0),
        approved_minor bigint NOT NULL,
        currency text NOT NULL,
        status text NOT NULL CHECK (status IN ('paid', 'failed')),
        decline_code text,
        booked_at timestamptz NOT NULL,
        CONSTRAINT one_payment_per_ordinal UNIQUE (claim_id, coverage, ordinal)
      );
      CREATE TABLE IF NOT EXISTS svc_payments.balance (
        claim_id text NOT NULL,
        coverage text NOT NULL,
        approved_minor bigint NOT NULL,
        paid_minor bigint NOT NULL,
        PRIMARY KEY (claim_id, coverage),
        CONSTRAINT paid_within_approval CHECK (paid_minor <= approved_minor)
      );`);
  }

  /** Sets or lifts declines. */
  async seed(declines: ReadonlyArray<z.infer<typeof paymentsSeed>>): Promise<void> {
    await this.store.database.query(
      `WITH given AS (
         SELECT "claimId" AS claim_id, decline FROM jsonb_to_recordset($1::jsonb) AS d ("claimId" text, decline text)
       ), lifted AS (
         DELETE FROM svc_payments.decline WHERE claim_id IN (SELECT claim_id FROM given WHERE decline IS NULL)
       )
       INSERT INTO svc_payments.decline (claim_id, code)
       SELECT claim_id, decline FROM given WHERE decline IS NOT NULL ORDER BY 1
       ON CONFLICT (claim_id) DO UPDATE SET code = excluded.code`,
      [JSON.stringify(declines)],
    );
  }

  /**
   * Books a payment (202) and promises its acknowledgment or failure. A failed one does not count against the approval.
   * @throws Problem by way of the answer: 422 `PaymentExceedsApproval`; 409 `PaymentOrdinalUsed`, where another call has made
   *   the payment of this ordinal
   */
  pay(key: string, input: PaymentRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'requestPayment', input }, async () => {
      const { claimId, coverage, ordinal, amount, approved } = input;
      const exceeds = () =>
        new Problem(
          422,
          'PaymentExceedsApproval',
          `amount is ${amount.minor} cents: with what is paid on ${coverage} of ${claimId} it exceeds the approved ` +
            `${approved.minor} cents; approve more or pay less`,
        );
      if (amount.minor > approved.minor) throw exceeds();

      const [decline] = await this.store.database.query<{ code: string }>(
        'SELECT code FROM svc_payments.decline WHERE claim_id = $1',
        [claimId],
      );
      const paymentId = `PAY-${randomUUID()}`;
      const payment = {
        payment_id: paymentId,
        claim_id: claimId,
        coverage,
        ordinal,
        amount_minor: amount.minor,
        approved_minor: approved.minor,
        currency: amount.currency,
        status: decline ? 'failed' : 'paid',
        decline_code: decline?.code ?? null,
        booked_at: new Date().toISOString(),
      };
      const balance = {
        claim_id: claimId,
        coverage,
        approved_minor: approved.minor,
        paid_minor: decline ? 0 : amount.minor,
      };
      const { reference } = input.callback;
      return {
        answer: new Answer(202, { paymentId }),
        inserts: [
          { table: 'payment', rows: [payment] },
          {
            table: 'balance',
            rows: [balance],
            // Locks the balance and adds to its newest value, whoever else pays at this moment; the CHECK has the last word.
            onConflict: `ON CONFLICT (claim_id, coverage) DO UPDATE
              SET approved_minor = excluded.approved_minor, paid_minor = balance.paid_minor + excluded.paid_minor`,
          },
        ],
        callbacks: [
          decline
            ? callback('payments', 'paymentFailed', reference, { paymentId, coverage, ordinal, code: decline.code })
            : callback('payments', 'paymentAcknowledged', reference, { paymentId, coverage, ordinal, amount }),
        ],
        refusals: {
          paid_within_approval: exceeds,
          one_payment_per_ordinal: () =>
            new Problem(
              409,
              'PaymentOrdinalUsed',
              `ordinal is ${ordinal}: payment ${ordinal} on ${coverage} of ${claimId} was made under another Idempotency-Key; ` +
                'look that up, or give a new payment the next ordinal',
            ),
        },
      };
    });
  }
}
