/** The callbacks that the services send: CloudEvents 1.0 in structured JSON, whose data is the entity's message. */
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { claimMessages } from '../../events/claim.js';
import { traceparent } from '../../telemetry/tracing.js';
import type { ServiceName } from '../config.js';
import type { OrderEvents } from './order-events.js';
import type { TicketEvents } from './ticket-events.js';

/** Event type by the claim message that it becomes. */
const EVENT_TYPES = {
  fraudDecision: 'com.throughline.fraud.decided.v1',
  adjusterAssigned: 'com.throughline.assessment.assigned.v1',
  adjusterAccepted: 'com.throughline.assessment.accepted.v1',
  adjusterDeclined: 'com.throughline.assessment.declined.v1',
  assessmentResult: 'com.throughline.assessment.completed.v1',
  documentReceived: 'com.throughline.documents.received.v1',
  paymentAcknowledged: 'com.throughline.payments.acknowledged.v1',
  paymentFailed: 'com.throughline.payments.failed.v1',
  paymentCleared: 'com.throughline.payments.cleared.v1',
  paymentReturned: 'com.throughline.payments.returned.v1',
} as const satisfies Partial<Record<keyof typeof claimMessages, string>>;

type CallbackMessage = keyof typeof EVENT_TYPES;

/** What a fault switch has decided about a callback. */
export interface Fate {
  /** It is never sent. */
  readonly lost?: true;
  /** It is sent so much later. */
  readonly delayMs?: number;
  /** It is sent at once when the next one to the same entity was. */
  readonly behindNext?: true;
  /** It is sent two times. */
  readonly twice?: true;
}

/** A callback as it is stored and sent; every attempt sends the same bytes under the same id. */
export interface Callback {
  /** Event id: the receiver recognises a repeat by it. */
  readonly id: string;
  readonly type: string;
  /** The reference that the caller gave: the workflow id of the entity. */
  readonly subject: string;
  readonly body: string;
  readonly fate?: Fate;
}

/** Makes the callback that tells the claim `reference` about `data`. */
export function callback<M extends CallbackMessage>(
  service: ServiceName,
  message: M,
  reference: string,
  data: z.infer<(typeof claimMessages)[M]>,
): Callback {
  return cloudEvent(service, EVENT_TYPES[message], reference, data);
}

/** Makes the callback that tells the order `reference` about `data`; `event` is `<service>.<name>`. */
export function orderCallback<E extends keyof OrderEvents>(
  event: E,
  reference: string,
  data: OrderEvents[E],
): Callback {
  return told(event, reference, data);
}

/** Makes the callback that tells the ticket `reference` about `data`; `event` is `<service>.<name>`. */
export function ticketCallback<E extends keyof TicketEvents>(
  event: E,
  reference: string,
  data: TicketEvents[E],
): Callback {
  return told(event, reference, data);
}

function told(event: string, reference: string, data: object): Callback {
  const [service = event] = event.split('.');
  return cloudEvent(service, `com.throughline.${event}.v1`, reference, data);
}

/** The events that tell how a check of an applicant has come out. */
export type CheckEvent = 'identity.verified' | 'screening.completed';

/** Makes the callback that tells the onboarding `reference` about `data`; the schemas of its messages say what that is. */
export function checkCallback(event: CheckEvent, reference: string, data: object): Callback {
  const [service = event] = event.split('.');
  return cloudEvent(service, `com.throughline.${event}.v1`, reference, data);
}

function cloudEvent(service: string, type: string, reference: string, data: object): Callback {
  const id = randomUUID();
  const at = traceparent();
  const event = {
    specversion: '1.0',
    id,
    source: `/services/${service}`,
    type,
    subject: reference,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    ...(at !== undefined && { traceparent: at }),
    data,
  };
  return { id, type, subject: reference, body: JSON.stringify(event) };
}
