/**
 * Schemas of everything that enters an order, for every boundary outside the workflow. The types in `workflows/order/messages.ts` and
 * the workflow's own validators (`workflows/order/shapes.ts`, generated) say the same.
 */
import { z } from 'zod';
import type { OrderMessages, OrderNotice } from '../workflows/order/messages.js';
import { code, instant, money, reference } from './common.js';

/** Lines and other parts are told apart by their names. */
const lineId = code.describe('Unique within the order');
const pieces = z.int().min(1).max(100_000);
const ordinal = z.int().min(1).max(9_999);

export const orderId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/,
    'an order id is 1 to 64 letters, digits and dashes, starting with a letter or digit',
  )
  .describe('Business key of the order; never made from personal data');

const destination = z.strictObject({
  country: z.string().regex(/^[A-Z]{2}$/, 'an ISO 3166-1 alpha-2 code such as US'),
  postalCode: z.string().max(16),
});

const line = z.strictObject({ lineId, sku: code, quantity: pieces, unitPrice: money });

const content = {
  lines: z.array(line).min(1).max(200),
  destination,
  addressRef: reference.describe('Where the address is kept: a reference into the subject store, never the address'),
  delivery: money.exactOptional().describe('What delivery costs, taxes included'),
};

export const orderNotice = z.strictObject({
  orderId,
  customerId: reference,
  ...content,
  methodToken: reference.describe("The card as the payment service's vault knows it; never a number"),
}) satisfies z.ZodType<OrderNotice>;

const because = { reasonCode: code, note: reference.exactOptional() };

const held = z.strictObject({
  holdId: reference,
  warehouseId: reference,
  sku: code,
  quantity: pieces,
  expiresAt: instant,
});

const update = z.strictObject({ shipmentId: reference, number: ordinal, at: instant, code: code.exactOptional() });
const declined = z.literal('declined');

export const orderMessages = {
  stockHeld: z.strictObject({ reservationId: reference, lineId, holds: z.array(held).min(1).max(200) }),
  holdExpired: z.strictObject({ holdId: reference, lineId, warehouseId: reference, sku: code, quantity: pieces }),
  authorizationDecided: z.union([
    z.strictObject({ outcome: z.literal('authorized'), authorizationId: reference, amount: money, expiresAt: instant }),
    z.strictObject({ outcome: declined, authorizationId: reference, code }),
  ]),
  captureDecided: z.union([
    z.strictObject({ outcome: z.literal('captured'), captureId: reference, amount: money }),
    z.strictObject({ outcome: declined, captureId: reference, code }),
  ]),
  refundDecided: z.union([
    z.strictObject({ outcome: z.literal('refunded'), refundId: reference, amount: money }),
    z.strictObject({ outcome: z.literal('failed'), refundId: reference, code }),
  ]),
  paymentChargedBack: z.strictObject({
    chargebackId: reference,
    captureId: reference,
    amount: money,
    code,
    evidenceDueAt: instant,
  }),
  shipmentDispatched: update,
  shipmentInTransit: update,
  shipmentDelivered: update,
  shipmentDeliveryFailed: update,
  shipmentReturned: update,
  shipmentLost: update,
  stopAnswered: z.strictObject({ shipmentId: reference, outcome: z.enum(['stopped', 'alreadyDispatched']) }),
  returnReceived: z.strictObject({ lineIds: z.array(lineId).min(1).max(200) }),
  amendOrder: z.strictObject({ content: z.strictObject(content), ...because }),
  cancelOrder: z.strictObject(because),
  answerCustomer: z.strictObject({ choice: z.enum(['wait', 'shipAvailable']), ...because }),
  changePayment: z.strictObject({ methodToken: reference, ...because }),
  decideRisk: z.strictObject({ decision: z.enum(['approve', 'decline']), ...because }),
  resolveException: z.strictObject({
    decision: z.enum(['retry', 'settled', 'cancel']),
    reference: reference.exactOptional(),
    ...because,
  }),
  requestReturn: z.strictObject({ lineIds: z.array(lineId).min(1).max(200), ...because }),
  inspectReturn: z.strictObject({
    lines: z
      .array(z.strictObject({ lineId, refund: money }))
      .min(1)
      .max(200),
    ...because,
  }),
  answerChargeback: z.strictObject({
    decision: z.enum(['evidenceSent', 'accepted']),
    reference: reference.exactOptional(),
    ...because,
  }),
} satisfies { [Name in keyof OrderMessages]: z.ZodType<OrderMessages[Name]> };
