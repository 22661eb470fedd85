/** Captures of what is authorised, their refunds, and chargebacks. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { code, reference } from '../../events/common.js';
import { Agenda } from '../platform/agenda.js';
import { orderCallback } from '../platform/callback.js';
import type { Queries } from '../platform/database.js';
import { orderId, turnOfItem, turnOfOrder } from '../platform/order-schemas.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo, positiveUsd } from '../platform/validation.js';
import {
  addCaptured,
  addRefunded,
  callOff,
  decideCapture,
  decideRefund,
  dollars,
  lockAuthorization,
  lockCapture,
  type Capture,
} from './card-ledger.js';
import {
  authorizationNotFound,
  authorizationNotOpen,
  captureNotFound,
  chargedBack,
  exceedsAuthorization,
  exceedsCapture,
  shipmentCaptured,
} from './card-refusals.js';
import { foreseenCards, type Foreseen } from './card-seeds.js';

/** Body of `POST /payments/captures`. */
export const captureRequest = z.strictObject({
  orderId,
  authorizationId: reference,
  shipmentId: reference,
  amount: positiveUsd,
  callback: callbackTo,
});

/** Body of `POST /payments/refunds`. */
export const refundRequest = z
  .strictObject({
    orderId,
    captureId: reference.exactOptional(),
    captureKey: z.string().min(1).max(255).exactOptional(),
    amount: positiveUsd.exactOptional(),
    callback: callbackTo,
  })
  .refine((body) => (body.captureId === undefined) !== (body.captureKey === undefined), {
    path: ['captureId'],
    error: 'give either captureId or captureKey',
  });

/** Body of `POST /payments/chargebacks`. */
export const chargebackRequest = z.strictObject({
  orderId,
  captureId: reference,
  /** The card network's reason. */
  code,
  /** How long evidence can be brought, in milliseconds. Default: 20 days. */
  evidenceMs: z
    .int('a whole number of milliseconds')
    .min(0)
    .default(20 * 86_400_000),
});

type CaptureRequest = z.infer<typeof captureRequest>;
type RefundRequest = z.infer<typeof refundRequest>;

/** Items of the agenda: the bank's word, `<order>/<capture>` and `<order>/<refund>`. */
const DECIDE_CAPTURE = 'decideCapture';
const DECIDE_REFUND = 'decideRefund';

@Injectable()
export class CapturesService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
  ) {}

  onModuleInit(): void {
    this.agenda.on(DECIDE_CAPTURE, {
      turn: turnOfItem,
      perform: async (transaction, item) => {
        const [orderId = '', id = ''] = item.split('/');
        const { capture } = await foreseenCards(transaction, orderId);
        return decideCapture(transaction, id, capture.decline);
      },
    });
    this.agenda.on(DECIDE_REFUND, {
      turn: turnOfItem,
      perform: async (transaction, item) => {
        const [orderId = '', id = ''] = item.split('/');
        const { refund } = await foreseenCards(transaction, orderId);
        return decideRefund(transaction, id, refund.decline);
      },
    });
  }

  /**
   * Takes part of what is authorised (201), says that the bank does not (200), or that it is slow (202).
   * @throws Problem 404 `AuthorizationNotFound`, 409 `AuthorizationNotOpen`, `ShipmentCaptured`, 422 `CaptureExceedsAuthorization`,
   *   by way of the answer
   */
  capture(key: string, input: CaptureRequest): Promise<Answer> {
    const call = { key, operation: 'captureCard', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction, declined) => {
      const { orderId, authorizationId, amount } = input;
      await this.#requireOpen(transaction, input);
      const { capture: foreseen } = await foreseenCards(transaction, orderId);
      const is = decided(foreseen, declined, 'captured');
      if (is.state !== 'declined') await addCaptured(transaction, authorizationId, amount.minor);
      const captureId = `CAP-${randomUUID()}`;
      const row = {
        capture_id: captureId,
        authorization_id: authorizationId,
        order_id: orderId,
        shipment_id: input.shipmentId,
        amount_minor: amount.minor,
        currency: amount.currency,
        state: is.state,
        decline_code: is.code ?? null,
        refunded_minor: 0,
        reference: input.callback.reference,
        created_at: new Date().toISOString(),
        changed_at: new Date().toISOString(),
      };
      return {
        answer: new Answer(STATUS[is.state], {
          outcome: is.state,
          captureId,
          ...(is.state === 'captured' && { amount }),
          ...(is.code !== undefined && { code: is.code }),
        }),
        inserts: [
          { table: 'card_capture', rows: [row] },
          ...(is.slowMs === undefined ? [] : [this.agenda.item(DECIDE_CAPTURE, `${orderId}/${captureId}`, is.slowMs)]),
        ],
        refusals: { one_capture_per_shipment: () => shipmentCaptured(orderId, input.shipmentId) },
      };
    });
  }

  /**
   * Gives part or all of a capture back (201), says that the bank does not (200), or that it is slow (202).
   * @throws Problem 404 `CaptureNotFound`, 409 `CaptureChargedBack`, 422 `RefundExceedsCapture`, by way of the answer
   */
  refund(key: string, input: RefundRequest): Promise<Answer> {
    const call = { key, operation: 'refundCapture', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction, declined) => {
      const { orderId } = input;
      const none = { answer: new Answer(200, { outcome: 'none' }) };
      const id = input.captureId ?? (await this.#madeUnder(transaction, input.captureKey ?? ''));
      if (id === undefined) return none;
      const capture = await lockCapture(transaction, orderId, id);
      if (!capture) throw captureNotFound(orderId, id);
      if (capture.chargedBack) throw chargedBack(id);
      const left = capture.state === 'captured' ? capture.amountMinor - capture.refundedMinor : 0;
      if (input.amount === undefined) {
        if (capture.state === 'pending') await this.#callOff(transaction, orderId, capture);
        if (left === 0) return none;
      }
      const minor = input.amount?.minor ?? left;
      if (minor > left) throw exceedsCapture(id, minor, left);
      const { refund: foreseen } = await foreseenCards(transaction, orderId);
      const is = decided(foreseen, declined, 'refunded');
      if (is.state !== 'declined') await addRefunded(transaction, id, minor);
      const refundId = `RFD-${randomUUID()}`;
      const state = is.state === 'declined' ? 'failed' : is.state;
      const row = {
        refund_id: refundId,
        capture_id: id,
        order_id: orderId,
        amount_minor: minor,
        currency: 'USD',
        state,
        decline_code: is.code ?? null,
        reference: input.callback.reference,
        created_at: new Date().toISOString(),
        changed_at: new Date().toISOString(),
      };
      return {
        answer: new Answer(STATUS[is.state], {
          outcome: state,
          refundId,
          ...(is.state === 'refunded' && { amount: dollars(minor) }),
          ...(is.code !== undefined && { code: is.code }),
        }),
        inserts: [
          { table: 'card_refund', rows: [row] },
          ...(is.slowMs === undefined ? [] : [this.agenda.item(DECIDE_REFUND, `${orderId}/${refundId}`, is.slowMs)]),
        ],
      };
    });
  }

  /**
   * The bank takes a capture back for the customer (202), less what was refunded; the order is told.
   * @throws Problem 404 `CaptureNotFound`, 409 `CaptureChargedBack`, 422 `RefundExceedsCapture`, where nothing is left of it, by way
   *   of the answer
   */
  chargeBack(key: string, input: z.infer<typeof chargebackRequest>): Promise<Answer> {
    const call = { key, operation: 'chargeBack', input };
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction) => {
      const { orderId, captureId, code } = input;
      const capture = await lockCapture(transaction, orderId, captureId);
      if (!capture) throw captureNotFound(orderId, captureId);
      if (capture.chargedBack) throw chargedBack(captureId);
      const left = capture.state === 'captured' ? capture.amountMinor - capture.refundedMinor : 0;
      if (left === 0) throw exceedsCapture(captureId, capture.amountMinor, left);
      const chargebackId = `CBK-${randomUUID()}`;
      const evidenceDueAt = new Date(Date.now() + input.evidenceMs).toISOString();
      const row = {
        chargeback_id: chargebackId,
        capture_id: captureId,
        amount_minor: left,
        code,
        evidence_due_at: evidenceDueAt,
      };
      return {
        answer: new Answer(202, { chargebackId }),
        inserts: [{ table: 'chargeback', rows: [row] }],
        callbacks: [
          orderCallback('payments.chargedBack', capture.reference, {
            chargebackId,
            captureId,
            amount: dollars(left),
            code,
            evidenceDueAt,
          }),
        ],
      };
    });
  }

  async #requireOpen(transaction: Queries, { orderId, authorizationId, amount }: CaptureRequest): Promise<void> {
    const authorization = await lockAuthorization(transaction, orderId, authorizationId);
    if (!authorization) throw authorizationNotFound(orderId, authorizationId);
    const { state, amountMinor, capturedMinor } = authorization;
    if (state !== 'authorized') throw authorizationNotOpen(authorizationId, state);
    const left = amountMinor - capturedMinor;
    if (amount.minor > left) throw exceedsAuthorization(authorizationId, amount.minor, left);
  }

  /** The capture that was made under a key; undefined where none was, and none will be. */
  async #madeUnder(transaction: Queries, key: string): Promise<string | undefined> {
    const made = (await this.store.withdraw(transaction, key)) as { captureId?: string } | undefined;
    return made?.captureId;
  }

  async #callOff(transaction: Queries, orderId: string, capture: Capture): Promise<void> {
    await callOff(transaction, capture);
    await this.agenda.strike(transaction, DECIDE_CAPTURE, `${orderId}/${capture.id}`);
  }
}

const STATUS = { captured: 201, refunded: 201, declined: 200, pending: 202 } as const;

/** What the bank says now; a fault switch's no comes at once. */
function decided<S extends string>(
  { decline, slowMs }: Foreseen,
  declined: boolean,
  done: S,
): { readonly state: S | 'declined' | 'pending'; readonly code?: string; readonly slowMs?: number } {
  if (declined) return { state: 'declined', code: 'declined' };
  if (slowMs !== undefined) return { state: 'pending', slowMs };
  return decline === undefined ? { state: done } : { state: 'declined', code: decline };
}
