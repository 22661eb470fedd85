/** The callbacks that the domain services send: signed CloudEvents, and the message that each becomes. */
import { z } from 'zod';
import { instant, reference } from '../events/common.js';

/** A callback, CloudEvents 1.0 in structured JSON. Extension attributes may come along; only `correlationid` is used. */
export const cloudEvent = z.object({
  specversion: z.literal('1.0'),
  id: reference,
  source: reference,
  type: reference,
  subject: z.string().min(1).max(256).describe('Workflow id of the entity, e.g. claim/CLM-2012-000123'),
  time: instant,
  correlationid: reference.exactOptional(),
  data: z.record(z.string(), z.unknown()),
});

export type CloudEvent = z.infer<typeof cloudEvent>;

/** Which service may send which event, and the message that it becomes. */
const CALLBACKS: Readonly<Record<string, { readonly service: string; readonly message: string }>> = {
  'com.throughline.fraud.decided.v1': { service: 'fraud', message: 'fraudDecision' },
  'com.throughline.assessment.assigned.v1': { service: 'assessment', message: 'adjusterAssigned' },
  'com.throughline.assessment.accepted.v1': { service: 'assessment', message: 'adjusterAccepted' },
  'com.throughline.assessment.declined.v1': { service: 'assessment', message: 'adjusterDeclined' },
  'com.throughline.assessment.completed.v1': { service: 'assessment', message: 'assessmentResult' },
  'com.throughline.documents.received.v1': { service: 'documents', message: 'documentReceived' },
  'com.throughline.payments.acknowledged.v1': { service: 'payments', message: 'paymentAcknowledged' },
  'com.throughline.payments.failed.v1': { service: 'payments', message: 'paymentFailed' },
  'com.throughline.payments.cleared.v1': { service: 'payments', message: 'paymentCleared' },
  'com.throughline.payments.returned.v1': { service: 'payments', message: 'paymentReturned' },
  'com.throughline.inventory.held.v1': { service: 'inventory', message: 'stockHeld' },
  'com.throughline.inventory.expired.v1': { service: 'inventory', message: 'holdExpired' },
  'com.throughline.payments.authorizationDecided.v1': { service: 'payments', message: 'authorizationDecided' },
  'com.throughline.payments.captureDecided.v1': { service: 'payments', message: 'captureDecided' },
  'com.throughline.payments.refundDecided.v1': { service: 'payments', message: 'refundDecided' },
  'com.throughline.payments.chargedBack.v1': { service: 'payments', message: 'paymentChargedBack' },
  'com.throughline.shipping.dispatched.v1': { service: 'shipping', message: 'shipmentDispatched' },
  'com.throughline.shipping.inTransit.v1': { service: 'shipping', message: 'shipmentInTransit' },
  'com.throughline.shipping.delivered.v1': { service: 'shipping', message: 'shipmentDelivered' },
  'com.throughline.shipping.deliveryFailed.v1': { service: 'shipping', message: 'shipmentDeliveryFailed' },
  'com.throughline.shipping.returned.v1': { service: 'shipping', message: 'shipmentReturned' },
  'com.throughline.shipping.lost.v1': { service: 'shipping', message: 'shipmentLost' },
  'com.throughline.shipping.stopAnswered.v1': { service: 'shipping', message: 'stopAnswered' },
  'com.throughline.experts.available.v1': { service: 'experts', message: 'expertAvailable' },
  'com.throughline.experts.accepted.v1': { service: 'experts', message: 'expertAccepted' },
  'com.throughline.experts.declined.v1': { service: 'experts', message: 'expertDeclined' },
  'com.throughline.identity.verified.v1': { service: 'identity', message: 'identityVerified' },
  'com.throughline.screening.completed.v1': { service: 'screening', message: 'screeningCompleted' },
};

/** The message that an event of this type from this service becomes; undefined where there is none. */
export function messageFor(service: string, type: string): string | undefined {
  const callback = Object.hasOwn(CALLBACKS, type) ? CALLBACKS[type] : undefined;
  return callback?.service === service ? callback.message : undefined;
}

/** The event types that a service may send. */
export function eventTypesOf(service: string): readonly string[] {
  return Object.entries(CALLBACKS).flatMap(([type, callback]) => (callback.service === service ? [type] : []));
}
