/** What the cards' ledger says no with. */
import { Problem } from '../platform/problem.js';

export const authorizationNotFound = (orderId: string, authorizationId: string): Problem =>
  new Problem(
    404,
    'AuthorizationNotFound',
    `authorizationId is ${authorizationId}: order ${orderId} has no such authorisation; look it up`,
  );

/** @param state what it is: pending, declined, voided or expired */
export const authorizationNotOpen = (authorizationId: string, state: string): Problem =>
  new Problem(
    409,
    'AuthorizationNotOpen',
    `authorizationId is ${authorizationId}: it is ${state}, and nothing can be captured; authorise anew`,
  );

export const exceedsAuthorization = (authorizationId: string, amount: number, left: number): Problem =>
  new Problem(
    422,
    'CaptureExceedsAuthorization',
    `amount is ${amount} cents: ${left} cents are left of authorisation ${authorizationId}; authorise more or capture less`,
  );

export const shipmentCaptured = (orderId: string, shipmentId: string): Problem =>
  new Problem(
    409,
    'ShipmentCaptured',
    `shipmentId is ${shipmentId}: it was captured for under another Idempotency-Key; look up the captures of order ${orderId}`,
  );

export const captureNotFound = (orderId: string, captureId: string): Problem =>
  new Problem(404, 'CaptureNotFound', `captureId is ${captureId}: order ${orderId} has no such capture; look it up`);

export const exceedsCapture = (captureId: string, amount: number, left: number): Problem =>
  new Problem(
    422,
    'RefundExceedsCapture',
    `amount is ${amount} cents: ${left} cents of capture ${captureId} can be refunded; refund at most those`,
  );

export const chargedBack = (captureId: string): Problem =>
  new Problem(
    409,
    'CaptureChargedBack',
    `captureId is ${captureId}: the bank has charged it back; answer that with evidence, and refund nothing beside it`,
  );
