/** Authorisations of cards: an amount is kept for an order until it is captured, voided or over its time. */
import { randomUUID } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { reference } from '../../events/common.js';
import { Agenda } from '../platform/agenda.js';
import type { Queries } from '../platform/database.js';
import { orderId, turnOfItem, turnOfOrder } from '../platform/order-schemas.js';
import { Answer, ServiceStore } from '../platform/service-store.js';
import { callbackTo, positiveUsd } from '../platform/validation.js';
import { decideAuthorization, dollars, lockAuthorization } from './card-ledger.js';
import { authorizationNotFound } from './card-refusals.js';
import { foreseenCards } from './card-seeds.js';

/** Body of `POST /payments/authorizations`. */
export const authorizationRequest = z.strictObject({
  orderId,
  amount: positiveUsd,
  methodToken: reference,
  callback: callbackTo,
});

/** Body of `POST /payments/voids`. */
export const voidRequest = z
  .strictObject({
    orderId,
    authorizationId: reference.exactOptional(),
    authorizationKey: z.string().min(1).max(255).exactOptional(),
  })
  .refine((body) => (body.authorizationId === undefined) !== (body.authorizationKey === undefined), {
    path: ['authorizationId'],
    error: 'give either authorizationId or authorizationKey',
  });

/** Items of the agenda: the bank's word, `<order>/<authorisation>`. */
const DECIDE = 'decideAuthorization';

@Injectable()
export class AuthorizationsService implements OnModuleInit {
  constructor(
    private readonly store: ServiceStore,
    private readonly agenda: Agenda,
  ) {}

  onModuleInit(): void {
    this.agenda.on(DECIDE, {
      turn: turnOfItem,
      perform: async (transaction, item) => {
        const [orderId = '', id = ''] = item.split('/');
        const { authorize, validMs } = await foreseenCards(transaction, orderId);
        return decideAuthorization(transaction, id, validMs, authorize.decline);
      },
    });
  }

  /** Keeps an amount of a card (200), says that the bank does not, or that it is slow (202). */
  authorize(key: string, input: z.infer<typeof authorizationRequest>): Promise<Answer> {
    const call = { key, operation: 'authorizeCard', input, declines: true } as const;
    return this.store.onceInTurn(call, turnOfOrder(input.orderId), async (transaction, declined) => {
      const { orderId, amount } = input;
      const foreseen = await foreseenCards(transaction, orderId);
      const { slowMs } = foreseen.authorize;
      const code = declined ? 'declined' : foreseen.authorize.decline;
      const authorizationId = `AUT-${randomUUID()}`;
      const now = Date.now();
      const expiresAt = new Date(now + foreseen.validMs).toISOString();
      const row = (state: string) => ({
        authorization_id: authorizationId,
        order_id: orderId,
        method_token: input.methodToken,
        amount_minor: amount.minor,
        currency: amount.currency,
        state,
        decline_code: state === 'declined' ? code : null,
        captured_minor: 0,
        reference: input.callback.reference,
        expires_at: expiresAt,
        created_at: new Date(now).toISOString(),
        changed_at: new Date(now).toISOString(),
      });
      const table = 'card_authorization';
      if (slowMs !== undefined && !declined) {
        return {
          answer: new Answer(202, { outcome: 'pending', authorizationId }),
          inserts: [
            { table, rows: [row('pending')] },
            this.agenda.item(DECIDE, `${orderId}/${authorizationId}`, slowMs),
          ],
        };
      }
      if (code !== undefined) {
        return {
          answer: new Answer(200, { outcome: 'declined', authorizationId, code }),
          inserts: [{ table, rows: [row('declined')] }],
        };
      }
      return {
        answer: new Answer(201, { outcome: 'authorized', authorizationId, amount, expiresAt }),
        inserts: [{ table, rows: [row('authorized')] }],
      };
    });
  }

  /**
   * Gives back what is left of an authorisation (200); what is captured stays.
   * @throws Problem 404 `AuthorizationNotFound`, by way of the answer
   */
  void(key: string, input: z.infer<typeof voidRequest>): Promise<Answer> {
    const { orderId } = input;
    return this.store.onceInTurn(
      { key, operation: 'voidAuthorization', input },
      turnOfOrder(orderId),
      async (transaction) => {
        const id = input.authorizationId ?? (await this.#madeUnder(transaction, input.authorizationKey ?? ''));
        if (id === undefined) return { answer: new Answer(200, { outcome: 'none' }) };
        const authorization = await lockAuthorization(transaction, orderId, id);
        if (!authorization) throw authorizationNotFound(orderId, id);
        const { state, capturedMinor } = authorization;
        const open = state === 'pending' || state === 'authorized';
        if (open) {
          await transaction.query(
            `UPDATE svc_payments.card_authorization SET state = 'voided', changed_at = now() WHERE authorization_id = $1`,
            [id],
          );
          await this.agenda.strike(transaction, DECIDE, `${orderId}/${id}`);
        }
        return {
          answer: new Answer(200, { outcome: open ? 'voided' : state, captured: dollars(capturedMinor) }),
        };
      },
    );
  }

  /** The authorisation that was made under a key; undefined where none was, and none will be. */
  async #madeUnder(transaction: Queries, key: string): Promise<string | undefined> {
    const made = (await this.store.withdraw(transaction, key)) as { authorizationId?: string } | undefined;
    return made?.authorizationId;
  }
}
