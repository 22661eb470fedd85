/**
 * The payment ledger. Constraints of the database, not the code's care, keep its promises: a payment (claim, coverage, ordinal)
 * exists once; what is paid on a coverage, without what failed or came back, never exceeds what was approved; and only a payment
 * that came back is replaced.
 */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { claimId, claimMessages } from '../../events/claim.js';
import { code, reference } from '../../events/common.js';
import { Agenda, agendaTable } from '../platform/agenda.js';
import { callback, type Callback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo, positiveUsd, usd } from '../platform/validation.js';
import { CARD_TABLES } from './card-tables.js';
import { seedCards, type cardsSeed } from './card-seeds.js';
import { foreseen, outcome, SEED_TABLES, seedPayments, type paymentsSeed } from './outcome-seeds.js';
import { PAYMENT_TABLES } from './payment-tables.js';
import { exceeds, notOpen, notReturned, ordinalUsed } from './refusals.js';

/** Body of `POST /payments/payments`. */
export const paymentRequest = z.strictObject({
  claimId,
  coverage: z.enum(['building', 'contents']),
  ordinal: claimMessages.paymentAcknowledged.shape.ordinal,
  amount: positiveUsd,
  /** What is approved on the coverage in all. */
  approved: usd,
  kind: z.enum(['advance', 'partial', 'final', 'supplement']).exactOptional(),
  /** Who is named on the check, by reference; absent: the insured alone. */
  payees: z.array(reference).min(1).max(10).exactOptional(),
  /** Ordinal of the payment that came back and that this one replaces. */
  replaces: claimMessages.paymentAcknowledged.shape.ordinal.exactOptional(),
  callback: callbackTo,
});

/** Body of `POST /payments/payments/:paymentId/outcome`. */
export const paymentOutcome = z.strictObject({
  outcome,
  /** Why it came back. Default: the outcome's own name. */
  code: code.exactOptional(),
});

type PaymentRequest = z.infer<typeof paymentRequest>;
type Outcome = z.infer<typeof outcome>;

/** Items of the agenda: a payment's seeded outcome. */
const OUTCOME = 'outcome';

@Injectable()
export class PaymentsService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
  ) {}

  onModuleInit(): Promise<void> {
    this.agenda.on(OUTCOME, { turn: turnOf, perform: foreseenOutcome });
    return this.store.migrate(`${agendaTable(this.store.schema)} ${SEED_TABLES} ${PAYMENT_TABLES} ${CARD_TABLES}`);
  }

  /** Sets or lifts declines and outcomes. */
  seed(seeds: ReadonlyArray<z.infer<typeof paymentsSeed>>): Promise<void> {
    return seedPayments(this.store.database, seeds);
  }

  /** Inserts or replaces what the bank says to orders. */
  seedCards(seeds: ReadonlyArray<z.infer<typeof cardsSeed>>): Promise<void> {
    return seedCards(this.store.database, seeds);
  }

  /**
   * Books a payment (202) and promises its acknowledgment or failure. A failed one does not count against the approval.
   * @throws Problem by way of the answer: 422 `PaymentExceedsApproval`; 409 `PaymentOrdinalUsed`, where another call has made
   *   the payment of this ordinal; 409 `PaymentNotReturned`, where what it replaces has not come back
   */
  pay(key: string, input: PaymentRequest): Promise<Answer> {
    return this.store.once({ key, operation: 'requestPayment', input, declines: true }, async (declined) => {
      const { claimId, coverage, ordinal, amount, approved } = input;
      if (amount.minor > approved.minor) throw exceeds(input);
      const { decline = declined ? 'declined' : undefined, outcome: seeded } = await foreseen(
        this.store.database,
        claimId,
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
        status: decline === undefined ? 'paid' : 'failed',
        decline_code: decline ?? null,
        booked_at: new Date().toISOString(),
        kind: input.kind ?? null,
        payees: input.payees ?? null,
        replaces: input.replaces ?? null,
        reference: input.callback.reference,
      };
      const balance = {
        claim_id: claimId,
        coverage,
        approved_minor: approved.minor,
        paid_minor: decline === undefined ? amount.minor : 0,
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
          ...(seeded && decline === undefined ? [this.agenda.item(OUTCOME, paymentId, seeded.afterMs)] : []),
        ],
        callbacks: [
          decline === undefined
            ? callback('payments', 'paymentAcknowledged', reference, { paymentId, coverage, ordinal, amount })
            : callback('payments', 'paymentFailed', reference, { paymentId, coverage, ordinal, code: decline }),
        ],
        refusals: {
          paid_within_approval: () => exceeds(input),
          one_payment_per_ordinal: () => ordinalUsed(input),
          replaces_what_came_back: () => notReturned(input),
        },
      };
    });
  }

  /**
   * Takes what has become of a payment that was issued (202) and promises to tell the claim.
   * @throws Problem 404 `PaymentNotFound`, 409 `PaymentNotOpen`, by way of the answer
   */
  settle(key: string, paymentId: string, body: z.infer<typeof paymentOutcome>): Promise<Answer> {
    const call = { key, operation: 'settlePayment', input: { paymentId, ...body } };
    return this.store.onceInTurn(call, turnOf(paymentId), async (transaction) => {
      const callbacks = await settle(transaction, paymentId, body.outcome, body.code ?? body.outcome);
      if (!callbacks) throw notOpen(paymentId, await statusOf(transaction, paymentId));
      return { answer: new Answer(202, { paymentId, outcome: body.outcome }), callbacks };
    });
  }
}

const turnOf = (paymentId: string): string => `payment/${paymentId}`;

/** The seeded outcome of a payment comes; none where the seed was lifted, or a person was first. */
async function foreseenOutcome(transaction: Queries, paymentId: string): Promise<readonly Callback[]> {
  const [payment] = await transaction.query<{ claimId: string; replaces: number | null }>(
    'SELECT claim_id AS "claimId", replaces FROM svc_payments.payment WHERE payment_id = $1',
    [paymentId],
  );
  const { outcome: seeded } = payment ? await foreseen(transaction, payment.claimId) : {};
  if (!payment || !seeded) return [];
  const is = payment.replaces === null ? seeded.is : 'cleared';
  return (await settle(transaction, paymentId, is, seeded.code)) ?? [];
}

/**
 * Notes what has become of a payment. What came back counts against the approval no more.
 * @returns the callbacks that tell the claim; undefined where the payment is not issued, or has its outcome
 */
async function settle(
  transaction: Queries,
  paymentId: string,
  is: Outcome,
  code: string,
): Promise<Callback[] | undefined> {
  const [settled] = await transaction.query<{
    coverage: PaymentRequest['coverage'];
    ordinal: number;
    reference: string | null;
  }>(
    `WITH settled AS (
       UPDATE svc_payments.payment SET status = $2 WHERE payment_id = $1 AND status = 'paid'
       RETURNING claim_id, coverage, ordinal, amount_minor, reference
     ), came_back AS (
       INSERT INTO svc_payments.returned_payment
       SELECT claim_id, coverage, ordinal, $2, $3, now() FROM settled WHERE $2 <> 'cleared'
     ), balanced AS (
       UPDATE svc_payments.balance b SET paid_minor = b.paid_minor - settled.amount_minor FROM settled
       WHERE b.claim_id = settled.claim_id AND b.coverage = settled.coverage AND $2 <> 'cleared'
     )
     SELECT coverage, ordinal, reference FROM settled`,
    [paymentId, is, code],
  );
  if (!settled) return undefined;
  const { coverage, ordinal, reference } = settled;
  // A payment booked before outcomes were told.
  if (reference === null) return [];
  const which = { paymentId, coverage, ordinal };
  return [
    is === 'cleared'
      ? callback('payments', 'paymentCleared', reference, which)
      : callback('payments', 'paymentReturned', reference, { ...which, how: is, code }),
  ];
}

async function statusOf(transaction: Queries, paymentId: string): Promise<string | undefined> {
  const [payment] = await transaction.query<{ status: string }>(
    'SELECT status FROM svc_payments.payment WHERE payment_id = $1',
    [paymentId],
  );
  return payment?.status;
}
